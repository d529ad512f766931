"""Prescriptions and drugs as entities, and who may see which."""

from dataclasses import replace
from typing import Any

import pytest

from resolvers.federation import Subgraph
from resolvers.pharmacy.issuing import Issuing
from resolvers.pharmacy.prescription_profiles import ProfilePrescriptions
from resolvers.pharmacy.repository import PharmacyRepository
from storage.access_profiles.repository import AccessProfiles
from tests.resolvers.fakes import Caller, ForgetfulOnce, SettableClock, permitting
from tests.resolvers.pharmacy.counter import (
    PARACETAMOL,
    READ,
    TENOFOVIR,
    Counter,
    doctor,
    item,
    settle,
)

ENTITIES = "query($r: [_Any!]!) { _entities(representations: $r) { ... on %s { %s } } }"


async def entities(counter: Counter, context: Any, fields: str, *keys: dict[str, str]) -> Any:
    query = ENTITIES % (keys[0]["__typename"], fields)
    data = await counter.caller.data(query, context, {"r": list(keys)})
    return data["_entities"]


async def test_prescriptions_are_found_by_their_keys(counter: Counter) -> None:
    first = (await counter.issue())["prescription"]
    second = (await counter.issue())["prescription"]
    keys = [
        {"__typename": "Prescription", "id": second["id"]},
        {"__typename": "Prescription", "id": "nothing"},
        {"__typename": "Prescription", "id": first["id"]},
    ]

    found = await entities(counter, doctor(), "code", *keys)

    assert [{"code": second["code"]}, None, {"code": first["code"]}] == found


async def test_a_labelled_prescription_is_found_by_whom_the_label_is_permitted_to(
    counter: Counter,
) -> None:
    issued = (await counter.issue(items=[item(drug=TENOFOVIR)]))["prescription"]
    key = {"__typename": "Prescription", "id": issued["id"]}

    hidden = await entities(counter, permitting({"p-adult": READ}), "code", key)
    shown = await entities(
        counter, permitting({"p-adult": {"PRESCRIPTIONS": {"HIV"}}}), "code", key
    )

    assert ([None], [{"code": issued["code"]}]) == (hidden, shown)


@pytest.mark.parametrize(
    ("role", "labels", "is_shown"),
    [
        ("practitioner", set(), False),
        ("practitioner", {"HIV"}, True),
        ("citizen", set(), False),
        ("pharmacist", set(), True),
    ],
)
async def test_a_presented_code_names_a_label_to_pharmacies_alone(
    counter: Counter, role: str, labels: set[str], is_shown: bool
) -> None:
    code = await counter.issued(items=[item(drug=TENOFOVIR)])
    context = permitting({"p-adult": {"PRESCRIPTIONS": labels}}, role=role)

    verified = await counter.verify(code, context)

    expected = ("VALID" if is_shown else "UNKNOWN", is_shown)
    assert expected == (verified["status"], verified["prescription"] is not None)


@pytest.mark.parametrize(("labels", "expected"), [(set(), []), ({"HIV"}, [{"text": "Cảm lạnh"}])])
async def test_a_label_named_for_drugs_alone_opens_no_diagnosis(
    counter: Counter, labels: set[str], expected: list[dict[str, str]]
) -> None:
    issued = (await counter.issue(items=[item(drug=TENOFOVIR)], advice="nghỉ"))["prescription"]
    key = {"__typename": "Prescription", "id": issued["id"]}
    context = permitting(
        {"p-adult": {"PRESCRIPTIONS": {"HIV"}, "CONDITIONS": labels, "CLINICAL_NOTES": labels}}
    )

    found = await entities(counter, context, "diagnoses { text } advice", key)

    assert [{"diagnoses": expected, "advice": "nghỉ" if labels else None}] == found


async def test_a_recipient_is_found_by_her_key(counter: Counter) -> None:
    issued = (await counter.issue())["prescription"]
    keys = [
        {"__typename": "PrescriptionRecipient", "id": each, "subjectId": "p-adult"}
        for each in (issued["id"], "nothing")
    ]

    found = await entities(counter, doctor(), "ageMonths", *keys)

    assert [{"ageMonths": 438}, None] == found


async def test_the_patient_follows_corrections_both_ways(counter: Counter) -> None:
    old = (await counter.issue())["prescription"]
    new = (await counter.issue(replaces=old["code"]))["prescription"]
    keys = [{"__typename": "Prescription", "id": each["id"]} for each in (old, new)]

    found = await entities(counter, doctor(), "replaces { code } replacedBy { code }", *keys)

    assert [
        {"replaces": None, "replacedBy": {"code": new["code"]}},
        {"replaces": {"code": old["code"]}, "replacedBy": None},
    ] == found


async def test_a_drug_is_found_by_registration_number_and_key(counter: Counter) -> None:
    query = '{ drug(registrationNumber: "%s") { id name code { coding { code } } controlClass } }'
    data = await counter.caller.data(query % PARACETAMOL, permitting({}))
    unknown = await counter.caller.data(query % "000", permitting({}))
    keys = [{"__typename": "Drug", "id": each} for each in (data["drug"]["id"], "nothing")]

    found = await entities(counter, permitting({}), "registrationNumber", *keys)

    assert {
        "id": f"d-{PARACETAMOL}",
        "name": "Paracetamol",
        "code": {"coding": [{"code": "N02BE01"}]},
        "controlClass": None,
    } == data["drug"]
    assert ({"drug": None}, [{"registrationNumber": PARACETAMOL}, None]) == (unknown, found)


async def test_a_patient_without_registered_birth_date_matches_no_document(
    counter: Counter,
) -> None:
    outcome = await counter.issue(patientId="p-unborn", ageMonths=80)
    code = outcome["prescription"]["code"]

    data = await counter.caller.data(
        "query($c: String!) { verifyPrescription(code: $c)"
        ' { prescription { recipientMatches(identifier: "079190000001") } } }',
        permitting({"p-unborn": {"PRESCRIPTIONS"}}),
        {"c": code},
    )

    assert {"recipientMatches": False} == data["verifyPrescription"]["prescription"]


async def test_a_code_that_is_taken_is_drawn_again(
    pharmacies: PharmacyRepository,
    profiles: AccessProfiles,
    once: ForgetfulOnce,
    pharmacy_subgraph: Subgraph,
    clock: SettableClock,
) -> None:
    await settle(pharmacies, profiles)
    letters = iter("aaaaaaa" + "aaaaaaa" + "bbbbbbb")
    issuing = Issuing(
        pharmacies, ProfilePrescriptions(profiles), once, lambda alphabet: next(letters)
    )
    commands = replace(pharmacy_subgraph.commands, issuing=issuing)
    counter = Counter(Caller(replace(pharmacy_subgraph, commands=commands), clock))

    drawn = [await counter.issued(), await counter.issued()]

    assert ["79014aaaaaaa-C", "79014bbbbbbb-C"] == drawn


async def test_a_facility_whose_codes_are_used_up_gets_no_prescription(
    pharmacies: PharmacyRepository,
    profiles: AccessProfiles,
    once: ForgetfulOnce,
    pharmacy_subgraph: Subgraph,
    clock: SettableClock,
) -> None:
    await settle(pharmacies, profiles)
    issuing = Issuing(pharmacies, ProfilePrescriptions(profiles), once, lambda alphabet: "a")
    commands = replace(pharmacy_subgraph.commands, issuing=issuing)
    counter = Counter(Caller(replace(pharmacy_subgraph, commands=commands), clock))
    await counter.issued()

    with pytest.raises(AssertionError, match="INTERNAL_SERVER_ERROR"):
        await counter.issue()
