"""Plans operations on the toy supergraphs of this folder and prints the plans."""

from functools import cache
from pathlib import Path

from gateway.federation.operation.preparation import prepare_operation
from gateway.federation.plan import QueryPlan
from gateway.federation.plan_printing import print_plan
from gateway.federation.planner.guard_spec import GuardSpec
from gateway.federation.planner.limits import PlannerLimits
from gateway.federation.planner.planning import plan_operation
from gateway.federation.query_graph.graph import QueryGraph, build_query_graph
from gateway.federation.supergraph.reader import read_supergraph

SUPERGRAPHS = Path(__file__).parent / "supergraphs"


@cache
def graph(name: str) -> QueryGraph:
    return build_query_graph(read_supergraph((SUPERGRAPHS / f"{name}.graphql").read_text()))


def planned(
    name: str,
    operation: str,
    *,
    guards: GuardSpec | None = None,
    limits: PlannerLimits | None = None,
    labels: frozenset[str] = frozenset(),
) -> QueryPlan:
    prepared = prepare_operation(graph(name).supergraph, operation)
    return plan_operation(
        graph(name),
        prepared,
        guards=guards,
        limits=limits or PlannerLimits(),
        override_labels=labels,
    )


def plan(
    name: str,
    operation: str,
    *,
    guards: GuardSpec | None = None,
    labels: frozenset[str] = frozenset(),
) -> str:
    """The printed plan, with a line break at its end."""
    return print_plan(planned(name, operation, guards=guards, labels=labels)) + "\n"
