"""``python -m gateway audit verify``: whether an access log is whole and in order."""

import argparse
import asyncio
from pathlib import Path

from gateway.commands.environment import read_environment
from gateway.commands.reading import CommandError
from gateway.config import Settings
from storage.access_log import AccessLogReader, Verification, head_signer, verify_file
from storage.documents import StorageError
from storage.encryption import Keyring
from storage.opening import open_documents


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    actions = parser.add_subparsers(dest="action", required=True)
    verify = actions.add_parser("verify", help="find changed, lost and reordered events")
    verify.add_argument(
        "file",
        type=Path,
        nargs="?",
        metavar="FILE",
        help="log of `serve --audit`; else the health book's, in the database of the settings",
    )


def main(options: argparse.Namespace) -> int:
    """Print what was found; 1 if the log does not hold.

    Raises:
        CommandError: If the log cannot be read, or is none.
    """
    result = _of_database() if options.file is None else _of_file(options.file)
    print(f"{result.events} events in {len(result.heads)} chains")  # noqa: T201 - its output
    for head in result.heads.values():
        print(f"  chain {head.chain} reaches {head.sequence} {head.hash}")  # noqa: T201
    if result.torn:
        print(f"{result.torn} lines were cut by a crash")  # noqa: T201
    for fault in result.faults:
        print(f"{fault.kind}: chain {fault.chain}, event {fault.sequence}")  # noqa: T201
    if result.torn and not result.events:
        raise CommandError(f"{options.file}: holds no event of an access log")
    return 1 if result.faults else 0


def _of_file(file: Path) -> Verification:
    try:
        return verify_file(file)
    except OSError as error:
        msg = f"{file}: {error.strerror}"
        raise CommandError(msg) from error


def _of_database() -> Verification:
    settings, keyring = read_environment()
    try:
        return asyncio.run(_verify(settings, keyring))
    except StorageError as error:
        raise CommandError(str(error)) from error


async def _verify(settings: Settings, keyring: Keyring) -> Verification:
    documents = await open_documents(settings.database_url)
    try:
        reader = AccessLogReader(documents, head_signer(keyring))
        found = [await reader.verify(chain) for chain in await reader.chains()]
    finally:
        await documents.close()
    return Verification(
        heads={name: head for each in found for name, head in each.heads.items()},
        events=sum(each.events for each in found),
        faults=tuple(fault for each in found for fault in each.faults),
    )
