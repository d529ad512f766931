"""``python -m gateway check OLD NEW``: what a change of the API schema does to clients.

Source: GraphQL specification (October 2021), section 3; kinds of changes as GraphQL.js names them.
"""

import argparse
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from graphql import (
    BreakingChange,
    DangerousChange,
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    find_schema_changes,
    parse,
    validate,
)

from gateway.commands.reading import CommandError, load_api_schema, read_text


@dataclass(frozen=True, slots=True)
class SchemaReport:
    """What changes, each line a kind and a description; and which operations would break.

    Attributes:
        broken_operations: Recorded operations that are valid on the old schema only.
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
        line = f"{change.type.name}: {change.description}"
        if isinstance(change, BreakingChange):
            breaking.append(line)
        elif isinstance(change, DangerousChange):
            dangerous.append(line)
        else:
            safe.append(line)
    broken: list[str] = []
    already_broken: list[str] = []
    for name, document in sorted(documents.items()):
        before = validate(old, document)
        for error in (before or validate(new, document))[:1]:
            (already_broken if before else broken).append(f"{name}: {error.message}")
    return SchemaReport(
        tuple(sorted(breaking)),
        tuple(sorted(dangerous)),
        tuple(sorted(safe)),
        tuple(broken),
        tuple(already_broken),
    )


def _documents(paths: Iterable[Path]) -> Iterator[tuple[str, DocumentNode]]:
    """Each recorded operation with the fragments of its file."""
    for path in paths:
        files = sorted(path.rglob("*.graphql")) if path.is_dir() else [path]
        for file in files:
            try:
                document = parse(read_text(file))
            except GraphQLError as error:
                msg = f"{file}: {error.message}"
                raise CommandError(msg) from error
            yield from _operations(file, document)


def _operations(file: Path, document: DocumentNode) -> Iterator[tuple[str, DocumentNode]]:
    operations = [n for n in document.definitions if isinstance(n, OperationDefinitionNode)]
    fragments = tuple(n for n in document.definitions if isinstance(n, FragmentDefinitionNode))
    for operation in operations:
        yield (
            f"{file} {_name(operation)}",
            DocumentNode(definitions=(operation, *_used(operation, fragments))),
        )


def _used(
    operation: OperationDefinitionNode, fragments: tuple[FragmentDefinitionNode, ...]
) -> tuple[FragmentDefinitionNode, ...]:
    by_name = {fragment.name.value: fragment for fragment in fragments}
    wanted: dict[str, FragmentDefinitionNode] = {}
    pending: list[object] = [operation.selection_set]
    while pending:
        node = pending.pop()
        for child in getattr(node, "selections", ()):
            pending.append(getattr(child, "selection_set", None))
            name = child.name.value if child.kind == "fragment_spread" else None
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
