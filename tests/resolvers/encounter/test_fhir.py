"""The FHIR client and the reading of rows against servers that do not behave."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from resolvers.datatypes.connections import PageRequest
from resolvers.encounter.fhir import FhirClient, is_resource_id, search_token
from resolvers.encounter.gathering import HospitalReader
from resolvers.encounter.kinds import CONDITIONS, DISCHARGE_SUMMARIES, OBSERVATIONS
from resolvers.encounter.locations import RecordLocation
from resolvers.encounter.searches import Search
from resolvers.upstream import (
    BreakerSettings,
    CircuitBreaker,
    UpstreamClient,
    UpstreamError,
    UpstreamFault,
    UpstreamLimits,
)
from tests.resolvers.encounter.world import SINCE, condition, herself

Page = Callable[[web.Request], Any]
LOCATION = RecordLocation("p1", "79014", "p1-local", True, SINCE)


@asynccontextmanager
async def hospital(page: Page) -> AsyncIterator[tuple[FhirClient, list[str]]]:
    """A client of a server that answers what a function makes; and what was asked of it."""
    asked: list[str] = []

    async def answer(request: web.Request) -> web.StreamResponse:
        asked.append(request.path_qs)
        made = page(request)
        if isinstance(made, web.StreamResponse):
            return made
        text = made if isinstance(made, str) else json.dumps(made)
        return web.Response(text=text, content_type="application/fhir+json")

    app = web.Application()
    app.router.add_get("/{path:.*}", answer)
    runner = web.AppRunner(app, shutdown_timeout=0.01)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    base = f"http://{host}:{port}/fhir"
    async with aiohttp.ClientSession() as session:
        breaker = CircuitBreaker(BreakerSettings(), asyncio.get_running_loop().time)
        upstream = UpstreamClient("79014", base, session, breaker, UpstreamLimits(deadline=20))
        yield FhirClient(upstream, base, "token"), asked
    await runner.cleanup()


def bundle(*resources: Any, following: str | None = None) -> dict[str, Any]:
    links = [] if following is None else [{"relation": "next", "url": following}]
    entries = [{"resource": resource} for resource in resources]
    return {"resourceType": "Bundle", "type": "searchset", "link": links, "entry": entries}


async def all_of(client: FhirClient) -> list[str]:
    found: list[str] = []
    async for page in client.search("Condition", [("patient", "Patient/1")]):
        found += [resource["id"] for resource in page]
    return found


async def fault_of(client: FhirClient) -> UpstreamFault:
    with pytest.raises(UpstreamError) as caught:
        await all_of(client)
    return caught.value.fault


@pytest.mark.parametrize(
    "following",
    ["http://{host}/fhir/Condition?page=2", "/fhir/Condition?page=2", "Condition?page=2"],
)
async def test_pages_are_followed_to_the_end(following: str) -> None:
    def page(request: web.Request) -> Any:
        if request.query.get("page") == "2":
            return bundle(condition("c2"))
        return bundle(condition("c1"), following=following.format(host=request.host))

    async with hospital(page) as (client, asked):
        found = await all_of(client)

    assert ["c1", "c2"] == found
    assert "/fhir/Condition?page=2" == asked[1]


@pytest.mark.parametrize(
    "following",
    [
        "http://other.test/fhir/Condition?page=2",
        "https://{host}/fhir/Condition?page=2",
        "//other.test/fhir/Condition",
        "/admin?x",
        "/fhir/../admin",
        "/fhir/%2e%2e/admin",
        "/fhirs/Condition",
        "http://[",
        "file:///fhir/x",
    ],
)
async def test_a_link_that_leaves_the_server_is_not_followed(following: str) -> None:
    def page(request: web.Request) -> Any:
        return bundle(condition("c1"), following=following.format(host=request.host))

    async with hospital(page) as (client, asked):
        fault = await fault_of(client)

    assert UpstreamFault.MALFORMED is fault
    assert 1 == len(asked)


async def test_a_server_that_runs_in_circles_is_left() -> None:
    async with hospital(lambda _: bundle(following="/fhir/Condition")) as (client, asked):
        fault = await fault_of(client)

    assert UpstreamFault.MALFORMED is fault
    assert 100 == len(asked)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "<html>",
        "[]",
        "null",
        '{"resourceType": "OperationOutcome"}',
        '{"resourceType": "Bundle", "entry": {}}',
        '{"resourceType": "Bundle", "total": NaN}',
        "[" * 100_000,
        '{"resourceType": "Bundle", "total": ' + "1" * 5000 + "}",
    ],
)
async def test_what_is_no_bundle_is_malformed(text: str) -> None:
    async with hospital(lambda _: text) as (client, _asked):
        assert UpstreamFault.MALFORMED is await fault_of(client)


async def test_an_operation_outcome_is_a_fault() -> None:
    outcome = json.dumps({"resourceType": "OperationOutcome", "issue": []})

    async with hospital(lambda _: web.Response(status=400, text=outcome)) as (client, _asked):
        assert UpstreamFault.MALFORMED is await fault_of(client)


async def test_entries_without_a_usable_id_are_dropped() -> None:
    odd = [condition("c1"), None, "x", {}, {"id": 7}, condition("a/b"), condition("..")]

    async with hospital(lambda _: bundle(*odd)) as (client, _asked):
        assert ["c1"] == await all_of(client)


async def test_the_token_and_the_media_type_are_sent() -> None:
    seen: dict[str, str] = {}

    def page(request: web.Request) -> Any:
        seen.update(request.headers)
        return bundle()

    async with hospital(page) as (client, _asked):
        await all_of(client)

    assert "Bearer token" == seen["Authorization"]
    assert "application/fhir+json" == seen["Accept"]


@pytest.mark.parametrize(("status", "is_there"), [(200, True), (404, False), (410, False)])
async def test_a_resource_is_read_or_is_not_there(status: int, is_there: bool) -> None:
    text = json.dumps(condition("c1"))

    async with hospital(lambda _: web.Response(status=status, text=text)) as (client, asked):
        found = await client.read("Condition", "c1")

    assert is_there == (found is not None)
    assert ["/fhir/Condition/c1"] == asked


async def test_decimals_keep_their_digits() -> None:
    text = '{"resourceType": "Condition", "id": "c1", "x": 5.10}'

    async with hospital(lambda _: text) as (client, _asked):
        found = await client.read("Condition", "c1")

    assert found is not None
    assert "5.10" == found["x"]


async def rows_of(page: Page, search: Search) -> Any:
    async with hospital(page) as (client, _asked):
        return await HospitalReader({"79014": client}, herself()).rows(search)


async def test_rows_of_another_patient_are_dropped() -> None:
    others = [
        condition("c2", subject={"reference": "Patient/p2-local"}),
        condition("c3", subject={"reference": "Group/p1-local"}),
        condition("c4", subject={"display": "somebody"}),
        condition("c5", subject=None),
    ]

    rows = await rows_of(lambda _: bundle(condition("c1"), *others), Search(CONDITIONS, LOCATION))

    assert ["79014~c1"] == [row.id for row in rows]


async def test_documents_of_another_kind_are_dropped() -> None:
    note = {**condition("n1"), "resourceType": "DocumentReference", "type": {"coding": []}}

    rows = await rows_of(lambda _: bundle(note), Search(DISCHARGE_SUMMARIES, LOCATION))

    assert () == rows


async def test_a_hospital_that_does_not_sort_is_read_to_the_end() -> None:
    def page(request: web.Request) -> Any:
        at = int(request.query.get("page", "0"))
        years = (2001, 2020, 2010, 2024)
        row = condition(
            f"o{at}", resourceType="Observation", effectiveDateTime=f"{years[at]}-01-01"
        )
        return bundle(row, following=None if at == 3 else f"Observation?page={at + 1}")

    rows = await rows_of(page, Search(OBSERVATIONS, LOCATION, page=PageRequest(1)))

    assert ["79014~o0", "79014~o1", "79014~o2", "79014~o3"] == [row.id for row in rows]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("a", True),
        ("A.b-9", True),
        ("x" * 64, True),
        ("x" * 65, False),
        ("", False),
        (".", False),
        ("..", False),
        ("a/b", False),
        ("a,b", False),
        ("é", False),
        (7, False),
    ],
)
def test_an_id_has_the_form_of_a_fhir_id(value: object, expected: bool) -> None:
    assert expected == is_resource_id(value)


def test_separators_of_a_search_value_are_escaped() -> None:
    assert "http://loinc.org|a\\,b\\|c\\$d\\\\e" == search_token("a,b|c$d\\e", "http://loinc.org")
