"""The gate finds whom a field or an object is about, and decides for each."""

from typing import Any

import pytest

from gateway.federation.executor.ports import RootSubject
from tests.gateway.consent.gate_kit import DOCTOR, HIDDEN, World, root, scope

NATIONAL_ID = "http://fhir.ehealth.gov.vn/core/sid/national_id"


async def test_the_subject_of_me_is_the_callers_own_patient() -> None:
    permitted = await World().gate.decide(scope(), 0, ("ALLERGIES",), [root("Query.me")])

    assert [frozenset({"ALLERGIES"})] == permitted


async def test_a_stranger_and_nobody_are_denied_alike() -> None:
    world = World()
    answers = [
        await world.gate.decide(scope(), 0, ("RECORD",), [root("Query.patient", id=patient)])
        for patient in ("p2", "p9")
    ]

    assert [[frozenset()], [frozenset()]] == answers


async def test_a_root_field_without_a_rule_has_no_subject() -> None:
    permitted = await World().gate.decide(scope(), 0, ("RECORD",), [root("Query.other")])

    assert [frozenset()] == permitted


@pytest.mark.parametrize(
    ("system", "value", "birth_date", "subject"),
    [
        (NATIONAL_ID, "079190000001", "1990-01-01", "p1"),
        (NATIONAL_ID, "079190000001", "1990-01-02", None),
        (NATIONAL_ID, "079190000002", "1990-01-01", None),
        ("urn:other", "079190000001", "1990-01-01", None),
    ],
)
async def test_staff_look_a_person_up_by_identifier_and_birth_date(
    system: str, value: str, birth_date: str, subject: str | None
) -> None:
    world, asked = World(), scope(DOCTOR)
    field = root("Query.patientByIdentifier", system=system, value=value, birthDate=birth_date)
    await world.gate.decide(asked, 0, ("RECORD",), [field])

    assert [subject] == [decision.subject for decision in world.recorder.decisions]


async def test_all_subjects_of_a_batch_are_read_at_once() -> None:
    world = World()
    permitted = await world.gate.decide(scope(), 0, ("ALLERGIES",), ["p1", "p2", "p9", None])

    assert [["p1", "p2", "p9"]] == world.profiles.reads
    assert [frozenset({"ALLERGIES"}), frozenset(), frozenset(), frozenset()] == permitted


async def test_an_unknown_category_is_never_permitted() -> None:
    with pytest.raises(ValueError, match="SECRETS"):
        await World().gate.decide(scope(), 0, ("SECRETS",), ["p1"])


async def test_an_object_is_held_against_the_subject_of_its_root_field() -> None:
    world, asked, me = World(), scope(), root("Query.me")
    await world.gate.decide(asked, 0, ("ALLERGIES",), [me])

    assert world.gate.is_subject(asked, me, "p1")
    assert not world.gate.is_subject(asked, me, "p2")


async def test_the_profile_of_a_changed_subject_is_read_anew() -> None:
    world, asked = World(), scope()
    await world.gate.decide(asked, 0, ("VITALS:write",), ["p1"])
    await world.gate.decide(asked, 1, ("ALLERGIES",), ["p2"])
    world.gate.forget_changed(asked)

    assert ["p1"] == world.profiles.forgotten


BY_CARD = {"system": NATIONAL_ID, "value": "079190000001", "birthDate": "1990-01-01"}


@pytest.mark.parametrize(
    ("notice", "expected"),
    [
        ({"patientId": "p1", "status": "FINISHED"}, {"ENCOUNTERS:write"}),
        ({"patientIdentifier": BY_CARD, "status": "FINISHED"}, {"ENCOUNTERS:write"}),
        ({"patientId": "p1", "status": "IN_PROGRESS"}, set()),
        ({"patientIdentifier": BY_CARD, "status": "IN_PROGRESS"}, set()),
        ({"patientId": "p9", "status": "FINISHED"}, set()),
        (
            {"patientIdentifier": {**BY_CARD, "birthDate": "1990-01-02"}, "status": "FINISHED"},
            set(),
        ),
        ({"patientIdentifier": "079190000001", "status": "FINISHED"}, set()),
        ({"status": "FINISHED"}, set()),
    ],
)
async def test_a_facility_reports_an_episode_that_is_over_of_anybody(
    notice: dict[str, Any], expected: set[str]
) -> None:
    permitted = await World().gate.decide(
        scope(DOCTOR),
        0,
        ("ENCOUNTERS:write", "ENCOUNTERS", "CONDITIONS"),
        [root("Mutation.recordEncounter", input=notice)],
    )

    assert [frozenset(expected)] == permitted


async def test_a_report_opens_nothing_of_a_field_beside_it() -> None:
    world, asked = World(), scope(DOCTOR)
    notice = {"patientId": "p1", "status": "FINISHED"}
    await world.gate.decide(
        asked, 0, ("ENCOUNTERS:write",), [root("Mutation.recordEncounter", input=notice)]
    )
    still = RootSubject(
        "Mutation.recordEncounter", "b", {"input": {**notice, "status": "IN_PROGRESS"}}
    )
    permitted = await world.gate.decide(asked, 1, ("ENCOUNTERS:write",), [still])

    assert [frozenset()] == permitted


@pytest.mark.parametrize("patient", ["", "p\x001", "\x01p", "p" * 129, "bí-mật", 7])
async def test_a_text_that_is_no_id_is_nobodys_and_is_not_kept(patient: object) -> None:
    world = World()
    await world.gate.decide(scope(), 0, ("RECORD",), [root("Query.patient", id=patient)])

    assert [None] == [decision.subject for decision in world.recorder.decisions]


async def test_a_subject_is_the_same_however_it_is_written() -> None:
    world, asked, me = World(), scope(), root("Query.me")
    await world.gate.decide(asked, 0, ("ENCOUNTERS",), [me])

    assert world.gate.is_subject(asked, me, HIDDEN)
    assert world.gate.is_subject(asked, HIDDEN, "p1")
    assert not world.gate.is_subject(asked, HIDDEN, "p2")
    assert not world.gate.is_subject(asked, "p1", None)
