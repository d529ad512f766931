"""Errors at entities that were not asked about, or that are there all the same: none is lost."""

import pytest

from tests.federation.executor.test_subgraph_errors import ENTITY, GOOD, error, shown


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
