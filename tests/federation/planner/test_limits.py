"""Bounds: hostile operations and graphs end within a budget of steps."""

import re
from dataclasses import replace

import pytest
from graphql import DocumentNode, FieldNode, Visitor, parse, visit

from bench.wide_graph import wide_operation, wide_supergraph
from gateway.federation.operation.preparation import prepare_operation
from gateway.federation.plan import QueryPlan
from gateway.federation.plan_printing import print_plan
from gateway.federation.planner.errors import PlanningError, PlanningLimitError
from gateway.federation.planner.limits import PlannerLimits
from gateway.federation.planner.planning import plan_operation
from gateway.federation.query_graph.graph import build_query_graph
from gateway.federation.selection import Field, SelectionSet
from gateway.federation.supergraph.reader import read_supergraph
from tests.federation.planner.kit import graph_of, plan_on, planned

SUBGRAPHS = 30


def every(text: str) -> str:
    """Repeats a text for every subgraph."""
    return " ".join(text.replace("#", f"{n:02}") for n in range(SUBGRAPHS))


NAMES = [f"s{n:02}" for n in range(SUBGRAPHS)]


def plan_of(types: str, operation: str) -> QueryPlan:
    return plan_on(graph_of(NAMES, types), operation)


KEYED = every('@join__type(graph: S#, key: "id")')
ENTITY = (
    f"type Query {every('@join__type(graph: S#)')} {{ {every('q#: T @join__field(graph: S#)')} }}"
    f" type T {KEYED} {{ id: ID! child: T shared: Int"
    f" {every('own#: Int @join__field(graph: S#)')} }}"
)
VALUE = (
    f"type Query {every('@join__type(graph: S#)')} {{ v: V }}"
    f" type V {every('@join__type(graph: S#)')} {{ child: V shared: Int"
    f" {every('own#: Int @join__field(graph: S#)')} }}"
)

BOTH = (
    f"type Query {every('@join__type(graph: S#)')} {{ t: T }}"
    f" type T {KEYED} {{ id: ID! v: V {every('own#: Int @join__field(graph: S#)')} }}"
    f" type V {every('@join__type(graph: S#)')} {{ shared: Int"
    f" {every('own#: Int @join__field(graph: S#)')} }}"
)


def nested(levels: int, fields: str) -> str:
    return f"{fields} child {{ {nested(levels - 1, fields)} }}" if levels else fields


def test_shared_fields_of_an_entity_in_many_subgraphs() -> None:
    made = plan_of(ENTITY, f"{{ q00 {{ {nested(25, 'shared own03 own17')} }} }}")

    assert made.nodes_considered < 500


def test_shared_fields_of_a_value_type_in_many_subgraphs() -> None:
    made = plan_of(VALUE, f"{{ v {{ {nested(50, 'shared')} }} }}")

    assert made.nodes_considered < 500


def test_a_value_type_split_over_many_subgraphs() -> None:
    fields = " ".join(f"own{n:02}" for n in range(SUBGRAPHS))
    made = plan_of(VALUE, f"{{ v {{ {nested(2, fields)} }} }}")

    assert made.nodes_considered < 4_000


def test_a_shared_root_field_to_an_entity_in_many_subgraphs() -> None:
    made = plan_of(BOTH, f"{{ t {{ {every('own#')} }} }}")

    assert made.nodes_considered < 3_000


def test_values_of_an_entity_that_one_other_subgraph_resolves() -> None:
    fields = " ".join(f"a{n}: v {{ shared own{n % SUBGRAPHS:02} }}" for n in range(40))
    made = plan_of(BOTH, f"{{ t {{ {fields} }} }}")

    assert made.nodes_considered < 6_000


def test_values_of_an_entity_in_parts_of_few_subgraphs() -> None:
    fields = " ".join(f"a{n}: v {{ own03 own{(n + 7) % SUBGRAPHS:02} }}" for n in range(40))
    made = plan_of(BOTH, f"{{ t {{ {fields} }} }}")

    assert made.nodes_considered < 9_000


def test_all_fields_of_an_entity_in_many_subgraphs() -> None:
    fields = " ".join(f"own{n:02}" for n in range(SUBGRAPHS))
    made = plan_of(ENTITY, f"{{ q00 {{ {nested(3, fields)} }} }}")

    assert made.nodes_considered < 2_000


def test_a_chain_of_keys_through_all_subgraphs() -> None:
    parts = []
    for n in range(SUBGRAPHS):
        keys = f'@join__type(graph: S{n:02}, key: "k{n}")'
        if n + 1 < SUBGRAPHS:
            keys += f' @join__type(graph: S{n:02}, key: "k{n + 1}")'
        parts.append(keys)
    fields = []
    for n in range(SUBGRAPHS):
        also = f" @join__field(graph: S{n - 1:02})" if n else ""
        fields.append(f"k{n}: ID! @join__field(graph: S{n:02}){also}")
        fields.append(f"own{n}: Int @join__field(graph: S{n:02})")
    sdl = (
        f"type Query {every('@join__type(graph: S#)')} {{ q: T @join__field(graph: S00) }}"
        f" type T {' '.join(parts)} {{ {' '.join(fields)} }}"
    )

    made = plan_of(sdl, f"{{ q {{ own{SUBGRAPHS - 1} }} }}")

    assert made.nodes_considered < 2_000


def test_the_benchmark_query() -> None:
    text = "{ users { reviews { product { name reviews { author { name } } } } } }"

    assert planned("products", text).nodes_considered < 100


def test_two_hundred_fields_of_thirty_subgraphs() -> None:
    graph = build_query_graph(read_supergraph(wide_supergraph()))
    operation = wide_operation()
    made = plan_on(graph, operation)

    asked = _fields(parse(operation))
    fetched = set(re.findall(r'service: "(\w+)"', print_plan(made)))
    assert (200, 30) == (len(asked), len(fetched))
    assert made.nodes_considered < 2_500


def _fields(document: DocumentNode) -> list[FieldNode]:
    found: list[FieldNode] = []

    class Collector(Visitor):
        def enter_field(self, node: FieldNode, *_: object) -> None:
            found.append(node)

    visit(document, Collector())
    return found


def test_more_steps_than_allowed() -> None:
    with pytest.raises(PlanningLimitError, match="more than the 2 steps") as caught:
        planned("products", "{ me { name reviews { body } } }", limits=PlannerLimits(steps=2))

    assert "QUERY_PLANNING_FAILED" == caught.value.code


def test_more_fetches_than_allowed() -> None:
    with pytest.raises(PlanningLimitError, match="more than the 1 fetches"):
        planned("products", "{ me { name reviews { body } } }", limits=PlannerLimits(fetches=1))


def test_what_no_subgraph_resolves_is_named() -> None:
    sdl = (
        "type Query @join__type(graph: S00) @join__type(graph: S01)"
        " { t: T @join__field(graph: S00) }"
        " type T @join__type(graph: S00) @join__type(graph: S01)"
        " { a: Int @join__field(graph: S00) deep: T b: Int @join__field(graph: S01) }"
    )

    with pytest.raises(PlanningError) as caught:
        plan_of(sdl, "{ t { a deep { b } } }")

    expected = "No subgraph resolves what the operation asks for: t.deep.b."
    assert expected == caught.value.message


def test_plans_are_the_same_every_time() -> None:
    text = "{ users { name reviews { product { inStock shippingEstimate } } } }"

    assert planned("products", text) == planned("products", text)


def test_an_operation_too_deep_for_the_interpreter_is_a_planning_error() -> None:
    leaf: SelectionSet = (Field("shared", "shared"),)
    for _ in range(400):
        leaf = (Field("child", "child", (), leaf),)
    graph = graph_of(NAMES, VALUE)
    operation = replace(
        prepare_operation(graph.supergraph, "{ v { shared } }"),
        selections=(Field("v", "v", (), leaf),),
    )

    with pytest.raises(PlanningLimitError, match="nested too deeply"):
        plan_operation(graph, operation)
