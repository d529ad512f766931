"""Where the errors of subgraphs stand in the response: once per cause, at the client's path."""

from dataclasses import replace
from typing import Any

import pytest

from gateway.federation.executor.compiled import ExecutionOptions
from gateway.federation.executor.outcome import ErrorListing
from gateway.federation.plan import Parallel, Sequence
from tests.federation.executor.error_kit import ENTITY, GOOD, GRAPH, ask, error, shown
from tests.federation.executor.kit import Case, entity, flatten, path, root


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
