"""``python -m gateway audit verify FILE``: whether an access log is whole and in order."""

import argparse
from pathlib import Path

from gateway.commands.reading import CommandError
from storage.access_log.file import verify_file


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    actions = parser.add_subparsers(dest="action", required=True)
    verify = actions.add_parser("verify", help="find changed, lost and reordered events")
    verify.add_argument("file", type=Path, metavar="FILE")


def main(options: argparse.Namespace) -> int:
    """Print what was found; 1 if the log does not hold.

    Raises:
        CommandError: If the file cannot be read.
    """
    try:
        result = verify_file(options.file)
    except OSError as error:
        msg = f"{options.file}: {error.strerror}"
        raise CommandError(msg) from error
    print(f"{result.events} events in {len(result.heads)} chains")  # noqa: T201 - its output
    for head in result.heads.values():
        print(f"  chain {head.chain} reaches {head.sequence} {head.hash}")  # noqa: T201
    if result.torn:
        print(f"{result.torn} lines were cut by a crash")  # noqa: T201
    for fault in result.faults:
        print(f"{fault.kind}: chain {fault.chain}, event {fault.sequence}")  # noqa: T201
    return 1 if result.faults else 0
