"""``python -m gateway plan QUERY``: every stage between an operation and its fetches."""

import argparse
from pathlib import Path

from gateway.commands.reading import CommandError, load_supergraph, read_text
from gateway.errors import CATALOGUE, ClientError, ClientErrors, Language
from gateway.federation.plan_printing import print_plan
from gateway.federation.planner.planning import explain_operation
from gateway.federation.query_graph.graph import build_query_graph
from gateway.federation.selection import Field, SelectionSet
from gateway.limits import Limits
from gateway.pipeline.graph import PreparedOperation, ServedGraph


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("query", type=Path, metavar="QUERY", help="file with the operation")
    parser.add_argument("--supergraph", type=Path, required=True, metavar="FILE")
    parser.add_argument("--operation-name", metavar="NAME")


def main(options: argparse.Namespace) -> int:
    """Print the stages; 1 if the operation is refused."""
    graph = ServedGraph(load_supergraph(options.supergraph), Limits())
    print(stages(graph, read_text(options.query), options.operation_name))  # noqa: T201
    return 0


def stages(graph: ServedGraph, text: str, operation_name: str | None) -> str:
    """Return the stages as text.

    These are the normalized operation, its static requirements, where the search has each field
    resolved, the fetch graph, and the plan.

    Raises:
        CommandError: If the operation is refused.
    """
    try:
        prepared = graph.prepare(text, operation_name)
        graph.plan(prepared.operation)
        explained = explain_operation(build_query_graph(graph.supergraph), prepared.operation)
    except ClientError as error:
        raise CommandError(_message(error)) from error
    except ClientErrors as errors:
        raise CommandError("\n".join(_message(error) for error in errors.errors)) from errors
    return "\n\n".join(
        [
            "# Operation, normalized\n" + "\n".join(_normalized(prepared)),
            "# Static requirements\n" + _requirements(prepared),
            "# Choices\n" + "\n\n".join(explained.choices),
            "# Fetch graph\n" + "\n\n".join(explained.batches),
            f"# Plan ({explained.plan.nodes_considered} steps)\n{print_plan(explained.plan)}",
        ]
    )


def _normalized(prepared: PreparedOperation) -> list[str]:
    operation = prepared.operation
    variables = ", ".join(variable.text for variable in operation.variables)
    head = f"{operation.kind} {operation.name or ''}".strip()
    return [
        f"{head}{f'({variables})' if variables else ''} {{",
        *_selections(operation.selections, "  "),
        "}",
    ]


def _selections(selections: SelectionSet, indent: str) -> list[str]:
    lines: list[str] = []
    for selection in selections:
        head = f"... on {getattr(selection, 'type_condition', '')}"
        if isinstance(selection, Field):
            alias = selection.response_name
            head = selection.name if alias == selection.name else f"{alias}: {selection.name}"
            if selection.arguments:
                head += (
                    f"({', '.join(f'{each.name}: {each.text}' for each in selection.arguments)})"
                )
        for condition in selection.conditions:
            head += f" @{'include' if condition.wanted else 'skip'}(if: ${condition.variable})"
        if selection.selections:
            lines += [f"{indent}{head} {{", *_selections(selection.selections, indent + "  ")]
            lines.append(indent + "}")
        else:
            lines.append(indent + head)
    return lines


def _requirements(prepared: PreparedOperation) -> str:
    if not prepared.requirements:
        return "none"
    lines = []
    for number, requirement in prepared.requirements:
        parts = ["authenticated"] if requirement.authenticated else []
        for name, groups in (("scopes", requirement.scopes), ("policies", requirement.policies)):
            if groups is not None:
                parts.append(f"{name} {sorted(sorted(group) for group in groups)}")
        lines.append(f"{number}: {', '.join(parts)}")
    return "\n".join(lines)


def _message(error: ClientError) -> str:
    text = error.message or CATALOGUE[error.code].message(Language.ENGLISH)
    places = "".join(f" (line {row}, column {column})" for row, column in error.locations)
    return f"{error.code}: {text}{places}"
