"""Where the errors of subgraphs stand in the response: once per cause, at the client's path."""

from dataclasses import replace
from typing import Any

import pytest

from gateway.federation.executor.compiled import ExecutionOptions
from gateway.federation.executor.outcome import ErrorListing
from gateway.federation.plan import KeyField, Parallel, Sequence
from gateway.federation.supergraph.model import (
    Subgraph,
    SubgraphField,
    SubgraphType,
    Supergraph,
    TypeKind,
)
from tests.federation.executor.kit import Case, entity, flatten, graph, path, root, select

GRAPH = graph("""
type Query { users: [User] me: User }
type User { id: ID! name: String city: City tags: [String] must: Int! more: String }
type City { name: String! mayor: User }
""")
ENTITY = Case(
    GRAPH,
    "users { id name city { name } }",
    Sequence(
        (
            root(0, "a", "users { id }"),
            flatten(1, "b", "users", entity("User", "id", "name city { name }")),
        )
    ),
)


def error(*at: Any, message: str = "broken") -> dict[str, Any]:
    return {"message": message, "path": list(at)} if at else {"message": message}


def shown(*at: Any, message: str = "broken", service: str = "b") -> dict[str, Any]:
    extensions = {"code": "DOWNSTREAM_SERVICE_ERROR", "serviceName": service}
    where = {"path": list(at)} if at else {}
    return {"message": message, **where, "extensions": extensions}


async def ask(answer: Any, users: int = 2, case: Case = ENTITY) -> dict[str, Any]:
    listed = [{"id": str(number)} for number in range(users)]
    response, _, _ = await case.run({"a": [{"data": {"users": listed}}], "b": [answer]})
    return response


GOOD = {"name": "An", "city": {"name": "Huế"}}


async def test_an_error_below_a_field_that_the_subgraph_nulled_names_the_field() -> None:
    response = await ask(
        {
            "data": {"_entities": [{"name": "An", "city": None}, GOOD]},
            "errors": [error("_entities", 0, "city", "name")],
        }
    )

    assert {"id": "0", "name": "An", "city": None} == response["data"]["users"][0]
    assert [shown("users", 0, "city", "name")] == response["errors"]


async def test_an_error_of_an_entity_stands_at_each_of_its_fields() -> None:
    response = await ask(
        {
            "data": {"_entities": [None, GOOD]},
            "errors": [error("_entities", 0)],
        }
    )

    assert {"id": "0", "name": None, "city": None} == response["data"]["users"][0]
    assert [shown("users", 0, "name"), shown("users", 0, "city")] == response["errors"]


async def test_errors_without_data_cost_every_field_of_the_fetch() -> None:
    response = await ask({"data": None, "errors": [error(), error(message="second")]}, 1)

    assert [{"id": "0", "name": None, "city": None}] == response["data"]["users"]
    assert [
        shown("users", 0, "name"),
        shown("users", 0, "city"),
        shown(message="second"),
    ] == response["errors"]


async def test_a_list_of_entities_that_is_null_with_an_error_costs_the_fetch() -> None:
    response = await ask({"data": {"_entities": None}, "errors": [error("_entities")]}, 1)

    assert [shown("users", 0, "name"), shown("users", 0, "city")] == response["errors"]


async def test_an_error_without_path_explains_the_nulls_of_its_answer() -> None:
    response = await ask(
        {
            "data": {"_entities": [{"name": None, "city": None}, GOOD]},
            "errors": [error()],
        }
    )

    assert [shown("users", 0, "name"), shown("users", 0, "city")] == response["errors"]


async def test_an_error_without_path_beside_full_data_stands_without_path() -> None:
    response = await ask({"data": {"_entities": [GOOD, GOOD]}, "errors": [error()]})

    assert [shown()] == response["errors"]
    assert "name" in response["data"]["users"][1]


async def test_an_error_of_a_field_that_has_a_value_keeps_its_path() -> None:
    response = await ask(
        {
            "data": {"_entities": [GOOD, GOOD]},
            "errors": [error("_entities", 1, "city", "name")],
        }
    )

    assert [shown("users", 1, "city", "name")] == response["errors"]


@pytest.mark.parametrize(
    "at",
    [
        ("_entities", 0, "secret"),
        ("_entities", 0, 5),
        ("_entities", 0, "city", "secret"),
        ("_entities", 0, "city", 3),
    ],
)
async def test_an_error_at_something_unasked_does_not_name_it(at: Any) -> None:
    response = await ask({"data": {"_entities": [GOOD, GOOD]}, "errors": [error(*at)]})

    assert "secret" not in str(response)
    assert 1 == len(response["errors"])


@pytest.mark.parametrize("raw", [1, {"message": 1}, {"path": "x"}, {"path": [1.5]}])
async def test_a_malformed_error_is_an_error_all_the_same(raw: Any) -> None:
    response = await ask({"data": {"_entities": [GOOD, GOOD]}, "errors": [raw]})

    assert ["A subgraph could not answer"] == [item["message"] for item in response["errors"]]


async def test_a_root_field_nulled_by_its_sibling_has_the_siblings_error() -> None:
    case = Case(GRAPH, "me { name } users { id }", root(0, "b", "me { name } users { id }"))
    response, _, _ = await case.run({"b": [{"data": None, "errors": [error("me")]}]})

    assert [shown("me"), shown("users")] == response["errors"]


async def test_an_error_without_path_explains_a_null_root_field() -> None:
    case = Case(GRAPH, "me { name } users { id }", root(0, "b", "me { name } users { id }"))
    response, _, _ = await case.run(
        {"b": [{"data": {"me": None, "users": []}, "errors": [error()]}]}
    )

    assert [shown("me")] == response["errors"]


async def test_an_error_at_a_list_item_keeps_its_index() -> None:
    case = Case(GRAPH, "me { tags }", root(0, "b", "me { tags }"))
    response, _, _ = await case.run(
        {"b": [{"data": {"me": {"tags": ["a", None]}}, "errors": [error("me", "tags", 1)]}]}
    )

    assert ["a", None] == response["data"]["me"]["tags"]
    assert [shown("me", "tags", 1)] == response["errors"]


async def test_two_errors_of_one_null_are_both_shown() -> None:
    case = Case(GRAPH, "me { tags }", root(0, "b", "me { tags }"))
    response, _, _ = await case.run(
        {
            "b": [
                {
                    "data": {"me": {"tags": None}},
                    "errors": [error("me", "tags", 0), error("me", "tags", 1)],
                }
            ]
        }
    )

    assert [shown("me", "tags", 0), shown("me", "tags", 1)] == response["errors"]


async def test_a_field_that_two_subgraphs_failed_to_resolve_has_one_error() -> None:
    case = Case(
        GRAPH,
        "me { name tags }",
        Parallel((root(0, "a", "me { name }"), root(1, "b", "me { tags }"))),
    )
    failed = {"data": {"me": None}, "errors": [error("me")]}
    response, _, _ = await case.run({"a": [failed], "b": [failed]})

    assert {"data": {"me": None}, "errors": [shown("me", service="a")]} == response


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


async def test_an_error_stands_at_every_place_of_an_entity_with_a_value() -> None:
    case = Case(
        GRAPH,
        "users { id name }",
        Sequence(
            (
                root(0, "a", "users { id }"),
                flatten(1, "b", "users", entity("User", "id", "name")),
            )
        ),
    )
    response, _, _ = await case.run(
        {
            "a": [{"data": {"users": [{"id": "1"}, {"id": "1"}]}}],
            "b": [
                {"data": {"_entities": [{"name": "x"}]}, "errors": [error("_entities", 0, "name")]}
            ],
        }
    )

    assert [shown("users", 0, "name"), shown("users", 1, "name")] == response["errors"]


async def test_errors_of_aliased_calls_find_their_entities() -> None:
    case = Case(
        GRAPH,
        "me { name } users { more }",
        Sequence(
            (
                root(0, "a", "me { __fed_id: id } users { __fed_id: id }"),
                flatten(
                    1,
                    "b",
                    "me users",
                    entity("User", "id=__fed_id", "name", paths=(path("me"),)),
                    entity("User", "id=__fed_id", "more", paths=(path("users"),), call=1),
                ),
            )
        ),
    )
    answers: dict[str, list[Any]] = {
        "a": [{"data": {"me": {"__fed_id": "1"}, "users": [{"__fed_id": "1"}, None]}}],
        "b": [
            {
                "data": {"_entities_0": [{"name": "An"}], "_entities_1": [None]},
                "errors": [error("_entities_1", 0, "more")],
            }
        ],
    }
    response, subgraphs, _ = await case.run(answers)

    assert {"me": {"name": "An"}, "users": [{"more": None}, None]} == response["data"]
    assert [shown("users", 0, "more")] == response["errors"]
    variables = subgraphs.bodies("b")[0]["variables"]
    assert ["representations_0", "representations_1"] == list(variables)


def requiring() -> Supergraph:
    """Subgraph ``b`` needs ``city`` for ``name``, and nothing for ``more``."""
    fields = {
        "name": SubgraphField("name", "String", "String", requires=select("city { name }")),
        "more": SubgraphField("more", "String", "String"),
    }
    user = SubgraphType("User", TypeKind.OBJECT, fields=fields)
    return replace(GRAPH, subgraphs={"b": Subgraph("b", "B", "", {"User": user})})


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


async def test_of_more_errors_than_an_answer_may_hold_the_number_is_told() -> None:
    case = replace(ENTITY, options=ExecutionOptions(errors=ErrorListing(3)))
    response = await ask({"data": None, "errors": [error()]}, users=4, case=case)
    places = [
        (entry.get("path"), entry["extensions"].get("leftOut")) for entry in response["errors"]
    ]

    assert [
        (["users", 0, "name"], None),
        (["users", 0, "city"], None),
        (["users", 1, "name"], None),
        (None, 5),
    ] == places


async def test_as_many_errors_as_an_answer_may_hold_are_all_shown() -> None:
    case = replace(ENTITY, options=ExecutionOptions(errors=ErrorListing(4)))
    response = await ask({"data": None, "errors": [error()]}, users=2, case=case)

    assert ["DOWNSTREAM_SERVICE_ERROR"] * 4 == [
        entry["extensions"]["code"] for entry in response["errors"]
    ]


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
