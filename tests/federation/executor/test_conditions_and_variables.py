"""Conditions are resolved before anything is sent; requests carry only what they use."""

from typing import Any

import pytest

from gateway.federation.executor.conditions import resolve_conditions
from gateway.federation.plan import ConditionNode, KeyField, KeyFragment, Parallel, Sequence
from gateway.federation.selection import Condition
from gateway.federation.selection_text import selection_text
from tests.federation.executor.kit import Case, entity, flatten, graph, path, root, select

GRAPH = graph("""
type Query { users(first: Int, of: Filter): [User] me: User }
input Filter { name: String }
type User { id: ID! name: String city: City rank: Int }
type City { name: String size: Int }
""")


def test_conditions_are_resolved_in_fields_and_fragments() -> None:
    selections = select(
        "a @include(if: $x) b @skip(if: $x) ... @include(if: $x) { c }"
        " ... on T { d @skip(if: $x) } e { f @skip(if: $x) }"
    )

    assert "a c e" == selection_text(resolve_conditions(selections, {"x": True})).replace(
        "...on T{}", ""
    ).replace("e{}", "e")
    assert "b ...on T{d} e{f}" == selection_text(resolve_conditions(selections, {"x": False}))


@pytest.mark.parametrize(
    ("variables", "expected", "asked"),
    [
        ({"a": True, "b": False}, {"name": "An", "rank": 1}, ["{me{name __fed_id:id}}", "rank"]),
        ({"a": True, "b": True}, {"name": "An"}, ["{me{name __fed_id:id}}"]),
        ({"a": False, "b": True}, {}, ["{me{__fed_id:id}}"]),
    ],
)
async def test_conditions_decide_what_is_asked_and_answered(
    variables: dict[str, Any], expected: Any, asked: list[str]
) -> None:
    case = Case(
        GRAPH,
        "me { name @include(if: $a) rank @skip(if: $b) }",
        Sequence(
            (
                root(0, "s", "me { name @include(if: $a) __fed_id: id }"),
                ConditionNode(
                    Condition("b", False),
                    flatten(1, "s", "me", entity("User", "id=__fed_id", "rank @skip(if: $b)")),
                ),
            )
        ),
    )
    response, subgraphs, _ = await case.run(
        {
            "s": [
                {"data": {"me": {"name": "An", "__fed_id": "1"}}},
                {"data": {"_entities": [{"rank": 1}]}},
            ]
        },
        variables,
    )

    assert {"data": {"me": expected}} == response
    assert len(asked) == len(subgraphs.requests)
    assert all(
        part in body["query"] for part, body in zip(asked, subgraphs.bodies("s"), strict=True)
    )


def test_few_combinations_of_conditions_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.federation.executor.compiled.MAX_VARIANTS", 2)
    fields = "rank @include(if: $a) city @include(if: $b) { name }"
    case = Case(GRAPH, f"me {{ {fields} }}", root(0, "s", f"me {{ {fields} }}"))
    compiled = case.compiled(fast_path=True)
    first, second, third = (
        {"a": True, "b": True},
        {"a": True, "b": False},
        {"a": False, "b": True},
    )
    kept = [compiled.variant(values) for values in (first, second, third)]

    assert compiled.variant(third) is kept[2]
    assert compiled.variant(second) is kept[1]
    assert compiled.variant(first) is not kept[0]


async def test_a_fetch_of_which_nothing_is_left_is_not_sent() -> None:
    case = Case(
        GRAPH,
        "me { name @include(if: $a) city @include(if: $a) { size } }",
        Sequence(
            (
                Parallel(
                    (
                        root(0, "s", "me { __fed_id: id }"),
                        root(1, "t", "me @include(if: $a) { id }"),
                    )
                ),
                flatten(
                    2,
                    "s",
                    "me",
                    entity(
                        "User",
                        "id=__fed_id",
                        "name @include(if: $a)",
                        paths=(path("me"),),
                    ),
                    entity(
                        "User",
                        "id=__fed_id",
                        "city { size }",
                        paths=(path("me"),),
                        conditions=(Condition("a", True),),
                    ),
                ),
            )
        ),
    )
    response, subgraphs, _ = await case.run(
        {"s": [{"data": {"me": {"__fed_id": "1"}}}]}, {"a": False}
    )

    assert {"data": {"me": {}}} == response
    assert 1 == len(subgraphs.requests)


async def test_an_object_whose_fields_are_all_skipped_is_asked_for_its_existence() -> None:
    case = Case(
        GRAPH,
        "me { city { name @include(if: $a) } }",
        root(0, "s", "me { city { name @include(if: $a) } }"),
    )
    response, subgraphs, _ = await case.run(
        {"s": [{"data": {"me": {"city": {"__fed_typename": "City"}}}}]}, {"a": False}
    )

    assert {"data": {"me": {"city": {}}}} == response
    assert "{me{city{__fed_typename:__typename}}}" == subgraphs.bodies("s")[0]["query"]


async def test_requests_carry_only_the_variables_that_they_use() -> None:
    definitions = {
        "variables": ("first", "of", "unused"),
        "variable_definitions": ("$first: Int", "$of: Filter", "$unused: Int"),
    }
    case = Case(
        GRAPH,
        "users(first: $first, of: $of) { id }",
        root(
            0,
            "s",
            "users(first: $first, of: {name: $of}) { id }",
            operation_name="Op",
            **definitions,
        ),
    )
    _, subgraphs, _ = await case.run({"s": [{"data": {"users": []}}]}, {"first": 3, "unused": 1})

    assert {
        "query": "query Op($first: Int,$of: Filter){users(first:$first,of:{ name: $of }){id}}",
        "operationName": "Op",
        "variables": {"first": 3},
    } == subgraphs.bodies("s")[0]


async def test_a_clients_variable_named_like_ours_does_not_collide() -> None:
    case = Case(
        GRAPH,
        "me { city { name } }",
        Sequence(
            (
                root(0, "s", "me { __fed_id: id }"),
                flatten(
                    1,
                    "s",
                    "me",
                    entity("User", "id=__fed_id", "city(x: $representations) { name }"),
                    variables=("representations",),
                    variable_definitions=("$representations: Int",),
                ),
            )
        ),
    )
    _, subgraphs, _ = await case.run(
        {
            "s": [
                {"data": {"me": {"__fed_id": "1"}}},
                {"data": {"_entities": [{"city": {"name": "x"}}]}},
            ]
        },
        {"representations": 5},
    )

    assert {
        "representations": 5,
        "representations_": [{"__typename": "User", "id": "1"}],
    } == subgraphs.bodies("s")[1]["variables"]


async def test_parts_of_a_representation_go_by_the_concrete_type() -> None:
    shop = graph("""
    type Query { items: [Item] }
    interface Item { id: ID! price: Int }
    type Book implements Item { id: ID! price: Int pages: Int }
    type Disc implements Item { id: ID! price: Int }
    """)
    fields = (
        KeyField("id", "__fed_id"),
        KeyFragment(frozenset({"Book"}), (KeyField("pages", "__fed_pages"),), "Book"),
    )
    case = Case(
        shop,
        "items { price }",
        Sequence(
            (
                root(
                    0,
                    "s",
                    "items { __fed_typename: __typename __fed_id: id"
                    " ... on Book { __fed_pages: pages } }",
                ),
                flatten(
                    1,
                    "t",
                    "items",
                    entity(
                        "Item",
                        "",
                        "price",
                        fields=fields,
                        typename_source="__fed_typename",
                        required=frozenset({"pages"}),
                    ),
                ),
            )
        ),
    )
    items = [
        {"__fed_typename": "Book", "__fed_id": "1", "__fed_pages": None},
        {"__fed_typename": "Disc", "__fed_id": "2"},
    ]
    response, subgraphs, outcome = await case.run(
        {
            "s": [{"data": {"items": items}}],
            "t": [{"data": {"_entities": [{"price": 1}, {"price": 2}]}}],
        }
    )

    assert [{"price": 1}, {"price": 2}] == response["data"]["items"]
    assert [
        {"__typename": "Book", "id": "1", "pages": None},
        {"__typename": "Disc", "id": "2"},
    ] == subgraphs.representations("t")[0]
    assert not outcome.is_general
