"""A presented code opens the prescription that it names, and nothing else."""

from typing import Any

import pytest

from access.categories import Category
from gateway.consent import Permit
from gateway.consent.scope import HealthBookScope
from gateway.federation.executor.ports import RootSubject
from gateway.principal import Principal
from tests.gateway.consent.gate_kit import DOCTOR, PHARMACIST, World, root, scope


async def test_a_presented_code_opens_the_prescription() -> None:
    field = root("Query.verifyPrescription", code="79014abcdefg-C")
    permitted = await World().gate.decide(
        scope(PHARMACIST), 0, ("PRESCRIPTIONS", "CONDITIONS"), [field]
    )

    assert [frozenset({"PRESCRIPTIONS"})] == permitted


async def test_an_unknown_code_opens_nothing() -> None:
    field = root("Query.verifyPrescription", code="79014abcdefg-H")
    permitted = await World().gate.decide(scope(PHARMACIST), 0, ("PRESCRIPTIONS",), [field])

    assert [frozenset()] == permitted


@pytest.mark.parametrize(
    ("code", "groups", "events"),
    [
        ("79014abcdefg-C", ("PRESCRIPTIONS:look-up",), [("p1", True)]),
        ("79014abcdefg-H", ("PRESCRIPTIONS:look-up",), [(None, True)]),
        ("79014abcdefg-C", ("PRESCRIPTIONS:look-up", "PRESCRIPTIONS"), [("p1", True)]),
        (
            "79014abcdefg-H",
            ("PRESCRIPTIONS:look-up", "PRESCRIPTIONS"),
            [(None, True), (None, False)],
        ),
    ],
)
async def test_a_look_up_of_a_code_is_on_record_once(
    code: str, groups: tuple[str, ...], events: list[tuple[str | None, bool]]
) -> None:
    world = World()
    field = root("Query.verifyPrescription", code=code)
    permitted = await world.gate.decide(scope(PHARMACIST), 0, groups, [field])

    assert "PRESCRIPTIONS:look-up" in permitted[0]
    assert events == [
        (made.subject, isinstance(made.decision, Permit)) for made in world.recorder.decisions
    ]
    assert {Category.PRESCRIPTIONS} == {made.category for made in world.recorder.decisions}


@pytest.mark.parametrize(("who", "expected"), [(PHARMACIST, {"PRESCRIPTIONS"}), (DOCTOR, {})])
async def test_a_look_up_alone_tells_the_subgraph_whether_the_row_may_be_known(
    who: Principal, expected: object
) -> None:
    world, asked = World(), scope(who)
    field = root("Query.verifyPrescription", code="79014abcdefg-C")
    await world.gate.decide(asked, 0, ("PRESCRIPTIONS:look-up",), [field])

    assert ("p1", expected) == _groups(world, asked, field)


async def test_a_presented_code_opens_no_way_to_the_book() -> None:
    world, asked = World(), scope(PHARMACIST)
    code = root("Query.verifyPrescription", code="79014abcdefg-C")
    await world.gate.decide(asked, 0, ("PRESCRIPTIONS",), [code])
    permitted = await world.gate.decide(asked, 1, ("RECORD",), [root("Query.patient", id="p1")])

    assert [frozenset()] == permitted


@pytest.mark.parametrize("code_first", [True, False])
async def test_a_code_and_an_id_of_one_person_are_decided_apart(code_first: bool) -> None:
    world, asked = World(), scope(PHARMACIST)
    fields = {
        "code": root("Query.verifyPrescription", code="79014abcdefg-C"),
        "id": root("Query.patient", id="p1"),
    }
    permitted = {
        name: await world.gate.decide(asked, 0, ("PRESCRIPTIONS",), [fields[name]])
        for name in (("code", "id") if code_first else ("id", "code"))
    }

    assert {"code": [frozenset({"PRESCRIPTIONS"})], "id": [frozenset()]} == permitted
    assert ("p1", {}) == _groups(world, asked, fields["id"])
    assert ("p1", {"PRESCRIPTIONS"}) == _groups(world, asked, fields["code"])


def _groups(world: World, asked: HealthBookScope, subject: RootSubject) -> Any:
    access = world.gate.access_to(asked, subject)
    assert access is not None
    return access[0], set(access[1].groups) or {}
