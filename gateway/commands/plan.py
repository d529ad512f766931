"""``python -m gateway plan QUERY``: every stage between an operation and its fetches."""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from gateway.app import health_book_graph
from gateway.commands.reading import (
    CommandError,
    check_standard_input,
    in_places,
    load_supergraph,
    read_text,
)
from gateway.consent.guards import ConsentSchemaError
from gateway.errors import CATALOGUE, ClientError, ClientErrors, Language
from gateway.federation.operation.model import Operation
from gateway.federation.plan import QueryPlan
from gateway.federation.plan_printing import print_path, print_plan
from gateway.federation.planner.planning import Explanation
from gateway.federation.query_graph.graph import override_labels
from gateway.federation.selection import Field, SelectionSet
from gateway.federation.supergraph.model import Supergraph
from gateway.pipeline.graph import (
    PreparedOperation,
    ServedGraph,
    UnprotectedGraphError,
    needs_consent,
)


@dataclass(frozen=True, slots=True)
class StagedCaller:
    """For whom an operation is planned.

    Attributes:
        without: Numbers of the static requirements that she does not meet.
        labels: Override labels that are on.
    """

    without: tuple[int, ...] = ()
    labels: frozenset[str] = frozenset()


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("query", metavar="QUERY", help="the operation, or a file that holds it")
    parser.add_argument("--supergraph", type=Path, required=True, metavar="FILE")
    parser.add_argument("--operation-name", metavar="NAME")
    parser.add_argument(
        "--without",
        type=int,
        action="append",
        default=[],
        metavar="NUMBER",
        help="plan for a caller who does not meet this static requirement",
    )
    parser.add_argument(
        "--override-label",
        action="append",
        default=[],
        metavar="NAME",
        help="a label of @override that is on for the request, percentages included",
    )


def main(options: argparse.Namespace) -> int:
    """Print the stages.

    Raises:
        CommandError: If a file cannot be read or the operation is refused.
    """
    check_standard_input([options.query, options.supergraph])
    graph = served_graph(load_supergraph(options.supergraph))
    if not options.query.strip():
        raise CommandError("QUERY: it is empty")
    text = options.query if "{" in options.query else read_text(Path(options.query))
    caller = StagedCaller(tuple(options.without), frozenset(options.override_label))
    print(stages(graph, text, options.operation_name, caller))  # noqa: T201
    return 0


def served_graph(supergraph: Supergraph) -> ServedGraph:
    """Return a supergraph as it is served: with its guards if it states that there are any.

    Raises:
        CommandError: If it is not clear about subjects or categories, or about what protects it.
    """
    try:
        is_guarded = needs_consent(supergraph)
        graph = health_book_graph(supergraph) if is_guarded else ServedGraph(supergraph)
        graph.check_links()
    except (ConsentSchemaError, UnprotectedGraphError) as error:
        raise CommandError(str(error)) from error
    return graph


def stages(
    graph: ServedGraph,
    text: str,
    operation_name: str | None = None,
    caller: StagedCaller = StagedCaller(),
) -> str:
    """Return the stages as text.

    These are the normalized operation, its static requirements, what is left of it for a caller
    who does not meet some of them, where the search has each field resolved, the fetch graph, the
    plan with its guards, and the checks of inherited guards.

    Args:
        graph: The graph as it is served.
        text: The document.
        operation_name: Which of its operations, or ``None`` for the only one.
        caller: For whom it is planned.

    Raises:
        CommandError: If the operation is refused.
    """
    _check_labels(graph, caller.labels)
    try:
        prepared = graph.prepare(text, operation_name)
        planned = _pruned(graph, prepared, caller.without)
        explained = graph.explain(planned, caller.labels)
    except ClientError as error:
        raise CommandError(_message(error)) from error
    except ClientErrors as errors:
        raise CommandError("\n".join(_message(error) for error in errors.errors)) from errors
    found = [
        "# Operation, normalized\n" + _normalized(prepared.operation),
        "# Static requirements\n" + _requirements(prepared),
    ]
    if planned is not prepared.operation:
        found.append("# Operation, pruned\n" + _normalized(planned))
    return "\n\n".join([*found, *_explained(explained)])


def _explained(explained: Explanation) -> list[str]:
    plan = explained.plan
    found = [
        "# Choices\n" + "\n\n".join(explained.choices),
        "# Fetch graph\n" + "\n\n".join(explained.batches),
        f"# Plan ({plan.nodes_considered} steps)\n{print_plan(plan)}",
    ]
    if plan.checks:
        found.append("# Checks of inherited guards\n" + _checks(plan))
    return found


def _check_labels(graph: ServedGraph, labels: frozenset[str]) -> None:
    unknown = labels - override_labels(graph.supergraph)
    if unknown:
        msg = f"--override-label {min(unknown)}: the supergraph has no such label"
        raise CommandError(msg)


def _pruned(graph: ServedGraph, prepared: PreparedOperation, without: Sequence[int]) -> Operation:
    known = [number for number, _ in prepared.requirements]
    unknown = sorted(set(without) - set(known))
    if unknown:
        msg = f"--without {unknown[0]}: the operation has no static requirement of this number"
        raise CommandError(msg)
    if not without:
        return prepared.operation
    held = sum(1 << number for number in known if number not in without)
    left = graph.authorize(prepared, held).planned
    return replace(prepared.operation, selections=left)


def _normalized(operation: Operation) -> str:
    variables = ", ".join(variable.text for variable in operation.variables)
    head = f"{operation.kind} {operation.name or ''}".strip()
    return "\n".join(
        [
            f"{head}{f'({variables})' if variables else ''} {{",
            *_selections(operation.selections, "  "),
            "}",
        ]
    )


def _checks(plan: QueryPlan) -> str:
    return "\n".join(
        f"guard {check.guard}: {print_path(check.path)} by {'.'.join(check.source)}"
        for check in plan.checks
    )


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
    return f"{error.code}: {text}{in_places(error.locations)}"
