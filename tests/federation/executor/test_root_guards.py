"""Guards on root fields: their arguments are the subject, decided before the fetch."""

import json

import pytest

from gateway.federation.executor.compiled import execute
from gateway.federation.executor.ports import RootSubject
from gateway.federation.plan import (
    Guard,
    OperationKind,
    RootFieldSubject,
)
from gateway.federation.plan import Sequence as InOrder
from tests.federation.executor.guard_kit import CLUB, Table, refused, root_guard
from tests.federation.executor.kit import (
    Case,
    ScriptedSubgraphs,
    root,
)

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


async def test_an_argument_whose_variable_is_not_given_has_its_default() -> None:
    arguments = (("id", "$id"), ("deep", "$deep"))
    fetched = root(
        0,
        "a",
        'member(id: $id, deep: $deep) { id @group(guard: 0, name: "who") }',
        guards=(0,),
        variables=("id", "deep"),
        variable_definitions=("$id: ID!", "$deep: Boolean"),
    )
    node = InOrder((root_guard(0, "member", arguments, "who"), fetched))
    port = Table({"7": "who"})
    await Case(CLUB, "member(id: $id, deep: $deep) { id }", node).run(
        {"a": [{"data": {"member": {"id": "7"}}}]}, {"id": "7"}, port
    )

    expected = (RootSubject("Query.member", "member", {"id": "7", "deep": True}),)
    assert (0, ("who",), expected) == port.asked[-1]


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


async def test_the_classes_of_an_earlier_set_of_permitted_groups_are_made_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("gateway.federation.executor.careful.roots.MAX_PERMIT_VARIANTS", 1)
    compiled = MEMBER_BY_ID.compiled(fast_path=True)
    answers = []
    for permitted in ("who", "talk", "who"):
        answer = {
            "who": {"id": "7", "name": "An", "notes": [{"__fed_typename": "Note"}]},
            "talk": {"id": "7", "notes": [{"text": "x"}]},
        }[permitted]
        subgraphs = ScriptedSubgraphs({"a": [{"data": {"member": answer}}]})
        outcome = await execute(compiled, {"id": "7"}, subgraphs, Table({"7": permitted}), "scope")
        answers.append(json.loads(outcome.body)["data"]["member"])

        assert not outcome.is_general

    named = {"id": "7", "name": "An", "notes": [{"text": None}]}
    assert [named, {"id": "7", "name": None, "notes": [{"text": "x"}]}, named] == answers
