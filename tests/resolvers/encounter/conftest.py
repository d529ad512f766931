import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
from starlette.types import ASGIApp

from resolvers.encounter.fhir import FhirClient
from resolvers.encounter.locations import (
    EncounterRepository,
    FacilityRecord,
    PractitionerRecord,
)
from resolvers.encounter.subgraph import EncounterParts, create_encounter_subgraph
from resolvers.upstream import BreakerSettings, CircuitBreaker, UpstreamClient, UpstreamLimits
from sandbox.hospitals.app import HospitalSettings, create_hospital_app
from sandbox.serving import bind, serving
from storage.access_profiles.repository import AccessProfiles
from storage.documents import DocumentStore
from tests.resolvers.encounter.world import (
    ADMIN,
    CODES,
    NOW,
    TOKEN,
    Hospital,
    Recorder,
    World,
)
from tests.resolvers.fakes import Caller, ForgetfulOnce, SettableClock


@pytest.fixture
def deadline() -> float:
    """Seconds for a request to a hospital: long, so that a busy machine fails no test."""
    return 20.0


@pytest.fixture
def facility_labels() -> Mapping[str, tuple[str, ...]]:
    """Labels of facilities whose names tell what they treat, by code."""
    return {}


@asynccontextmanager
async def served_together(apps: Mapping[str, ASGIApp]) -> AsyncIterator[dict[str, str]]:
    """Serves apps that start and stop at the same time; yields their base URLs."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    bases: dict[str, asyncio.Future[str]] = {name: loop.create_future() for name in apps}

    async def serve(name: str) -> None:
        async with serving(apps[name], bind(0)) as base:
            bases[name].set_result(base)
            await stop.wait()

    async with asyncio.TaskGroup() as group:
        for name in apps:
            group.create_task(serve(name))
        yield {name: await base for name, base in bases.items()}
        stop.set()


@pytest.fixture
async def world(
    tmp_path: Path,
    store: DocumentStore,
    profiles: AccessProfiles,
    once: ForgetfulOnce,
    clock: SettableClock,
    deadline: float,
    facility_labels: Mapping[str, tuple[str, ...]],
) -> AsyncIterator[World]:
    hospitals: dict[str, Hospital] = {}
    clients: dict[str, FhirClient] = {}
    loop = asyncio.get_running_loop()
    async with AsyncExitStack() as stack:
        recorders = {
            code: Recorder(
                create_hospital_app(
                    HospitalSettings(code, tmp_path / f"{code}.db", TOKEN, ADMIN, lambda: NOW)
                )
            )
            for code in CODES
        }
        bases = await stack.enter_async_context(served_together(recorders))
        # Closed before the servers, which wait for open connections.
        session = await stack.enter_async_context(aiohttp.ClientSession())
        for code, base in bases.items():
            hospitals[code] = Hospital(base, recorders[code], session)
            upstream = UpstreamClient(
                code,
                f"{base}/fhir",
                session,
                CircuitBreaker(BreakerSettings(), loop.time),
                UpstreamLimits(deadline=deadline),
            )
            clients[code] = FhirClient(upstream, f"{base}/fhir", TOKEN)
        subgraph = create_encounter_subgraph(
            EncounterParts(store, profiles, clients, once, clock, deadline_seconds=2 * deadline)
        )
        await subgraph.start()
        repository = EncounterRepository(store)
        await repository.import_facilities(
            [
                FacilityRecord(
                    code,
                    f"Bệnh viện {code}",
                    kind="HOSPITAL",
                    labels=facility_labels.get(code, ()),
                )
                for code in CODES
            ]
        )
        await repository.import_practitioners(
            [PractitionerRecord("dr-1", "BS. Lê Minh", "000001/HCM-CCHN", "Nội", "79014")]
        )
        yield World(hospitals, repository, Caller(subgraph, clock))
