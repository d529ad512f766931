"""Reading ``supergraph.yaml``: the subgraphs of a graph and where their schemas come from.

The keys are those of the field's configuration files: ``federation_version``, ``subgraphs`` and of
each subgraph ``routing_url`` and ``schema`` with ``file``, ``sdl``, or ``subgraph_url`` and
``introspection_headers``.
"""

import re
import sys
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from gateway.commands.reading import CommandError, in_places, read_text

_FEDERATION_2 = re.compile(r"^(latest-2|=?2(\.\d+){0,2})$")
_SOURCES = ("file", "sdl", "subgraph_url")
_KEYS = frozenset({"federation_version", "subgraphs"})
_SUBGRAPH_KEYS = frozenset({"routing_url", "schema"})
_NULL = "tag:yaml.org,2002:null"
_TEXT = "tag:yaml.org,2002:str"
_OTHER_THAN_TEXT = frozenset(
    f"tag:yaml.org,2002:{kind}" for kind in ("bool", "int", "float", "timestamp")
)
_SCHEMA_KEYS = frozenset({*_SOURCES, "introspection_headers"})


@dataclass(frozen=True, slots=True)
class SchemaSource:
    """A subgraph's address, and where its schema comes from.

    Attributes:
        routing_url: Where the gateway will reach the subgraph; empty if that is not said.
        place: A file (``-``: the standard input) or the URL of the running subgraph.
        sdl: The schema itself, instead of a place.
        headers: What the running subgraph is sent besides the question for its schema.
    """

    routing_url: str
    place: str = ""
    sdl: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


class _UnusableError(Exception):
    """What is wrong with one subgraph of the file."""


def is_url(place: str) -> bool:
    """Whether a schema comes from a running subgraph."""
    return place.startswith(("http://", "https://"))


def read_config(path: Path) -> dict[str, SchemaSource]:
    """Return the source of each subgraph of a configuration file; keys without a meaning are told.

    Raises:
        CommandError: If the file is not as the field writes it: everything wrong, a line each.
    """
    config = _parsed(path, read_text(path))
    subgraphs = config.get("subgraphs") if isinstance(config, dict) else None
    if not isinstance(config, dict) or not isinstance(subgraphs, dict):
        msg = f"{path}: no subgraphs"
        raise CommandError(msg)
    problems = list(_version_problems(config.get("federation_version")))
    unknown = [str(key) for key in config if key not in _KEYS]
    sources: dict[str, SchemaSource] = {}
    for key, entry in subgraphs.items():
        name = str(key)
        unknown += _unknown_keys(name, entry)
        try:
            sources[name] = _source(path, entry)
        except _UnusableError as error:
            problems.append(f"subgraph {name}{error}")
    for each in unknown:
        print(f"{path}: {each} means nothing here", file=sys.stderr)  # noqa: T201
    if problems:
        raise CommandError("\n".join(f"{path}: {each}" for each in problems))
    return sources


def _parsed(path: Path, text: str) -> object:
    try:
        node = yaml.compose(text, yaml.SafeLoader)
        repeated = next(_repeated_keys(node), None)
        config = _constructed(node)
    except yaml.MarkedYAMLError as error:
        msg = f"{path}: not YAML: {error.problem}{_place(error.problem_mark)}"
        raise CommandError(msg) from error
    except (yaml.YAMLError, ValueError) as error:
        msg = f"{path}: not YAML"
        raise CommandError(msg) from error
    except RecursionError as error:
        msg = f"{path}: not YAML: it is nested too deeply"
        raise CommandError(msg) from error
    if repeated is not None:
        # YAML's readers let the last one win: a subgraph would be missing, and nobody told.
        msg = f'{path}: "{repeated.value}" stands there twice{_place(repeated.start_mark)}'
        raise CommandError(msg)
    return config


def _constructed(node: yaml.Node | None) -> object:
    """The values of a document, in which names and headers are texts as they are written."""
    for mapping in _mappings(node):
        for key, value in mapping.value:
            _take_as_text(key, {*_OTHER_THAN_TEXT, _NULL})
            if key.value == "introspection_headers" and isinstance(value, yaml.MappingNode):
                for _, header in value.value:
                    _take_as_text(header, _OTHER_THAN_TEXT)
    if node is None:
        return None
    loader = yaml.SafeLoader("")
    try:
        return loader.construct_document(node)
    finally:
        loader.dispose()


def _take_as_text(node: yaml.Node, tags: Collection[str]) -> None:
    # YAML 1.1 makes ``no`` a truth value, ``010`` eight and ``12:30`` a number of minutes.
    if node.tag in tags:
        node.tag = _TEXT


def _repeated_keys(node: yaml.Node | None) -> Iterator[yaml.ScalarNode]:
    for mapping in _mappings(node):
        keys = set()
        for key, _ in mapping.value:
            if isinstance(key, yaml.ScalarNode):
                if key.value in keys:
                    yield key
                keys.add(key.value)


def _mappings(node: yaml.Node | None) -> Iterator[yaml.MappingNode]:
    """All mappings of a document, each once."""
    pending, seen = [node], set()
    while pending:
        each = pending.pop()
        if not isinstance(each, yaml.CollectionNode) or id(each) in seen:
            continue
        seen.add(id(each))
        if isinstance(each, yaml.MappingNode):
            yield each
            pending += [value for _, value in each.value]
        else:
            pending += each.value


def _place(mark: yaml.Mark | None) -> str:
    return in_places([] if mark is None else [(mark.line + 1, mark.column + 1)])


def _version_problems(version: object) -> Iterator[str]:
    if version is not None and _FEDERATION_2.match(str(version)) is None:
        yield f"federation_version {version}: only 2 is composed"


def _unknown_keys(name: str, entry: object) -> list[str]:
    if not isinstance(entry, dict):
        return []
    unknown = [f"subgraphs.{name}.{key}" for key in entry if key not in _SUBGRAPH_KEYS]
    schema = entry.get("schema")
    if isinstance(schema, dict) and "graphref" not in schema:
        unknown += [f"subgraphs.{name}.schema.{k}" for k in schema if k not in _SCHEMA_KEYS]
    return unknown


def _source(path: Path, entry: object) -> SchemaSource:
    schema = entry.get("schema") if isinstance(entry, dict) else None
    if not isinstance(entry, dict) or not isinstance(schema, dict):
        raise _UnusableError(" has no schema")
    if "graphref" in schema:
        raise _UnusableError(": schemas come from files and running subgraphs, from no registry")
    routing_url = _text(entry, "routing_url", "routing_url")
    given = {key: text for key in _SOURCES if (text := _text(schema, key, f"schema.{key}"))}
    if not given:
        raise _UnusableError(" needs schema.file, schema.sdl or schema.subgraph_url")
    if len(given) > 1:
        raise _UnusableError(f": {' and '.join(f'schema.{key}' for key in given)}, which of them?")
    if "sdl" in given:
        return SchemaSource(routing_url, sdl=given["sdl"])
    if "file" in given:
        return SchemaSource(routing_url, str(path.parent / given["file"]))
    url = given["subgraph_url"]
    if not is_url(url):
        raise _UnusableError(": schema.subgraph_url is no URL of HTTP")
    return SchemaSource(routing_url or url, url, headers=_headers(schema))


def _text(entry: Mapping[str, object], key: str, called: str) -> str:
    value = entry.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise _UnusableError(f": {called} is no text")
    if key != "sdl" and "${" in value:
        raise _UnusableError(f": {called}: values from the environment are not put in")
    return value


def _headers(schema: Mapping[str, object]) -> dict[str, str]:
    headers = schema.get("introspection_headers")
    if headers is None:
        return {}
    if not isinstance(headers, dict) or any(
        value is None or isinstance(value, dict | list) for value in headers.values()
    ):
        raise _UnusableError(": schema.introspection_headers are no names with values")
    found = {str(name): str(value) for name, value in headers.items()}
    if any("${" in value for value in found.values()):
        msg = ": schema.introspection_headers: values from the environment are not put in"
        raise _UnusableError(msg)
    return found
