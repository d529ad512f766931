"""Faults are switched on and off while an upstream runs."""

import json
import time

import httpx
import pytest

from tests.sandbox.conftest import ADMIN

HEADERS = {"authorization": f"Bearer {ADMIN}"}


async def switch(client: httpx.AsyncClient, **fault: object) -> httpx.Response:
    address = client.base_url.copy_with(path="/_admin/fault")
    return await client.post(address, json=fault, headers=HEADERS)


async def test_error_answers_the_status_until_switched_off(hospital: httpx.AsyncClient) -> None:
    await switch(hospital, kind="error", status=502)
    during = await hospital.get("/Patient")
    address = hospital.base_url.copy_with(path="/_admin/fault")
    await hospital.delete(address, headers=HEADERS)

    after = await hospital.get("/Patient")

    assert (502, 200) == (during.status_code, after.status_code)


async def test_slow_holds_the_answer_back(hospital: httpx.AsyncClient) -> None:
    await switch(hospital, kind="slow", seconds=0.3)
    started = time.monotonic()

    answer = await hospital.get("/Patient")

    assert (True, 200) == (time.monotonic() - started >= 0.3, answer.status_code)


async def test_cut_closes_the_connection_in_the_middle(hospital: httpx.AsyncClient) -> None:
    await switch(hospital, kind="cut")

    with pytest.raises(httpx.RemoteProtocolError):
        await hospital.get("/Patient")


async def test_malformed_is_no_json(hospital: httpx.AsyncClient) -> None:
    await switch(hospital, kind="malformed")

    answer = await hospital.get("/Patient")

    with pytest.raises(json.JSONDecodeError):
        answer.json()


async def test_fault_hits_only_as_often_and_where_it_says(hospital: httpx.AsyncClient) -> None:
    await switch(hospital, kind="error", remaining=1, path="/fhir/Patient")

    statuses = [(await hospital.get(path)).status_code for path in ("/Encounter", "/Patient")]
    statuses.append((await hospital.get("/Patient")).status_code)

    assert [200, 503, 200] == statuses


@pytest.mark.parametrize(
    "fault", [{"kind": "earthquake"}, {"kind": "slow", "seconds": -1}, {"kind": "cut", "x": 1}]
)
async def test_unknown_fault_is_refused(
    hospital: httpx.AsyncClient, fault: dict[str, object]
) -> None:
    answer = await switch(hospital, **fault)

    assert 400 == answer.status_code


async def test_faults_are_for_the_administrator_only(hospital: httpx.AsyncClient) -> None:
    address = hospital.base_url.copy_with(path="/_admin/fault")

    answer = await hospital.post(address, json={"kind": "cut"})

    assert 401 == answer.status_code
