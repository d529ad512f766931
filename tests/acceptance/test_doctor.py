"""The doctor's stories, as hospital software and look-up tools send them."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from sandbox.population import cast
from sandbox.running import now
from tests.acceptance.book import Book, codes_of, nodes, without_request_id

SID = "http://fhir.ehealth.gov.vn/core/sid/"
BIRTH_DATE = "1958-02-20"


@pytest.mark.parametrize(
    ("system", "value"),
    [
        ("national_id", cast.LONGITUDINAL_NATIONAL_ID),
        ("insurance_number", cast.LONGITUDINAL_INSURANCE_NUMBER),
    ],
)
def test_she_looks_a_patient_up_by_number_and_birth_date(
    book: Book, system: str, value: str
) -> None:
    found = book.data_of(
        "doctor",
        "doctor/find-patient",
        {"system": SID + system, "value": value, "birthDate": BIRTH_DATE},
    )

    assert cast.LONGITUDINAL_PATIENT == found["patientByIdentifier"]["id"]


def test_absent_mismatched_and_unrelated_look_alike(book: Book) -> None:
    wanted = {"system": SID + "national_id", "birthDate": BIRTH_DATE}
    answers = [
        book.ask(
            "doctor",
            "doctor/find-patient",
            {**wanted, "value": cast.LONGITUDINAL_NATIONAL_ID},
            cast.UNRELATED_DOCTOR,
        ),
        book.ask("doctor", "doctor/find-patient", {**wanted, "value": "031058999999"}),
        book.ask(
            "doctor",
            "doctor/find-patient",
            {**wanted, "value": cast.LONGITUDINAL_NATIONAL_ID, "birthDate": "1958-02-21"},
        ),
    ]

    assert 1 == len({without_request_id(answer) for answer in answers})
    assert answers[0]["data"] == {"patientByIdentifier": None}


def test_she_sees_the_longitudinal_record_across_three_hospitals(book: Book) -> None:
    record = book.data_of(
        "doctor",
        "doctor/longitudinal-record",
        {"patient": cast.LONGITUDINAL_PATIENT, "first": 100},
    )["patient"]

    assert 3 == len({visit["facility"]["id"] for visit in nodes(record["encounters"])})
    assert record["encounters"]["completeness"]["complete"]
    assert nodes(record["observations"])
    assert all(report["conclusion"] for report in nodes(record["diagnosticReports"]))


def test_without_a_relationship_consent_is_required_as_for_nobody(book: Book) -> None:
    answers = [
        book.ask(
            "doctor", "doctor/longitudinal-record", {"patient": patient}, cast.UNRELATED_DOCTOR
        )
        for patient in (cast.LONGITUDINAL_PATIENT, "pt-nobody-at-all")
    ]
    (error,) = answers[0]["errors"]

    assert "CONSENT_REQUIRED" == error["extensions"]["code"]
    assert error["extensions"]["category"]
    assert without_request_id(answers[0]) == without_request_id(answers[1])


def consent(patient: str, doctor: str, categories: list[str]) -> dict[str, Any]:
    return {
        "input": {
            "idempotencyKey": uuid4().hex,
            "patientId": patient,
            "decision": "PERMIT",
            "grantee": {"type": "PRACTITIONER", "id": doctor},
            "categories": categories,
            "labels": [],
            "actions": ["READ"],
            "purpose": "TREATMENT",
            "period": {"start": (now() - timedelta(minutes=1)).isoformat()},
            "evidence": "vneid:acceptance",
        }
    }


def test_a_citizens_grant_opens_what_it_names_and_its_withdrawal_closes_it_at_once(
    book: Book,
) -> None:
    document = "query ($p: ID!) { patient(id: $p) { fullName phone allergyStatus } }"
    doctor = book.token("doctor", cast.UNRELATED_DOCTOR)
    granted = book.data_of(
        "citizen",
        "citizen/grant-consent",
        consent(cast.STRANGER, cast.UNRELATED_DOCTOR, ["DEMOGRAPHICS", "ALLERGIES"]),
        cast.STRANGER,
    )["grantConsent"]
    seen = book.post(document, {"p": cast.STRANGER}, doctor).json()
    withdrawal = {
        "idempotencyKey": uuid4().hex,
        "patientId": cast.STRANGER,
        "consentId": granted["consent"]["id"],
    }
    book.data_of("citizen", "citizen/withdraw-consent", {"input": withdrawal}, cast.STRANGER)
    hidden = book.post(document, {"p": cast.STRANGER}, doctor).json()

    assert [] == granted["problems"]
    assert seen["data"]["patient"]["fullName"]
    assert [("CONSENT_REQUIRED", ["patient", "phone"])] == codes_of(seen)
    assert hidden["data"] == {"patient": None}


def test_an_explicit_deny_is_heard_though_she_treats_the_patient(book: Book) -> None:
    answer = book.ask(
        "doctor", "doctor/longitudinal-record", {"patient": cast.REFUSING_PATIENT, "first": 5}
    )
    denied = {
        error["extensions"]["category"]
        for error in answer["errors"]
        if error["extensions"]["code"] == "CONSENT_REQUIRED"
    }

    assert {"CONDITIONS"} == denied
    assert answer["data"]["patient"]["fullName"]


def prescription(registration: str) -> dict[str, Any]:
    return {
        "input": {
            "idempotencyKey": uuid4().hex,
            "patientId": cast.LONGITUDINAL_PATIENT,
            "type": "COMMON",
            "diagnoses": [
                {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10", "code": "I10"}]}
            ],
            "items": [
                {"drug": registration, "quantity": "30", "days": 30, "dosage": "1 viên mỗi sáng"}
            ],
        }
    }


@pytest.fixture(scope="module")
def registration(book: Book) -> str:
    """A drug that needs no control class, off a prescription of the sandbox."""
    document = (
        "{ me { prescriptions(first: 50) { edges { node { type"
        " items { drug { registrationNumber controlClass } } } } } } }"
    )
    answer = book.post(document, None, book.token("citizen", cast.LONGITUDINAL_PATIENT)).json()
    drugs = [
        item["drug"] for rx in nodes(answer["data"]["me"]["prescriptions"]) for item in rx["items"]
    ]
    return str(next(d["registrationNumber"] for d in drugs if d["controlClass"] is None))


def test_a_prescription_sent_twice_is_issued_once(book: Book, registration: str) -> None:
    wanted = prescription(registration)
    first, second = (book.data_of("doctor", "doctor/issue-prescription", wanted) for _ in range(2))

    assert [] == first["issuePrescription"]["problems"]
    assert first == second


def test_the_same_key_with_another_input_is_refused(book: Book, registration: str) -> None:
    wanted = prescription(registration)
    book.data_of("doctor", "doctor/issue-prescription", wanted)
    wanted["input"]["items"][0]["quantity"] = "60"
    answer = book.ask("doctor", "doctor/issue-prescription", wanted)

    assert [("IDEMPOTENCY_KEY_REUSED", ["issuePrescription"])] == codes_of(answer)


def test_a_correction_replaces_what_it_corrects(book: Book, registration: str) -> None:
    issued = book.data_of("doctor", "doctor/issue-prescription", prescription(registration))
    code = issued["issuePrescription"]["prescription"]["code"]
    corrected = prescription(registration)
    corrected["input"]["replaces"] = code
    book.data_of("doctor", "doctor/issue-prescription", corrected)
    seen = book.ask(
        "pharmacist",
        "pharmacy/verify-prescription",
        {"code": code, "document": cast.LONGITUDINAL_NATIONAL_ID},
    )["data"]

    assert "REPLACED" == seen["verifyPrescription"]["status"]


def test_a_doctor_without_relationship_issues_nothing(book: Book, registration: str) -> None:
    answer = book.ask(
        "doctor", "doctor/issue-prescription", prescription(registration), cast.UNRELATED_DOCTOR
    )

    assert [("CONSENT_REQUIRED", ["issuePrescription"])] == codes_of(answer)
