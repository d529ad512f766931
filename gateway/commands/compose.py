"""``python -m gateway compose``: subgraph schemas in, supergraph out, or the reasons why not."""

import argparse
import asyncio
import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from graphql import print_schema

from gateway.commands.reading import CommandError, check_standard_input, in_places
from gateway.commands.schema_sources import read_sources
from gateway.commands.supergraph_config import SchemaSource, is_url, read_config
from gateway.consent.guards import SECURITY_LINK, ConsentSchemaError, read_consent_schema
from gateway.federation.composition import (
    CompositionFailure,
    CompositionResult,
    SubgraphDocument,
    compose,
)
from gateway.federation.errors import CompositionError, CompositionHint
from gateway.federation.supergraph.reader import read_supergraph

_STANDARD_OUTPUT = Path("-")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument(
        "subgraphs",
        nargs="*",
        metavar="NAME=FILE",
        help="a subgraph's schema file (- for the standard input), or the URL where it runs",
    )
    parser.add_argument("--config", type=Path, metavar="FILE", help="supergraph.yaml")
    parser.add_argument(
        "--url", action="append", default=[], metavar="NAME=URL", help="routing URL of a subgraph"
    )
    parser.add_argument("--output", type=Path, metavar="FILE", help="supergraph; default stdout")
    parser.add_argument("--api-schema", type=Path, metavar="FILE", help="what clients see")
    parser.add_argument("--format", choices=("text", "json"), default="text")


def main(options: argparse.Namespace) -> int:
    """Compose and write; 1 if the subgraphs do not compose."""
    _check_places(options.output, options.api_schema)
    documents = _documents(options)
    if not documents:
        raise CommandError("no subgraphs: give NAME=FILE or --config")
    result = compose(documents, security_links=[SECURITY_LINK])
    _report(result, options.format)
    if isinstance(result, CompositionFailure):
        return 1
    supergraph = read_supergraph(result.supergraph_sdl)
    try:
        # Says nothing about a graph that does not use the consent directives.
        read_consent_schema(supergraph)
    except ConsentSchemaError as error:
        print("\n".join(f"CONSENT: {each}" for each in error.problems), file=sys.stderr)  # noqa: T201
        return 1
    _write(result.supergraph_sdl, options.output)
    if options.api_schema is not None:
        _write(print_schema(supergraph.api_schema) + "\n", options.api_schema)
    return 0


def _documents(options: argparse.Namespace) -> list[SubgraphDocument]:
    wanted: dict[str, SchemaSource] = {}
    if options.config is not None:
        wanted |= read_config(options.config)
    given: set[str] = set()
    for pair in options.subgraphs:
        name, separator, source = pair.partition("=")
        if not (separator and name and source):
            msg = f"{pair}: wanted NAME=FILE or NAME=URL"
            raise CommandError(msg)
        if name in given:
            msg = f"{pair}: there is another subgraph of that name"
            raise CommandError(msg)
        given.add(name)
        wanted[name] = SchemaSource(source if is_url(source) else "", source)
    urls: dict[str, str] = {}
    for pair in options.url:
        name, separator, url = pair.partition("=")
        if not (separator and url):
            msg = f"--url {pair}: wanted NAME=URL"
            raise CommandError(msg)
        if name not in wanted:
            msg = f"--url {pair}: there is no subgraph of that name"
            raise CommandError(msg)
        if urls.setdefault(name, url) != url:
            msg = f"--url {pair}: {name} has another URL"
            raise CommandError(msg)
        wanted[name] = replace(wanted[name], routing_url=url)
    check_standard_input([options.config, *(source.place for source in wanted.values())])
    texts = asyncio.run(read_sources(wanted))
    return [
        SubgraphDocument(name, source.routing_url, texts[name]) for name, source in wanted.items()
    ]


def _report(result: CompositionResult, form: str) -> None:
    errors: Sequence[CompositionError] = (
        result.errors if isinstance(result, CompositionFailure) else ()
    )
    if form == "json":
        findings = {
            kind: [_finding(each) for each in found]
            for kind, found in (("errors", errors), ("hints", result.hints))
        }
        print(json.dumps(findings, indent=2), file=sys.stderr)  # noqa: T201
        return
    for kind, found in (("error", errors), ("hint", result.hints)):
        for each in found:
            text = f"{kind} {each.code}: {each.message}{in_places(_places(each))}"
            print(text, file=sys.stderr)  # noqa: T201


def _finding(found: CompositionError | CompositionHint) -> dict[str, Any]:
    written: dict[str, Any] = {"code": str(found.code), "message": found.message}
    if places := _places(found):
        written["locations"] = [{"line": line, "column": column} for line, column in places]
    return written


def _places(found: CompositionError | CompositionHint) -> tuple[tuple[int, int], ...]:
    return found.positions if isinstance(found, CompositionError) else ()


def _check_places(supergraph: Path | None, api_schema: Path | None) -> None:
    """Fail where one would overwrite the other; what is no file (``/dev/null``) may take both.

    Raises:
        CommandError: If both are to be written into one file or to the standard output.
    """
    place = (supergraph or _STANDARD_OUTPUT).absolute()
    taken_twice = api_schema is not None and place == api_schema.absolute()
    if taken_twice and (place.is_file() or not place.exists()):
        raise CommandError("--output and --api-schema cannot be the same")


def _write(text: str, path: Path | None) -> None:
    if path is None or path == _STANDARD_OUTPUT:
        print(text, end="")  # noqa: T201 - the command's own output
        return
    try:
        path.write_text(text, "utf-8")
    except OSError as error:
        msg = f"{path}: {error.strerror}"
        raise CommandError(msg) from error
