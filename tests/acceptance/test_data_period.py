"""A consent to the data of some time alone: what a doctor gets of it, over real HTTP."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest

from sandbox.population import cast
from tests.acceptance.book import Book, codes_of, nodes
from tests.acceptance.test_doctor import consent
from tests.acceptance.test_hidden_rows import like, told

PATIENT = cast.LONGITUDINAL_PATIENT
CATEGORIES = ["ENCOUNTERS", "CONDITIONS", "OBSERVATIONS", "PRESCRIPTIONS", "ALLERGIES"]
SEEN = """query ($p: ID!, $first: Int! = 100) { patient(id: $p) {
    encounters(first: $first) { edges { node { id period { start }
        observations { edges { node { id } } } } }
        pageInfo { hasNextPage } completeness { complete } }
    prescriptions(first: 100) { edges { node { id issued diagnoses { text } } } }
    allergies { edges { node { id } } } allergyStatus fullName } }"""


@contextmanager
def granted(book: Book, data_period: dict[str, str] | None) -> Iterator[None]:
    wish = consent(PATIENT, cast.UNRELATED_DOCTOR, CATEGORIES)
    wish["input"]["dataPeriod"] = data_period
    made = book.data_of("citizen", "citizen/grant-consent", wish, PATIENT)["grantConsent"]
    assert [] == made["problems"]
    try:
        yield
    finally:
        withdrawal = {
            "idempotencyKey": uuid4().hex,
            "patientId": PATIENT,
            "consentId": made["consent"]["id"],
        }
        book.data_of("citizen", "citizen/withdraw-consent", {"input": withdrawal}, PATIENT)


def seen(book: Book, **variables: Any) -> dict[str, Any]:
    """The doctor's answer, asked again while a busy machine keeps a hospital from answering."""
    token = book.token("doctor", cast.UNRELATED_DOCTOR)
    answer: dict[str, Any] = {}
    for _ in range(5):
        answer = book.post(SEEN, {"p": PATIENT, **variables}, token).json()
        if "UPSTREAM_UNAVAILABLE" not in {code for code, _ in codes_of(answer)}:
            break
    return answer


@pytest.fixture(scope="module")
def all_of_it(book: Book) -> dict[str, Any]:
    """What she sees by a consent without a data period."""
    with granted(book, None):
        patient: dict[str, Any] = seen(book)["data"]["patient"]
    return patient


@pytest.fixture(scope="module")
def period(all_of_it: dict[str, Any]) -> dict[str, str]:
    """From the third oldest visit until just before the newest."""
    starts = sorted(visit["period"]["start"] for visit in nodes(all_of_it["encounters"]))
    assert 4 <= len(starts)
    return {"start": starts[2], "end": starts[-1]}


def within(period: dict[str, str], moment: str) -> bool:
    start, end, at = (
        datetime.fromisoformat(each) for each in (period["start"], period["end"], moment)
    )
    return start <= at < end


def test_she_gets_the_rows_of_that_time_and_no_others(
    book: Book, all_of_it: dict[str, Any], period: dict[str, str]
) -> None:
    visits = [
        visit
        for visit in nodes(all_of_it["encounters"])
        if within(period, visit["period"]["start"])
    ]
    prescriptions = [
        one for one in nodes(all_of_it["prescriptions"]) if within(period, one["issued"])
    ]
    with granted(book, period):
        found = seen(book)["data"]["patient"]

    assert [visit["id"] for visit in visits] == [
        visit["id"] for visit in nodes(found["encounters"])
    ]
    assert prescriptions == nodes(found["prescriptions"])
    assert len(visits) < len(nodes(all_of_it["encounters"]))


def test_pages_do_not_tell_of_rows_of_another_time(
    book: Book, all_of_it: dict[str, Any], period: dict[str, str]
) -> None:
    starts = [visit["period"]["start"] for visit in nodes(all_of_it["encounters"])]
    number = sum(within(period, start) for start in starts)
    with granted(book, period):
        page = seen(book, first=number)["data"]["patient"]["encounters"]

    assert (number, False) == (len(page["edges"]), page["pageInfo"]["hasNextPage"])
    assert page["completeness"]["complete"]


def test_what_is_no_row_is_not_opened(book: Book, period: dict[str, str]) -> None:
    with granted(book, period):
        answer = seen(book)
    patient = answer["data"]["patient"]

    assert (None, None, None) == (
        patient["allergies"],
        patient["allergyStatus"],
        patient["fullName"],
    )
    assert {"CONSENT_REQUIRED"} == {code for code, _ in codes_of(answer)}


def test_a_visit_by_its_id_answers_as_one_that_is_not_there(
    book: Book, all_of_it: dict[str, Any], period: dict[str, str]
) -> None:
    visits = nodes(all_of_it["encounters"])
    oldest, newest = visits[-1]["id"], visits[0]["id"]
    inside = next(one["id"] for one in visits if within(period, one["period"]["start"]))
    document = "query ($id: ID!) { encounter(id: $id) { id kind period { start } } }"
    token = book.token("doctor", cast.UNRELATED_DOCTOR)
    with granted(book, period):
        answers = {
            told(book.post(document, {"id": visit}, token), visit)
            for visit in (oldest, newest, inside, like(inside))
        }

    assert 1 == len(answers)


def test_nothing_is_left_after_withdrawal(book: Book, period: dict[str, str]) -> None:
    with granted(book, period):
        pass

    assert {"patient": None} == seen(book)["data"]
