"""Objects that inherit a guard must be about the subject that it decided for."""

from gateway.federation.plan import Sequence as InOrder
from gateway.federation.plan import (
    SubjectCheck,
)
from tests.federation.executor.guard_kit import CLUB, Table, object_guard, root_guard
from tests.federation.executor.kit import (
    Case,
    entity,
    flatten,
    path,
    root,
)

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
