"""What is hidden by a label answers as what does not exist, byte for byte, over real HTTP."""

import re
from collections.abc import Iterator
from uuid import uuid4

import httpx
import pytest

from sandbox.population import cast
from tests.acceptance.book import Book, nodes
from tests.acceptance.test_doctor import consent

BY_ID = """query ($id: ID!) { encounter(id: $id) { __typename id kind period { start }
    facility { name } conditions { edges { node { id } } pageInfo { hasNextPage } }
    claim { id } other: kind } }"""
LISTED = "{ me { encounters(first: 100) { edges { node { id } } } } }"
SEEN = """query ($p: ID!) { patient(id: $p) {
    encounters(first: 100) { edges { node { id } } completeness { complete } } } }"""
REQUEST_ID = re.compile(rb'"requestId":"[0-9a-f]+"')


@pytest.fixture(scope="module")
def doctor(book: Book) -> Iterator[str]:
    """A doctor whom a patient lets see her visits, and no label."""
    seen = ["ENCOUNTERS", "CONDITIONS", "PRESCRIPTIONS"]
    wish = consent(cast.HIV_PATIENT, cast.UNRELATED_DOCTOR, seen)
    made = book.data_of("citizen", "citizen/grant-consent", wish, cast.HIV_PATIENT)
    yield book.token("doctor", cast.UNRELATED_DOCTOR)
    withdrawal = {
        "idempotencyKey": uuid4().hex,
        "patientId": cast.HIV_PATIENT,
        "consentId": made["grantConsent"]["consent"]["id"],
    }
    book.data_of("citizen", "citizen/withdraw-consent", {"input": withdrawal}, cast.HIV_PATIENT)


@pytest.fixture(scope="module", params=["reason", "diagnosis"])
def hidden(book: Book, doctor: str, request: pytest.FixtureRequest) -> str:
    """The id of a labelled visit, which the doctor's list leaves out."""
    token = book.token("citizen", cast.HIV_PATIENT)
    own = nodes(book.post(LISTED, None, token).json()["data"]["me"]["encounters"])
    labelled = keep_labelled_visit(book, own[0]["id"], request.param)
    seen = book.post(SEEN, {"p": cast.HIV_PATIENT}, doctor).json()["data"]["patient"]
    shown = {visit["id"] for visit in nodes(seen["encounters"])}

    assert shown
    assert labelled not in shown
    return labelled


def keep_labelled_visit(book: Book, like_visit: str, by: str) -> str:
    """Has a hospital record a visit like another one, for HIV, as its reason or diagnosis tells;
    its id."""
    facility, _, local = like_visit.partition("~")
    base = f"http://127.0.0.1:{book.ports.hospitals[facility]}/fhir"
    token = book.data.secrets().hospital_token
    headers = {"authorization": f"Bearer {token}", "content-type": "application/fhir+json"}
    visit = httpx.get(f"{base}/Encounter/{local}", headers=headers).raise_for_status().json()
    hiv = {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10", "code": "B20"}]}
    visit |= {"id": f"{local.removesuffix('-reason')}-{by}"}
    for name in ("meta", "diagnosis", "reasonCode"):
        visit.pop(name, None)
    kept = [visit]
    if by == "reason":
        visit["reasonCode"] = [hiv]
    else:
        kept.append(
            {
                "resourceType": "Condition",
                "id": f"{visit['id']}-c",
                "code": hiv,
                "subject": visit["subject"],
                "encounter": {"reference": f"Encounter/{visit['id']}"},
            }
        )
    entries = [
        {
            "resource": one,
            "request": {"method": "PUT", "url": f"{one['resourceType']}/{one['id']}"},
        }
        for one in kept
    ]
    bundle = {"resourceType": "Bundle", "type": "transaction", "entry": entries}
    httpx.post(base, json=bundle, headers=headers).raise_for_status()
    return f"{facility}~{visit['id']}"


def like(text: str) -> str:
    """An id of nothing, at the same facility and as long."""
    facility, _, local = text.partition("~")
    return f"{facility}~{'x' * len(local)}"


def told(answer: httpx.Response, asked: str) -> tuple[int, bytes]:
    """Status and bytes of an answer, without what differs between any two requests."""
    content = REQUEST_ID.sub(b"", answer.content).replace(asked.encode(), b"ID")
    return answer.status_code, content


@pytest.mark.parametrize(
    "document",
    [
        BY_ID,
        "query ($id: ID!) { encounter(id: $id) { id } }",
        "query ($id: ID!) { encounter(id: $id) { conditions { edges { node { id } } } } }",
        "query ($id: ID!) { a: encounter(id: $id) { kind } b: encounter(id: $id) { status } }",
        "query ($id: ID!) { encounter(id: $id) { ... on Encounter @include(if: true) { kind } } }",
    ],
)
def test_a_hidden_visit_answers_as_one_that_is_not_there(
    book: Book, doctor: str, hidden: str, document: str
) -> None:
    answers = {
        told(book.post(document, {"id": visit}, doctor), visit) for visit in (hidden, like(hidden))
    }

    assert 1 == len(answers)


def test_the_patient_herself_reads_it_by_its_id(book: Book, hidden: str) -> None:
    answer = book.post(BY_ID, {"id": hidden}, book.token("citizen", cast.HIV_PATIENT)).json()

    assert "errors" not in answer
    assert answer["data"]["encounter"]["facility"]["name"]


def test_she_sees_who_asked_for_it(book: Book, doctor: str, hidden: str) -> None:
    document = (
        "{ me { accessLog(first: 100) { edges { node { actor category permitted basis } } } } }"
    )
    book.post(BY_ID, {"id": hidden}, doctor)
    log = book.post(document, None, book.token("citizen", cast.HIV_PATIENT)).json()

    assert {
        "actor": cast.UNRELATED_DOCTOR,
        "category": "ENCOUNTERS",
        "permitted": False,
        "basis": "LABEL_NOT_NAMED",
    } in nodes(log["data"]["me"]["accessLog"])


@pytest.mark.parametrize(
    "document",
    [
        "query ($c: String!) { verifyPrescription(code: $c) { status } }",
        "query ($c: String!) { verifyPrescription(code: $c) {"
        " status prescription { id code items { id } diagnoses { text } } } }",
        "query ($c: String!) { verifyPrescription(code: $c) { prescription { patient { id } } } }",
    ],
)
def test_a_hidden_prescription_answers_as_a_code_of_nothing(
    book: Book, doctor: str, document: str
) -> None:
    code = cast.HIV_PRESCRIPTION
    nothing = f"{code[:5]}0000000{code[12:]}"
    answers = {told(book.post(document, {"c": each}, doctor), each) for each in (code, nothing)}

    assert 1 == len(answers)
