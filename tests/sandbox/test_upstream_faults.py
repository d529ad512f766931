"""One hospital down, slow, cut off or talking nonsense: the others' rows arrive, in time."""

import time
from collections.abc import AsyncIterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from sandbox.faults import ADMIN_PATH
from sandbox.population import cast
from sandbox.population.generator import PopulationSettings
from sandbox.population.institutions import COMMUNE
from sandbox.population.model import VIETNAM
from sandbox.product.stack import Stack, open_stack

pytestmark = pytest.mark.xdist_group("upstream faults")  # its fixtures are dear

QUERY = """{ me { encounters(first: 50) { edges { node { facility { id } } }
  completeness { complete missingSources { facility { id } reason } } } } }"""


def now() -> datetime:
    return datetime.now(VIETNAM)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("faults") / "data"


@pytest.fixture
async def stack(folder: Path) -> AsyncIterator[Stack]:
    settings = PopulationSettings(4, 10, date(2026, 11, 22))
    async with open_stack(folder, settings, now) as opened:
        yield opened


async def switch(stack: Stack, **fault: object) -> None:
    base = stack.upstreams.hospitals[COMMUNE].removesuffix("/fhir")
    headers = {"authorization": f"Bearer {stack.data.secrets().admin_token}"}
    async with httpx.AsyncClient() as client:
        answer = await client.post(base + ADMIN_PATH, json=fault, headers=headers)
    assert answer.status_code == 200, answer.text


async def ask(stack: Stack) -> dict[str, Any]:
    token = stack.token("citizen", cast.LONGITUDINAL_PATIENT)
    async with httpx.AsyncClient(timeout=30) as client:
        answer = await client.post(
            stack.url, json={"query": QUERY}, headers={"authorization": f"Bearer {token}"}
        )
    document: dict[str, Any] = answer.json()
    return document


def facilities(document: dict[str, Any]) -> set[str]:
    edges = document["data"]["me"]["encounters"]["edges"]
    return {edge["node"]["facility"]["id"] for edge in edges}


async def test_without_a_fault_all_three_hospitals_answer(stack: Stack) -> None:
    document = await ask(stack)

    assert {"01901", "31901", COMMUNE} == facilities(document)
    assert document["data"]["me"]["encounters"]["completeness"]["complete"]
    assert "errors" not in document


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ({"kind": "error"}, "UNAVAILABLE"),
        ({"kind": "cut"}, "UNAVAILABLE"),
        ({"kind": "malformed"}, "MALFORMED"),
        ({"kind": "slow", "seconds": 20}, "TIMEOUT"),
    ],
)
async def test_failing_hospital_costs_its_own_rows_only(
    stack: Stack, fault: dict[str, object], reason: str
) -> None:
    await switch(stack, **fault)
    started = time.monotonic()

    document = await ask(stack)

    missing = document["data"]["me"]["encounters"]["completeness"]["missingSources"]
    assert {"01901", "31901"} == facilities(document)
    assert [{"facility": {"id": COMMUNE}, "reason": reason}] == missing
    assert ["UPSTREAM_UNAVAILABLE"] == [
        error["extensions"]["code"] for error in document["errors"]
    ]
    assert time.monotonic() - started < 8
