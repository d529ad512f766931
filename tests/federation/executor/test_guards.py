"""Guards on objects: each subject is decided for itself, before anything is asked about it."""

from typing import Any

import pytest

from gateway.federation.executor.ports import (
    SubjectDecision,
)
from gateway.federation.plan import (
    Parallel,
)
from gateway.federation.plan import Sequence as InOrder
from tests.federation.executor.guard_kit import (
    CLUB,
    MEMBERS,
    Table,
    object_guard,
    refused,
    root_guard,
)
from tests.federation.executor.kit import (
    Case,
    entity,
    flatten,
    path,
    root,
)


async def test_t20_every_subject_is_decided_for_itself() -> None:
    """Representations are grouped by what is permitted; nobody's denied field is requested."""
    port = Table({"1": "who rank", "2": "who", "3": "", "4": "who"})
    response, subgraphs, outcome = await MEMBERS.run(
        {
            "a": [
                {"data": {"members": [{"__fed_id": item} for item in "12341"]}},
                {"data": {"_entities": [{"name": "A", "score": 1}]}},
                {"data": {"_entities": [{"name": "B"}, {"name": "D"}]}},
            ]
        },
        guard=port,
    )

    assert [
        {"name": "A", "score": 1},
        {"name": "B", "score": None},
        {"name": None, "score": None},
        {"name": "D", "score": None},
        {"name": "A", "score": 1},
    ] == response["data"]["members"]
    assert (
        refused("rank", ["members", 1, "score"])
        + refused("who", ["members", 2, "name"])
        + refused("rank", ["members", 2, "score"])
        + refused("rank", ["members", 3, "score"])
    ) == response["errors"]
    queries = [body["query"] for body in subgraphs.bodies("a")[1:]]
    assert [True, False] == ["score" in query for query in queries]
    assert [
        [{"__typename": "Member", "id": "1"}],
        [{"__typename": "Member", "id": "2"}, {"__typename": "Member", "id": "4"}],
    ] == [body["variables"]["representations"] for body in subgraphs.bodies("a")[1:]]
    assert (0, ("rank", "who"), ("1", "2", "3", "4")) == port.asked[-1]
    assert not outcome.is_general


async def test_the_transport_learns_what_was_decided_for_whom() -> None:
    port = Table({"1": "who other", "2": "who"})
    _, subgraphs, _ = await MEMBERS.run(
        {
            "a": [
                {"data": {"members": [{"__fed_id": item} for item in "122"]}},
                {"data": {"_entities": [{"name": "A"}, {"name": "B"}]}},
            ]
        },
        guard=port,
    )

    assert [
        (),
        (
            SubjectDecision(0, "1", frozenset({"who"})),
            SubjectDecision(0, "2", frozenset({"who"})),
        ),
    ] == [request.decisions for request in subgraphs.requests]


async def test_nothing_is_fetched_where_nothing_is_permitted() -> None:
    response, subgraphs, outcome = await MEMBERS.run(
        {"a": [{"data": {"members": [{"__fed_id": "9"}]}}]}, guard=Table({})
    )

    assert [{"name": None, "score": None}] == response["data"]["members"]
    assert 2 == len(response["errors"])
    assert 1 == len(subgraphs.requests)
    assert not outcome.is_general


async def test_without_a_port_nothing_guarded_is_permitted() -> None:
    response, subgraphs, outcome = await MEMBERS.run(
        {"a": [{"data": {"members": [{"__fed_id": "1"}]}}]}
    )

    assert ["FORBIDDEN", "FORBIDDEN"] == [
        error["extensions"]["code"] for error in response["errors"]
    ]
    assert 1 == len(subgraphs.requests)
    assert not outcome.is_general


@pytest.mark.parametrize("subject", [None, {"x": 1}, ["1"]])
async def test_an_unknown_subject_is_permitted_nothing(subject: Any) -> None:
    response, subgraphs, outcome = await MEMBERS.run(
        {"a": [{"data": {"members": [{"__fed_id": subject}]}}]}, guard=Table({"1": "who"})
    )

    assert [{"name": None, "score": None}] == response["data"]["members"]
    assert 1 == len(subgraphs.requests)
    assert outcome.is_general


async def test_t21_members_of_a_union_are_decided_separately() -> None:
    case = Case(
        CLUB,
        "things { ... on Member { value: name } ... on Note { value: text } }",
        InOrder(
            (
                root(
                    0,
                    "a",
                    "things { __fed_typename: __typename ... on Member { __fed_id: id }"
                    " ... on Note { __fed_note: id __fed_about: about } }",
                ),
                Parallel(
                    (
                        object_guard(0, "things|Member", "who"),
                        object_guard(1, "things|Note", "talk", source="__fed_about"),
                    )
                ),
                flatten(
                    1,
                    "a",
                    "things|Member things|Note",
                    entity(
                        "Member",
                        "id=__fed_id",
                        'value: name @group(guard: 0, name: "who")',
                        paths=(path("things|Member"),),
                    ),
                    entity(
                        "Note",
                        "id=__fed_note",
                        'value: text @group(guard: 1, name: "talk")',
                        paths=(path("things|Note"),),
                    ),
                    guards=(0, 1),
                ),
            )
        ),
    )
    things = [
        {"__fed_typename": "Member", "__fed_id": "1"},
        {"__fed_typename": "Note", "__fed_note": "n1", "__fed_about": "1"},
        {"__fed_typename": "Note", "__fed_note": "n2", "__fed_about": "2"},
    ]
    response, subgraphs, outcome = await case.run(
        {
            "a": [
                {"data": {"things": things}},
                {
                    "data": {
                        "_entities": [
                            {"__fed_typename": "Member", "value": "An"},
                            {"__fed_typename": "Note", "value": "hello"},
                        ]
                    }
                },
            ]
        },
        guard=Table({"1": "who", "2": "talk"}),
    )

    assert [{"value": "An"}, {"value": None}, {"value": "hello"}] == response["data"]["things"]
    assert refused("talk", ["things", 1, "value"]) == response["errors"]
    assert ["1", "n2"] == [
        item["id"] for item in subgraphs.bodies("a")[1]["variables"]["representations"]
    ]
    assert not outcome.is_general


async def test_entities_of_a_guarded_fetch_are_counted() -> None:
    response, _, outcome = await MEMBERS.run(
        {
            "a": [
                {"data": {"members": [{"__fed_id": "1"}, {"__fed_id": "2"}]}},
                {"data": {"_entities": [{"name": "A"}]}},
            ]
        },
        guard=Table({"1": "who", "2": "who"}),
    )

    assert [None, None] == [item["name"] for item in response["data"]["members"]]
    assert outcome.is_general


async def test_members_at_two_places_are_told_apart_though_all_is_refused() -> None:
    """What is asked under one name differs by place, and nothing of it is permitted."""
    case = Case(
        CLUB,
        "things { ... on Member { x: name notes { text } } }"
        " more: things { ... on Member { x: score notes { text } } }",
        InOrder(
            (
                root_guard(0, "things", (), "who"),
                root(
                    0,
                    "a",
                    "things { __fed_typename: __typename ... on Member {"
                    ' x: name @group(guard: 0, name: "who") __fed_id: id } }'
                    " more: things { __fed_typename: __typename ... on Member {"
                    ' x: score @group(guard: 0, name: "who") __fed_id: id } }',
                    guards=(0,),
                ),
                flatten(
                    1,
                    "b",
                    "things|Member more|Member",
                    entity("Member", "id=__fed_id", "notes { text }"),
                ),
            )
        ),
    )
    thing = {"__fed_typename": "Member", "__fed_id": "1"}
    response, _, outcome = await case.run(
        {
            "a": [{"data": {"things": [thing], "more": [thing]}}],
            "b": [{"data": {"_entities": [{"notes": [{"text": "t"}]}]}}],
        },
        guard=Table({}),
    )
    shown = {"x": None, "notes": [{"text": "t"}]}

    assert {"things": [shown], "more": [shown]} == response["data"]
    assert refused("who", ["things", 0, "x"], ["more", 0, "x"]) == response["errors"]
    assert not outcome.is_general


async def test_an_object_is_not_sent_for_what_is_asked_about_another_type() -> None:
    """One call asks members what is refused, and notes what nobody guards."""
    case = Case(
        CLUB,
        "members { name notes { text } }",
        InOrder(
            (
                root(0, "a", "members { __fed_id: id notes { __fed_id: id } }"),
                object_guard(0, "members", "who"),
                flatten(
                    1,
                    "b",
                    "members members.notes",
                    entity(
                        "Member",
                        "id=__fed_id",
                        'name @group(guard: 0, name: "who")',
                        paths=(path("members"),),
                    ),
                    entity("Note", "id=__fed_id", "text", paths=(path("members.notes"),)),
                    guards=(0,),
                ),
            )
        ),
    )
    members = [{"__fed_id": "1", "notes": [{"__fed_id": "7"}]}, {"__fed_id": "2", "notes": []}]
    response, subgraphs, _ = await case.run(
        {
            "a": [{"data": {"members": members}}],
            "b": [{"data": {"_entities": [{"text": "t"}]}}] * 2,
        },
        guard=Table({}),
    )

    assert [[{"__typename": "Note", "id": "7"}]] == subgraphs.representations("b")
    assert refused("who", ("members", 0, "name"), ("members", 1, "name")) == response["errors"]
