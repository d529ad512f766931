"""What lacks something and still does not take the general path.

``Case.run`` compares each answer with that of the general path.
"""

from typing import Any

import pytest

from gateway.federation.executor.fast.compiler import FastSource
from gateway.federation.executor.in_use import VariantInUse
from gateway.federation.executor.ports import FetchFailure
from tests.federation.executor.careful_kit import REGULAR, REVIEWS, author, user
from tests.federation.executor.error_kit import error
from tests.federation.executor.kit import Case

IRREGULAR: dict[str, tuple[str, Any]] = {
    "no users": ("a", {"data": {"users": None}, "errors": [error("users")]}),
    "no data of the root": ("a", {"data": None, "errors": [error("users")]}),
    "no data of the root, for no told field": ("a", {"data": None, "errors": [error()]}),
    "the root fetch fails": ("a", FetchFailure("gone")),
    "an unknown user": ("b", {"data": {"_entities": [None, user(2, 2)]}}),
    "a user with an error": (
        "b",
        {"data": {"_entities": [None, user(2, 2)]}, "errors": [error("_entities", 0)]},
    ),
    "a user with an error below": (
        "b",
        {
            "data": {"_entities": [None, user(2, 2)]},
            "errors": [error("_entities", 0, "reviews", 3, "body")],
        },
    ),
    "a field with an error": (
        "b",
        {
            "data": {"_entities": [{**user(1, 1), "name": None}, user(2, 2)]},
            "errors": [error("_entities", 0, "name")],
        },
    ),
    "a list with an error": (
        "b",
        {
            "data": {"_entities": [{"name": "u1", "reviews": None}, user(2, 2)]},
            "errors": [error("_entities", 0, "reviews")],
        },
    ),
    "a field below with an error": (
        "b",
        {
            "data": {
                "_entities": [
                    {"name": "u1", "reviews": [{"body": None, "author": {"__fed_id": "1"}}]},
                    user(2, 2),
                ]
            },
            "errors": [error("_entities", 0, "reviews", 0, "body")],
        },
    ),
    "an unknown author": ("c", {"data": {"_entities": [None, author(2)]}}),
    "no author, for no told reason": (
        "c",
        {"data": {"_entities": [None, None]}, "errors": [error(), error(message="more")]},
    ),
    "no list of authors": ("c", {"data": {"_entities": None}, "errors": [error("_entities")]}),
    "the authors' fetch fails": ("c", FetchFailure("gone")),
    "the users' fetch fails": ("b", FetchFailure("gone")),
    "authors that are not JSON": ("c", b"<html>"),
    "users that break off": ("b", b'{"data":{"_entities":['),
    "roots that are not JSON": ("a", b"<html>"),
    "neither authors nor errors": ("c", {"data": None}),
    "neither roots nor errors": ("a", {}),
}


@pytest.mark.parametrize("kind", IRREGULAR)
async def test_answers_that_lack_something_are_completed(kind: str) -> None:
    subgraph, answer = IRREGULAR[kind]
    asked = {"_entities": [author(2)]} if kind in ONE_AUTHOR else REGULAR["c"][0]["data"]
    answers = {**REGULAR, "c": [{"data": asked}], subgraph: [answer]}
    _, _, outcome = await REVIEWS.run(answers)

    assert not outcome.is_general


ONE_AUTHOR = {
    "an unknown user",
    "a user with an error",
    "a user with an error below",
    "a list with an error",
}
BEYOND: dict[str, tuple[str, Any]] = {
    "too few entities": ("c", {"data": {"_entities": [None]}, "errors": [error()]}),
    "no list and no error": ("c", {"data": {"_entities": None}}),
    "an error where there is a value": (
        "c",
        {"data": {"_entities": [author(1), author(2)]}, "errors": [error("_entities", 0, "name")]},
    ),
    "an error at something that nobody asked": (
        "c",
        {"data": {"_entities": [author(1), author(2)]}, "errors": [error("_entities", 0, "x")]},
    ),
    "an error below a leaf": (
        "c",
        {
            "data": {"_entities": [author(1), author(2)]},
            "errors": [error("_entities", 0, "name", "x")],
        },
    ),
    "an error at an index of no list": (
        "c",
        {"data": {"_entities": [author(1), author(2)]}, "errors": [error("_entities", 0, 0)]},
    ),
    "an error of no field beside data": (
        "c",
        {"data": {"_entities": [author(1), None]}, "errors": [error()]},
    ),
    "an error of no field beside root data": (
        "a",
        {"data": REGULAR["a"][0]["data"], "errors": [error()]},
    ),
    "an error of an unknown root field": ("a", {"data": None, "errors": [error("x")]}),
    "a null that may not be": (
        "c",
        {"data": {"_entities": [{"name": "a", "city": {"name": None}}, author(2)]}},
    ),
}


@pytest.mark.parametrize("kind", BEYOND)
async def test_the_rest_is_left_to_the_general_path(kind: str) -> None:
    subgraph, answer = BEYOND[kind]
    _, _, outcome = await REVIEWS.run({**REGULAR, subgraph: [answer]})

    assert outcome.is_general


def in_use(case: Case) -> VariantInUse:
    return case.compiled(fast_path=True).variant({})


async def test_the_careful_path_stays_until_an_answer_is_regular() -> None:
    used = in_use(REVIEWS)

    assert used.fast_path() is not None
    assert used.careful_path(is_taken_over=False) is None

    careful = used.careful_path(is_taken_over=True)
    used.careful_path_done(was_regular=False)

    assert careful is not None
    assert used.fast_path() is None
    assert careful is used.careful_path(is_taken_over=False)

    used.careful_path_done(was_regular=True)

    assert used.fast_path() is not None


async def test_a_plan_that_is_beyond_the_faster_paths_is_tried_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from gateway.federation.executor import in_use as module

    tried: list[FastSource] = []
    monkeypatch.setattr(module, "compile_careful_path", tried.append)
    used = in_use(REVIEWS)
    used.fast_path()
    for _ in range(2):
        assert used.careful_path(is_taken_over=True) is None

    assert 1 == len(tried)
