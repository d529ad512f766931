"""What several commands read: files, with one clear line where that fails."""

import sys
from collections.abc import Iterable
from pathlib import Path

from graphql import GraphQLError, GraphQLSchema, build_schema, validate_schema

from gateway.federation.directives import SPECIFICATIONS
from gateway.federation.subgraph.graphql_validation import first_found
from gateway.federation.supergraph.errors import SupergraphError
from gateway.federation.supergraph.model import Supergraph
from gateway.federation.supergraph.reader import read_supergraph


class CommandError(Exception):
    """The command cannot go on; the text says why, a line for each reason."""


def check_standard_input(places: Iterable[object]) -> None:
    """Fail where several things are to be read from the standard input: all but one were empty.

    Raises:
        CommandError: If ``-`` is there more than once.
    """
    if [str(place) for place in places].count("-") > 1:
        raise CommandError("-: the standard input can be read once only")


def read_text(path: Path) -> str:
    """Read a file; ``-`` is the standard input.

    Raises:
        CommandError: If it cannot be read.
    """
    try:
        return sys.stdin.buffer.read().decode() if str(path) == "-" else path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8"
        msg = f"{path}: {reason}"
        raise CommandError(msg) from error


def load_supergraph(path: Path) -> Supergraph:
    """Read a supergraph file.

    Raises:
        CommandError: If it cannot be read or is no supergraph.
    """
    text = read_text(path)
    try:
        return read_supergraph(text)
    except SupergraphError as error:
        msg = f"{path}: {error}"
        raise CommandError(msg) from error


def load_api_schema(path: Path) -> GraphQLSchema:
    """Read what clients see: a supergraph's API schema, or a plain schema.

    Raises:
        CommandError: If the file is neither.
    """
    text = read_text(path)
    if f"{SPECIFICATIONS}/join/v" in text:
        return load_supergraph(path).api_schema
    try:
        schema = build_schema(text)
    except GraphQLError as error:
        msg = f"{path}: {described(error)}"
        raise CommandError(msg) from error
    except TypeError as error:
        # What is wrong with the document, each thing a paragraph.
        reasons = str(error).split("\n\n")
        raise CommandError("\n".join(f"{path}: {each}" for each in reasons)) from error
    if errors := validate_schema(schema):
        raise CommandError("\n".join(f"{path}: {described(error)}" for error in errors))
    return schema


def described(error: GraphQLError) -> str:
    """A GraphQL error in one line, with its first place."""
    error = first_found(error)
    return error.message + in_places((error.locations or [])[:1])


def in_places(places: Iterable[tuple[int, int]]) -> str:
    """Where in a text something stands, to be told after what it is; empty if nobody knows.

    Args:
        places: Line and column of each place, from 1.
    """
    told = "; ".join(f"line {line}, column {column}" for line, column in places)
    return f" ({told})" if told else ""
