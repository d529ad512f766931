"""``python -m gateway check OLD NEW``: what a change of the API schema does to clients.

Source: GraphQL specification (October 2021), section 3; kinds of changes as GraphQL.js names them.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from graphql import (
    BreakingChange,
    DangerousChange,
    DocumentNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    find_schema_changes,
    parse,
    validate,
)
from graphql.utilities.find_schema_changes import SafeChangeType

from gateway.commands.reading import (
    CommandError,
    check_standard_input,
    described,
    load_api_schema,
    read_text,
)
from gateway.commands.schema_changes import Effect, felt_by, further_changes

_SUFFIXES = frozenset({".graphql", ".gql"})
_Node = TypeVar("_Node", OperationDefinitionNode, FragmentDefinitionNode)


@dataclass(frozen=True, slots=True)
class SchemaReport:
    """What changes, each line a kind and a description; and which operations would break.

    Attributes:
        broken_operations: Recorded operations that are valid on the old schema only, whose answers
            change their types, or whose variables take less than they did.
        already_broken: Those that are not valid on the old one.
    """

    breaking: tuple[str, ...]
    dangerous: tuple[str, ...]
    safe: tuple[str, ...]
    broken_operations: tuple[str, ...]
    already_broken: tuple[str, ...] = ()


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("old", type=Path, metavar="OLD", help="supergraph or API schema")
    parser.add_argument("new", type=Path, metavar="NEW", help="supergraph or API schema")
    parser.add_argument(
        "--operations",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help="recorded operations (a file or a folder of them): only what breaks one counts",
    )


def main(options: argparse.Namespace) -> int:
    """Print the report; 1 if something breaks, else 0.

    Raises:
        CommandError: If a file cannot be read, or a recorded operation cannot be judged.
    """
    check_standard_input([options.old, options.new, *options.operations])
    old, new = load_api_schema(options.old), load_api_schema(options.new)
    documents = dict(_documents(options.operations))
    if options.operations and not documents:
        raise CommandError("--operations: there are none")
    report = compare(old, new, documents)
    for title, lines in (
        ("breaking", report.breaking),
        ("dangerous", report.dangerous),
        ("safe", report.safe),
        ("operations that would break", report.broken_operations),
    ):
        _print(title, lines)
    for line in report.already_broken:
        print(f"not valid on OLD either: {line}", file=sys.stderr)  # noqa: T201
    broken = report.broken_operations if documents else report.breaking
    return 1 if broken else 0


def compare(
    old: GraphQLSchema, new: GraphQLSchema, documents: dict[str, DocumentNode]
) -> SchemaReport:
    """Compare two API schemas.

    Args:
        old: What clients use now.
        new: What they would get.
        documents: Recorded operations by the name of where they stand.
    """
    breaking, dangerous, safe = [], [], []
    for change in find_schema_changes(old, new):
        if change.type is SafeChangeType.DESCRIPTION_CHANGED:
            continue  # Told with what else is documentation, a line for each.
        line = f"{change.type.name}: {change.description}"
        if isinstance(change, BreakingChange):
            breaking.append(line)
        elif isinstance(change, DangerousChange):
            dangerous.append(line)
        else:
            safe.append(line)
    by_effect = {Effect.BREAKING: breaking, Effect.DANGEROUS: dangerous, Effect.SAFE: safe}
    for effect, line in further_changes(old, new):
        by_effect[effect].append(line)
    broken: list[str] = []
    already_broken: list[str] = []
    for name, document in sorted(documents.items()):
        before = [error.message for error in validate(old, document)]
        after = [error.message for error in validate(new, document)]
        for message in before or after or felt_by(document, old, new):
            (already_broken if before else broken).append(f"{name}: {message}")
            break
    return SchemaReport(
        tuple(sorted(breaking)),
        tuple(sorted(dangerous)),
        tuple(sorted(safe)),
        tuple(broken),
        tuple(already_broken),
    )


def _documents(paths: Iterable[Path]) -> Iterator[tuple[str, DocumentNode]]:
    """Each recorded operation with its fragments: those of its file, else of any other."""
    documents = {file: _parsed(file) for path in paths for file in _files(path)}
    shared = {
        fragment.name.value: fragment
        for document in documents.values()
        for fragment in _definitions(document, FragmentDefinitionNode)
    }
    for file, document in documents.items():
        own = {f.name.value: f for f in _definitions(document, FragmentDefinitionNode)}
        names: Counter[str] = Counter()
        for operation in _definitions(document, OperationDefinitionNode):
            name = _name(operation)
            names[name] += 1
            place = f"{file} {name}" if names[name] == 1 else f"{file} {name}, {names[name]}"
            fragments = _used(operation, shared | own)
            yield place, DocumentNode(definitions=(operation, *fragments))


def _files(path: Path) -> Iterator[Path]:
    if path.is_dir():
        yield from sorted(f for f in path.rglob("*") if f.suffix in _SUFFIXES and f.is_file())
    else:
        yield path


def _parsed(file: Path) -> DocumentNode:
    try:
        return parse(read_text(file))
    except GraphQLError as error:
        msg = f"{file}: {described(error)}"
        raise CommandError(msg) from error


def _definitions(document: DocumentNode, kind: type[_Node]) -> Iterator[_Node]:
    return (node for node in document.definitions if isinstance(node, kind))


def _used(
    operation: OperationDefinitionNode, by_name: Mapping[str, FragmentDefinitionNode]
) -> tuple[FragmentDefinitionNode, ...]:
    wanted: dict[str, FragmentDefinitionNode] = {}
    pending: list[object] = [operation.selection_set]
    while pending:
        node = pending.pop()
        for child in getattr(node, "selections", ()):
            pending.append(getattr(child, "selection_set", None))
            name = child.name.value if isinstance(child, FragmentSpreadNode) else ""
            if name in by_name and name not in wanted:
                wanted[name] = by_name[name]
                pending.append(by_name[name].selection_set)
    return tuple(wanted.values())


def _name(operation: OperationDefinitionNode) -> str:
    return operation.name.value if operation.name else "(unnamed)"


def _print(title: str, lines: tuple[str, ...]) -> None:
    print(f"{len(lines)} {title}")  # noqa: T201 - the command's own output
    for line in lines:
        print(f"  {line}")  # noqa: T201
