"""The pharmacies' stories, as their chains' software sends them."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest

from sandbox.population import cast
from tests.acceptance.book import Book, codes_of, nodes
from tests.acceptance.test_doctor import consent, prescription, registration

__all__ = ["registration"]


@pytest.fixture
def code(book: Book, registration: str) -> str:
    """The code of a fresh prescription of thirty tablets."""
    issued = book.data_of("doctor", "doctor/issue-prescription", prescription(registration))
    found: str = issued["issuePrescription"]["prescription"]["code"]
    return found


def verify(book: Book, code: str, person: str = cast.PHARMACIST_A) -> dict[str, Any]:
    answer = book.ask(
        "pharmacist",
        "pharmacy/verify-prescription",
        {"code": code, "document": cast.LONGITUDINAL_NATIONAL_ID},
        person,
    )
    found: dict[str, Any] = answer["data"]["verifyPrescription"]
    return found


def dispense(
    book: Book,
    code: str,
    quantity: str,
    person: str = cast.PHARMACIST_A,
    key: str | None = None,
) -> dict[str, Any]:
    item = verify(book, code, person)["prescription"]["items"][0]
    line = {
        "itemId": item["id"],
        "drug": item["drug"]["registrationNumber"],
        "quantity": quantity,
    }
    sent = {"idempotencyKey": key or uuid4().hex, "code": code, "lines": [line]}
    found: dict[str, Any] = book.data_of(
        "pharmacist", "pharmacy/dispense", {"input": sent}, person
    )
    payload: dict[str, Any] = found["dispense"]
    return payload


def test_she_verifies_a_prescription_by_its_code(book: Book, code: str) -> None:
    found = verify(book, code)
    paper = found["prescription"]

    assert "VALID" == found["status"]
    assert {"30"} == {item["remaining"]["value"] for item in paper["items"]}
    assert 60 * 12 < paper["recipient"]["ageMonths"]
    assert paper["recipientMatches"] is True


def test_allergies_are_told_if_the_citizen_consented(book: Book) -> None:
    def allergies() -> Any:
        return verify(book, cast.PARTLY_DISPENSED_PRESCRIPTION)["prescription"]["recipient"][
            "allergies"
        ]

    wish = consent(cast.MOTHER, cast.PHARMACY_A, ["ALLERGIES"])
    wish["input"]["grantee"]["type"] = "ORGANIZATION"
    before = allergies()
    made = book.data_of("citizen", "citizen/grant-consent", wish)["grantConsent"]
    after = allergies()
    withdrawal = {
        "idempotencyKey": uuid4().hex,
        "patientId": cast.MOTHER,
        "consentId": made["consent"]["id"],
    }
    book.data_of("citizen", "citizen/withdraw-consent", {"input": withdrawal})

    assert before is None
    assert after
    assert all(one["code"]["text"] for one in after)
    assert allergies() is None


def test_another_persons_document_does_not_match(book: Book, code: str) -> None:
    found = book.ask(
        "pharmacist",
        "pharmacy/verify-prescription",
        {"code": code, "document": cast.MOTHER_NATIONAL_ID},
    )["data"]

    assert found["verifyPrescription"]["prescription"]["recipientMatches"] is False


@pytest.mark.parametrize(
    ("code", "status"),
    [
        (cast.EXPIRED_PRESCRIPTION, "EXPIRED"),
        (cast.REPLACED_PRESCRIPTION, "REPLACED"),
        (f"{cast.HIV_PRESCRIPTION[:5]}zzzzzzz-C", "UNKNOWN"),
        ("not a code", "MALFORMED"),
    ],
)
def test_each_kind_of_code_has_its_own_answer(book: Book, code: str, status: str) -> None:
    assert status == verify(book, code)["status"]


def test_neither_diagnosis_nor_identity_is_given(book: Book) -> None:
    document = (
        "query ($code: String!) { verifyPrescription(code: $code) { prescription {"
        " diagnoses { text } patient { id fullName } items { id } } } }"
    )
    answer = book.post(document, {"code": cast.HIV_PRESCRIPTION}, book.token("pharmacist")).json()
    paper = answer["data"]["verifyPrescription"]["prescription"]

    assert paper["items"]
    assert (None, None) == (paper["diagnoses"], paper["patient"])


def test_part_is_dispensed_another_chain_gives_the_rest_and_a_third_is_refused(
    book: Book, code: str
) -> None:
    part = dispense(book, code, "10")
    rest = dispense(book, code, "20", cast.PHARMACIST_B)
    third = dispense(book, code, "1")

    assert ([], []) == (part["problems"], rest["problems"])
    assert {"0"} == {item["remaining"]["value"] for item in rest["prescription"]["items"]}
    assert third["dispense"] is None
    assert 1 == len(third["problems"])


def test_a_claim_keeps_another_pharmacy_from_dispensing(book: Book, code: str) -> None:
    sent = {"input": {"idempotencyKey": uuid4().hex, "code": code}}
    claimed = book.data_of("pharmacist", "pharmacy/claim-prescription", sent)["claim"]
    refused = dispense(book, code, "1", cast.PHARMACIST_B)
    release = {"input": {"idempotencyKey": uuid4().hex, "code": code}}
    book.data_of("pharmacist", "pharmacy/release-claim", release)
    allowed = dispense(book, code, "1", cast.PHARMACIST_B)

    assert [] == claimed["problems"]
    assert refused["problems"]
    assert [] == allowed["problems"]


def test_a_dispense_repeated_after_a_cut_connection_gives_the_first_outcome(
    book: Book, code: str
) -> None:
    key = uuid4().hex
    first, second = (dispense(book, code, "10", key=key) for _ in range(2))

    assert first["dispense"]["id"] == second["dispense"]["id"]
    assert {"20"} == {
        item["remaining"]["value"] for item in verify(book, code)["prescription"]["items"]
    }


def test_of_fifty_dispenses_of_the_last_box_one_succeeds(book: Book, code: str) -> None:
    item = verify(book, code)["prescription"]["items"][0]
    line = {
        "itemId": item["id"],
        "drug": item["drug"]["registrationNumber"],
        "quantity": "30",
    }
    token = book.token("pharmacist")
    document = "mutation ($i: DispenseInput!) { dispense(input: $i) { dispense { id } } }"

    def attempt(_: int) -> bool:
        sent = {"idempotencyKey": uuid4().hex, "code": code, "lines": [line]}
        answer = book.post(document, {"i": sent}, token).json()
        return bool(answer["data"]["dispense"]["dispense"])

    with ThreadPoolExecutor(50) as pool:
        outcomes = list(pool.map(attempt, range(50)))

    assert 1 == outcomes.count(True)


def test_a_dispense_is_taken_back(book: Book, code: str) -> None:
    given = dispense(book, code, "30")
    sent = {
        "input": {
            "idempotencyKey": uuid4().hex,
            "code": code,
            "dispenseId": given["dispense"]["id"],
        }
    }
    taken = book.data_of("pharmacist", "pharmacy/reverse-dispense", sent)["reverseDispense"]

    assert [] == taken["problems"]
    assert {"30"} == {item["remaining"]["value"] for item in taken["prescription"]["items"]}


def test_a_pharmacist_cannot_open_a_book(book: Book) -> None:
    document = "query ($p: ID!) { patient(id: $p) { id fullName } }"
    answer = book.post(document, {"p": cast.MOTHER}, book.token("pharmacist")).json()

    assert answer["data"] == {"patient": None}
    assert [("UNAUTHORIZED_FIELD_OR_TYPE", ["patient"])] == codes_of(answer)


def test_the_citizen_sees_who_asked_what_her_code_is_worth(book: Book, code: str) -> None:
    def seen() -> int:
        document = (
            "{ me { accessLog(first: 100) {"
            " edges { node { actor category action permitted } } } } }"
        )
        token = book.token("citizen", cast.LONGITUDINAL_PATIENT)
        entries = nodes(book.post(document, None, token).json()["data"]["me"]["accessLog"])
        asked = {"actor": cast.PHARMACIST_B, "category": "PRESCRIPTIONS"}
        return entries.count({**asked, "action": "read", "permitted": True})

    before = seen()
    document = "query ($c: String!) { verifyPrescription(code: $c) { status } }"
    token = book.token("pharmacist", cast.PHARMACIST_B)
    answer = book.post(document, {"c": code}, token).json()

    assert {"verifyPrescription": {"status": "VALID"}} == answer["data"]
    assert before + 1 == seen()
