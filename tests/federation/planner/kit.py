"""Plans operations on the toy supergraphs of this folder and prints the plans."""

from collections.abc import Iterable
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

_HEAD = """
schema
  @link(url: "https://specs.apollo.dev/link/v1.0")
  @link(url: "https://specs.apollo.dev/join/v0.5", for: EXECUTION)
LINKS { query: Query }
directive @join__graph(name: String!, url: String!) on ENUM_VALUE
"""

SUPERGRAPHS = Path(__file__).parent / "supergraphs"


@cache
def graph(name: str) -> QueryGraph:
    return build_query_graph(read_supergraph((SUPERGRAPHS / f"{name}.graphql").read_text()))


def graph_of(subgraphs: Iterable[str], types: str, *, links: str = "") -> QueryGraph:
    """The query graph of a supergraph of which only the types are written out.

    Args:
        subgraphs: Names of the subgraphs; in ``join__Graph`` they stand in capitals.
        types: The types with their join directives.
        links: Further ``@link`` applications of the schema.
    """
    values = " ".join(
        f'{name.upper()} @join__graph(name: "{name}", url: "http://{name}")' for name in subgraphs
    )
    return build_query_graph(
        read_supergraph(
            f"{_HEAD.replace('LINKS', links)} enum join__Graph {{ {values} }}\n{types}"
        )
    )


def plan_on(graph: QueryGraph, operation: str) -> QueryPlan:
    """The plan of an operation on a graph."""
    return plan_operation(graph, prepare_operation(graph.supergraph, operation))


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
