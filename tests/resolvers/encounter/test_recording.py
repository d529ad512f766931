"""recordEncounter: the locator and the care relationship follow a facility's notice."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from access.context import AccessContext
from resolvers.encounter.locations import RecordLocation
from resolvers.encounter.notices import AFTERCARE
from storage.access_profiles.model import (
    AccessProfile,
    CareRelationship,
    CareRelationshipKind,
    Period,
)
from storage.access_profiles.repository import AccessProfiles
from tests.resolvers.encounter.world import SINCE, World, practitioner
from tests.resolvers.fakes import ForgetfulOnce

RECORD = """mutation R($input: RecordEncounterInput!) { recordEncounter(input: $input) {
    encounter { id subjectId kind status period { start end } facility { id name }
        practitioners { id name } }
    problems { code path } } }"""
START = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
END = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
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


def relationship(end: datetime | None, whom: str | None = "dr-1") -> CareRelationship:
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


async def test_care_is_open_while_the_episode_lasts(ward: World, profiles: AccessProfiles) -> None:
    await record(ward)

    assert (relationship(None),) == await care(profiles)


async def test_care_ends_a_while_after_the_episode(ward: World, profiles: AccessProfiles) -> None:
    await record(ward)
    await record(ward, **finished())

    assert (relationship(END + AFTERCARE),) == await care(profiles)


async def test_a_notice_of_the_end_alone_is_enough(ward: World, profiles: AccessProfiles) -> None:
    await record(ward, **finished(practitioner="dr-9"))

    assert (relationship(END + AFTERCARE, "dr-9"),) == await care(profiles)


async def test_staff_that_is_not_named_is_the_facility(
    ward: World, profiles: AccessProfiles
) -> None:
    await record(ward, replace(DOCTOR, practitioner=None))

    assert (relationship(None, None),) == await care(profiles)


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
    assert (relationship(None),) == await care(profiles)


async def test_an_episode_that_is_over_is_not_opened_again(
    ward: World, profiles: AccessProfiles
) -> None:
    await record(ward, **finished())

    late = await record(ward)

    assert [{"code": "ENCOUNTER_FINISHED", "path": ["status"]}] == late["problems"]
    assert late["encounter"] is None
    assert (relationship(END + AFTERCARE),) == await care(profiles)


async def test_the_end_of_an_episode_may_be_corrected(
    ward: World, profiles: AccessProfiles
) -> None:
    await record(ward, **finished())
    await record(ward, **finished(idempotencyKey="k3", end="2026-11-22T08:30:00+07:00"))

    earlier = END - timedelta(minutes=30)
    assert (relationship(earlier + AFTERCARE),) == await care(profiles)


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
