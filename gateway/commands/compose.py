"""``python -m gateway compose``: subgraph schemas in, supergraph out, or the reasons why not."""

import argparse
import asyncio
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson
import yaml
from graphql import print_schema

from gateway.commands.reading import CommandError, read_text
from gateway.consent.guards import SECURITY_LINK, ConsentSchemaError, read_consent_schema
from gateway.federation.composition import (
    CompositionFailure,
    CompositionResult,
    SubgraphDocument,
    compose,
)
from gateway.federation.errors import CompositionError, CompositionHint
from gateway.federation.executor.ports import FetchFailure, SubgraphRequest
from gateway.federation.supergraph.reader import read_supergraph
from gateway.transport.endpoint import parse_endpoint
from gateway.transport.http import HttpTransport

_SDL_QUERY = b'{"query":"{ _service { sdl } }"}'


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
    wanted: dict[str, tuple[str, str]] = {}
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
        wanted[name] = (source if _is_url(source) else "", source)
    for pair in options.url:
        name, separator, url = pair.partition("=")
        if not (separator and url):
            msg = f"--url {pair}: wanted NAME=URL"
            raise CommandError(msg)
        if name not in wanted:
            msg = f"--url {pair}: there is no subgraph of that name"
            raise CommandError(msg)
        wanted[name] = (url, wanted[name][1])
    sources = {name: source for name, (_, source) in wanted.items()}
    texts = asyncio.run(read_sources(sources))
    return [SubgraphDocument(name, url, texts[name]) for name, (url, _) in wanted.items()]


def read_config(path: Path) -> dict[str, tuple[str, str]]:
    """Return routing URL and source of each subgraph of a configuration file.

    Raises:
        CommandError: If the file is not as the field writes it.
    """
    try:
        config = yaml.safe_load(read_text(path))
    except yaml.YAMLError as error:
        msg = f"{path}: not YAML"
        raise CommandError(msg) from error
    subgraphs = config.get("subgraphs") if isinstance(config, dict) else None
    if not isinstance(subgraphs, dict):
        msg = f"{path}: no subgraphs"
        raise CommandError(msg)
    _check_version(path, config)
    return {str(name): _configured(path, str(name), each) for name, each in subgraphs.items()}


def _check_version(path: Path, config: Mapping[str, Any]) -> None:
    version = str(config.get("federation_version", "2")).removeprefix("=")
    if version.split(".")[0] != "2":
        msg = f"{path}: federation_version {version}: only 2 is composed"
        raise CommandError(msg)


def _configured(path: Path, name: str, entry: object) -> tuple[str, str]:
    schema = entry.get("schema") if isinstance(entry, dict) else None
    if not isinstance(entry, dict) or not isinstance(schema, dict):
        msg = f"{path}: subgraph {name} has no schema"
        raise CommandError(msg)
    routing_url = str(entry.get("routing_url", ""))
    if "file" in schema:
        return routing_url, str(path.parent / str(schema["file"]))
    url = schema.get("subgraph_url")
    if not url:
        msg = f"{path}: subgraph {name} needs schema.file or schema.subgraph_url"
        raise CommandError(msg)
    return routing_url or str(url), str(url)


async def read_sources(sources: Mapping[str, str]) -> dict[str, str]:
    """Return the SDL of each subgraph, from its file or from the running subgraph.

    Raises:
        CommandError: If one cannot be had.
    """
    try:
        endpoints = [parse_endpoint(name, url) for name, url in sources.items() if _is_url(url)]
    except ValueError as error:
        raise CommandError(str(error)) from error
    transport = HttpTransport(endpoints)
    try:
        futures = {
            each.name: transport.send(SubgraphRequest(each.name, _SDL_QUERY, False, None))
            for each in endpoints
        }
        asked = {name: _sdl(name, await future) for name, future in futures.items()}
    finally:
        await transport.close()
    return {
        name: asked[name] if name in asked else read_text(Path(source))
        for name, source in sources.items()
    }


def _sdl(name: str, answer: bytes | FetchFailure) -> str:
    if isinstance(answer, FetchFailure):
        msg = f"subgraph {name}: {answer.message}"
        raise CommandError(msg)
    try:
        sdl = orjson.loads(answer)["data"]["_service"]["sdl"]
    except (orjson.JSONDecodeError, LookupError, TypeError) as error:
        msg = f"subgraph {name}: does not answer _service {{ sdl }}"
        raise CommandError(msg) from error
    return str(sdl)


def _is_url(source: str) -> bool:
    return source.startswith(("http://", "https://"))


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
            places = "; ".join(f"line {line}, column {column}" for line, column in _places(each))
            text = f"{kind} {each.code}: {each.message}"
            print(f"{text} ({places})" if places else text, file=sys.stderr)  # noqa: T201


def _finding(found: CompositionError | CompositionHint) -> dict[str, Any]:
    written: dict[str, Any] = {"code": str(found.code), "message": found.message}
    if places := _places(found):
        written["locations"] = [{"line": line, "column": column} for line, column in places]
    return written


def _places(found: CompositionError | CompositionHint) -> tuple[tuple[int, int], ...]:
    return found.positions if isinstance(found, CompositionError) else ()


def _write(text: str, path: Path | None) -> None:
    if path is None:
        print(text, end="")  # noqa: T201 - the command's own output
        return
    try:
        path.write_text(text, "utf-8")
    except OSError as error:
        msg = f"{path}: {error.strerror}"
        raise CommandError(msg) from error
