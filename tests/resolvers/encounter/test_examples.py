"""HL7's own examples of every type that hospitals are asked for: mapped, or refused with a reason.

Practitioner, Organization and Patient are not read from hospitals: the registers and the patient
subgraph have them; references to them are read. Medication is read where an order refers to it.
"""

import json
from pathlib import Path

import pytest

from resolvers.encounter.kinds import (
    CONDITIONS,
    DIAGNOSTIC_REPORTS,
    DISCHARGE_SUMMARIES,
    ENCOUNTERS,
    FOLLOW_UPS,
    IMAGING_STUDIES,
    MEDICATION_REQUESTS,
    OBSERVATIONS,
    PROCEDURES,
    REFERRALS,
    RowKind,
)
from storage.access_profiles.repository import AccessProfiles
from storage.documents import DocumentStore
from tests.resolvers.encounter.served import Desk, errors
from tests.resolvers.fakes import ForgetfulOnce, SettableClock

EXAMPLES = Path(__file__).parents[4] / "shared/data/fhir-r4-examples"
KINDS = (
    ENCOUNTERS,
    CONDITIONS,
    OBSERVATIONS,
    DIAGNOSTIC_REPORTS,
    IMAGING_STUDIES,
    PROCEDURES,
    MEDICATION_REQUESTS,
    DISCHARGE_SUMMARIES,
    REFERRALS,
    FOLLOW_UPS,
)
NO_PATIENT = "its subject is no patient with a number"
OTHER_KIND = "it is another kind of document or order"
REFUSED = {
    **dict.fromkeys(
        (
            "Observation-10minute-apgar-score",
            "Observation-1minute-apgar-score",
            "Observation-20minute-apgar-score",
            "Observation-2minute-apgar-score",
            "Observation-5minute-apgar-score",
            "Observation-decimal",
            "Observation-herd1",
            "Observation-vp-oyster",
            "Procedure-education",
            "Procedure-ob",
            "ServiceRequest-appendectomy-narrative",
            "ServiceRequest-education",
            "ServiceRequest-ob",
        ),
        NO_PATIENT,
    ),
    "DocumentReference-example": OTHER_KIND,
}


@pytest.fixture
async def desk(
    store: DocumentStore, profiles: AccessProfiles, once: ForgetfulOnce, clock: SettableClock
) -> Desk:
    desk = Desk(store, profiles, once, clock)
    await desk.subgraph.start()
    return desk


@pytest.mark.skipif(not EXAMPLES.is_dir(), reason="HL7's examples are not on this machine")
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: str(kind.type_name))
async def test_every_example_maps_or_is_refused_with_a_reason(desk: Desk, kind: RowKind) -> None:
    files = sorted((EXAMPLES / kind.type_name).glob("*.json"))
    outcomes = {}
    for file in files:
        resource = json.loads(file.read_text(), parse_float=str)
        patient = next(kind.patients_of(resource), "p1")
        await desk.locate(patient)
        content = await desk.everything(kind, patient, resource)
        assert [] == errors(content), (file.name, errors(content))
        edges = content["data"]["_entities"][0][kind.name]["edges"]
        outcomes[file.stem] = [edge["node"]["id"] for edge in edges] or None
        if kind is OBSERVATIONS and edges:
            has_value = any(name.startswith("value") for name in resource)
            assert has_value == (edges[0]["node"]["value"] is not None), file.name

    refused = {name for name, found in outcomes.items() if found is None}
    expected = {name for name in REFUSED if name.startswith(f"{kind.type_name}-")}
    if kind is REFERRALS:
        # Orders of any other category are refused because they are no referrals.
        expected |= {
            file.stem
            for file in files
            if "3457005" not in json.dumps(json.loads(file.read_text()).get("category"))
        }
    assert outcomes
    assert expected == refused


@pytest.mark.skipif(not EXAMPLES.is_dir(), reason="HL7's examples are not on this machine")
@pytest.mark.parametrize("kind", [DISCHARGE_SUMMARIES, REFERRALS], ids=["summary", "referral"])
async def test_examples_of_other_kinds_map_once_they_are_of_the_kind(
    desk: Desk, kind: RowKind
) -> None:
    [(element, code)] = kind.fixed
    mapped = 0
    for file in sorted((EXAMPLES / kind.type_name).glob("*.json")):
        resource = json.loads(file.read_text(), parse_float=str)
        concept = {"coding": [{"system": "http://loinc.org", "code": code}]}
        resource[element] = concept if element == "type" else [concept]
        patient = next(kind.patients_of(resource), None)
        if patient is None:
            continue
        await desk.locate(patient)
        content = await desk.everything(kind, patient, resource)
        assert [] == errors(content), (file.name, errors(content))
        mapped += len(content["data"]["_entities"][0][kind.name]["edges"])

    assert {DISCHARGE_SUMMARIES: 1, REFERRALS: 17}[kind] == mapped
