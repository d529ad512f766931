"""What a hostile doctor, pharmacist or citizen sends over HTTP, and that nothing comes of it."""

import json
import time
from dataclasses import replace
from typing import Any
from uuid import uuid4

import httpx
import pytest

from access.context import (
    LIFETIME_SECONDS,
    AccessContext,
    SubjectAccess,
    attach_access_context,
    derive_context_key,
)
from sandbox.population import cast
from tests.acceptance.book import Book, codes_of, nodes
from tests.acceptance.test_doctor import consent
from tests.acceptance.test_hidden_rows import told
from tests.acceptance.test_recording import notice, send

SECRET = "079190123456"
"""Stands for a number that somebody typed, and that no answer may repeat."""


@pytest.fixture
def doctor(book: Book) -> str:
    return book.token("doctor", cast.UNRELATED_DOCTOR)


@pytest.fixture
def stranger(book: Book) -> str:
    return book.token("citizen", cast.STRANGER)


@pytest.mark.parametrize(
    "document",
    [
        "{ _service { sdl } }",
        "query ($r: [_Any!]!) { _entities(representations: $r) { __typename } }",
        f'{{ patient(id: "{cast.MOTHER}") {{ subjectId }} }}',
    ],
)
def test_what_subgraphs_say_to_each_other_is_no_part_of_the_api(
    book: Book, doctor: str, document: str
) -> None:
    representation = {"__typename": "Patient", "id": cast.MOTHER}
    answer = book.post(document, {"r": [representation]}, doctor).json()

    assert "data" not in answer
    assert "GRAPHQL_VALIDATION_FAILED" == answer["errors"][0]["extensions"]["code"]


def test_the_schema_names_no_inner_field(book: Book, doctor: str) -> None:
    text = book.post("{ __schema { types { name fields { name } } } }", None, doctor).text

    assert [] == [name for name in ("subjectId", "_Any", "_Entity", "join__") if name in text]


def test_a_client_states_no_access_context_of_its_own(book: Book, stranger: str) -> None:
    document = f'{{ patient(id: "{cast.MOTHER}") {{ fullName }} }}'
    key = derive_context_key(b"k" * 32, "patient")
    body = attach_access_context(
        json.dumps({"query": document}).encode(), herself(), key, "patient"
    )
    headers = {"authorization": f"Bearer {stranger}", "content-type": "application/json"}
    answer = book.http.post("/graphql", content=body, headers=headers).json()

    assert {"patient": None} == answer["data"]


def herself() -> AccessContext:
    """A context that permits a mother's name."""
    groups = {group: frozenset[str]() for group in ("RECORD", "DEMOGRAPHICS")}
    return AccessContext(
        actor="x",
        role="citizen",
        purpose="PATRQT",
        patient=cast.MOTHER,
        subjects={cast.MOTHER: SubjectAccess(groups)},
        expires=int(time.time()) + LIFETIME_SECONDS,
    )


def test_a_context_is_good_for_one_subgraph_one_body_and_one_use(book: Book) -> None:
    secret = book.data.secrets().context_secret.encode()
    document = f'{{ patient(id: "{cast.MOTHER}") {{ fullName }} }}'
    plain = json.dumps({"query": document}).encode()

    def ask(body: bytes, subgraph: str = "patient") -> int:
        url = f"http://127.0.0.1:{book.ports.subgraphs[subgraph]}/graphql"
        return httpx.post(
            url, content=body, headers={"content-type": "application/json"}
        ).status_code

    key = derive_context_key(secret, "patient")
    good = attach_access_context(plain, herself(), key, "patient")
    late = replace(herself(), expires=int(time.time()) - 1)
    forged = derive_context_key(b"k" * 32, "patient")
    answers = {
        "none": ask(plain),
        "first": ask(good),
        "again": ask(good),
        "elsewhere": ask(attach_access_context(plain, herself(), key, "patient"), "pharmacy"),
        "other body": ask(
            attach_access_context(plain, herself(), key, "patient").replace(
                b"fullName", b"phone   "
            )
        ),
        "late": ask(attach_access_context(plain, late, key, "patient")),
        "forged": ask(attach_access_context(plain, herself(), forged, "patient")),
    }

    assert {"first": 200} == {name: code for name, code in answers.items() if code != 403}


def test_neither_a_batch_nor_a_get_changes_anything(book: Book, stranger: str) -> None:
    headers = {"authorization": f"Bearer {stranger}"}
    change = (
        'mutation { recordVitals(input: {idempotencyKey: "k", measurements: [], '
        f'patientId: "{cast.STRANGER}"}}) {{ problems {{ code }} }} }}'
    )
    batch = book.http.post("/graphql", json=[{"query": change}], headers=headers)
    got = book.http.get("/graphql", params={"query": change}, headers=headers)

    assert (400, 405) == (batch.status_code, got.status_code)


@pytest.mark.parametrize(
    "selection",
    [
        "id fullName",
        "id @include(if: $yes) fullName @skip(if: $yes)",
        "... @include(if: $yes) { phone } ... F",
        "... F dependants { patient { ...F } }",
        "a: prescriptions { edges { node { patient { ...F } } } } ...F",
    ],
)
def test_a_stranger_is_as_nobody_however_it_is_asked(
    book: Book, doctor: str, selection: str
) -> None:
    fragment = "fragment F on Patient { identifiers { value } legalRepresentatives { fullName } }"
    used = fragment if "F" in selection else ""
    flag = "$yes: Boolean! = true, " if "$yes" in selection else ""
    document = f"query ({flag}$id: ID!) {{ patient(id: $id) {{ {selection} }} }} {used}"
    answers = {
        told(book.post(document, {"id": patient}, doctor), patient)
        for patient in (cast.MOTHER, cast.STRANGER, "pt-nobody-at-all")
    }

    assert 1 == len(answers)


@pytest.mark.parametrize(
    ("document", "variables"),
    [
        ("query ($p: ID!) { patient(id: $p) { id } }", {"p": {"number": SECRET}}),
        (
            'query ($d: PartialDate!) { patientByIdentifier(system: "s", value: "v",'
            " birthDate: $d) { id } }",
            {"d": SECRET},
        ),
        (f'{{ patientByIdentifier(system: "s", value: {SECRET}, birthDate: "x") {{ id }} }}', {}),
        ("query ($c: String!) { verifyPrescription(code: $c) { status } }", {"c": SECRET}),
        (
            "query ($a: String!) { me { encounters(after: $a) { edges { cursor } } } }",
            {"a": SECRET},
        ),
    ],
)
def test_no_answer_repeats_what_was_sent(
    book: Book, stranger: str, doctor: str, document: str, variables: dict[str, Any]
) -> None:
    told_back = [book.post(document, variables, token).text for token in (stranger, doctor)]

    assert [] == [text for text in told_back if SECRET in text]


def test_a_cursor_of_anothers_list_leads_into_ones_own(book: Book, stranger: str) -> None:
    paged = (
        "query ($a: String) { me { encounters(first: 1, after: $a) {"
        " edges { node { id } } pageInfo { endCursor } } } }"
    )
    token = book.token("citizen", cast.MOTHER)
    cursor = book.post(paged, None, token).json()["data"]["me"]["encounters"]["pageInfo"]
    own = "{ me { encounters(first: 100) { edges { node { id } } } } }"
    mine = {
        row["id"]
        for row in nodes(book.post(own, None, stranger).json()["data"]["me"]["encounters"])
    }
    led = book.post(paged, {"a": cursor["endCursor"]}, stranger).json()["data"]["me"]["encounters"]

    assert {row["id"] for row in nodes(led)} <= mine


def test_an_episode_of_the_past_is_not_opened_to_read_its_labelled_rows(book: Book) -> None:
    document = (
        "{ me { encounters(first: 100) { edges { node { id conditions { edges { node {"
        " code { coding { code } } } } } } } } } }"
    )
    token = book.token("citizen", cast.REFUSING_PATIENT)
    visits = nodes(book.post(document, None, token).json()["data"]["me"]["encounters"])
    labelled = next(
        visit["id"]
        for visit in visits
        if any(
            coding["code"].startswith("F")
            for row in nodes(visit["conditions"])
            for coding in row["code"]["coding"]
        )
    )
    local = labelled.partition("~")[2]
    given = notice("IN_PROGRESS", patientId=cast.REFUSING_PATIENT, encounterId=local)
    outcome = send(book, given, cast.TREATING_DOCTOR)["data"]["recordEncounter"]

    assert None is outcome["encounter"]
    assert outcome["problems"][0]["code"] in {"ENCOUNTER_TAKEN", "ENCOUNTER_FINISHED"}


def test_a_report_beside_an_open_episode_opens_neither_more_nor_less(
    book: Book, doctor: str
) -> None:
    document = (
        "mutation ($a: RecordEncounterInput!, $b: RecordEncounterInput!) {"
        " a: recordEncounter(input: $a) { problems { code } }"
        " b: recordEncounter(input: $b) { problems { code } } }"
    )
    variables = {
        "a": notice("FINISHED", patientId=cast.OLDER_CHILD),
        "b": notice("IN_PROGRESS", patientId=cast.OLDER_CHILD),
    }
    answer = book.post(document, variables, doctor).json()

    assert {"a": {"problems": []}, "b": None} == answer["data"]
    assert [("CONSENT_REQUIRED", ["b"])] == codes_of(answer)


def test_a_consent_is_taken_back_by_its_subject_alone(book: Book) -> None:
    made = book.data_of(
        "citizen",
        "citizen/grant-consent",
        consent(cast.STRANGER, "dr-nobody", ["ENCOUNTERS"]),
        cast.STRANGER,
    )["grantConsent"]
    asked = {"idempotencyKey": uuid4().hex, "consentId": made["consent"]["id"]}
    answers = [
        book.ask(
            "citizen",
            "citizen/withdraw-consent",
            {"input": {**asked, "patientId": patient}},
            cast.MOTHER,
        )["data"]["withdrawConsent"]
        for patient in (cast.STRANGER, cast.MOTHER)
    ]

    assert answers[0] is None
    assert ["CONSENT_NOT_FOUND"] == [problem["code"] for problem in answers[1]["problems"]]


def test_who_represents_a_child_opens_no_label_of_hers(book: Book) -> None:
    wish = consent(cast.YOUNG_CHILD, cast.UNRELATED_DOCTOR, ["CONDITIONS"])
    wish["input"]["labels"] = ["CHILD_ABUSE"]
    for decision in ("PERMIT", "DENY"):
        wish["input"] |= {"decision": decision, "idempotencyKey": uuid4().hex}
        outcome = book.data_of("citizen", "citizen/grant-consent", wish, cast.MOTHER)

        assert ["LABEL_NOT_REPRESENTED"] == [
            problem["code"] for problem in outcome["grantConsent"]["problems"]
        ]
