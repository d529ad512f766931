"""Issuing prescriptions: what is computed, what is refused, what replaces what."""

from dataclasses import replace
from typing import Any

import pytest

from access.context import SubjectAccess
from access.labels import HIDDEN_BY_LAW, Label
from resolvers.pharmacy.codes import parse_code
from storage.access_profiles.repository import AccessProfiles
from storage.documents import DocumentStore
from tests.resolvers.fakes import ForgetfulOnce
from tests.resolvers.pharmacy.counter import (
    AMOXICILLIN,
    DIAZEPAM,
    ISSUE,
    MORPHINE,
    PARACETAMOL,
    TENOFOVIR,
    Counter,
    codes,
    doctor,
    item,
    line,
    order,
    pharmacist,
)


async def test_a_prescription_says_what_was_ordered_and_until_when(counter: Counter) -> None:
    outcome = await counter.issue(weight="54.5")

    prescription = outcome["prescription"]
    code = parse_code(prescription.pop("code"))
    assert code is not None
    assert "79014" == code.facility
    assert prescription.pop("id")
    assert {
        "type": "COMMON",
        "status": "VALID",
        "issued": "2026-11-22T10:00:00+07:00",
        "validFrom": "2026-11-22T00:00:00+07:00",
        "validUntil": "2026-11-27T00:00:00+07:00",
        "items": [
            {
                "id": "1",
                "drug": {"registrationNumber": PARACETAMOL, "name": "Paracetamol"},
                "prescribed": {"value": "20", "unit": "viên"},
                "remaining": {"value": "20"},
            }
        ],
        "facility": {"id": "79014"},
        "prescriber": {"id": "dr-1"},
        "diagnoses": [{"text": "Cảm lạnh"}],
        "recipient": {"ageMonths": 438, "weight": {"value": "54.5", "unit": "kg"}},
        "course": None,
        "accompanyingAdult": None,
        "replaces": None,
    } == prescription


async def test_the_code_leads_to_the_patient_when_the_answer_arrives(
    counter: Counter, profiles: AccessProfiles
) -> None:
    code = await counter.issued()

    link = await profiles.resolve_prescription_code(code)

    assert link is not None
    assert "p-adult" == link.subject_id


async def test_the_same_request_twice_issues_one(counter: Counter, store: DocumentStore) -> None:
    first = await counter.issue(idempotencyKey="same")
    second = await counter.issue(idempotencyKey="same")

    assert (first, 1) == (second, await store.collection("prescriptions").count({}))


async def test_a_request_that_broke_off_before_its_outcome_was_kept_issues_one(
    counter: Counter, store: DocumentStore, once: ForgetfulOnce
) -> None:
    first = await counter.issue(idempotencyKey="same")
    await once.forget()

    second = await counter.issue(idempotencyKey="same")

    assert (first, 1) == (second, await store.collection("prescriptions").count({}))


async def test_the_same_key_of_another_facility_is_another_prescription(
    counter: Counter, store: DocumentStore
) -> None:
    await counter.issue(idempotencyKey="same")
    await counter.issue(doctor(organization="01901"), idempotencyKey="same")

    assert 2 == await store.collection("prescriptions").count({})


@pytest.mark.parametrize(
    ("members", "code", "path"),
    [
        ({"items": []}, "ITEM_COUNT", ["items"]),
        ({"diagnoses": []}, "DIAGNOSIS_MISSING", ["diagnoses"]),
        ({"type": "TRADITIONAL_LEGACY"}, "TYPE_NOT_ISSUABLE", ["type"]),
        ({"advice": "x" * 2001}, "TEXT_TOO_LONG", ["advice"]),
        ({"accompanyingAdult": "x" * 2001}, "TEXT_TOO_LONG", ["accompanyingAdult"]),
        ({"items": [item(), item(dosage="x" * 2001)]}, "TEXT_TOO_LONG", ["items", "1"]),
        ({"diagnoses": [{"text": "x"}] * 21}, "DIAGNOSIS_COUNT", ["diagnoses"]),
        ({"items": [item(drug="000")]}, "DRUG_UNKNOWN", ["items", "0", "drug"]),
        ({"items": [item(), item(quantity="0")]}, "QUANTITY_INVALID", ["items", "1", "quantity"]),
        ({"items": [item(days=31)]}, "SUPPLY_TOO_LONG", ["items", "0", "days"]),
        ({"items": [item(days=91)], "longTerm": True}, "SUPPLY_TOO_LONG", ["items", "0", "days"]),
        ({"items": [item(days=0)]}, "SUPPLY_TOO_LONG", ["items", "0", "days"]),
        ({"items": [item(dosage=" ")]}, "DOSAGE_MISSING", ["items", "0", "dosage"]),
        ({"items": [item(drug=MORPHINE)]}, "TYPE_MISMATCH", ["items", "0", "drug"]),
        ({"items": [item(drug=DIAZEPAM)]}, "TYPE_MISMATCH", ["items", "0", "drug"]),
        ({"type": "PSYCHOTROPIC"}, "TYPE_MISMATCH", ["items", "0", "drug"]),
        (
            {"type": "PSYCHOTROPIC", "items": [item(drug=DIAZEPAM, days=11)]},
            "SUPPLY_TOO_LONG",
            ["items", "0", "days"],
        ),
    ],
)
async def test_an_order_that_breaks_a_rule_is_a_problem(
    counter: Counter, store: DocumentStore, members: dict[str, Any], code: str, path: list[str]
) -> None:
    outcome = await counter.issue(**members)

    assert (None, [{"code": code, "path": path}]) == (
        outcome["prescription"],
        outcome["problems"],
    )
    assert 0 == await store.collection("prescriptions").count({})


async def test_supply_for_ninety_days_is_for_listed_diseases(counter: Counter) -> None:
    outcome = await counter.issue(items=[item(days=90)], longTerm=True)

    assert [] == outcome["problems"]


NARCOTIC: dict[str, Any] = {
    "type": "NARCOTIC",
    "items": [item(drug=MORPHINE, days=7, quantityInWords="hai mươi viên")],
    "course": {"number": 1, "start": "2026-11-22", "days": 7},
}


async def test_a_narcotic_is_valid_per_course(counter: Counter) -> None:
    outcome = await counter.issue(**NARCOTIC)

    prescription = outcome["prescription"]
    assert ("2026-11-22T00:00:00+07:00", "2026-11-29T00:00:00+07:00", "N") == (
        prescription["validFrom"],
        prescription["validUntil"],
        prescription["code"][-1],
    )


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ({"course": None}, "COURSE_MISSING"),
        ({"course": {"number": 1, "start": "2026-11-22", "days": 8}}, "COURSE_TOO_LONG"),
        ({"course": {"number": 4, "start": "2026-11-22", "days": 7}}, "COURSE_NUMBER"),
        ({"course": {"number": 1, "start": "2026-11-21", "days": 7}}, "COURSE_START"),
        (
            {
                "cancer": True,
                "course": {"number": 1, "start": "2026-11-22", "days": 11},
            },
            "COURSE_TOO_LONG",
        ),
        ({"items": [item(drug=MORPHINE, days=7)]}, "QUANTITY_WORDS_MISSING"),
    ],
)
async def test_a_narcotic_has_rules_of_its_own(
    counter: Counter, members: dict[str, Any], code: str
) -> None:
    outcome = await counter.issue(**{**NARCOTIC, **members})

    assert [code] == codes(outcome)


async def test_a_course_that_is_not_known_to_the_day_is_refused(counter: Counter) -> None:
    given = order(**{**NARCOTIC, "course": {"number": 1, "start": "2026-11", "days": 7}})

    content = await counter.caller.ask(ISSUE, doctor(), {"input": given})

    assert "BAD_USER_INPUT" == content["errors"][0]["extensions"]["code"]


async def test_a_child_under_72_months_needs_weight_and_an_adult(counter: Counter) -> None:
    outcome = await counter.issue(patientId="p-child")

    assert ["CHILD_WEIGHT_MISSING", "CHILD_ADULT_MISSING"] == codes(outcome)


async def test_a_child_with_weight_and_adult_gets_its_prescription(
    counter: Counter, store: DocumentStore
) -> None:
    outcome = await counter.issue(
        patientId="p-child", weight="18", accompanyingAdult="Nguyễn Thị Hoa"
    )

    prescription = outcome["prescription"]
    assert ({"ageMonths": 70, "weight": {"value": "18", "unit": "kg"}}, "Nguyễn Thị Hoa") == (
        prescription["recipient"],
        prescription["accompanyingAdult"],
    )
    assert "Hoa" not in str(await store.collection("prescriptions").find({}))


async def test_without_a_registered_birth_date_the_age_must_be_stated(counter: Counter) -> None:
    outcomes = [
        await counter.issue(patientId="p-unborn"),
        await counter.issue(patientId="p-unborn", ageMonths=80),
    ]

    assert [["AGE_MISSING"], []] == [codes(outcome) for outcome in outcomes]


async def test_an_organization_that_is_no_facility_cannot_issue(counter: Counter) -> None:
    outcome = await counter.issue(doctor(organization="79-NT-0001"))

    assert ["FACILITY_NOT_ISSUING"] == codes(outcome)


async def test_the_gateway_must_have_permitted_the_change(
    counter: Counter, store: DocumentStore
) -> None:
    content = await counter.caller.ask(ISSUE, doctor("p-child"), {"input": order()})

    assert "ACCESS_CONTEXT_REFUSED" == content["errors"][0]["extensions"]["code"]
    assert 0 == await store.collection("prescriptions").count({})


async def test_a_correction_replaces_what_it_corrects(counter: Counter) -> None:
    old = await counter.issued()

    outcome = await counter.issue(items=[item(quantity="10")], replaces=old)

    assert ({"code": old}, "REPLACED") == (
        outcome["prescription"]["replaces"],
        (await counter.verify(old))["status"],
    )


async def test_a_replaced_prescription_still_shows_what_it_is(counter: Counter) -> None:
    old = await counter.issued()
    await counter.issue(replaces=old)

    verification = await counter.verify(old)

    assert (old, "REPLACED", "20") == (
        verification["prescription"]["code"],
        verification["prescription"]["status"],
        verification["prescription"]["items"][0]["remaining"]["value"],
    )


async def test_a_replaced_prescription_cannot_be_dispensed(counter: Counter) -> None:
    old = await counter.issued()
    await counter.issue(replaces=old)

    outcome = await counter.dispense(old, line())

    assert ["PRESCRIPTION_REPLACED"] == codes(outcome)


async def test_a_correction_that_broke_off_is_finished_by_its_repetition(
    counter: Counter, once: ForgetfulOnce
) -> None:
    old = await counter.issued()
    first = await counter.issue(idempotencyKey="same", replaces=old)
    await once.forget()

    second = await counter.issue(idempotencyKey="same", replaces=old)

    assert first == second


@pytest.mark.parametrize("replaces", ["79014zzzzzzz-C", "nonsense"])
async def test_what_does_not_exist_cannot_be_replaced(counter: Counter, replaces: str) -> None:
    outcome = await counter.issue(replaces=replaces)

    assert ["PRESCRIPTION_UNKNOWN"] == codes(outcome)


async def test_another_patient_s_prescription_cannot_be_replaced(counter: Counter) -> None:
    old = await counter.issued()

    outcome = await counter.issue(patientId="p-unborn", ageMonths=80, replaces=old)

    assert ["PRESCRIPTION_UNKNOWN"] == codes(outcome)


async def test_another_facility_s_prescription_cannot_be_replaced(counter: Counter) -> None:
    old = await counter.issued()

    outcome = await counter.issue(doctor(organization="01901"), replaces=old)

    assert ["REPLACEMENT_FOREIGN"] == codes(outcome)


async def test_another_facility_s_labelled_prescription_is_not_known_to_exist(
    counter: Counter,
) -> None:
    old = await counter.issued(items=[item(drug=TENOFOVIR)])

    outcome = await counter.issue(doctor(organization="01901"), replaces=old)

    assert ["PRESCRIPTION_UNKNOWN"] == codes(outcome)


async def test_a_prescription_is_replaced_once(counter: Counter) -> None:
    old = await counter.issued()
    await counter.issue(replaces=old)

    outcome = await counter.issue(replaces=old)

    assert ["PRESCRIPTION_REPLACED"] == codes(outcome)


async def test_what_was_dispensed_in_part_cannot_be_replaced(counter: Counter) -> None:
    old = await counter.issued()
    await counter.dispense(old, line("1"))

    outcome = await counter.issue(replaces=old)

    assert ["PRESCRIPTION_DISPENSED"] == codes(outcome)


async def test_what_a_pharmacy_claims_cannot_be_replaced(counter: Counter) -> None:
    old = await counter.issued()
    await counter.claim(old)

    outcome = await counter.issue(replaces=old)

    assert ["PRESCRIPTION_CLAIMED"] == codes(outcome)


PRESCRIPTIONS = (
    "query($r: [_Any!]!) { _entities(representations: $r)"
    " { ... on Patient { prescriptions { edges { node { code items { drug { name } } } } } } } }"
)


async def read(counter: Counter, context: Any) -> list[str]:
    representations = [{"__typename": "Patient", "id": "p-adult"}]
    data = await counter.caller.data(PRESCRIPTIONS, context, {"r": representations})
    return [
        edge["node"]["items"][0]["drug"]["name"]
        for edge in data["_entities"][0]["prescriptions"]["edges"]
    ]


async def test_a_drug_that_reveals_a_diagnosis_hides_its_prescription(counter: Counter) -> None:
    from tests.resolvers.fakes import permitting

    await counter.issue(items=[item(drug=TENOFOVIR)])
    await counter.issue(items=[item(drug=AMOXICILLIN)])

    without = await read(counter, permitting({"p-adult": {"PRESCRIPTIONS": set()}}))
    named = await read(counter, permitting({"p-adult": {"PRESCRIPTIONS": {"HIV"}}}))

    assert (["Amoxicillin"], ["Amoxicillin", "Tenofovir"]) == (without, sorted(named))


async def test_who_treats_an_episode_sees_what_was_prescribed_in_it(counter: Counter) -> None:
    await counter.issue(items=[item(drug=TENOFOVIR)], encounterId="e-1")
    unnamed = {"PRESCRIPTIONS": frozenset(Label) - HIDDEN_BY_LAW}
    treating = SubjectAccess({"PRESCRIPTIONS": frozenset()}, frozenset({"e-1"}), unnamed)
    elsewhere = SubjectAccess({"PRESCRIPTIONS": frozenset()}, frozenset({"e-2"}), unnamed)

    seen = [
        await read(counter, replace(doctor(), subjects={"p-adult": access}))
        for access in (treating, elsewhere)
    ]

    assert [["Tenofovir"], []] == seen


async def test_a_presented_code_opens_its_prescription_whatever_its_labels(
    counter: Counter,
) -> None:
    code = await counter.issued(items=[item(drug=TENOFOVIR)])

    verification = await counter.verify(code, pharmacist())

    assert "VALID" == verification["status"]
    assert verification["prescription"] is not None
