"""Upstreams of the sandbox on free ports of this machine."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

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
