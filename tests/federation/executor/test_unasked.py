"""Answers with more in them than was asked for, some of which cannot be decoded.

``Case.run`` sees that all paths answer the same.
"""

import json
from typing import Any

import pytest

from gateway.federation.plan import Sequence
from tests.federation.executor.careful_kit import GRAPH, REGULAR, REVIEWS
from tests.federation.executor.guard_kit import MEMBERS, Table
from tests.federation.executor.kit import Case, entity, flatten, root
from tests.federation.executor.scenarios import LISTS

GARBAGE = {
    "text that is no UTF-8": b'"x":"\xff\xfe"',
    "text that is cut off inside a character": b'"x":"abc\xc3"',
    "half a surrogate pair in UTF-8": b'"x":"\xed\xa0\x80"',
    "a name that is no UTF-8": b'"\xff":1',
    "a number that no double holds": b'"x":1e999',
    "a whole number of too many digits": b'"x":1' + b"0" * 5000,
    "such things deep inside": b'"x":[{"y":["\xff",-1e999]}]',
}
NO_JSON = {
    "a number that JSON does not have": b'"x":NaN',
    "an escape that JSON does not have": b'"x":"\\q"',
    "half a surrogate pair": b'"x":"\\ud800"',
    "a comma too many": b'"x":[1,]',
}
MARK = "@@"


def spoiled(answer: dict[str, Any], garbage: bytes) -> bytes:
    """An answer with garbage in the place of each mark."""
    text = json.dumps(answer, separators=(",", ":")).encode()
    return text.replace(b'"@@":0', garbage)


USERS: list[dict[str, Any]] = [{MARK: 0, "__fed_id": "1"}, {"__fed_id": "2", MARK: 0}]
AUTHOR = {"__fed_id": "1", MARK: 0}
REVIEWED = {"name": "u", "reviews": [{"body": "b", MARK: 0, "author": AUTHOR}], MARK: 0}
NAMED = {MARK: 0, "name": "a", "city": {"name": "Huế", MARK: 0}}


@pytest.mark.parametrize("kind", GARBAGE)
async def test_what_nobody_asked_for_need_not_be_readable(kind: str) -> None:
    answers: dict[str, dict[str, Any]] = {
        "a": {"data": {"users": USERS, MARK: 0}, MARK: 0},
        "b": {"data": {MARK: 0, "_entities": [REVIEWED, REVIEWED]}},
        "c": {"data": {"_entities": [NAMED]}},
    }
    response, _, outcome = await REVIEWS.run(
        {name: [spoiled(answer, GARBAGE[kind])] for name, answer in answers.items()}
    )
    user = {
        "name": "u",
        "reviews": [{"body": "b", "author": {"name": "a", "city": {"name": "Huế"}}}],
    }

    assert {"data": {"users": [user, user]}} == response
    assert not outcome.is_general


@pytest.mark.parametrize("kind", NO_JSON)
async def test_all_of_an_answer_must_be_json(kind: str) -> None:
    answer = spoiled({"data": {"users": USERS}}, NO_JSON[kind])
    response, _, outcome = await REVIEWS.run({"a": [answer]})

    assert {"users": None} == response["data"]
    assert ["The subgraph's answer is not JSON"] == [e["message"] for e in response["errors"]]
    assert 1 == len(outcome.failures)


@pytest.mark.parametrize("name", ["__fed_id", "name"])
@pytest.mark.parametrize("value", [b'"\xff"', b"1e999", b'["\xff"]'])
async def test_what_was_asked_for_must_be_readable(name: str, value: bytes) -> None:
    case = Case(
        GRAPH,
        "users { name must }",
        Sequence(
            (
                root(0, "a", "users { name __fed_id: id }"),
                flatten(1, "b", "users", entity("User", "id=__fed_id", "must")),
            )
        ),
    )
    user = {"name": "An", "__fed_id": "1"} | {name: MARK}
    body = json.dumps({"data": {"users": [user]}}).encode().replace(b'"@@"', value)
    response, _, outcome = await case.run({"a": [body]})

    assert {"users": None} == response["data"]
    assert 1 == len(response["errors"])
    assert ["SUBREQUEST_MALFORMED_RESPONSE"] == [item.code for item in outcome.failures]


@pytest.mark.parametrize("kind", GARBAGE)
async def test_what_was_asked_of_another_type_was_not_asked_of_this_one(kind: str) -> None:
    text = "nodes { __typename ... on User { tags } ... on City { name x: id } }"
    user: dict[str, Any] = {"__typename": "User", "tags": []}
    city: dict[str, Any] = {"__typename": "City", "name": "Huế", "x": "4"}
    answer = spoiled({"data": {"nodes": [{**user, MARK: 0}, city]}}, GARBAGE[kind])
    case = Case(GRAPH, text, root(0, "a", text))
    response, _, outcome = await case.run({"a": [answer]})

    assert [user, city] == response["data"]["nodes"]
    assert not outcome.is_general


@pytest.mark.parametrize("kind", GARBAGE)
async def test_lists_of_lists_and_calls_with_aliases_may_have_garbage_in_them(kind: str) -> None:
    answers: dict[str, dict[str, Any]] = {
        "a": {
            "data": {
                "best": [{"lists": [[{"upc": "1", MARK: 0}], [], None], MARK: 0}],
                "again": [{"__fed_upc": "2", MARK: 0}],
            }
        },
        "b": {"data": {"_entities": [{"name": "n", MARK: 0}], MARK: 0}},
        "c": {
            "data": {
                "_entities_0": [{MARK: 0, "price": 5}],
                MARK: 0,
                "_entities_1": [{"price": 7, MARK: 0}],
            }
        },
    }
    response, _, outcome = await LISTS.run(
        {name: [spoiled(answer, GARBAGE[kind])] for name, answer in answers.items()}
    )

    assert {
        "best": [{"lists": [[{"upc": "1", "name": "n", "price": 5}], [], None]}],
        "again": [{"price": 7}],
    } == response["data"]
    assert not outcome.is_general


@pytest.mark.parametrize("kind", GARBAGE)
async def test_errors_are_told_beside_garbage(kind: str) -> None:
    failed = {"message": "gone", "path": ["_entities", 0, "city"]}
    entities = [{**NAMED, "city": None}, None]
    answer = {"data": {"_entities": entities, MARK: 0}, "errors": [failed]}
    answers = {**REGULAR, "c": [spoiled(answer, GARBAGE[kind])]}
    response, _, outcome = await REVIEWS.run(answers)
    first, second = (user["reviews"][0]["author"] for user in response["data"]["users"])

    assert {"name": "a", "city": None} == first
    assert {"name": None, "city": None} == second
    assert {"gone"} == {error["message"] for error in response["errors"]}
    assert not outcome.is_general


@pytest.mark.parametrize("kind", GARBAGE)
async def test_guarded_objects_may_have_garbage_beside_them(kind: str) -> None:
    answers = {
        "a": [
            spoiled({"data": {"members": [{"__fed_id": "1", MARK: 0}]}}, GARBAGE[kind]),
            spoiled({"data": {"_entities": [{"name": "An", "score": 5, MARK: 0}]}}, GARBAGE[kind]),
        ]
    }
    response, _, outcome = await MEMBERS.run(answers, guard=Table({"1": "who rank"}))

    assert {"data": {"members": [{"name": "An", "score": 5}]}} == response
    assert not outcome.is_general


async def test_a_typename_of_the_plans_own_that_tells_nothing_new_need_not_be_readable() -> None:
    case = Case(GRAPH, "me { name }", root(0, "a", "me { __fed_typename: __typename name }"))
    body = b'{"data":{"me":{"__fed_typename":"\xff","name":"An"}}}'
    response, _, outcome = await case.run({"a": [body]})

    assert {"data": {"me": {"name": "An"}}} == response
    assert not outcome.is_general


@pytest.mark.parametrize("entities", [[NAMED], {MARK: 0}, None, 5, [NAMED, 7], [NAMED, [NAMED]]])
async def test_beside_garbage_entities_must_be_right_too(entities: Any) -> None:
    answer = spoiled({"data": {"_entities": entities, MARK: 0}}, b'"x":"\xff"')
    response, _, outcome = await REVIEWS.run({**REGULAR, "c": [answer]})

    assert {None} == {
        review["author"] and review["author"]["name"]
        for user in response["data"]["users"]
        for review in user["reviews"]
    }
    assert ["SUBREQUEST_MALFORMED_RESPONSE"] == [item.code for item in outcome.failures]


async def test_lists_without_end_are_no_place_for_objects() -> None:
    lists: Any = {"upc": "1", MARK: 0}
    for _ in range(500):
        lists = [lists]
    text = "best { lists { upc } }"
    case = Case(GRAPH, text, root(0, "a", text))
    answer = spoiled({"data": {"best": [{"lists": lists}]}}, b'"x":"\xff"')
    response, _, outcome = await case.run({"a": [answer]})

    assert {"best": None} == response["data"]
    assert 1 == len(outcome.failures)
