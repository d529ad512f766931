"""A hospital's stories of episodes: what it must report, and what lets it read."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from sandbox.population import cast
from sandbox.running import now
from tests.acceptance.book import Book, codes_of, nodes, without_request_id
from tests.acceptance.test_doctor import SID, consent

READING = "query ($p: ID!) { patient(id: $p) { fullName encounters { edges { node { id } } } } }"
REPORTING = """mutation ($input: RecordEncounterInput!) { recordEncounter(input: $input) {
    encounter { id status facility { id } conditions { edges { node { id } } } claim { id } }
    problems { code } } }"""


PATIENT = cast.FATHER
"""Nobody else's story reads his lists: the reporting hospital has no server to read them from."""


def notice(status: str, **members: Any) -> dict[str, Any]:
    """A notice of an episode that began two hours ago."""
    number = uuid4().hex
    return {
        "idempotencyKey": number,
        "encounterId": f"e-{number}",
        "localId": f"bn-{members.get('patientId', PATIENT)}",
        "status": status,
        "kind": "AMBULATORY",
        "start": (now() - timedelta(hours=2)).isoformat(),
        "end": (now() - timedelta(hours=1)).isoformat() if status == "FINISHED" else None,
        **members,
    }


@pytest.fixture(scope="module")
def card(book: Book) -> dict[str, Any]:
    """The patient as the card that he shows names him."""
    document = "{ me { birthDate identifiers { system value current } } }"
    me = book.post(document, None, book.token("citizen", PATIENT)).json()["data"]["me"]
    number = next(
        one["value"]
        for one in me["identifiers"]
        if one["current"] and one["system"] == f"{SID}insurance_number"
    )
    named = {"system": f"{SID}insurance_number", "value": number, "birthDate": me["birthDate"]}
    return {"patientIdentifier": named}


def send(book: Book, given: dict[str, Any], doctor: str = cast.UNRELATED_DOCTOR) -> dict[str, Any]:
    return book.ask("doctor", "doctor/record-encounter", {"input": given}, doctor)


def accesses(book: Book, patient: str, category: str) -> list[dict[str, Any]]:
    """The access log's entries of a category, as the patient reads them."""
    document = (
        "{ me { accessLog(first: 50) { edges { node {"
        " actor category action permitted basis } } } } }"
    )
    answer = book.post(document, None, book.token("citizen", patient)).json()
    entries = nodes(answer["data"]["me"]["accessLog"])
    return [entry for entry in entries if entry["category"] == category]


def test_a_finished_episode_of_a_patient_known_by_her_card_is_reported(
    book: Book, card: dict[str, Any]
) -> None:
    given = notice("FINISHED", **card)
    answer = send(book, given)
    reported = answer["data"]["recordEncounter"]

    assert "errors" not in answer
    assert [] == reported["problems"]
    assert reported["encounter"]["id"].endswith(f"~{given['encounterId']}")


def test_a_report_opens_no_reading(book: Book, card: dict[str, Any]) -> None:
    send(book, notice("FINISHED", **card))
    answer = book.post(
        READING,
        {"p": PATIENT},
        book.token("doctor", cast.UNRELATED_DOCTOR),
    ).json()

    assert {"patient": None} == answer["data"]
    assert [("CONSENT_REQUIRED", ["patient"])] == codes_of(answer)


def test_a_reports_answer_says_nothing_that_was_not_sent(book: Book, card: dict[str, Any]) -> None:
    given = notice("FINISHED", **card)
    token = book.token("doctor", cast.UNRELATED_DOCTOR)
    answer = book.post(REPORTING, {"input": given}, token)
    encounter = answer.json()["data"]["recordEncounter"]["encounter"]

    assert PATIENT not in answer.text
    assert encounter.pop("id").endswith(f"~{given['encounterId']}")
    assert dict.fromkeys(("status", "facility", "conditions", "claim")) == encounter


def test_the_patient_sees_who_reported(book: Book, card: dict[str, Any]) -> None:
    send(book, notice("FINISHED", **card))
    entries = accesses(book, PATIENT, "ENCOUNTERS")

    assert (cast.UNRELATED_DOCTOR, "write", True, "STATUTE") in [
        (entry["actor"], entry["action"], entry["permitted"], entry["basis"]) for entry in entries
    ]


def test_a_report_of_nobody_and_an_open_episode_of_a_stranger_are_refused_alike(
    book: Book, card: dict[str, Any]
) -> None:
    another_birth_date = {
        "patientIdentifier": {**card["patientIdentifier"], "birthDate": "1958-02-21"}
    }
    answers = [
        send(book, notice("FINISHED", **another_birth_date)),
        send(book, notice("FINISHED", patientId="pt-nobody-at-all")),
        send(book, notice("IN_PROGRESS", patientId="pt-nobody-at-all")),
        send(book, notice("IN_PROGRESS", **card)),
        send(book, notice("IN_PROGRESS", patientId=PATIENT)),
    ]

    assert 1 == len({without_request_id(answer) for answer in answers})
    assert {"recordEncounter": None} == answers[0]["data"]
    assert [("CONSENT_REQUIRED", ["recordEncounter"])] == codes_of(answers[0])


def test_a_refusal_does_not_stop_a_report(book: Book) -> None:
    refused = consent(PATIENT, cast.UNRELATED_DOCTOR, ["ENCOUNTERS"])
    refused["input"] |= {"decision": "DENY", "actions": ["READ", "WRITE"]}
    made = book.data_of("citizen", "citizen/grant-consent", refused, PATIENT)["grantConsent"]
    answer = send(book, notice("FINISHED", patientId=PATIENT))
    withdrawal = {
        "idempotencyKey": uuid4().hex,
        "patientId": PATIENT,
        "consentId": made["consent"]["id"],
    }
    book.data_of("citizen", "citizen/withdraw-consent", {"input": withdrawal}, PATIENT)

    assert "errors" not in answer
    assert [] == answer["data"]["recordEncounter"]["problems"]


@pytest.fixture
def checked_in(book: Book) -> dict[str, Any]:
    """The consent that a citizen gives a hospital at its reception, and the open episode."""
    wish = consent(PATIENT, cast.UNRELATED_DOCTOR, ["ENCOUNTERS"])
    wish["input"] |= {"actions": ["READ", "WRITE"]}
    made = book.data_of("citizen", "citizen/grant-consent", wish, PATIENT)["grantConsent"]
    given = notice("IN_PROGRESS", patientId=PATIENT)
    answer = send(book, given)
    book.data_of(
        "citizen",
        "citizen/withdraw-consent",
        {
            "input": {
                "idempotencyKey": uuid4().hex,
                "patientId": PATIENT,
                "consentId": made["consent"]["id"],
            }
        },
        PATIENT,
    )
    return {"notice": given, "answer": answer}


def test_check_in_opens_the_episode_and_with_it_the_record(
    book: Book, checked_in: dict[str, Any]
) -> None:
    token = book.token("doctor", cast.UNRELATED_DOCTOR)
    seen = book.post(READING, {"p": PATIENT}, token).json()
    end = {"status": "FINISHED", "end": now().isoformat(), "idempotencyKey": uuid4().hex}
    closed = send(book, {**checked_in["notice"], **end})

    assert [] == checked_in["answer"]["data"]["recordEncounter"]["problems"]
    assert seen["data"]["patient"]["fullName"]
    assert [] == closed["data"]["recordEncounter"]["problems"]
