"""Upstreams of the sandbox on free ports of this machine."""

import asyncio
import queue
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from starlette.types import ASGIApp

from sandbox.hospitals.app import HospitalSettings, create_hospital_app
from sandbox.serving import bind, serving

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
TOKEN = "hospital-token"
ADMIN = "admin-token"


def hospital_settings(database: Path) -> HospitalSettings:
    return HospitalSettings(
        facility_code="01901",
        database=database,
        bearer_token=TOKEN,
        admin_token=ADMIN,
        clock=lambda: NOW,
    )


@pytest.fixture
async def hospital(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """A client of an empty hospital."""
    app = create_hospital_app(hospital_settings(tmp_path / "hospital.db"))
    headers = {"authorization": f"Bearer {TOKEN}"}
    async with (
        serving(app, bind(0)) as base,
        httpx.AsyncClient(base_url=f"{base}/fhir", headers=headers, timeout=30) as client,
    ):
        yield client


@contextmanager
def served_beside(app: ASGIApp) -> Iterator[str]:
    """Serve an app on another thread, for tests that share it; yields its base URL."""
    told: queue.Queue[str] = queue.Queue()
    stops: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = []

    async def serve() -> None:
        stop = asyncio.Event()
        stops.append((asyncio.get_running_loop(), stop))
        async with serving(app, bind(0)) as base:
            told.put(base)
            await stop.wait()

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    try:
        yield told.get(timeout=10)
    finally:
        loop, stop = stops[0]
        loop.call_soon_threadsafe(stop.set)
        thread.join()
