"""`python -m sandbox ask WHO DOCUMENT`: an operation, sent to the running gateway as a person."""

import argparse
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import aiohttp

from sandbox.layout import HOST, BrokenDataError, DataFolder
from sandbox.switching import UnreachableError
from sandbox.tokens import add_person_arguments, issue_token


class UnreadableDocumentError(Exception):
    """The file of an operation cannot be read; the text says so in one line."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    add_person_arguments(parser)
    parser.add_argument(
        "document",
        help="GraphQL, as a file (operations/citizen/health-book.graphql) or as text with braces",
    )
    parser.add_argument(
        "--variables",
        type=_variables,
        default={},
        metavar="JSON",
        help="the operation's variables",
    )


def _variables(text: str) -> dict[str, Any]:
    """The variables of an operation.

    Raises:
        argparse.ArgumentTypeError: if the text is no JSON object.
    """
    try:
        given = json.loads(text)
    except ValueError:
        given = None
    if not isinstance(given, dict):
        message = "must be a JSON object"
        raise argparse.ArgumentTypeError(message)
    return given


async def ask(data: DataFolder, options: argparse.Namespace, now: datetime) -> str:
    """Send the operation and return the answer, as JSON that people can read.

    Raises:
        BrokenDataError: There is no sandbox yet.
        TokenRefusedError: There is no such person.
        UnreachableError: The gateway does not answer.
        UnreadableDocumentError: The file cannot be read.
    """
    ports = data.last_ports()
    if ports is None:
        message = f"there is no sandbox in {data.root} yet: start it with `make run`"
        raise BrokenDataError(message)
    body = {"query": _document(options.document), "variables": options.variables}
    token = issue_token(data, options.who, options, now)
    url = f"http://{HOST}:{ports.gateway}/graphql"
    headers = {"authorization": f"Bearer {token}"}
    try:
        async with (
            aiohttp.ClientSession() as session,
            session.post(url, json=body, headers=headers) as answer,
        ):
            return json.dumps(json.loads(await answer.read()), indent=2, ensure_ascii=False)
    except (aiohttp.ClientError, ValueError) as problem:
        message = f"the gateway does not answer on {url}: start it with `make run`"
        raise UnreachableError(message) from problem


def _document(given: str) -> str:
    if "{" in given:
        return given
    try:
        return Path(given).read_text("utf-8")
    except (OSError, ValueError) as problem:
        message = f"{given} cannot be read"
        raise UnreadableDocumentError(message) from problem
