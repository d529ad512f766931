"""Guards that decide about what stands below their subject, also through entity fetches."""

from collections.abc import Callable
from typing import Any

import pytest

from gateway.federation.executor.compiled import execute
from gateway.federation.plan import (
    FieldStep,
    Guard,
    ObjectSubject,
    Parallel,
    Sequence,
    SubjectCheck,
)
from tests.federation.executor.guard_kit import Table, object_guard, refused
from tests.federation.executor.kit import (
    Case,
    ScriptedSubgraphs,
    entity,
    flatten,
    graph,
    path,
    root,
)

CLUB = graph("""
scalar Blob
type Query { members: [Member!] heads: [Member!] log: [Note] }
type Member { id: ID! name: String ref: Ref notes: [Note!] blob: Blob tags: [ID] best: Note }
type Ref { id: ID! refs: [Ref!] }
type Note { id: ID! about: Ref text: String replies: [Note!] }
""")
NOTE = 'text @group(guard: 0, name: "talk")'


def case(keys: str, source: tuple[str, ...], **more: Any) -> Case:
    guard = Guard(0, ObjectSubject((path("members"),), source), ("talk",))
    return Case(
        CLUB,
        more.pop("text", "members { notes { text } }"),
        Sequence(
            (
                root(0, "a", f"members {{ {keys} }}"),
                guard,
                flatten(
                    1, "b", "members", entity("Member", "id=__fed_id", "notes { __fed_note: id }")
                ),
                flatten(
                    2, "b", "members.notes", entity("Note", "id=__fed_note", NOTE), guards=(0,)
                ),
            )
        ),
        **more,
    )


@pytest.mark.parametrize(
    ("keys", "source", "member"),
    [
        ("__fed_id: id", ("__fed_id",), lambda who: {"__fed_id": who}),
        (
            "__fed_id: id __fed_ref: ref { id }",
            ("__fed_ref", "id"),
            lambda who: {"__fed_id": who, "__fed_ref": {"id": who}},
        ),
        (
            "__fed_id: id ref { __fed_key: id }",
            ("ref", "__fed_key"),
            lambda who: {"__fed_id": who, "ref": {"__fed_key": who}},
        ),
    ],
)
async def test_what_an_entity_fetch_brings_is_decided_by_the_subject_above(
    keys: str, source: tuple[str, ...], member: Callable[[str], Any]
) -> None:
    text = "members { notes { text } }"
    if "ref {" in keys and "__fed_ref" not in keys:
        text = "members { ref { __typename } notes { text } }"
    response, subgraphs, outcome = await case(keys, source, text=text).run(
        {
            "a": [{"data": {"members": [member("1"), member("2")]}}],
            "b": [
                {
                    "data": {
                        "_entities": [
                            {"notes": [{"__fed_note": "x"}, {"__fed_note": "y"}]},
                            {"notes": [{"__fed_note": "x"}]},
                        ]
                    }
                },
                {"data": {"_entities": [{"text": "X"}, {"text": "Y"}]}},
            ],
        },
        guard=Table({"1": "talk"}),
    )

    assert [[{"text": "X"}, {"text": "Y"}], [{"text": None}]] == [
        found["notes"] for found in response["data"]["members"]
    ]
    assert refused("talk", ["members", 1, "notes", 0, "text"]) == response["errors"]
    assert ["x", "y"] == [item["id"] for item in subgraphs.representations("b")[1]]
    assert not outcome.is_general


@pytest.mark.parametrize(
    ("keys", "source"),
    [
        ("__fed_id: id __fed_blob: blob", ("__fed_blob",)),
        ("__fed_id: id tags", ("tags",)),
        ("__fed_id: id ref { refs { id } }", ("ref", "refs", "id")),
        ("__fed_id: id", ("__fed_missing",)),
    ],
)
async def test_a_subject_that_cannot_be_told_is_permitted_nothing(
    keys: str, source: tuple[str, ...]
) -> None:
    text = "members { tags ref { refs { id } } notes { text } }"
    member = {"__fed_id": "1", "__fed_blob": [1], "tags": ["1"], "ref": {"refs": [{"id": "1"}]}}
    response, _, outcome = await case(keys, source, text=text).run(
        {
            "a": [{"data": {"members": [member]}}],
            "b": [{"data": {"_entities": [{"notes": [{"__fed_note": "x"}]}]}}],
        },
        guard=Table({"1": "talk"}),
    )

    assert [{"text": None}] == response["data"]["members"][0]["notes"]
    assert outcome.is_general


async def test_one_entity_below_two_subjects_is_asked_for_each() -> None:
    """The same note stands under a member who permits it and one who does not."""
    deep = Case(
        CLUB,
        "members { notes { replies { text } } }",
        Sequence(
            (
                root(0, "a", "members { __fed_id: id notes { __fed_note: id } }"),
                object_guard(0, "members", "talk"),
                flatten(
                    1,
                    "b",
                    "members.notes",
                    entity("Note", "id=__fed_note", "replies { __fed_note: id }"),
                ),
                flatten(
                    2,
                    "b",
                    "members.notes.replies",
                    entity("Note", "id=__fed_note", NOTE),
                    guards=(0,),
                ),
            )
        ),
    )
    notes = [{"__fed_note": "n"}]
    replies = {"replies": [{"__fed_note": "r"}]}
    bodies = []
    for fast_path, count in ((False, 1), (True, 2)):
        subgraphs = ScriptedSubgraphs(
            {
                "a": [
                    {
                        "data": {
                            "members": [
                                {"__fed_id": "1", "notes": notes},
                                {"__fed_id": "2", "notes": notes},
                            ]
                        }
                    }
                ],
                "b": [
                    {"data": {"_entities": [replies] * count}},
                    {"data": {"_entities": [{"text": "R"}]}},
                ],
            }
        )
        outcome = await execute(
            deep.compiled(fast_path), {}, subgraphs, Table({"2": "talk"}), "scope"
        )
        bodies.append(outcome.body)

    assert not outcome.is_general
    assert bodies[0] == bodies[1]
    assert (
        b'{"data":{"members":[{"notes":[{"replies":[{"text":null}]}]},'
        b'{"notes":[{"replies":[{"text":"R"}]}]}]},"errors":' in bodies[0]
    )


async def test_a_failed_guarded_fetch_costs_its_permitted_fields_only() -> None:
    members = [{"__fed_id": "1"}, {"__fed_id": "2"}]
    flat = Case(
        CLUB,
        "members { name }",
        Sequence(
            (
                root(0, "a", "members { __fed_id: id }"),
                object_guard(0, "members", "who"),
                flatten(
                    1,
                    "b",
                    "members",
                    entity("Member", "id=__fed_id", 'name @group(guard: 0, name: "who")'),
                    guards=(0,),
                ),
            )
        ),
    )
    port = Table({"1": "who"})
    response, subgraphs, outcome = await flat.run(
        {"a": [{"data": {"members": members}}], "b": [{"data": {"_entities": [1]}}]}, guard=port
    )

    assert [["members", 0, "name"], ["members", 1, "name"]] == [
        error["path"] for error in response["errors"]
    ]
    assert ["SUBREQUEST_MALFORMED_RESPONSE", "CONSENT_REQUIRED"] == [
        error["extensions"]["code"] for error in response["errors"]
    ]
    assert 2 == len(subgraphs.requests)
    assert 3 == len(port.asked), "once per execution: a decision is not taken again"
    assert outcome.is_general


async def test_checks_read_the_subject_that_stands_in_the_entity() -> None:
    """The child's own subject is inside an object of the plan's own."""
    checked = Case(
        CLUB,
        "members { best { text } }",
        Sequence(
            (
                root(
                    0,
                    "a",
                    "members { __fed_id: id best { __fed_note: id __fed_about: about { id } } }",
                ),
                object_guard(0, "members", "talk"),
                flatten(
                    1, "b", "members.best", entity("Note", "id=__fed_note", NOTE), guards=(0,)
                ),
            )
        ),
        checks=(
            SubjectCheck(0, (FieldStep("members"), FieldStep("best")), ("__fed_about", "id")),
        ),
    )

    def member(number: str, about: str) -> dict[str, Any]:
        return {
            "__fed_id": number,
            "best": {"__fed_note": f"n{number}", "__fed_about": {"id": about}},
        }

    async def ask(*members: Any) -> Any:
        return await checked.run(
            {
                "a": [{"data": {"members": list(members)}}],
                "b": [{"data": {"_entities": [{"text": "x"}]}}],
            },
            guard=Table({"1": "talk", "2": "talk"}),
        )

    good, _, fast = await ask(member("1", "1"))
    bad, _, general = await ask(member("1", "1"), member("2", "1"))

    assert [{"best": {"text": "x"}}] == good["data"]["members"]
    assert not fast.is_general
    assert [{"best": {"text": "x"}}, {"best": None}] == bad["data"]["members"]
    assert general.is_general


async def test_two_guards_of_one_fetch_are_asked_at_the_same_time() -> None:
    both = Case(
        CLUB,
        "members { name } heads { name }",
        Sequence(
            (
                Parallel(
                    (
                        root(0, "a", "members { __fed_id: id }"),
                        root(1, "a", "heads { __fed_id: id }"),
                    )
                ),
                Parallel((object_guard(0, "members", "who"), object_guard(1, "heads", "who"))),
                flatten(
                    2,
                    "b",
                    "members heads",
                    entity(
                        "Member",
                        "id=__fed_id",
                        'name @group(guard: 0, name: "who")',
                        paths=(path("members"),),
                    ),
                    entity(
                        "Member",
                        "id=__fed_id",
                        'name @group(guard: 1, name: "who")',
                        paths=(path("heads"),),
                        call=1,
                    ),
                    guards=(0, 1),
                ),
            )
        ),
    )
    response, subgraphs, outcome = await both.run(
        {
            "a": [
                {"data": {"members": [{"__fed_id": "1"}, {"__fed_id": "2"}]}},
                {"data": {"heads": [{"__fed_id": "1"}]}},
            ],
            "b": [{"data": {"_entities_0": [{"name": "An"}], "_entities_1": [{"name": "An"}]}}],
        },
        guard=Table({"1": "who"}),
    )

    assert {
        "members": [{"name": "An"}, {"name": None}],
        "heads": [{"name": "An"}],
    } == response["data"]
    assert 3 == len(subgraphs.requests)
    assert not outcome.is_general
