"""No plan has more hops or fetches than if each root field had one place to be fetched from."""

import pytest

from gateway.federation.plan import (
    ConditionNode,
    Fetch,
    Flatten,
    Parallel,
    PlanNode,
    QueryPlan,
    Sequence,
)
from gateway.federation.planner.errors import PlanningError
from gateway.federation.query_graph.graph import QueryGraph
from tests.federation.planner.kit import plan_on
from tests.federation.planner.random_graphs import RandomGraph

GRAPHS = 128
OPERATIONS = 3
NARROWED = 8


def cost(plan: QueryPlan) -> tuple[int, int]:
    """The number of fetches one after the other, and of all fetches."""
    return _cost(plan.node) if plan.node is not None else (0, 0)


def _cost(node: PlanNode) -> tuple[int, int]:
    match node:
        case Sequence(nodes):
            costs = [_cost(child) for child in nodes]
            return sum(hops for hops, _ in costs), sum(fetches for _, fetches in costs)
        case Parallel(nodes):
            costs = [_cost(child) for child in nodes]
            return max(hops for hops, _ in costs), sum(fetches for _, fetches in costs)
        case ConditionNode(_, child) | Flatten(_, child):
            return _cost(child)
        case Fetch():
            return 1, 1
        case _:
            return 0, 0


def cost_of(graph: QueryGraph, operation: str) -> tuple[int, int] | None:
    """What an operation costs; ``None`` if the graph does not resolve it."""
    try:
        return cost(plan_on(graph, operation))
    except PlanningError:
        return None


@pytest.mark.parametrize("first", range(0, GRAPHS, 32))
def test_no_choice_of_root_fetches_is_better(first: int) -> None:
    compared = 0
    for seed in range(first, first + 32):
        random_graph = RandomGraph(seed)
        graph = random_graph.graph()
        for number in range(OPERATIONS):
            operation = random_graph.operation(number)
            chosen = cost_of(graph, operation)
            if chosen is None:
                continue
            for other in random_graph.with_one_home_each(operation, NARROWED):
                narrowed = cost_of(other.graph(), operation)
                compared += narrowed is not None

                assert narrowed is None or chosen <= narrowed, f"{seed}: {operation}"

    assert compared
