"""Thirty Synthea patients in one hospital: what comes through equals what their files say."""

import json
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from access.labels import Label
from resolvers.datatypes.scalars import VIETNAM
from resolvers.encounter.locations import RecordLocation
from sandbox.ingest import HospitalClient, read_bundle
from tests.resolvers.encounter.world import SINCE, TOKEN, World, herself

BUNDLES = Path(__file__).parents[4] / "shared/data/synthea-r4"
PAGE = 40
CONCEPT = "{ coding { system code display } text }"
SELECTIONS = {
    "encounters": (
        f"status kind types {CONCEPT} period {{ start end }} reasons {CONCEPT}"
        " facility { id name } practitioners { name }"
    ),
    "conditions": f"code {CONCEPT} clinicalStatus verificationStatus onset abatement recorded",
    "observations": (
        f"status code {CONCEPT} categories {CONCEPT} effective value {{ ...V }}"
        f" components {{ code {CONCEPT} value {{ ...V }} }}"
    ),
    "procedures": f"status code {CONCEPT} performedPeriod {{ start end }}",
    "medicationRequests": f"status intent medication {CONCEPT} authored",
    "diagnosticReports": (
        f"status code {CONCEPT} categories {CONCEPT} effective"
        f" results {{ code {CONCEPT} effective }}"
    ),
    "imagingStudies": (
        "status started numberOfSeries numberOfInstances studyUid"
        " series { uid number numberOfInstances modality { code } bodySite { code } }"
    ),
}
VALUE = (
    "fragment V on ObservationValue { __typename ... on Quantity { value unit system code }"
    f" ... on CodeableConcept {CONCEPT} ... on TextValue {{ text }} }}"
)

pytestmark = pytest.mark.skipif(
    not BUNDLES.is_dir(), reason="the Synthea bundles are not on this machine"
)


@pytest.fixture
async def loaded(world: World) -> tuple[World, dict[str, dict[str, Any]]]:
    """The world, and each patient's file by her number at the hospital."""
    files: dict[str, dict[str, Any]] = {}
    hospital = world["79014"]
    client = HospitalClient(hospital.session, f"{hospital.base}/fhir", TOKEN)
    async for one in client.ingest(BUNDLES):
        assert one.is_new
        number = one.patient["id"]
        files[number] = read_bundle(one.file)
        location = RecordLocation(number, "79014", number, False, SINCE)
        await world.repository.import_locations([location])
    return world, files


async def test_every_page_of_every_patient_equals_the_files(
    loaded: tuple[World, dict[str, dict[str, Any]]],
) -> None:
    world, files = loaded
    totals: Counter[str] = Counter()
    for number, bundle in files.items():
        for field, selection in SELECTIONS.items():
            found = await every_row(world, number, field, selection)
            expected = [EXPECTED[field](one) for one in of_type(bundle, TYPES[field])]
            if field == "diagnosticReports":
                expected = [
                    {**one, "results": results(given, bundle)}
                    for one, given in zip(expected, of_type(bundle, TYPES[field]), strict=True)
                ]
            totals[field] += len(found)

            assert frozen(expected) == frozen(found), field

    assert {
        "encounters": 330,
        "conditions": 110,
        "observations": 1776,
        "procedures": 105,
        "medicationRequests": 85,
        "diagnosticReports": 97,
        "imagingStudies": 4,
    } == dict(totals)


async def test_rows_through_their_encounters_equal_the_files(
    loaded: tuple[World, dict[str, dict[str, Any]]],
) -> None:
    world, files = loaded
    count = "(first: 100) { edges { cursor } }"
    fields = tuple(name for name in SELECTIONS if name != "encounters")
    selection = "period { start } " + " ".join(f"{field}{count}" for field in fields)
    for number, bundle in list(files.items())[:8]:
        rows = await every_row(world, number, "encounters", selection)

        found = {field: sum(len(row[field]["edges"]) for row in rows) for field in fields}
        expected = {
            field: sum("encounter" in one for one in of_type(bundle, TYPES[field]))
            for field in fields
        }
        assert expected == found


async def every_row(world: World, number: str, field: str, selection: str) -> list[Any]:
    """The rows of a list, page after page."""
    fragment = VALUE if "...V" in selection else ""
    query = f"""query Q($r: [_Any!]!, $after: String) {{ _entities(representations: $r) {{
        ... on Patient {{ {field}(first: {PAGE}, after: $after) {{
        edges {{ node {{ {selection} }} }} pageInfo {{ hasNextPage endCursor }}
        completeness {{ complete }} }} }} }} }} {fragment}"""
    context = herself(number, *(label.value for label in Label))
    rows: list[Any] = []
    after = None
    while True:
        representation = [{"__typename": "Patient", "id": number}]
        content = await world.caller.ask(query, context, {"r": representation, "after": after})
        assert "errors" not in content, content
        list_ = content["data"]["_entities"][0][field]
        assert list_["completeness"]["complete"]
        assert len(list_["edges"]) <= PAGE
        rows += [edge["node"] for edge in list_["edges"]]
        if not list_["pageInfo"]["hasNextPage"]:
            return rows
        after = list_["pageInfo"]["endCursor"]


def of_type(bundle: Mapping[str, Any], type_name: str) -> list[dict[str, Any]]:
    resources = [entry["resource"] for entry in bundle["entry"]]
    return [one for one in resources if one["resourceType"] == type_name]


def frozen(rows: list[Any]) -> Counter[str]:
    return Counter(json.dumps(normal(row), sort_keys=True) for row in rows)


def normal(value: Any) -> Any:
    """Numbers by their worth, whatever their digits."""
    if isinstance(value, dict):
        return {
            name: str(Decimal(each).normalize())
            if name == "value" and isinstance(each, str)
            else normal(each)
            for name, each in value.items()
        }
    return [normal(each) for each in value] if isinstance(value, list) else value


def instant(text: str | None) -> str | None:
    if text is None:
        return None
    return datetime.fromisoformat(text).astimezone(VIETNAM).isoformat()


def day(text: str | None) -> str | None:
    found = instant(text)
    return None if found is None else found[:10]


def span(given: Mapping[str, str]) -> dict[str, str | None]:
    return {"start": instant(given.get("start")), "end": instant(given.get("end"))}


def concept(given: Mapping[str, Any]) -> dict[str, Any]:
    codings = [
        {name: one.get(name) for name in ("system", "code", "display")}
        for one in given.get("coding", ())
    ]
    return {"coding": codings, "text": given.get("text")}


def concepts(given: list[Mapping[str, Any]] | None) -> list[dict[str, Any]]:
    return [concept(one) for one in given or ()]


def code(given: Mapping[str, Any]) -> str:
    return str(given["coding"][0]["code"])


def value(given: Mapping[str, Any]) -> dict[str, Any] | None:
    if "valueQuantity" in given:
        amount = given["valueQuantity"]
        members = {name: amount.get(name) for name in ("unit", "system", "code")}
        return {"__typename": "Quantity", "value": str(amount["value"]), **members}
    if "valueCodeableConcept" in given:
        return {"__typename": "CodeableConcept", **concept(given["valueCodeableConcept"])}
    if "valueString" in given:
        return {"__typename": "TextValue", "text": given["valueString"]}
    return None


def encounter(given: Mapping[str, Any]) -> dict[str, Any]:
    kinds = {"AMB": "AMBULATORY", "EMER": "EMERGENCY", "IMP": "INPATIENT"}
    return {
        "status": given["status"].upper().replace("-", "_"),
        "kind": kinds[given["class"]["code"]],
        "types": concepts(given.get("type")),
        "period": span(given["period"]),
        "reasons": concepts(given.get("reasonCode")),
        "facility": {"id": "79014", "name": "Bệnh viện 79014"},
        "practitioners": [
            {"name": one["individual"].get("display")} for one in given.get("participant", ())
        ],
    }


def condition(given: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "code": concept(given["code"]),
        "clinicalStatus": code(given["clinicalStatus"]),
        "verificationStatus": code(given["verificationStatus"]),
        "onset": day(given.get("onsetDateTime")),
        "abatement": day(given.get("abatementDateTime")),
        "recorded": instant(given.get("recordedDate")),
    }


def observation(given: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "status": given["status"],
        "code": concept(given["code"]),
        "categories": concepts(given.get("category")),
        "effective": instant(given["effectiveDateTime"]),
        "value": value(given),
        "components": [
            {"code": concept(one["code"]), "value": value(one)}
            for one in given.get("component", ())
        ],
    }


def procedure(given: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "status": given["status"],
        "code": concept(given["code"]),
        "performedPeriod": span(given["performedPeriod"]),
    }


def medication_request(given: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "status": given["status"],
        "intent": given["intent"],
        "medication": concept(given["medicationCodeableConcept"]),
        "authored": instant(given["authoredOn"]),
    }


def diagnostic_report(given: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "status": given["status"],
        "code": concept(given["code"]),
        "categories": concepts(given.get("category")),
        "effective": instant(given["effectiveDateTime"]),
    }


def results(report: Mapping[str, Any], bundle: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The observations of a report, as they stand in the same file."""
    by_url = {entry["fullUrl"]: entry["resource"] for entry in bundle["entry"]}
    found = [by_url[one["reference"]] for one in report["result"]]
    return [
        {"code": concept(one["code"]), "effective": instant(one["effectiveDateTime"])}
        for one in found
    ]


def imaging_study(given: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "status": given["status"],
        "started": instant(given["started"]),
        "numberOfSeries": given["numberOfSeries"],
        "numberOfInstances": given["numberOfInstances"],
        "studyUid": given["identifier"][0]["value"].removeprefix("urn:oid:"),
        "series": [
            {
                "uid": one["uid"],
                "number": one["number"],
                "numberOfInstances": one["numberOfInstances"],
                "modality": {"code": one["modality"]["code"]},
                "bodySite": {"code": one["bodySite"]["code"]},
            }
            for one in given["series"]
        ],
    }


TYPES = {
    "encounters": "Encounter",
    "conditions": "Condition",
    "observations": "Observation",
    "procedures": "Procedure",
    "medicationRequests": "MedicationRequest",
    "diagnosticReports": "DiagnosticReport",
    "imagingStudies": "ImagingStudy",
}
EXPECTED: dict[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
    "encounters": encounter,
    "conditions": condition,
    "observations": observation,
    "procedures": procedure,
    "medicationRequests": medication_request,
    "diagnosticReports": diagnostic_report,
    "imagingStudies": imaging_study,
}
