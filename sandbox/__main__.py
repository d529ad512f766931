"""The sandbox's command line: ``python -m sandbox COMMAND``."""

import argparse
import asyncio
import os
import sys
from datetime import datetime
from pathlib import Path

from sandbox import asking, ingesting, running, switching, tokens
from sandbox.ingest import IngestError
from sandbox.layout import DEFAULT_FOLDER, BrokenDataError, DataFolder
from sandbox.population.model import VIETNAM
from sandbox.serving import AddressInUseError, StartError

GIVEN_SECRETS = (
    "hospital_token",
    "portal_username",
    "portal_password",
    "portal_staff_name",
    "portal_staff_id",
    "client_secret",
    "admin_token",
)
"""Secrets that the environment may give (`SANDBOX_HOSPITAL_TOKEN`, …), as containers do."""


def main(arguments: list[str] | None = None) -> int:
    """Run a command and return its exit code."""
    options = _parser().parse_args(arguments)
    data = DataFolder(
        options.data,
        options.database_url,
        options.keys_file,
        tuple(
            (name, os.environ[f"SANDBOX_{name.upper()}"])
            for name in GIVEN_SECRETS
            if os.environ.get(f"SANDBOX_{name.upper()}")
        ),
    )
    try:
        return _run(options, data)
    except (
        AddressInUseError,
        BrokenDataError,
        IngestError,
        StartError,
        asking.UnreadableDocumentError,
        switching.FaultRefusedError,
        switching.UnreachableError,
        tokens.TokenRefusedError,
    ) as problem:
        print(f"sandbox: {problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # Who reads has enough (`--list | head`); the interpreter must not try to write the rest.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _run(options: argparse.Namespace, data: DataFolder) -> int:
    match options.command:
        case "run":
            return running.run(data, options)
        case "upstreams":
            return running.run_upstreams(data, options)
        case "ingest":
            return asyncio.run(ingesting.ingest(data, options, _now, print))
        case "ask":
            print(asyncio.run(asking.ask(data, options, _now())))
            return 0
        case "fault":
            print(asyncio.run(switching.switch(data, options)))
            return 0
        case _:
            _print_token(options, data)
            return 0


def _print_token(options: argparse.Namespace, data: DataFolder) -> None:
    if options.list:
        for one in tokens.people_of_kind(data, options.who):
            print(f"{one.id}\t{one.name}\t{one.organization or ''}".rstrip())
        return
    print(tokens.issue_token(data, options.who, options, _now()))


def _now() -> datetime:
    return datetime.now(VIETNAM)  # noqa: TID251  the one clock of the command line


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    summaries = {
        "run": (running, "start everything: upstreams, subgraphs, gateway"),
        "upstreams": (running, "start the outside world alone"),
        "token": (tokens, "print a fresh token for a person of the sandbox"),
        "ask": (asking, "send an operation to the running gateway as a person"),
        "ingest": (ingesting, "load FHIR R4 transaction bundles of a folder"),
        "fault": (switching, "switch a fault of a running upstream on or off"),
    }
    for name, (module, summary) in summaries.items():
        command = commands.add_parser(name, help=summary, description=summary)
        command.add_argument(
            "--data", type=Path, default=DEFAULT_FOLDER, metavar="DIR", help="data folder"
        )
        command.add_argument(
            "--database-url",
            default=os.environ.get("SANDBOX_DATABASE_URL"),
            help="database of the subgraphs; default: a file in the data folder",
        )
        command.add_argument(
            "--keys-file", type=Path, help="keys of fields at rest; default: in the data folder"
        )
        module.add_arguments(command)
    return parser


if __name__ == "__main__":
    sys.exit(main())
