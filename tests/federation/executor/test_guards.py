"""Guards: no permission, no fetch; decided per subject, in batch, on both paths."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from gateway.federation.executor.compiled import execute
from gateway.federation.executor.ports import (
    FetchFailure,
    RootSubject,
    SubgraphRequest,
    SubjectDecision,
)
from gateway.federation.plan import (
    Guard,
    ObjectSubject,
    OperationKind,
    Parallel,
    RootFieldSubject,
    SubjectCheck,
)
from gateway.federation.plan import Sequence as InOrder
from gateway.federation.response.errors import ErrorValue
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
type Query {
  members: [Member!]
  member(id: ID!, deep: Boolean = true): Member
  best: Member
  things: [Thing!]
}
type Mutation { rename(id: ID!): Member }
type Member { id: ID! name: String score: Int notes: [Note!] }
type Note { id: ID! about: ID text: String mark: Int }
union Thing = Member | Note
""")


@dataclass
class Table:
    """A guard port that answers from a table of permitted groups by subject."""

    permitted: Mapping[object, str]
    asked: list[tuple[int, tuple[str, ...], tuple[object, ...]]] = field(default_factory=list)
    mismatches: list[object] = field(default_factory=list)

    async def decide(
        self, scope: object, guard: int, groups: tuple[str, ...], subjects: Sequence[object]
    ) -> Sequence[frozenset[str]]:
        assert scope == "scope"
        self.asked.append((guard, groups, tuple(subjects)))
        return [frozenset(self.permitted.get(_known(item), "").split()) for item in subjects]

    def refusal(self, scope: object, group: str) -> ErrorValue:
        return ErrorValue("Not permitted", {"code": "CONSENT_REQUIRED", "category": group})

    def is_subject(self, scope: object, subject: object, found: object) -> bool:
        return isinstance(subject, RootSubject) and subject.arguments.get("id") == found

    def subject_mismatch(self, scope: object, guard: int, found: object) -> ErrorValue:
        self.mismatches.append(found)
        return ErrorValue("Integrity", {"code": "INTERNAL"})


def _known(subject: object) -> object:
    return subject.arguments.get("id") if isinstance(subject, RootSubject) else subject


def refused(group: str, *places: Sequence[Any]) -> list[dict[str, Any]]:
    return [
        {
            "message": "Not permitted",
            "path": list(place),
            "extensions": {"code": "CONSENT_REQUIRED", "category": group},
        }
        for place in places
    ]


def object_guard(number: int, where: str, *groups: str, source: str = "__fed_id") -> Guard:
    paths = tuple(path(item) for item in where.split())
    return Guard(number, ObjectSubject(paths, (source,)), groups)


def root_guard(number: int, name: str, arguments: Any, *groups: str) -> Guard:
    return Guard(number, RootFieldSubject("Query", name, name, arguments), groups)


MEMBER = 'name @group(guard: 0, name: "who") score @group(guard: 0, name: "rank")'
MEMBERS = Case(
    CLUB,
    "members { name score }",
    InOrder(
        (
            root(0, "a", "members { __fed_id: id }"),
            object_guard(0, "members", "rank", "who"),
            flatten(1, "a", "members", entity("Member", "id=__fed_id", MEMBER), guards=(0,)),
        )
    ),
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


MEMBER_BY_ID = Case(
    CLUB,
    "member(id: $id) { id name notes { text } }",
    InOrder(
        (
            root_guard(0, "member", (("id", "$id"),), "talk", "who"),
            root(
                0,
                "a",
                'member(id: $id) { id name @group(guard: 0, name: "who")'
                ' notes { text @group(guard: 0, name: "talk") } }',
                guards=(0,),
                variables=("id",),
                variable_definitions=("$id: ID!",),
            ),
        )
    ),
)


async def test_a_root_fields_subject_is_decided_before_the_fetch() -> None:
    port = Table({"7": "talk"})
    response, subgraphs, outcome = await MEMBER_BY_ID.run(
        {"a": [{"data": {"member": {"id": "7", "notes": [{"text": "x"}, {"text": "y"}]}}}]},
        {"id": "7"},
        port,
    )

    assert {"id": "7", "name": None, "notes": [{"text": "x"}, {"text": "y"}]} == response["data"][
        "member"
    ]
    assert refused("who", ["member", "name"]) == response["errors"]
    assert (
        0,
        ("talk", "who"),
        (RootSubject("Query.member", "member", {"id": "7", "deep": True}),),
    ) == port.asked[-1]
    assert "query($id: ID!){member(id:$id){id notes{text}}}" == subgraphs.bodies("a")[0]["query"]
    assert not outcome.is_general


async def test_an_object_whose_fields_are_all_denied_still_shows_that_it_is_there() -> None:
    response, subgraphs, outcome = await MEMBER_BY_ID.run(
        {"a": [{"data": {"member": {"id": "7", "notes": [{"__fed_typename": "Note"}] * 2}}}]},
        {"id": "7"},
        Table({}),
    )

    assert [{"text": None}, {"text": None}] == response["data"]["member"]["notes"]
    assert [
        ["member", "name"],
        ["member", "notes", 0, "text"],
        ["member", "notes", 1, "text"],
    ] == [error["path"] for error in response["errors"]]
    assert "notes{__fed_typename:__typename}" in subgraphs.bodies("a")[0]["query"]
    assert not outcome.is_general


async def test_a_mutation_without_permission_is_not_sent() -> None:
    case = Case(
        CLUB,
        "rename(id: $id) { id }",
        InOrder(
            (
                Guard(
                    0, RootFieldSubject("Mutation", "rename", "rename", (("id", "$id"),)), ("w",)
                ),
                root(
                    0,
                    "a",
                    'rename(id: $id) @group(guard: 0, name: "w") { id }',
                    kind=OperationKind.MUTATION,
                    guards=(0,),
                    variables=("id",),
                    variable_definitions=("$id: ID!",),
                ),
            )
        ),
        OperationKind.MUTATION,
    )
    response, subgraphs, outcome = await case.run({"a": []}, {"id": "1"}, Table({}))

    assert {"data": {"rename": None}, "errors": refused("w", ["rename"])} == response
    assert [] == subgraphs.requests
    assert not outcome.is_general


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


CHECKED = Case(
    CLUB,
    "members { notes { text } }",
    InOrder(
        (
            root(
                0,
                "a",
                "members { __fed_id: id notes { __fed_about: about __fed_note: id } }",
            ),
            object_guard(0, "members", "talk"),
            flatten(
                1,
                "a",
                "members.notes",
                entity("Note", "id=__fed_note", 'text @group(guard: 0, name: "talk")'),
                guards=(0,),
            ),
        )
    ),
    checks=(SubjectCheck(0, path("members.notes"), ("__fed_about",)),),
)


async def test_a_child_about_somebody_else_is_dropped_before_it_is_fetched() -> None:
    port = Table({"1": "talk", "2": "talk"})
    own = [{"__fed_about": "1", "__fed_note": "n1"}, {"__fed_about": "1", "__fed_note": "n2"}]
    strange = [{"__fed_about": "1", "__fed_note": "n3"}, {"__fed_about": None, "__fed_note": "n"}]
    members = [{"__fed_id": "1", "notes": own}, {"__fed_id": "2", "notes": strange}]
    response, subgraphs, outcome = await CHECKED.run(
        {
            "a": [
                {"data": {"members": members}},
                {"data": {"_entities": [{"text": "x"}, {"text": "y"}]}},
            ]
        },
        guard=port,
    )

    assert [{"notes": [{"text": "x"}, {"text": "y"}]}, {"notes": None}] == response["data"][
        "members"
    ]
    assert [["members", 1, "notes", 0]] == [error["path"] for error in response["errors"]]
    assert ["n1", "n2"] == [
        item["id"] for item in subgraphs.bodies("a")[1]["variables"]["representations"]
    ]
    assert ["1", None] == port.mismatches[:2]
    assert outcome.is_general


async def test_a_child_is_checked_against_the_subject_of_its_root_field() -> None:
    case = Case(
        CLUB,
        "member(id: $id) { notes { text } }",
        InOrder(
            (
                root_guard(0, "member", (("id", "$id"),), "talk"),
                root(
                    0,
                    "a",
                    "member(id: $id) { notes { __fed_about: about"
                    ' text @group(guard: 0, name: "talk") } }',
                    guards=(0,),
                    variables=("id",),
                    variable_definitions=("$id: ID!",),
                ),
            )
        ),
        checks=(SubjectCheck(0, path("member.notes"), ("__fed_about",)),),
    )
    notes = [{"__fed_about": "1", "text": "mine"}, {"__fed_about": "2", "text": "not mine"}]
    port = Table({"1": "talk"})
    response, _, outcome = await case.run(
        {"a": [{"data": {"member": {"notes": notes}}}]}, {"id": "1"}, port
    )

    assert {"notes": None} == response["data"]["member"]
    assert [["member", "notes", 1]] == [error["path"] for error in response["errors"]]
    assert "2" in port.mismatches
    assert outcome.is_general


async def test_a_port_that_answers_for_another_number_of_subjects_is_a_fault_of_ours() -> None:
    class Short(Table):
        async def decide(self, *_: Any) -> Sequence[frozenset[str]]:
            return []

    for fast_path in (True, False):
        subgraphs = ScriptedSubgraphs({"a": [{"data": {"members": [{"__fed_id": "1"}]}}]})
        with pytest.raises(ValueError, match="zip"):
            await execute(MEMBERS.compiled(fast_path), {}, subgraphs, Short({}), "scope")


async def test_a_client_that_goes_away_cancels_decisions_and_fetches() -> None:
    """Neither a guard that is being asked nor a guarded fetch outlives its request."""
    sent: list[asyncio.Future[bytes | FetchFailure]] = []
    cancelled: list[str] = []

    class Silent:
        def send(self, request: SubgraphRequest) -> "asyncio.Future[bytes | FetchFailure]":
            sent.append(asyncio.get_running_loop().create_future())
            if len(sent) % 2:
                sent[-1].set_result(b'{"data":{"members":[{"__fed_id":"1"}]}}')
            return sent[-1]

    class Slow(Table):
        async def decide(self, *_: Any) -> Sequence[frozenset[str]]:
            try:
                await asyncio.get_running_loop().create_future()
            except asyncio.CancelledError:
                cancelled.append("decision")
                raise
            return []

    for fast_path in (True, False):
        for port in (Slow({}), Table({"1": "who"})):
            sent.clear()
            running = execute(MEMBERS.compiled(fast_path), {}, Silent(), port, "scope")
            task = asyncio.create_task(running)
            for _ in range(10):
                await asyncio.sleep(0)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            await asyncio.sleep(0)

            assert all(future.done() for future in sent)

    assert ["decision", "decision"] == cancelled


async def test_a_guard_that_fails_fails_the_execution() -> None:
    """Fail closed: without a decision there is no answer."""

    class Broken(Table):
        async def decide(self, *_: Any) -> Sequence[frozenset[str]]:
            raise RuntimeError("no profiles")

    for fast_path in (True, False):
        subgraphs = ScriptedSubgraphs({"a": [{"data": {"members": [{"__fed_id": "1"}]}}]})
        with pytest.raises(RuntimeError, match="no profiles"):
            await execute(MEMBERS.compiled(fast_path), {}, subgraphs, Broken({}), "scope")


async def test_an_answer_with_errors_before_the_guard_is_decided_once() -> None:
    """The general path takes over while the guard is being asked."""
    both = Case(
        CLUB,
        "members { name } best { id }",
        Parallel(
            (
                InOrder(
                    (
                        root(0, "a", "members { __fed_id: id }"),
                        object_guard(0, "members", "who"),
                        flatten(
                            1,
                            "a",
                            "members",
                            entity("Member", "id=__fed_id", 'name @group(guard: 0, name: "who")'),
                            guards=(0,),
                        ),
                    )
                ),
                root(2, "b", "best { id }"),
            )
        ),
    )
    response, subgraphs, outcome = await both.run(
        {
            "a": [
                {"data": {"members": [{"__fed_id": "1"}]}},
                {"data": {"_entities": [{"name": "An"}]}},
            ],
            "b": [b"not JSON"],
        },
        guard=Table({"1": "who"}),
    )

    assert {"members": [{"name": "An"}], "best": None} == response["data"]
    assert 3 == len(subgraphs.requests)
    assert outcome.is_general


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
