"""What the fast path does itself, and what it leaves to the general path."""

from typing import Any

import pytest

from gateway.federation.executor.compiled import ExecutionOptions, execute
from gateway.federation.executor.ports import FetchFailure
from gateway.federation.plan import KeyField, Parallel, Sequence
from tests.federation.executor.kit import (
    Case,
    Scripted,
    ScriptedSubgraphs,
    entity,
    flatten,
    graph,
    root,
)

GRAPH = graph("""
type Query { users: [User!] best: [Product] me: User node: Node nodes: [Node!] }
type User { id: ID! name: String friend: User city: City reviews: [Review!] }
type City { id: ID! name: String! }
type Review { id: ID! body: String product: Product author: User! }
type Product { upc: String! name: String price: Int inStock: Boolean! size: Size }
type Size { height: Int width: Int }
union Node = User | Product | City
""")


async def test_an_object_under_an_entitys_field_keeps_its_place() -> None:
    """Two entities with the same city: neither loses what is merged into it."""
    case = Case(
        GRAPH,
        "users { city { name } }",
        Sequence(
            (
                root(0, "users", "users { __fed_id: id }"),
                flatten(
                    1, "homes", "users", entity("User", "id=__fed_id", "city { __fed_id: id }")
                ),
                flatten(2, "cities", "users.city", entity("City", "id=__fed_id", "name")),
            )
        ),
    )
    response, subgraphs, outcome = await case.run(
        {
            "users": [{"data": {"users": [{"__fed_id": "1"}, {"__fed_id": "2"}]}}],
            "homes": [{"data": {"_entities": [{"city": {"__fed_id": "9"}}] * 2}}],
            "cities": [{"data": {"_entities": [{"name": "Huế"}]}}],
        }
    )

    assert {"data": {"users": [{"city": {"name": "Huế"}}] * 2}} == response
    assert [[{"__typename": "City", "id": "9"}]] == subgraphs.representations("cities")
    assert not outcome.is_general


async def test_equal_objects_are_shared_and_each_place_is_complete() -> None:
    case = Case(
        GRAPH,
        "users { reviews { product { name upc } author { name } } }",
        Sequence(
            (
                root(
                    0,
                    "reviews",
                    "users { reviews { product { upc } author { __fed_id: id } } }",
                ),
                Parallel(
                    (
                        flatten(
                            1,
                            "products",
                            "users.reviews.product",
                            entity("Product", "upc", "name"),
                        ),
                        flatten(
                            2,
                            "accounts",
                            "users.reviews.author",
                            entity("User", "id=__fed_id", "name"),
                        ),
                    )
                ),
            )
        ),
    )
    review = {"product": {"upc": "1"}, "author": {"__fed_id": "7"}}
    users = [{"reviews": [review, {**review, "product": None}]}, {"reviews": [review]}]
    response, subgraphs, outcome = await case.run(
        {
            "reviews": [{"data": {"users": users}}],
            "products": [{"data": {"_entities": [{"name": "Table"}]}}],
            "accounts": [{"data": {"_entities": [{"name": "An"}]}}],
        }
    )
    shown = {"product": {"name": "Table", "upc": "1"}, "author": {"name": "An"}}

    assert {
        "data": {"users": [{"reviews": [shown, {**shown, "product": None}]}, {"reviews": [shown]}]}
    } == response
    assert 3 == len(subgraphs.requests)
    assert not outcome.is_general


async def test_members_of_a_union_keep_their_own_fields() -> None:
    case = Case(
        GRAPH,
        "nodes { ... on User { name __typename } ... on Product { inStock upc } }",
        Sequence(
            (
                root(
                    0,
                    "a",
                    "nodes { __fed_typename: __typename ... on User { name __typename }"
                    " ... on Product { upc } }",
                ),
                flatten(1, "b", "nodes|Product", entity("Product", "upc", "inStock")),
            )
        ),
    )
    response, subgraphs, outcome = await case.run(
        {
            "a": [
                {
                    "data": {
                        "nodes": [
                            {"__fed_typename": "User", "name": "An", "__typename": "User"},
                            {"__fed_typename": "Product", "upc": "1"},
                            {"__fed_typename": "City"},
                        ]
                    }
                }
            ],
            "b": [{"data": {"_entities": [{"inStock": True}]}}],
        }
    )

    assert [
        {"name": "An", "__typename": "User"},
        {"inStock": True, "upc": "1"},
        {},
    ] == response["data"]["nodes"]
    assert [[{"__typename": "Product", "upc": "1"}]] == subgraphs.representations("b")
    assert not outcome.is_general


async def test_members_with_the_same_fields_are_told_apart() -> None:
    case = Case(
        GRAPH,
        "nodes { ... on User { name } ... on City { name } }",
        Sequence(
            (
                root(
                    0,
                    "a",
                    "nodes { __fed_typename: __typename ... on User { __fed_id: id }"
                    " ... on City { __fed_id: id } }",
                ),
                Parallel(
                    (
                        flatten(1, "b", "nodes|User", entity("User", "id=__fed_id", "name")),
                        flatten(2, "b", "nodes|City", entity("City", "id=__fed_id", "name")),
                    )
                ),
            )
        ),
    )
    nodes = [
        {"__fed_typename": "City", "__fed_id": "1"},
        {"__fed_typename": "User", "__fed_id": "2"},
    ]
    response, subgraphs, outcome = await case.run(
        {
            "a": [{"data": {"nodes": nodes}}],
            "b": [
                {"data": {"_entities": [{"name": "An"}]}},
                {"data": {"_entities": [{"name": "Huế"}]}},
            ],
        }
    )

    assert [{"name": "Huế"}, {"name": "An"}] == response["data"]["nodes"]
    assert [
        [{"__typename": "User", "id": "2"}],
        [{"__typename": "City", "id": "1"}],
    ] == subgraphs.representations("b")
    assert not outcome.is_general


async def test_a_type_that_the_api_does_not_know_is_null() -> None:
    case = Case(
        GRAPH,
        "node { __typename ... on User { name } }",
        root(0, "a", "node { __fed_typename: __typename __typename ... on User { name } }"),
    )
    response, _, outcome = await case.run(
        {"a": [{"data": {"node": {"__fed_typename": "Secret", "__typename": "Secret"}}}]}
    )

    assert {"node": None} == response["data"]
    assert ["INVALID_VALUE"] == [error["extensions"]["code"] for error in response["errors"]]
    assert outcome.is_general


async def test_one_fetch_serves_several_types_and_places() -> None:
    case = Case(
        GRAPH,
        "me { name } best { name }",
        Sequence(
            (
                Parallel(
                    (
                        root(0, "a", "me { __fed_id: id }"),
                        root(1, "b", "best { __fed_upc: upc }"),
                    )
                ),
                flatten(
                    2,
                    "c",
                    "me best",
                    entity("User", "id=__fed_id", "name", paths=(_path("me"),)),
                    entity("Product", "upc=__fed_upc", "name", paths=(_path("best"),)),
                ),
            )
        ),
    )
    response, subgraphs, outcome = await case.run(
        {
            "a": [{"data": {"me": {"__fed_id": "1"}}}],
            "b": [{"data": {"best": [{"__fed_upc": "x"}, None, {"__fed_upc": "y"}]}}],
            "c": [
                {
                    "data": {
                        "_entities": [
                            {"__fed_typename": "User", "name": "An"},
                            {"__fed_typename": "Product", "name": "Table"},
                            {"__fed_typename": "Product", "name": None},
                        ]
                    }
                }
            ],
        }
    )

    assert {
        "data": {"me": {"name": "An"}, "best": [{"name": "Table"}, None, {"name": None}]}
    } == response
    assert [
        [
            {"__typename": "User", "id": "1"},
            {"__typename": "Product", "upc": "x"},
            {"__typename": "Product", "upc": "y"},
        ]
    ] == subgraphs.representations("c")
    assert not outcome.is_general


async def test_nested_keys_are_sent_as_objects() -> None:
    key = KeyField("city", "__fed_city", (KeyField("id", "id"),))
    case = Case(
        GRAPH,
        "users { name }",
        Sequence(
            (
                root(0, "a", "users { __fed_city: city { id } }"),
                flatten(1, "b", "users", entity("User", "", "name", fields=(key,))),
            )
        ),
    )
    response, subgraphs, outcome = await case.run(
        {
            "a": [{"data": {"users": [{"__fed_city": {"id": "1", "x": 2}}] * 2}}],
            "b": [{"data": {"_entities": [{"name": "An"}]}}],
        }
    )

    assert {"data": {"users": [{"name": "An"}] * 2}} == response
    assert [[{"__typename": "User", "city": {"id": "1"}}]] == subgraphs.representations("b")
    assert not outcome.is_general


async def test_a_key_may_be_an_object_that_the_client_asked_for() -> None:
    key = KeyField("city", "city", (KeyField("id", "__fed_id"),))
    case = Case(
        GRAPH,
        "users { name city { name } }",
        Sequence(
            (
                root(0, "a", "users { city { name __fed_id: id } }"),
                flatten(1, "b", "users", entity("User", "", "name", fields=(key,))),
            )
        ),
    )
    city = {"name": "Huế", "__fed_id": "9"}
    response, subgraphs, outcome = await case.run(
        {
            "a": [{"data": {"users": [{"city": city}, {"city": city}]}}],
            "b": [{"data": {"_entities": [{"name": "An"}]}}],
        }
    )

    assert [{"name": "An", "city": {"name": "Huế"}}] * 2 == response["data"]["users"]
    assert [[{"__typename": "User", "city": {"id": "9"}}]] == subgraphs.representations("b")
    assert not outcome.is_general


@pytest.mark.parametrize(("found", "is_general"), [("User", False), ("City", True)])
async def test_a_member_that_the_plan_does_not_expect_is_left_to_the_general_path(
    found: str, is_general: bool
) -> None:
    """The plan knows that this subgraph has no cities, and asks nothing for them."""
    case = Case(
        GRAPH,
        "node { ... on User { name } ... on City { name } }",
        root(0, "a", "node { __fed_typename: __typename ... on User { name } }"),
    )
    response, _, outcome = await case.run(
        {"a": [{"data": {"node": {"__fed_typename": found, "name": "x"}}}]}
    )

    assert is_general == outcome.is_general
    assert (None if is_general else {"name": "x"}) == response["data"]["node"]


def _path(text: str) -> Any:
    from tests.federation.executor.kit import path

    return path(text)


@pytest.mark.parametrize(
    ("users", "expected"),
    [
        ([{"name": "A", "__fed_id": None}], [{"name": "A", "city": None}]),
        ([{"name": "A"}], [{"name": "A", "city": None}]),
        (None, None),
        ([], []),
    ],
)
async def test_without_a_key_nothing_is_asked(users: Any, expected: Any) -> None:
    case = Case(
        GRAPH,
        "users { name city { name } }",
        Sequence(
            (
                root(0, "a", "users { name __fed_id: id }"),
                flatten(1, "b", "users", entity("User", "id=__fed_id", "city { name }")),
            )
        ),
    )
    response, subgraphs, _ = await case.run({"a": [{"data": {"users": users}}], "b": []})

    assert {"users": expected} == response["data"]
    assert [] == subgraphs.bodies("b")


@pytest.mark.parametrize(
    ("answer", "is_general"),
    [(FetchFailure("gone"), False), (b"not JSON", False), ({"data": {"me": 1}}, True)],
)
async def test_slower_paths_take_over_without_sending_again(
    answer: Scripted, is_general: bool
) -> None:
    """The second fetch is under way when the first one fails."""
    case = Case(
        GRAPH,
        "me { name } best { name price }",
        Sequence(
            (
                Parallel(
                    (root(0, "a", "me { name }"), root(1, "b", "best { name __fed_upc: upc }"))
                ),
                flatten(2, "c", "best", entity("Product", "upc=__fed_upc", "price")),
            )
        ),
    )
    response, subgraphs, outcome = await case.run(
        {
            "a": [answer],
            "b": [{"data": {"best": [{"name": "T", "__fed_upc": "1"}]}}],
            "c": [{"data": {"_entities": [{"price": 5}]}}],
        }
    )

    assert {"me": None, "best": [{"name": "T", "price": 5}]} == response["data"]
    assert ["a", "b", "c"] == [request.subgraph for request in subgraphs.requests]
    assert 3 == outcome.fetches
    assert is_general == outcome.is_general


async def test_operations_that_come_once_are_not_compiled() -> None:
    case = Case(GRAPH, "me { name }", root(0, "a", "me { name }"))
    case.options = ExecutionOptions()
    compiled = case.compiled(True)
    compiled.options = ExecutionOptions()
    paths = []
    for _ in range(3):
        subgraphs = ScriptedSubgraphs({"a": [{"data": {"me": {"name": "An"}}}]})
        outcome = await execute(compiled, {}, subgraphs)
        paths.append(outcome.is_general)

    assert [True, False, False] == paths


@pytest.mark.parametrize("errors", [None, []])
async def test_a_subgraph_may_say_that_there_are_no_errors(errors: Any) -> None:
    case = Case(GRAPH, "me { name }", root(0, "a", "me { name }"))
    used = case.compiled(fast_path=True)
    subgraphs = ScriptedSubgraphs({"a": [{"data": {"me": {"name": "An"}}, "errors": errors}]})
    outcome = await execute(used, {}, subgraphs)

    assert b'{"data":{"me":{"name":"An"}}}' == outcome.body
    assert used.variant({}).fast_path() is not None
