"""recordEncounter: the locator and the care relationship follow a facility's notice."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from access.context import AccessContext
from access.episodes import OPEN_EPISODES
from resolvers.encounter.locations import RecordLocation
from resolvers.encounter.notices import AFTERCARE
from storage.access_profiles.model import (
    AccessProfile,
    CareRelationship,
    CareRelationshipKind,
    Period,
)
from storage.access_profiles.repository import AccessProfiles
from storage.access_profiles.subject_index import IdentifierLink
from storage.encryption import IdentifierKind
from tests.resolvers.encounter.world import NOW, SINCE, World, practitioner
from tests.resolvers.fakes import ForgetfulOnce, SettableClock

RECORD = """mutation R($input: RecordEncounterInput!) { recordEncounter(input: $input) {
    encounter { id subjectId kind status period { start end } facility { id name }
        practitioners { id name } }
    problems { code path } } }"""
START = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
END = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
WHILE_ADMITTED = NOW + OPEN_EPISODES["INPATIENT"]
CARD = {
    "system": "http://fhir.ehealth.gov.vn/core/sid/insurance_number",
    "value": "7990000001",
    "birthDate": "1990-01-01",
}
DOCTOR = practitioner({"ENCOUNTERS", "ENCOUNTERS:write"})


def notice(**members: Any) -> dict[str, Any]:
    return {
        "idempotencyKey": "k1",
        "patientId": "p1",
        "encounterId": "e7",
        "localId": "bn-7",
        "status": "IN_PROGRESS",
        "kind": "INPATIENT",
        "start": "2026-11-22T08:00:00+07:00",
        **members,
    }


def finished(**members: Any) -> dict[str, Any]:
    over = {"idempotencyKey": "k2", "status": "FINISHED", "end": "2026-11-22T09:00:00+07:00"}
    return notice(**{**over, **members})


@pytest.fixture
async def ward(world: World, profiles: AccessProfiles) -> World:
    await profiles.load(
        [AccessProfile("p1", 1, date(1990, 1, 1)), AccessProfile("p2", 1, date(1990, 1, 1))]
    )
    return world


async def record(world: World, context: AccessContext = DOCTOR, **members: Any) -> dict[str, Any]:
    content = await world.ask(RECORD, context, input=notice(**members))
    assert "errors" not in content, content
    outcome: dict[str, Any] = content["data"]["recordEncounter"]
    return outcome


async def care(profiles: AccessProfiles, subject: str = "p1") -> tuple[CareRelationship, ...]:
    profiles.forget(subject)
    return (await profiles.get_many([subject]))[subject].care_relationships


def relationship(end: datetime, whom: str | None = "dr-1") -> CareRelationship:
    return CareRelationship(
        reference="79014~e7",
        facility_id="79014",
        kind=CareRelationshipKind.ENCOUNTER,
        practitioner_id=whom,
        encounter_id="79014~e7",
        period=Period(START, end),
    )


async def test_a_notice_answers_the_encounter_that_it_describes(ward: World) -> None:
    outcome = await record(ward)

    expected = {
        "id": "79014~e7",
        "subjectId": "p1",
        "kind": "INPATIENT",
        "status": "IN_PROGRESS",
        "period": {"start": "2026-11-22T08:00:00+07:00", "end": None},
        "facility": {"id": "79014", "name": "Bệnh viện 79014"},
        "practitioners": [{"id": "dr-1", "name": "BS. Lê Minh"}],
    }
    assert {"encounter": expected, "problems": []} == outcome


@pytest.mark.parametrize(
    ("kind", "lasts"),
    [
        ("INPATIENT", timedelta(days=180)),
        ("AMBULATORY", timedelta(days=30)),
        ("TELEHEALTH", timedelta(days=30)),
    ],
)
async def test_care_is_open_for_a_while_after_each_notice(
    ward: World, profiles: AccessProfiles, clock: SettableClock, kind: str, lasts: timedelta
) -> None:
    await record(ward, kind=kind)
    opened = await care(profiles)
    clock.now += timedelta(days=7)
    await record(ward, idempotencyKey="k2", kind=kind)

    assert (relationship(NOW + lasts),) == opened
    assert (relationship(clock.now + lasts),) == await care(profiles)


async def test_whoever_joins_an_episode_takes_nobodys_name_away(
    ward: World, profiles: AccessProfiles
) -> None:
    await record(ward)
    await record(ward, replace(DOCTOR, practitioner="dr-2"), idempotencyKey="k2")
    notice_kept = await ward.repository._notices.find_one({"_id": "79014~e7"})

    expected = (relationship(WHILE_ADMITTED), relationship(WHILE_ADMITTED, "dr-2"))
    assert expected == await care(profiles)
    assert notice_kept is not None
    assert "dr-1" == notice_kept["practitioner_id"]


async def test_care_ends_a_while_after_the_episode(ward: World, profiles: AccessProfiles) -> None:
    await record(ward)
    await record(ward, **finished())

    assert (relationship(END + AFTERCARE),) == await care(profiles)


async def test_the_end_ends_the_care_of_all_who_treat(
    ward: World, profiles: AccessProfiles
) -> None:
    await record(ward)
    await record(ward, idempotencyKey="k3", practitioner="dr-2")
    await record(ward, **finished())

    expected = (relationship(END + AFTERCARE), relationship(END + AFTERCARE, "dr-2"))
    assert expected == await care(profiles)


async def test_a_notice_of_the_end_alone_is_taken_and_gives_nobody_care(
    ward: World, profiles: AccessProfiles
) -> None:
    outcome = await record(ward, **finished(practitioner="dr-9"))

    assert "79014~e7" == outcome["encounter"]["id"]
    assert () == await care(profiles)


async def test_a_later_end_does_not_prolong_care(ward: World, profiles: AccessProfiles) -> None:
    await record(ward)
    await record(ward, **finished(end="2026-11-22T08:30:00+07:00"))
    await record(ward, **finished(idempotencyKey="k3"))

    earlier = END - timedelta(minutes=30)
    assert (relationship(earlier + AFTERCARE),) == await care(profiles)


async def test_a_patient_may_be_named_by_the_number_that_she_showed(
    ward: World, profiles: AccessProfiles
) -> None:
    await profiles.link_identifiers(
        IdentifierLink(IdentifierKind.CARD_NUMBER, CARD["value"], "p1", CARD["birthDate"])
    )
    outcome = await record(ward, patientId=None, patientIdentifier=CARD)

    assert [] == outcome["problems"]
    assert (relationship(WHILE_ADMITTED),) == await care(profiles)


async def test_a_number_of_nobody_is_not_permitted(ward: World) -> None:
    content = await ward.ask(RECORD, DOCTOR, input=notice(patientId=None, patientIdentifier=CARD))

    assert "ACCESS_CONTEXT_REFUSED" == content["errors"][0]["extensions"]["code"]


@pytest.mark.parametrize(
    "named", [{"patientId": None}, {"patientIdentifier": CARD}], ids=["in no way", "in two ways"]
)
async def test_a_patient_is_named_in_one_way(ward: World, named: dict[str, Any]) -> None:
    content = await ward.ask(RECORD, DOCTOR, input=notice(**named))

    assert "BAD_USER_INPUT" == content["errors"][0]["extensions"]["code"]


async def test_staff_that_is_not_named_is_the_facility(
    ward: World, profiles: AccessProfiles
) -> None:
    await record(ward, replace(DOCTOR, practitioner=None))

    assert (relationship(WHILE_ADMITTED, None),) == await care(profiles)


async def test_the_locator_learns_where_the_record_lies(ward: World) -> None:
    await record(ward)

    expected = RecordLocation("p1", "79014", "bn-7", shares=False, since=START)
    assert [[expected]] == await ward.repository.locations(["p1"])


async def test_agreement_to_share_holds_until_it_is_changed(ward: World) -> None:
    shares = []
    for at, said in enumerate((True, None, False, None)):
        await record(ward, idempotencyKey=f"k{at}", sharesRecord=said)
        [[location]] = await ward.repository.locations(["p1"])
        shares.append(location.shares)

    assert [True, True, False, False] == shares


async def test_the_same_notice_twice_is_one(ward: World, profiles: AccessProfiles) -> None:
    first = await record(ward)
    version = (await profiles.get_many(["p1"]))["p1"].version
    second = await record(ward)
    profiles.forget("p1")

    assert first == second
    assert version == (await profiles.get_many(["p1"]))["p1"].version


async def test_a_run_that_broke_off_is_completed(
    ward: World, profiles: AccessProfiles, once: ForgetfulOnce
) -> None:
    first = await record(ward)
    await once.forget()

    assert first == await record(ward)
    assert (relationship(WHILE_ADMITTED),) == await care(profiles)


async def test_an_episode_that_is_over_is_not_opened_again(
    ward: World, profiles: AccessProfiles
) -> None:
    await record(ward)
    await record(ward, **finished())

    late = await record(ward, idempotencyKey="k3")

    assert [{"code": "ENCOUNTER_FINISHED", "path": ["status"]}] == late["problems"]
    assert late["encounter"] is None
    assert (relationship(END + AFTERCARE),) == await care(profiles)


async def test_the_end_of_an_episode_may_be_corrected(
    ward: World, profiles: AccessProfiles
) -> None:
    await record(ward)
    await record(ward, **finished())
    await record(ward, **finished(idempotencyKey="k3", end="2026-11-22T08:30:00+07:00"))

    earlier = END - timedelta(minutes=30)
    assert (relationship(earlier + AFTERCARE),) == await care(profiles)


@pytest.mark.parametrize("is_held", [True, False])
async def test_another_number_of_the_patient_needs_the_hospitals_word(
    ward: World, profiles: AccessProfiles, is_held: bool
) -> None:
    await ward.repository.import_locations([RecordLocation("p1", "79014", "bn-1", True, SINCE)])
    if is_held:
        await ward["79014"].keep(kept())

    outcome = await record(ward)
    [[location]] = await ward.repository.locations(["p1"])

    expected = [] if is_held else ["LOCAL_ID_UNCONFIRMED"]
    assert expected == [problem["code"] for problem in outcome["problems"]]
    assert ("bn-7" if is_held else "bn-1") == location.local_id
    assert is_held == bool(await care(profiles))


async def test_anothers_number_is_refused(ward: World, profiles: AccessProfiles) -> None:
    await ward.repository.import_locations([RecordLocation("p2", "79014", "bn-7", True, SINCE)])

    outcome = await record(ward)

    assert [{"code": "LOCAL_ID_TAKEN", "path": ["localId"]}] == outcome["problems"]
    assert [[]] == await ward.repository.locations(["p1"])
    assert () == await care(profiles)


async def test_anothers_episode_is_refused(ward: World, profiles: AccessProfiles) -> None:
    await record(ward)
    both = replace(DOCTOR, subjects={"p2": DOCTOR.subjects["p1"]})

    outcome = await record(ward, both, idempotencyKey="k2", patientId="p2", localId="bn-8")

    assert [{"code": "ENCOUNTER_TAKEN", "path": ["encounterId"]}] == outcome["problems"]
    assert () == await care(profiles, "p2")


def kept(**members: Any) -> dict[str, Any]:
    """The episode as the hospital's own server has it."""
    return {
        "resourceType": "Encounter",
        "id": "e7",
        "status": "in-progress",
        "class": {"code": "IMP"},
        "subject": {"reference": "Patient/bn-7"},
        "period": {"start": "2026-11-22T08:00:00+07:00"},
        **members,
    }


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ({"status": "finished"}, "ENCOUNTER_FINISHED"),
        ({"status": "entered-in-error"}, "ENCOUNTER_FINISHED"),
        ({"period": {"start": "2019-03-02", "end": "2019-03-04"}}, "ENCOUNTER_FINISHED"),
        ({"subject": {"reference": "Patient/bn-8"}}, "ENCOUNTER_TAKEN"),
    ],
)
async def test_an_episode_of_the_past_is_not_opened_though_no_notice_ended_it(
    ward: World, profiles: AccessProfiles, members: dict[str, Any], code: str
) -> None:
    await ward["79014"].keep(kept(**members))

    outcome = await record(ward)

    assert [code] == [problem["code"] for problem in outcome["problems"]]
    assert () == await care(profiles)
    assert [[]] == await ward.repository.locations(["p1"])


async def test_an_episode_that_the_hospital_has_open_is_opened(
    ward: World, profiles: AccessProfiles
) -> None:
    await ward["79014"].keep(kept())
    await record(ward)

    assert (relationship(WHILE_ADMITTED),) == await care(profiles)


@pytest.mark.parametrize("is_over", [True, False])
async def test_a_report_does_not_wait_for_the_hospitals_server_and_opening_does(
    ward: World, profiles: AccessProfiles, is_over: bool
) -> None:
    await ward["79014"].fault(kind="error")
    given = finished() if is_over else notice()

    content = await ward.ask(RECORD, DOCTOR, input=given)

    codes = [error["extensions"]["code"] for error in content.get("errors", ())]
    assert ([] if is_over else ["UPSTREAM_UNAVAILABLE"]) == codes
    assert () == await care(profiles)


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ({"encounterId": "../x"}, "ID_MALFORMED"),
        ({"localId": "a,b"}, "ID_MALFORMED"),
        ({"practitioner": "\0"}, "ID_MALFORMED"),
        ({"start": "2026-11-23T08:00:00+07:00"}, "STARTS_IN_FUTURE"),
        ({"status": "FINISHED"}, "END_MISSING"),
        ({"end": "2026-11-22T09:00:00+07:00"}, "NOT_ENDED"),
        ({"status": "FINISHED", "end": "2026-11-22T07:00:00+07:00"}, "ENDS_BEFORE_START"),
        ({"status": "FINISHED", "end": "2026-11-23T07:00:00+07:00"}, "ENDS_IN_FUTURE"),
    ],
)
async def test_a_notice_that_cannot_be_is_a_problem(
    ward: World, profiles: AccessProfiles, members: dict[str, Any], code: str
) -> None:
    outcome = await record(ward, **members)

    assert code in [problem["code"] for problem in outcome["problems"]]
    assert outcome["encounter"] is None
    assert () == await care(profiles)


async def test_a_caller_without_a_facility_is_refused(ward: World) -> None:
    content = await ward.ask(RECORD, replace(DOCTOR, organization=None), input=notice())

    assert "BAD_USER_INPUT" == content["errors"][0]["extensions"]["code"]


async def test_a_change_that_is_not_permitted_is_refused(
    ward: World, profiles: AccessProfiles
) -> None:
    content = await ward.ask(RECORD, practitioner({"ENCOUNTERS"}), input=notice())

    assert "ACCESS_CONTEXT_REFUSED" == content["errors"][0]["extensions"]["code"]
    assert () == await care(profiles)


async def test_a_key_with_another_input_is_refused(ward: World) -> None:
    await record(ward)

    content = await ward.ask(RECORD, DOCTOR, input=notice(kind="EMERGENCY"))

    assert "IDEMPOTENCY_KEY_REUSED" == content["errors"][0]["extensions"]["code"]
