"""What a lost key, input or fetch costs: the fields that need it, with the error of its cause."""

from dataclasses import replace
from typing import Any

import pytest

from gateway.federation.plan import KeyField, Sequence
from tests.federation.executor.error_kit import GRAPH, error, requiring, shown
from tests.federation.executor.kit import Case, entity, flatten, graph, root


async def test_a_lost_key_explains_the_fields_that_could_not_be_fetched() -> None:
    case = Case(
        GRAPH,
        "users { name }",
        Sequence(
            (
                root(0, "a", "users { __fed_id: id }"),
                flatten(1, "b", "users", entity("User", "id=__fed_id", "name")),
            )
        ),
    )
    response, _, _ = await case.run(
        {
            "a": [
                {
                    "data": {"users": [{"__fed_id": None}]},
                    "errors": [error("users", 0, "__fed_id")],
                }
            ]
        }
    )

    assert [{"name": None}] == response["data"]["users"]
    assert [shown("users", 0, "name", service="a")] == response["errors"]


async def test_a_failed_fetch_costs_what_follows_from_it_too() -> None:
    case = Case(
        GRAPH,
        "users { name more }",
        Sequence(
            (
                root(0, "a", "users { id }"),
                flatten(1, "b", "users", entity("User", "id", "name __fed_key: id")),
                flatten(2, "c", "users", entity("User", "id=__fed_key", "more")),
            )
        ),
    )
    response, subgraphs, _ = await case.run(
        {
            "a": [{"data": {"users": [{"id": "1"}]}}],
            "b": [b"<html>"],
        }
    )

    assert [["users", 0, "name"], ["users", 0, "more"]] == [
        item["path"] for item in response["errors"]
    ]
    assert [] == subgraphs.bodies("c")


@pytest.mark.parametrize("answered", [{"name": None, "more": None}, None])
async def test_a_lost_input_explains_only_the_fields_that_need_it(answered: Any) -> None:
    needs = KeyField("city", "__fed_city", (KeyField("name", "name"),))
    case = Case(
        requiring(),
        "me { name more }",
        Sequence(
            (
                root(0, "a", "me { __fed_id: id __fed_city: city { name } }"),
                flatten(
                    1,
                    "b",
                    "me",
                    entity(
                        "User",
                        "",
                        "name ... on User { more }",
                        fields=(KeyField("id", "__fed_id"), needs),
                        required=frozenset({"city"}),
                    ),
                ),
            )
        ),
    )
    response, subgraphs, _ = await case.run(
        {
            "a": [
                {
                    "data": {"me": {"__fed_id": "1", "__fed_city": None}},
                    "errors": [error("me", "__fed_city", "name", message="no city")],
                }
            ],
            "b": [{"data": {"_entities": [answered]}}],
        }
    )

    assert {"me": {"name": None, "more": None}} == response["data"]
    assert [["me", "name"]] == [item["path"] for item in response["errors"]]
    assert [[{"__typename": "User", "id": "1", "city": None}]] == subgraphs.representations("b")


@pytest.mark.parametrize(
    ("asked", "key", "input_value", "broken"),
    [
        ("__fed_city: tags", KeyField("city", "__fed_city"), ["x", None], 1),
        (
            "__fed_city: homes { name }",
            KeyField("city", "__fed_city", (KeyField("name", "name"),)),
            [None, {"name": "Huế"}],
            0,
        ),
    ],
)
async def test_an_input_list_is_sent_with_nulls_where_errors_took_items_away(
    asked: str, key: KeyField, input_value: list[Any], broken: int
) -> None:
    homes = graph(GRAPH.sdl.replace("tags: [String]", "tags: [String] homes: [City]"))
    case = Case(
        replace(homes, subgraphs=requiring().subgraphs),
        "me { name }",
        Sequence(
            (
                root(0, "a", f"me {{ __fed_id: id {asked} }}"),
                flatten(
                    1,
                    "b",
                    "me",
                    entity(
                        "User",
                        "",
                        "name",
                        fields=(KeyField("id", "__fed_id"), key),
                        required=frozenset({"city"}),
                    ),
                ),
            )
        ),
    )
    found = {"me": {"__fed_id": "1", "__fed_city": input_value}}
    response, subgraphs, _ = await case.run(
        {
            "a": [{"data": found, "errors": [error("me", "__fed_city", broken)]}],
            "b": [{"data": {"_entities": [{"name": None}]}}],
        }
    )

    assert input_value == subgraphs.representations("b")[0][0]["city"]
    assert [["me", "name"]] == [item["path"] for item in response["errors"]]


@pytest.mark.parametrize(
    ("types", "shown_thing"),
    [("type Whole implements Thing { id: ID! }", None), ("", {"size": None})],
)
async def test_a_failed_fetch_explains_an_object_whose_type_nobody_told(
    types: str, shown_thing: Any
) -> None:
    """Where there is one type only it needs no telling."""
    things = graph(
        "type Query { thing: Thing } interface Thing { id: ID! }"
        f" type Part implements Thing {{ id: ID! size: Int }} {types}"
    )
    case = Case(
        things,
        "thing { ... on Part { size } }",
        Sequence(
            (
                root(0, "a", "thing { __fed_typename: __typename __fed_id: id }"),
                flatten(
                    1,
                    "b",
                    "thing",
                    entity(
                        "Thing",
                        "id=__fed_id",
                        "__fed_typename: __typename ... on Part { size }",
                    ),
                ),
            )
        ),
    )
    response, _, _ = await case.run(
        {
            "a": [{"data": {"thing": {"__fed_typename": "Thing", "__fed_id": "1"}}}],
            "b": [{"errors": [error()]}],
        }
    )

    assert {"thing": shown_thing} == response["data"]
    assert [["thing", "size"]] == [item["path"] for item in response["errors"]]
