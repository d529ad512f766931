"""Consents and self-reported measurements."""

from datetime import timedelta
from typing import Any

import pytest

from storage.access_profiles.model import ConsentStatus, GranteeKind
from storage.access_profiles.repository import AccessProfiles
from storage.documents import DocumentStore
from tests.resolvers.fakes import Caller, ForgetfulOnce, SettableClock, permitting

MAY_CONSENT = permitting({"p-mother": {"CONSENTS", "CONSENTS:write"}}, patient="p-mother")
MAY_RECORD = permitting({"p-mother": {"VITALS", "VITALS:write"}}, patient="p-mother")

GRANT = """
mutation($input: GrantConsentInput!) {
  grantConsent(input: $input) {
    consent {
      id version status decision grantee { type id } categories labels actions purpose
      period { start end } evidence
    }
    problems { code path }
  }
}
"""
WITHDRAW = """
mutation($input: WithdrawConsentInput!) {
  withdrawConsent(input: $input) { consent { id status version } problems { code path } }
}
"""
RECORD = """
mutation($input: RecordVitalsInput!) {
  recordVitals(input: $input) {
    vitals { id kind code { coding { code } } value { value unit } measured device }
    problems { code path }
  }
}
"""


def wish(**members: Any) -> dict[str, Any]:
    return {
        "idempotencyKey": "k1",
        "patientId": "p-mother",
        "decision": "PERMIT",
        "grantee": {"type": "PRACTITIONER", "id": "dr-1"},
        "categories": ["CONDITIONS", "ALLERGIES"],
        "labels": ["HIV"],
        "actions": ["READ"],
        "purpose": "TREATMENT",
        "period": {"start": "2026-11-22T10:00:00+07:00", "end": "2027-01-01T00:00:00+07:00"},
        "evidence": "vneid:auth:1",
        **members,
    }


async def grant(caller: Caller, **members: Any) -> Any:
    data = await caller.data(GRANT, MAY_CONSENT, {"input": wish(**members)})
    return data["grantConsent"]


async def test_a_consent_is_recorded_as_it_was_given(caller: Caller) -> None:
    outcome = await grant(caller)

    consent_id = outcome["consent"].pop("id")
    assert consent_id
    assert {
        "consent": {
            "version": 1,
            "status": "ACTIVE",
            "decision": "PERMIT",
            "grantee": {"type": "PRACTITIONER", "id": "dr-1"},
            "categories": ["ALLERGIES", "CONDITIONS"],
            "labels": ["HIV"],
            "actions": ["READ"],
            "purpose": "TREATMENT",
            "period": {"start": "2026-11-22T10:00:00+07:00", "end": "2027-01-01T00:00:00+07:00"},
            "evidence": "vneid:auth:1",
        },
        "problems": [],
    } == outcome


async def test_a_permit_is_in_force_when_the_answer_arrives(
    caller: Caller, profiles: AccessProfiles, clock: SettableClock
) -> None:
    await grant(caller)

    (entry,) = (await profiles.get_many(["p-mother"]))["p-mother"].grants

    assert (GranteeKind.PRACTITIONER, "dr-1", frozenset({"HIV"}), True) == (
        entry.grantee.kind,
        entry.grantee.id,
        entry.labels,
        entry.in_force(clock()),
    )


async def test_a_refusal_is_in_force_when_the_answer_arrives(
    caller: Caller, profiles: AccessProfiles
) -> None:
    await grant(caller, decision="DENY", labels=[])

    profile = (await profiles.get_many(["p-mother"]))["p-mother"]

    assert (0, 1) == (len(profile.grants), len(profile.denies))


async def test_a_withdrawn_consent_has_no_force_when_the_answer_arrives(
    caller: Caller, profiles: AccessProfiles
) -> None:
    consent = (await grant(caller))["consent"]
    given = {"idempotencyKey": "k2", "patientId": "p-mother", "consentId": consent["id"]}

    data = await caller.data(WITHDRAW, MAY_CONSENT, {"input": given})

    assert {"id": consent["id"], "status": "WITHDRAWN", "version": 2} == data["withdrawConsent"][
        "consent"
    ]
    (entry,) = (await profiles.get_many(["p-mother"]))["p-mother"].grants
    assert ConsentStatus.WITHDRAWN is entry.status


async def test_a_withdrawal_that_broke_off_is_finished_by_its_repetition(
    caller: Caller, once: ForgetfulOnce
) -> None:
    consent = (await grant(caller))["consent"]
    given = {"idempotencyKey": "k2", "patientId": "p-mother", "consentId": consent["id"]}
    first = await caller.data(WITHDRAW, MAY_CONSENT, {"input": given})
    await once.forget()

    again = await caller.data(WITHDRAW, MAY_CONSENT, {"input": given})

    assert first == again


async def test_a_consent_cannot_be_withdrawn_twice(caller: Caller) -> None:
    consent = (await grant(caller))["consent"]
    given = {"idempotencyKey": "k2", "patientId": "p-mother", "consentId": consent["id"]}
    await caller.data(WITHDRAW, MAY_CONSENT, {"input": given})

    data = await caller.data(WITHDRAW, MAY_CONSENT, {"input": {**given, "idempotencyKey": "k3"}})

    assert [{"code": "CONSENT_NOT_ACTIVE", "path": ["consentId"]}] == data["withdrawConsent"][
        "problems"
    ]


async def test_another_s_consent_cannot_be_withdrawn(caller: Caller) -> None:
    consent = (await grant(caller))["consent"]
    given = {"idempotencyKey": "k2", "patientId": "p-stranger", "consentId": consent["id"]}
    context = permitting({"p-stranger": {"CONSENTS", "CONSENTS:write"}}, patient="p-stranger")

    data = await caller.data(WITHDRAW, context, {"input": given})

    assert ["CONSENT_NOT_FOUND"] == [
        problem["code"] for problem in data["withdrawConsent"]["problems"]
    ]


async def test_the_same_request_twice_gives_one_consent(
    caller: Caller, store: DocumentStore
) -> None:
    first, second = await grant(caller), await grant(caller)

    assert (first, 1) == (second, await store.collection("consents").count({}))


async def test_a_request_that_broke_off_before_its_outcome_was_kept_gives_one_consent(
    caller: Caller, store: DocumentStore, once: ForgetfulOnce
) -> None:
    first = await grant(caller)
    await once.forget()

    second = await grant(caller)

    assert (first, 1) == (second, await store.collection("consents").count({}))


async def test_a_key_under_another_input_is_refused(caller: Caller) -> None:
    await grant(caller)

    content = await caller.ask(GRANT, MAY_CONSENT, {"input": wish(labels=[])})

    assert "IDEMPOTENCY_KEY_REUSED" == content["errors"][0]["extensions"]["code"]


async def test_a_request_that_is_still_running_is_told_so(
    caller: Caller, store: DocumentStore
) -> None:
    await grant(caller)
    running = {"$set": {"state": "running", "lease_until": caller.clock() + timedelta(minutes=1)}}
    await store.collection("idempotency").update_many({}, running)

    content = await caller.ask(GRANT, MAY_CONSENT, {"input": wish()})

    assert {
        "code": "IN_PROGRESS",
        "retryable": True,
        "retryAfterMs": 1000,
        "messageVi": "Yêu cầu trùng đang được xử lý.",
    } == content["errors"][0]["extensions"]


async def test_a_period_begins_some_time(caller: Caller) -> None:
    content = await caller.ask(GRANT, MAY_CONSENT, {"input": wish(period={})})

    assert "BAD_USER_INPUT" == content["errors"][0]["extensions"]["code"]


async def test_a_withdrawal_of_what_never_took_force_is_recorded(
    caller: Caller, store: DocumentStore
) -> None:
    consent = (await grant(caller))["consent"]
    await store.collection("access_profiles").update_many({}, {"$set": {"grants": []}})
    given = {"idempotencyKey": "k2", "patientId": "p-mother", "consentId": consent["id"]}

    data = await caller.data(WITHDRAW, MAY_CONSENT, {"input": given})

    assert "WITHDRAWN" == data["withdrawConsent"]["consent"]["status"]


@pytest.mark.parametrize("key", ["", "x" * 129])
async def test_an_empty_or_endless_key_is_refused(caller: Caller, key: str) -> None:
    content = await caller.ask(GRANT, MAY_CONSENT, {"input": wish(idempotencyKey=key)})

    assert "BAD_USER_INPUT" == content["errors"][0]["extensions"]["code"]


@pytest.mark.parametrize(
    ("who", "expected"), [("p-mother", []), ("p-grandmother", ["LABEL_NOT_REPRESENTED"])]
)
async def test_who_represents_somebody_decides_on_no_label(
    caller: Caller, who: str, expected: list[str]
) -> None:
    context = permitting({"p-mother": {"CONSENTS", "CONSENTS:write"}}, patient=who)
    content = await caller.ask(GRANT, context, {"input": wish(labels=["HIV"])})
    problems = content["data"]["grantConsent"]["problems"]

    assert expected == [problem["code"] for problem in problems]


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ({"categories": []}, "CATEGORIES_MISSING"),
        ({"actions": []}, "ACTIONS_MISSING"),
        ({"labels": ["FETAL_SEX"]}, "LABEL_HIDDEN_BY_LAW"),
        ({"evidence": " "}, "EVIDENCE_MISSING"),
        ({"evidence": "x" * 501}, "TEXT_TOO_LONG"),
        ({"grantee": {"type": "PRACTITIONER", "id": "x" * 501}}, "TEXT_TOO_LONG"),
        ({"grantee": {"type": "ROLE", "id": "wizard"}}, "GRANTEE_UNKNOWN"),
        ({"grantee": {"type": "PRACTITIONER", "id": ""}}, "GRANTEE_MISSING"),
        (
            {
                "period": {
                    "start": "2026-01-01T00:00:00+07:00",
                    "end": "2026-11-22T09:59:00+07:00",
                }
            },
            "PERIOD_OVER",
        ),
        (
            {
                "dataPeriod": {
                    "start": "2026-01-01T00:00:00+07:00",
                    "end": "2025-01-01T00:00:00+07:00",
                }
            },
            "DATA_PERIOD_EMPTY",
        ),
    ],
)
async def test_a_consent_that_breaks_a_rule_is_a_problem(
    caller: Caller, store: DocumentStore, members: dict[str, Any], code: str
) -> None:
    outcome = await grant(caller, **members)

    assert (None, [code]) == (
        outcome["consent"],
        [problem["code"] for problem in outcome["problems"]],
    )
    assert 0 == await store.collection("consents").count({})


@pytest.mark.parametrize(
    "missing", ["decision", "grantee", "categories", "labels", "actions", "purpose", "evidence"]
)
async def test_a_consent_has_no_defaults(caller: Caller, missing: str) -> None:
    given = wish()
    del given[missing]

    content = await caller.ask(GRANT, MAY_CONSENT, {"input": given})

    assert "GRAPHQL_VALIDATION_FAILED" == content["errors"][0]["extensions"]["code"]


async def test_a_consent_expires_with_its_period(caller: Caller, clock: SettableClock) -> None:
    await grant(caller)
    clock.now += timedelta(days=60)

    data = await caller.data("{ me { consents { edges { node { status } } } } }", MAY_CONSENT)

    assert [{"node": {"status": "EXPIRED"}}] == data["me"]["consents"]["edges"]


async def test_a_change_that_the_gateway_did_not_permit_is_refused(
    caller: Caller, store: DocumentStore
) -> None:
    context = permitting({"p-mother": {"CONSENTS"}}, patient="p-mother")

    content = await caller.ask(GRANT, context, {"input": wish()})

    assert "ACCESS_CONTEXT_REFUSED" == content["errors"][0]["extensions"]["code"]
    assert 0 == await store.collection("consents").count({})


def measurement(**members: Any) -> dict[str, Any]:
    return {
        "kind": "HEART_RATE",
        "value": "72",
        "measured": "2026-11-22T08:00:00+07:00",
        "device": "wristband",
        **members,
    }


async def record(caller: Caller, *measurements: dict[str, Any]) -> Any:
    given = {"idempotencyKey": "v1", "patientId": "p-mother", "measurements": list(measurements)}
    data = await caller.data(RECORD, MAY_RECORD, {"input": given})
    return data["recordVitals"]


async def test_measurements_are_recorded_with_code_and_unit(caller: Caller) -> None:
    outcome = await record(caller, measurement())

    assert {
        "kind": "HEART_RATE",
        "code": {"coding": [{"code": "8867-4"}]},
        "value": {"value": "72", "unit": "lần/phút"},
        "measured": "2026-11-22T08:00:00+07:00",
        "device": "wristband",
    } == {name: value for name, value in outcome["vitals"][0].items() if name != "id"}


async def test_measurements_are_listed_newest_first(caller: Caller) -> None:
    await record(
        caller,
        measurement(),
        measurement(kind="BODY_WEIGHT", value="54.50", measured="2026-11-22T09:00:00+07:00"),
    )

    data = await caller.data(
        "{ me { selfReportedVitals { edges { node { kind value { value } } } } } }", MAY_RECORD
    )

    assert [("BODY_WEIGHT", "54.50"), ("HEART_RATE", "72")] == [
        (edge["node"]["kind"], edge["node"]["value"]["value"])
        for edge in data["me"]["selfReportedVitals"]["edges"]
    ]


async def test_measurements_sent_twice_are_recorded_once(
    caller: Caller, store: DocumentStore, once: ForgetfulOnce
) -> None:
    first = await record(caller, measurement())
    await once.forget()
    second = await record(caller, measurement())

    assert (first, 1) == (second, await store.collection("vitals").count({}))


@pytest.mark.parametrize(
    ("members", "code", "place"),
    [
        ({"value": "720"}, "VALUE_OUT_OF_RANGE", "value"),
        ({"value": "-1"}, "VALUE_OUT_OF_RANGE", "value"),
        ({"device": "x" * 501}, "TEXT_TOO_LONG", "device"),
        ({"measured": "2026-11-23T08:00:00+07:00"}, "MEASURED_IN_FUTURE", "measured"),
    ],
)
async def test_one_impossible_measurement_keeps_all_from_being_recorded(
    caller: Caller, store: DocumentStore, members: dict[str, Any], code: str, place: str
) -> None:
    outcome = await record(caller, measurement(), measurement(**members))

    assert [{"code": code, "path": ["measurements", "1", place]}] == outcome["problems"]
    assert 0 == await store.collection("vitals").count({})


async def test_no_measurement_is_a_problem(caller: Caller) -> None:
    outcome = await record(caller)

    assert ["MEASUREMENT_COUNT"] == [problem["code"] for problem in outcome["problems"]]
