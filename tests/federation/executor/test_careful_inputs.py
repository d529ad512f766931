"""Keys and inputs that lack a value, and what is asked or told then without the general path."""

from dataclasses import replace
from typing import Any

import pytest

from gateway.federation.plan import KeyField, Sequence
from gateway.federation.supergraph.model import Subgraph, SubgraphField, SubgraphType, TypeKind
from tests.federation.executor.careful_kit import GRAPH
from tests.federation.executor.error_kit import error, requiring
from tests.federation.executor.kit import Case, entity, flatten, root, select


async def test_nothing_is_asked_for_objects_without_a_key() -> None:
    case = Case(
        GRAPH,
        "best { name price }",
        Sequence(
            (
                root(0, "a", "best { __fed_name: name }"),
                flatten(1, "b", "best", entity("Product", "name=__fed_name", "name price")),
            )
        ),
    )
    response, subgraphs, outcome = await case.run(
        {
            "a": [{"data": {"best": [{"__fed_name": None}, {"__fed_name": "n"}]}}],
            "b": [{"data": {"_entities": [{"name": "n", "price": 1}]}}],
        }
    )

    assert [None, {"name": "n", "price": 1}] == response["data"]["best"]
    assert [[{"__typename": "Product", "name": "n"}]] == subgraphs.representations("b")
    assert not outcome.is_general


async def test_an_error_that_took_a_key_away_explains_what_was_not_asked() -> None:
    case = Case(
        GRAPH,
        "best { name }",
        Sequence(
            (
                root(0, "a", "best { __fed_name: name }"),
                flatten(1, "b", "best", entity("Product", "name=__fed_name", "name")),
            )
        ),
    )
    response, subgraphs, outcome = await case.run(
        {
            "a": [
                {
                    "data": {"best": [{"__fed_name": None}]},
                    "errors": [error("best", 0, "__fed_name")],
                }
            ]
        }
    )

    assert [["best", 0, "name"]] == [item["path"] for item in response["errors"]]
    assert ["a"] == [request.subgraph for request in subgraphs.requests]
    assert not outcome.is_general


@pytest.mark.parametrize("answered", [{"name": None, "more": "m"}, {"name": "n", "more": "m"}])
async def test_a_lost_input_explains_a_null_and_no_value(answered: Any) -> None:
    case = Case(
        requiring(),
        "me { name more }",
        Sequence(
            (
                root(0, "a", "me { __fed_id: id __fed_city: name }"),
                flatten(
                    1,
                    "b",
                    "me",
                    entity(
                        "User",
                        "",
                        "name more",
                        fields=(KeyField("id", "__fed_id"), KeyField("city", "__fed_city")),
                        required=frozenset({"city"}),
                    ),
                ),
            )
        ),
    )
    response, _, outcome = await case.run(
        {
            "a": [
                {
                    "data": {"me": {"__fed_id": "1", "__fed_city": None}},
                    "errors": [error("me", "__fed_city")],
                }
            ],
            "b": [{"data": {"_entities": [answered]}}],
        }
    )

    assert (answered["name"] is None) == ("errors" in response)
    assert not outcome.is_general


async def test_a_lost_input_explains_a_null_that_may_not_be() -> None:
    fields = {"must": SubgraphField("must", "Int!", "Int", requires=select("city { name }"))}
    types = {"User": SubgraphType("User", TypeKind.OBJECT, fields=fields)}
    case = Case(
        replace(GRAPH, subgraphs={"b": Subgraph("b", "B", "", types)}),
        "me { must }",
        Sequence(
            (
                root(0, "a", "me { __fed_id: id __fed_city: name }"),
                flatten(
                    1,
                    "b",
                    "me",
                    entity(
                        "User",
                        "",
                        "must",
                        fields=(KeyField("id", "__fed_id"), KeyField("city", "__fed_city")),
                        required=frozenset({"city"}),
                    ),
                ),
            )
        ),
    )
    lost = {"data": {"me": {"__fed_id": "1", "__fed_city": None}}}
    response, _, outcome = await case.run(
        {
            "a": [lost | {"errors": [error("me", "__fed_city", message="lost")]}],
            "b": [{"data": {"_entities": [None]}}],
        }
    )

    assert ["lost"] == [item["message"] for item in response["errors"]]
    assert not outcome.is_general


async def test_an_input_that_is_null_for_no_told_reason_is_sent_as_null() -> None:
    """``must`` may not be null; the subgraph that has it does not know the user."""
    case = Case(
        requiring(),
        "me { name }",
        Sequence(
            (
                root(0, "a", "me { __fed_id: id }"),
                flatten(1, "c", "me", entity("User", "id=__fed_id", "__fed_must: must")),
                flatten(
                    2,
                    "b",
                    "me",
                    entity(
                        "User",
                        "",
                        "name",
                        fields=(KeyField("id", "__fed_id"), KeyField("city", "__fed_must")),
                        required=frozenset({"city"}),
                    ),
                ),
            )
        ),
    )
    response, _, outcome = await case.run(
        {
            "a": [{"data": {"me": {"__fed_id": "1"}}}],
            "c": [{"data": {"_entities": [None]}}],
            "b": [{"data": {"_entities": [{"name": None}]}}],
        }
    )

    assert {"data": {"me": {"name": None}}} == response
    assert not outcome.is_general


@pytest.mark.parametrize(
    ("city", "is_general"), [({"__fed_id": None}, True), (None, False), ({"__fed_id": "7"}, False)]
)
async def test_a_null_inside_a_key_is_left_to_the_general_path(
    city: Any, is_general: bool
) -> None:
    case = Case(
        GRAPH,
        "users { name city { id } } me { id }",
        Sequence(
            (
                root(0, "a", "users { __fed_city: city { __fed_id: id } city { id } } me { id }"),
                flatten(
                    1,
                    "b",
                    "users",
                    entity(
                        "User",
                        "",
                        "name",
                        fields=(KeyField("city", "__fed_city", (KeyField("id", "__fed_id"),)),),
                    ),
                ),
            )
        ),
    )
    users = [
        {"__fed_city": {"__fed_id": "1"}, "city": {"id": "1"}},
        {"__fed_city": city, "city": None},
    ]
    asked = 1 if is_general or city is None else 2
    _, subgraphs, outcome = await case.run(
        {
            "a": [
                {
                    "data": {"users": users, "me": None},
                    "errors": [error("me", message="whoever")],
                }
            ],
            "b": [{"data": {"_entities": [{"name": "n"}] * asked}}],
        }
    )

    assert asked == len(subgraphs.representations("b")[0])
    assert is_general == outcome.is_general
