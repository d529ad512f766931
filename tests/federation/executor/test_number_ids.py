"""Subgraphs that write ids as JSON numbers: the same answers, without the general path."""

from typing import Any

import pytest

from gateway.federation.executor.compiled import CompiledPlan, execute
from gateway.federation.plan import Sequence
from tests.federation.executor.careful_kit import GRAPH, REGULAR, REVIEWS
from tests.federation.executor.guard_kit import MEMBERS, Table
from tests.federation.executor.kit import (
    Case,
    Scripted,
    ScriptedSubgraphs,
    entity,
    flatten,
    graph,
    root,
)
from tests.federation.executor.test_subject_checks import CHECKED

LISTS = graph("""
type Query { box: Box }
type Box { ids: [ID] rows: [[ID!]!] must: [ID!]! id: ID! any: Any }
scalar Any
""")
SHOWN = Case(
    GRAPH,
    "users { id name city { id } friend { id } }",
    Sequence(
        (
            root(0, "a", "users { id city { id } }"),
            flatten(1, "b", "users", entity("User", "id", "name friend { id }")),
        )
    ),
)


async def test_a_client_gets_strings() -> None:
    users = [{"id": 7, "city": {"id": 12}}, {"id": "x", "city": None}, {"id": -3, "city": None}]
    friends = [{"name": "An", "friend": {"id": 2**70}}, {"name": "Bé", "friend": None}]
    response, _, outcome = await SHOWN.run(
        {
            "a": [{"data": {"users": users}}],
            "b": [{"data": {"_entities": [*friends, {"name": "Chi", "friend": {"id": "7"}}]}}],
        }
    )

    assert [
        {"id": "7", "name": "An", "city": {"id": "12"}, "friend": {"id": str(2**70)}},
        {"id": "x", "name": "Bé", "city": None, "friend": None},
        {"id": "-3", "name": "Chi", "city": None, "friend": {"id": "7"}},
    ] == response["data"]["users"]
    assert "errors" not in response
    assert not outcome.is_general


async def test_subgraphs_are_asked_by_the_number_they_wrote() -> None:
    """A number and the string of its digits may be two objects: only subgraphs know."""
    users = [{"id": number, "city": None} for number in (7, "7", 7)]
    named = [{"name": name, "friend": None} for name in ("number", "text")]
    response, subgraphs, outcome = await SHOWN.run(
        {"a": [{"data": {"users": users}}], "b": [{"data": {"_entities": named}}]}
    )

    assert [7, "7"] == [item["id"] for item in subgraphs.representations("b")[0]]
    assert ["number", "text", "number"] == [user["name"] for user in response["data"]["users"]]
    assert ["7", "7", "7"] == [user["id"] for user in response["data"]["users"]]
    assert not outcome.is_general


async def test_ids_in_lists_are_written_as_strings() -> None:
    case = Case(
        LISTS, "box { ids rows must id any }", root(0, "a", "box { ids rows must id any }")
    )
    box = {"ids": [1, None, "b"], "rows": [[1, 2], []], "must": ["x", 5], "id": "y", "any": [5]}
    response, _, outcome = await case.run({"a": [{"data": {"box": box}}]})

    assert {
        "ids": ["1", None, "b"],
        "rows": [["1", "2"], []],
        "must": ["x", "5"],
        "id": "y",
        "any": [5],
    } == response["data"]["box"]
    assert not outcome.is_general


async def test_objects_of_an_abstract_type_may_have_numbers_as_ids() -> None:
    text = "nodes { __typename ... on User { id name } ... on City { id } }"
    nodes: list[dict[str, Any]] = [
        {"__typename": "City", "id": 4},
        {"__typename": "User", "id": 4, "name": None},
        {"__typename": "User", "id": "4", "name": "An"},
    ]
    case = Case(GRAPH, text, root(0, "a", text))
    response, _, outcome = await case.run({"a": [{"data": {"nodes": nodes}}]})

    assert [{**item, "id": "4"} for item in nodes] == response["data"]["nodes"]
    assert not outcome.is_general


async def test_beside_numbers_an_error_takes_its_value_away() -> None:
    users = [{"id": 7, "city": {"id": 12}}]
    failed = {"message": "x", "path": ["_entities", 0, "friend"]}
    response, _, outcome = await SHOWN.run(
        {
            "a": [{"data": {"users": users}}],
            "b": [
                {"data": {"_entities": [{"name": "An", "friend": None}]}, "errors": [failed]},
            ],
        }
    )

    assert [{"id": "7", "name": "An", "city": {"id": "12"}, "friend": None}] == response["data"][
        "users"
    ]
    assert [["users", 0, "friend"]] == [error["path"] for error in response["errors"]]
    assert not outcome.is_general


@pytest.mark.parametrize("value", [7.0, 7.5, True, [7], {"id": 7}])
async def test_what_is_neither_text_nor_a_whole_number_is_no_id(value: Any) -> None:
    case = Case(GRAPH, "me { id }", root(0, "a", "me { id }"))
    response, _, outcome = await case.run({"a": [{"data": {"me": {"id": value}}}]})

    assert {"me": None} == response["data"]
    assert ["INVALID_VALUE"] == [error["extensions"]["code"] for error in response["errors"]]
    assert outcome.is_general


@pytest.mark.parametrize(("number", "refused"), [(1, False), (2, True)])
async def test_a_guard_is_asked_about_the_number(number: int, refused: bool) -> None:
    port = Table({1: "who rank"})
    answers: dict[str, list[Scripted]] = {
        "a": [
            {"data": {"members": [{"__fed_id": number}]}},
            {"data": {"_entities": [{"name": "An", "score": 5}]}},
        ]
    }
    response, _, outcome = await MEMBERS.run(answers, guard=port)
    expected = {"name": None, "score": None} if refused else {"name": "An", "score": 5}

    assert [expected] == response["data"]["members"]
    assert {(number,)} == {subjects for _, _, subjects in port.asked}
    assert not outcome.is_general


async def test_a_number_is_not_the_subject_that_its_digits_name() -> None:
    port = Table({"1": "talk"})
    note = {"__fed_about": 1, "__fed_note": "n1"}
    response, subgraphs, outcome = await CHECKED.run(
        {"a": [{"data": {"members": [{"__fed_id": "1", "notes": [note]}]}}]}, guard=port
    )

    assert [{"notes": None}] == response["data"]["members"]
    assert 1 == len(subgraphs.requests)
    assert outcome.is_general


def numbers(answers: dict[str, list[Scripted]]) -> dict[str, list[Scripted]]:
    """Answers whose root data have numbers as ids."""
    return {**answers, "a": [{"data": {"users": [{"__fed_id": 1}, {"__fed_id": 2}]}}]}


async def run(compiled: CompiledPlan, answers: dict[str, list[Scripted]]) -> Any:
    return await execute(compiled, {}, ScriptedSubgraphs(answers))


async def test_the_careful_path_stays_in_use_while_ids_are_numbers() -> None:
    """Even those that no client sees: the fast path cannot read them."""
    compiled = REVIEWS.compiled(fast_path=True)
    used = compiled.variant({})
    first, again = [await run(compiled, numbers(REGULAR)) for _ in range(2)]

    assert not first.is_general
    assert first.body == again.body
    assert used.fast_path() is None
    assert used.careful_path(is_taken_over=False) is not None

    await run(compiled, REGULAR)

    assert used.fast_path() is not None
