"""The whole product stands on either database."""

import uuid
from datetime import date, datetime
from pathlib import Path

import httpx
import pytest

from sandbox.population import cast
from sandbox.population.generator import PopulationSettings
from sandbox.population.model import VIETNAM
from sandbox.product.stack import open_stack
from tests.mongodb_server.server import mongodb_server_url

__all__ = ["mongodb_server_url"]

QUERY = """{ me { fullName allergies { edges { node { id } } }
  encounters(first: 50) { edges { node { id claim { id } } } }
  prescriptions { edges { node { code cost { patient { amount } } } } }
  coverage { number } dependants { patient { id } }
  accessLog { edges { node { category } } } } }"""


def now() -> datetime:
    return datetime.now(VIETNAM)


@pytest.mark.parametrize("kind", ["sqlite", "mongodb-server"])
async def test_a_citizen_reads_her_book(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = None
    if kind == "mongodb-server":
        url = f"{request.getfixturevalue('mongodb_server_url')}/stack_{uuid.uuid4().hex}"
    settings = PopulationSettings(4, 12, date(2026, 11, 22))
    async with (
        open_stack(tmp_path / "data", settings, now, database_url=url) as stack,
        httpx.AsyncClient(timeout=60) as client,
    ):
        headers = {"authorization": f"Bearer {stack.token('citizen', cast.MOTHER)}"}
        for _ in range(2):
            answer = await client.post(stack.url, json={"query": QUERY}, headers=headers)

    document = answer.json()
    assert "errors" not in document, document["errors"]
    me = document["data"]["me"]
    sizes = {name: len(me[name]["edges"]) for name in ("allergies", "encounters")}
    assert ("Nguyễn Thị Hoa", {"allergies": 1, "encounters": 7}) == (me["fullName"], sizes)
    assert all(edge["node"]["claim"] for edge in me["encounters"]["edges"])
    assert me["prescriptions"]["edges"][0]["node"]["cost"]["patient"]["amount"]
    assert {cast.YOUNG_CHILD, cast.OLDER_CHILD} == {
        one["patient"]["id"] for one in me["dependants"]
    }
    assert me["accessLog"]["edges"]


async def test_who_guesses_prescription_codes_is_stopped(tmp_path: Path) -> None:
    settings = PopulationSettings(4, 4, date(2026, 11, 22))
    async with (
        open_stack(tmp_path / "data", settings, now, lookups_per_minute=3) as stack,
        httpx.AsyncClient(timeout=60) as client,
    ):
        headers = {"authorization": f"Bearer {stack.token('pharmacist', cast.PHARMACIST_A)}"}
        answers = [
            await client.post(
                stack.url,
                json={"query": f'{{ verifyPrescription(code: "79014aaaaaa{n}-C") {{ status }} }}'},
                headers=headers,
            )
            for n in range(5)
        ]

    codes = [
        [error["extensions"]["code"] for error in answer.json().get("errors", ())]
        for answer in answers
    ]
    assert [[], [], [], ["RATE_LIMITED"], ["RATE_LIMITED"]] == codes
