"""Errors at entities that were not asked about, or that are there all the same: none is lost."""

from typing import Any

import pytest

from gateway.federation.plan import Sequence
from tests.federation.executor.error_kit import ENTITY, GOOD, GRAPH, error, shown
from tests.federation.executor.kit import Case, entity, flatten, path, root


@pytest.mark.parametrize("index", [2, 99, -1])
async def test_an_error_of_an_entity_that_was_not_asked_is_not_lost(index: int) -> None:
    response, _, _ = await ENTITY.run(
        {
            "a": [{"data": {"users": [{"id": "1"}, {"id": "2"}]}}],
            "b": [{"data": {"_entities": [GOOD, GOOD]}, "errors": [error("_entities", index)]}],
        }
    )

    assert [shown()] == response["errors"]


async def test_an_error_of_an_entity_that_was_not_asked_explains_a_null() -> None:
    response, _, _ = await ENTITY.run(
        {
            "a": [{"data": {"users": [{"id": "1"}]}}],
            "b": [{"data": {"_entities": [None]}, "errors": [error("_entities", 7, "name")]}],
        }
    )

    assert [shown("users", 0, "name"), shown("users", 0, "city")] == response["errors"]


async def test_an_error_of_an_entity_that_is_there_all_the_same_is_not_lost() -> None:
    response, _, _ = await ENTITY.run(
        {
            "a": [{"data": {"users": [{"id": "1"}, {"id": "2"}, {"id": "2"}]}}],
            "b": [{"data": {"_entities": [GOOD, GOOD]}, "errors": [error("_entities", 1)]}],
        }
    )

    assert [{"id": number, **GOOD} for number in "122"] == response["data"]["users"]
    assert [shown("users", 1), shown("users", 2)] == response["errors"]


async def test_an_error_of_one_call_explains_no_null_of_another() -> None:
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
    response, _, _ = await case.run(
        {
            "a": [{"data": {"me": {"__fed_id": "1"}, "users": [{"__fed_id": "1"}]}}],
            "b": [
                {
                    "data": {"_entities_0": [None], "_entities_1": None},
                    "errors": [error("_entities_1")],
                }
            ],
        }
    )

    assert {"me": {"name": None}, "users": [{"more": None}]} == response["data"]
    assert [shown("users", 0, "more")] == response["errors"]


@pytest.mark.parametrize("data", [None, {"_entities": None}])
async def test_where_no_entity_came_the_error_of_one_explains_them_all(data: Any) -> None:
    """Its null may have gone up to the list: the others are not unknown for that."""
    response, _, _ = await ENTITY.run(
        {
            "a": [{"data": {"users": [{"id": "1"}, {"id": "2"}]}}],
            "b": [{"data": data, "errors": [error("_entities", 0, "name")]}],
        }
    )

    assert [
        shown("users", 0, "name"),
        shown("users", 0, "city"),
        shown("users", 1, "name"),
        shown("users", 1, "city"),
    ] == response["errors"]
