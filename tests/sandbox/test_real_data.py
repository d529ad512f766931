"""Every number and value of others' public bundles comes out of the gateway as it went in."""

import argparse
import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest

from sandbox import ingesting
from sandbox.hospitals.elements import parse_span
from sandbox.population.generator import PopulationSettings
from sandbox.population.institutions import CENTRAL
from sandbox.population.model import VIETNAM
from sandbox.product.stack import Stack, open_stack
from tests.sandbox.test_ingest import SYNTHEA, needs_synthea

LISTS = {
    "encounters": ("Encounter", "id period { start } types { coding { code } }"),
    "conditions": ("Condition", "id code { coding { code } }"),
    "observations": (
        "Observation",
        "id code { coding { code } } value { __typename ... on Quantity { value unit } }",
    ),
    "immunizations": ("Immunization", "id vaccine { coding { code } } occurrence"),
    "allergies": ("AllergyIntolerance", "id code { coding { code } }"),
    "medicationRequests": ("MedicationRequest", "id"),
    "procedures": ("Procedure", "id code { coding { code } }"),
    "diagnosticReports": (
        "DiagnosticReport",
        "id code { coding { code } } results { code { coding { code } } }",
    ),
    "imagingStudies": ("ImagingStudy", "id"),
}


def now() -> datetime:
    return datetime.now(VIETNAM)


@pytest.fixture
async def stack(tmp_path: Path) -> AsyncIterator[Stack]:
    settings = PopulationSettings(4, 10, date(2026, 11, 22))
    async with open_stack(tmp_path / "data", settings, now) as opened:
        options = argparse.Namespace(folder=SYNTHEA, hospital=CENTRAL)
        assert 0 == await ingesting.ingest(opened.data, options, now, lambda _: None)
        yield opened


async def pages(
    client: httpx.AsyncClient, stack: Stack, token: str, name: str
) -> list[dict[str, Any]]:
    query = (
        f"query Page($after: String) {{ me {{ {name}(first: 100, after: $after) {{"
        f" edges {{ node {{ {LISTS[name][1]} }} }} pageInfo {{ hasNextPage endCursor }} }} }} }}"
    )
    found, after = [], None
    while True:
        answer = await client.post(
            stack.url,
            json={"query": query, "variables": {"after": after}},
            headers={"authorization": f"Bearer {token}"},
        )
        document = answer.json()
        assert "errors" not in document, document["errors"]
        page = document["data"]["me"][name]
        found += [edge["node"] for edge in page["edges"]]
        if not page["pageInfo"]["hasNextPage"]:
            return found
        after = page["pageInfo"]["endCursor"]


@needs_synthea
async def test_every_list_of_every_patient_equals_her_file(stack: Stack) -> None:
    async with httpx.AsyncClient(timeout=60) as client:
        for file in sorted(SYNTHEA.glob("*.json")):
            resources = [entry["resource"] for entry in orjson.loads(file.read_bytes())["entry"]]
            patient = next(one for one in resources if one["resourceType"] == "Patient")
            token = stack.token("citizen", patient["id"])
            async with asyncio.TaskGroup() as group:
                tasks = {
                    name: group.create_task(pages(client, stack, token, name)) for name in LISTS
                }
            for name, task in tasks.items():
                expected = [one for one in resources if one["resourceType"] == LISTS[name][0]]
                assert len(expected) == len(task.result()), (file.name, name)
                assert facts_of_file(name, expected) == facts_of_answer(name, task.result())


def facts_of_file(name: str, resources: list[dict[str, Any]]) -> Counter[object]:
    """What is compared of a list, as its FHIR resources say it."""
    match name:
        case "encounters":
            return Counter(parse_span(one["period"]["start"]).start for one in resources)
        case "observations":
            return Counter(
                (_first_code(one["code"]), _number(one.get("valueQuantity"))) for one in resources
            )
        case "immunizations":
            return Counter(
                (_first_code(one["vaccineCode"]), parse_span(one["occurrenceDateTime"]).start)
                for one in resources
            )
        case "diagnosticReports":
            return Counter((_first_code(one["code"]), len(one["result"])) for one in resources)
        case "conditions" | "allergies" | "procedures":
            return Counter(_first_code(one["code"]) for one in resources)
        case _:
            return Counter(["row"] * len(resources))


def facts_of_answer(name: str, nodes: list[dict[str, Any]]) -> Counter[object]:
    """The same, as the gateway says it."""
    match name:
        case "encounters":
            return Counter(parse_span(one["period"]["start"]).start for one in nodes)
        case "observations":
            return Counter((_first_code(one["code"]), _number(one.get("value"))) for one in nodes)
        case "immunizations":
            return Counter(
                (_first_code(one["vaccine"]), parse_span(one["occurrence"]).start) for one in nodes
            )
        case "diagnosticReports":
            return Counter((_first_code(one["code"]), len(one["results"])) for one in nodes)
        case "conditions" | "allergies" | "procedures":
            return Counter(_first_code(one["code"]) for one in nodes)
        case _:
            return Counter(["row"] * len(nodes))


def _first_code(concept: dict[str, Any]) -> str:
    return str(concept["coding"][0]["code"])


def _number(quantity: dict[str, Any] | None) -> Decimal | None:
    if quantity is None or "value" not in quantity:
        return None
    return Decimal(str(quantity["value"]))
