"""What the patient subgraph answers, and to whom."""

from datetime import UTC, datetime
from typing import Any

import pytest

from resolvers.datatypes.connections import Position
from resolvers.datatypes.identifiers import INSURANCE_NUMBER, NATIONAL_ID
from resolvers.patient.records import AccessEntry, IdentifierRecord, PatientRecord
from resolvers.patient.repository import PatientRepository
from storage.documents import DocumentStore
from tests.resolvers.fakes import Caller, MemoryAccessLog, permitting
from tests.resolvers.patient.people import (
    allergy_row,
    record_allergy,
    record_history,
)

DOCTOR = {"role": "practitioner", "practitioner": "dr-1", "organization": "79014"}


async def test_me_is_the_patient_of_the_token(caller: Caller) -> None:
    context = permitting({"p-mother": {"DEMOGRAPHICS"}}, patient="p-mother")

    data = await caller.data(
        "{ me { id fullName birthDate sex ethnicity { text } address { line commune { name }"
        " district { name } listVersion } } }",
        context,
    )

    assert {
        "id": "p-mother",
        "fullName": "Nguyễn Thị Hoa",
        "birthDate": "1990-05-17",
        "sex": "FEMALE",
        "ethnicity": {"text": "Kinh"},
        "address": {
            "line": "12 Lê Lợi",
            "commune": {"name": "Phường Bến Thành"},
            "district": None,
            "listVersion": "2025-07",
        },
    } == data["me"]


async def test_staff_have_no_me(caller: Caller) -> None:
    assert {"me": None} == await caller.data("{ me { id } }", permitting({}, **DOCTOR))


async def test_identifiers_keep_their_history(caller: Caller) -> None:
    context = permitting({"p-mother": {"IDENTIFIERS"}}, patient="p-mother")

    data = await caller.data("{ me { identifiers { value current } } }", context)

    assert [
        {"value": "079190000001", "current": True},
        {"value": "024000001", "current": False},
        {"value": "DN4797912345678", "current": True},
    ] == data["me"]["identifiers"]


async def test_identity_is_not_readable_in_the_store(caller: Caller, store: DocumentStore) -> None:
    stored = str(await store.collection("patients").find({}))

    found = [
        text
        for text in ("Nguyễn Thị Hoa", "079190000001", "DN4797912345678", "0901234567")
        if text in stored
    ]

    assert [] == found


LOOK_UP = (
    "query($s: String!, $v: String!, $b: PartialDate!)"
    " { patientByIdentifier(system: $s, value: $v, birthDate: $b) { id } }"
)


@pytest.mark.parametrize(
    ("system", "value"),
    [
        (NATIONAL_ID, "079190000001"),
        (NATIONAL_ID, "0791 9000 0001"),
        (NATIONAL_ID, "024000001"),
        (INSURANCE_NUMBER, "DN4797912345678"),
        (INSURANCE_NUMBER, "dn 4 79 7912345678"),
        (INSURANCE_NUMBER, "7912345678"),
    ],
)
async def test_staff_with_a_tie_find_a_person_by_any_of_her_numbers(
    caller: Caller, system: str, value: str
) -> None:
    context = permitting({"p-mother": {"DEMOGRAPHICS"}}, **DOCTOR)

    data = await caller.data(LOOK_UP, context, {"s": system, "v": value, "b": "1990-05-17"})

    assert {"patientByIdentifier": {"id": "p-mother"}} == data


@pytest.mark.parametrize(
    ("value", "birth_date", "groups"),
    [
        ("079190009999", "1990-05-17", {"p-mother": {"DEMOGRAPHICS"}}),
        ("079190000001", "1990-05-18", {"p-mother": {"DEMOGRAPHICS"}}),
        ("079190000001", "1990-05-17", {}),
    ],
    ids=["absent", "mismatched", "unrelated"],
)
async def test_absent_mismatched_and_unrelated_answer_alike(
    caller: Caller, value: str, birth_date: str, groups: Any
) -> None:
    data = await caller.data(
        LOOK_UP, permitting(groups, **DOCTOR), {"s": NATIONAL_ID, "v": value, "b": birth_date}
    )

    assert {"patientByIdentifier": None} == data


async def test_a_number_of_another_system_finds_its_bearer(
    caller: Caller, patients: PatientRepository
) -> None:
    passport = IdentifierRecord("urn:passport", "B 1234567")
    await patients.import_patients([PatientRecord("p-tourist", identifiers=(passport,))])

    found = await patients.by_identifier("urn:passport", "b1234567")
    elsewhere = await patients.by_identifier("urn:other", "b1234567")

    assert ("p-tourist", None) == (found and found.id, elsewhere)


@pytest.mark.parametrize("patient", ["p-stranger", "p-nobody"])
async def test_a_stranger_s_id_answers_like_nobody_s(caller: Caller, patient: str) -> None:
    context = permitting({}, patient="p-mother")

    data = await caller.data(f'{{ patient(id: "{patient}") {{ id }} }}', context)

    assert {"patient": None} == data


async def test_the_book_s_id_is_told_to_whom_the_gateway_permitted_it(caller: Caller) -> None:
    context = permitting({"p-child": {"RECORD"}}, patient="p-mother")

    data = await caller.data('{ patient(id: "p-child") { id } }', context)

    assert {"patient": {"id": "p-child"}} == data


async def test_dependants_are_who_names_the_patient_as_representative(caller: Caller) -> None:
    context = permitting({"p-mother": {"REPRESENTATIVES"}}, patient="p-mother")

    data = await caller.data(
        "{ me { dependants { relationship patient { id } } legalRepresentatives { kind } } }",
        context,
    )

    assert {
        "dependants": [{"relationship": "mother", "patient": {"id": "p-child"}}],
        "legalRepresentatives": [],
    } == data["me"]


ALLERGIES = "{ me { allergyStatus allergies { edges { node { code { text } criticality } } } } }"


async def test_no_known_allergy_is_told_as_such(caller: Caller) -> None:
    context = permitting({"p-mother": {"ALLERGIES"}}, patient="p-mother")

    data = await caller.data(ALLERGIES, context)

    assert {"allergyStatus": "NONE_KNOWN", "allergies": {"edges": []}} == data["me"]


async def test_nothing_recorded_is_not_the_same_as_none_known(caller: Caller) -> None:
    context = permitting({"p-stranger": {"ALLERGIES"}}, patient="p-stranger")

    data = await caller.data(ALLERGIES, context)

    assert {"allergyStatus": "NOT_RECORDED", "allergies": {"edges": []}} == data["me"]


async def test_an_allergy_is_listed(caller: Caller, patients: PatientRepository) -> None:
    await record_allergy(patients, allergy_row("a1"))
    context = permitting({"p-mother": {"ALLERGIES"}}, patient="p-mother")

    data = await caller.data(ALLERGIES, context)

    assert {
        "allergyStatus": "RECORDED",
        "allergies": {
            "edges": [{"node": {"code": {"text": "Amoxicillin"}, "criticality": "high"}}]
        },
    } == data["me"]


async def test_a_refuted_allergy_is_no_allergy(
    caller: Caller, patients: PatientRepository
) -> None:
    await record_allergy(patients, allergy_row("a1", verification_status="refuted"))
    context = permitting({"p-mother": {"ALLERGIES"}}, patient="p-mother")

    data = await caller.data("{ me { allergyStatus } }", context)

    assert {"allergyStatus": "NONE_KNOWN"} == data["me"]


PAGES = (
    "query($a: String) { me { pastConditions(first: 2, after: $a)"
    " { edges { node { onset } } pageInfo { hasNextPage endCursor } } } }"
)


async def read_pages(caller: Caller, labels: set[str]) -> list[list[str]]:
    context = permitting({"p-mother": {"HISTORY": labels}}, patient="p-mother")
    pages, cursor = [], None
    while True:
        data = await caller.data(PAGES, context, {"a": cursor})
        page = data["me"]["pastConditions"]
        pages.append([edge["node"]["onset"] for edge in page["edges"]])
        if not page["pageInfo"]["hasNextPage"]:
            return pages
        cursor = page["pageInfo"]["endCursor"]


async def test_pages_run_newest_first_and_end(caller: Caller, patients: PatientRepository) -> None:
    await record_history(patients)

    pages = await read_pages(caller, {"HIV"})

    assert [["2025", "2024"], ["2023", "2022"], ["2021", "2020"], ["2019"]] == pages


async def test_a_labelled_row_leaves_no_trace_in_pages(
    caller: Caller, patients: PatientRepository
) -> None:
    await record_history(patients)

    pages = await read_pages(caller, set())

    assert [["2025", "2024"], ["2023", "2021"], ["2020", "2019"]] == pages


async def test_rows_of_a_category_that_was_not_permitted_are_not_read(
    caller: Caller, patients: PatientRepository
) -> None:
    await record_history(patients)
    context = permitting({"p-mother": {"DEMOGRAPHICS"}}, patient="p-mother")

    data = await caller.data("{ me { pastConditions { edges { node { onset } } } } }", context)

    assert {"edges": []} == data["me"]["pastConditions"]


async def test_a_page_that_is_too_large_is_refused(caller: Caller) -> None:
    context = permitting({"p-mother": {"HISTORY"}}, patient="p-mother")

    content = await caller.ask(
        "{ me { pastConditions(first: 101) { edges { cursor } } } }", context
    )

    assert "BAD_USER_INPUT" == content["errors"][0]["extensions"]["code"]


async def test_the_schedule_tells_given_due_overdue_and_upcoming(
    caller: Caller, patients: PatientRepository
) -> None:
    await record_history(patients)
    context = permitting({"p-child": {"IMMUNIZATIONS"}}, **DOCTOR)

    data = await caller.data(
        '{ patient(id: "p-child") { immunizationSchedule { vaccine doseNumber status'
        " immunizationId } } }",
        context,
    )

    told = {
        (dose["vaccine"], dose["doseNumber"]): (dose["status"], dose["immunizationId"])
        for dose in data["patient"]["immunizationSchedule"]
    }
    assert {
        ("Hepatitis B (birth dose)", 1): ("GIVEN", "v1"),
        ("BCG", 1): ("OVERDUE", None),
        ("DPT-HepB-Hib", 1): ("GIVEN", "v2"),
        ("DPT-HepB-Hib", 2): ("OVERDUE", None),
        ("Inactivated polio", 1): ("DUE", None),
        ("Measles", 1): ("UPCOMING", None),
    }.items() <= told.items()


async def test_an_adult_has_no_schedule(caller: Caller) -> None:
    context = permitting({"p-mother": {"IMMUNIZATIONS"}}, patient="p-mother")

    data = await caller.data("{ me { immunizationSchedule { vaccine } } }", context)

    assert {"immunizationSchedule": []} == data["me"]


async def test_the_access_log_is_shown(caller: Caller, access_log: MemoryAccessLog) -> None:
    when = datetime(2026, 11, 1, 8, tzinfo=UTC)
    access_log.entries["p-mother"] = [
        AccessEntry(
            Position("2026", "", "1"),
            when,
            "dr-1",
            "practitioner",
            "79014",
            "TREAT",
            "CONDITIONS",
            "read",
            permitted=False,
            basis="NO_BASIS",
        )
    ]
    context = permitting({"p-mother": {"ACCESS_LOG"}}, patient="p-mother")

    data = await caller.data(
        "{ me { accessLog { edges { node { recorded actor purpose category permitted"
        " organization { id } } } } } }",
        context,
    )

    assert [
        {
            "node": {
                "recorded": "2026-11-01T15:00:00+07:00",
                "actor": "dr-1",
                "purpose": "TREAT",
                "category": "CONDITIONS",
                "permitted": False,
                "organization": {"id": "79014"},
            }
        }
    ] == data["me"]["accessLog"]["edges"]


RECIPIENT = (
    "query($r: [_Any!]!) { _entities(representations: $r)"
    " { ... on PrescriptionRecipient { allergies { code { text } criticality } } } }"
)


async def test_a_pharmacy_gets_the_recipient_s_allergies_where_she_consented(
    caller: Caller, patients: PatientRepository
) -> None:
    await record_allergy(patients, allergy_row("a1"))
    representation = {"__typename": "PrescriptionRecipient", "id": "rx", "subjectId": "p-mother"}
    context = permitting({"p-mother": {"ALLERGIES"}}, role="pharmacist", organization="79-NT-1")

    data = await caller.data(RECIPIENT, context, {"r": [representation]})

    assert [{"allergies": [{"code": {"text": "Amoxicillin"}, "criticality": "high"}]}] == data[
        "_entities"
    ]
