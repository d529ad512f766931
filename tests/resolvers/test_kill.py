"""A subgraph's process is killed while many write: what was acknowledged is there, once."""

import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import httpx

from resolvers.foundation import open_foundation
from resolvers.pharmacy.codes import PrescriptionType, parse_code
from resolvers.pharmacy.issuing import prescription_row
from resolvers.pharmacy.records import Author, ItemOrder, PrescriptionOrder
from resolvers.pharmacy.repository import PharmacyRepository
from tests.resolvers.fakes import KEY, signed
from tests.resolvers.pharmacy.counter import DISPENSE, DRUGS, PARACETAMOL, line, pharmacist

ROOT = Path(__file__).parent.parent.parent
CODE = "79014a1b2c3d-C"
CLIENTS = 25
ENOUGH = 60


def now() -> datetime:
    return datetime.fromtimestamp(time.time(), UTC)


@asynccontextmanager
async def pharmacies(folder: Path) -> AsyncIterator[PharmacyRepository]:
    url = f"sqlite:///{folder / 'documents.db'}"
    async with open_foundation(url, folder / "keys.json", now, production=False) as foundation:
        yield PharmacyRepository(foundation.store, foundation.keyring)


async def prescribe(folder: Path) -> None:
    """Stores a prescription of a thousand tablets."""
    order = PrescriptionOrder(
        subject="p-adult",
        type=PrescriptionType.COMMON,
        items=(ItemOrder(PARACETAMOL, "1000", 5, "1 viên"),),
        diagnoses=(),
    )
    author = Author("79014", "dr-1", date(1990, 5, 17), now())
    drugs = {drug["registration_number"]: drug for drug in DRUGS}
    async with pharmacies(folder) as repository:
        await repository.import_drugs(DRUGS)
        row = prescription_row("rx", order, author, drugs, parse_code(CODE))
        await repository.import_prescriptions([row])


async def serve(folder: Path, port: int) -> asyncio.subprocess.Process:
    environ = {
        **{name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
        "DATABASE_URL": f"sqlite:///{folder / 'documents.db'}",
        "SUBGRAPH_CONTEXT_KEY": KEY.hex(),
        "SUBGRAPH_KEYS_FILE": str(folder / "keys.json"),
        "SUBGRAPH_ENVIRONMENT": "development",
        "SUBGRAPH_PORT": str(port),
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "resolvers", "serve", "pharmacy", cwd=ROOT, env=environ
    )
    async with httpx.AsyncClient(transport=httpx.AsyncHTTPTransport(retries=8)) as client:
        await client.get(f"http://127.0.0.1:{port}/health")
    return process


async def dispense(client: httpx.AsyncClient, url: str, key: str) -> dict[str, Any]:
    given = {"idempotencyKey": key, "code": CODE, "lines": [line("1")]}
    body = signed("pharmacy", now, DISPENSE, {"input": given}, pharmacist())
    response = await client.post(url, content=body, headers={"content-type": "application/json"})
    answer: dict[str, Any] = response.json()["data"]["dispense"]["dispense"]
    return answer


async def write_until_killed(url: str, process: asyncio.subprocess.Process) -> dict[str, Any]:
    """Dispenses with many clients; the process is killed when enough was acknowledged.

    Returns:
        What was acknowledged, by idempotency key.
    """
    acknowledged: dict[str, Any] = {}

    async def work(number: int) -> None:
        async with httpx.AsyncClient(timeout=30) as client:
            for step in range(ENOUGH):
                key = f"k-{number}-{step}"
                try:
                    acknowledged[key] = await dispense(client, url, key)
                except httpx.TransportError:
                    return
                if len(acknowledged) == ENOUGH:
                    process.kill()

    async with asyncio.TaskGroup() as group:
        for number in range(CLIENTS):
            group.create_task(work(number))
    await process.wait()
    return acknowledged


async def test_what_was_acknowledged_before_a_kill_is_there_once(
    tmp_path: Path, unused_tcp_port: int
) -> None:
    await prescribe(tmp_path)
    url = f"http://127.0.0.1:{unused_tcp_port}/graphql"
    acknowledged = await write_until_killed(url, await serve(tmp_path, unused_tcp_port))

    process = await serve(tmp_path, unused_tcp_port)
    async with httpx.AsyncClient(timeout=30) as client:
        repeated = {key: await dispense(client, url, key) for key in acknowledged}
    process.terminate()
    await process.wait()

    async with pharmacies(tmp_path) as repository:
        row = await repository.by_id("rx")
    assert row is not None
    ids = [each["id"] for each in row["dispenses"]]
    assert acknowledged == repeated
    assert {each["id"] for each in acknowledged.values()} <= set(ids)
    assert len(set(ids)) == len(ids) <= len(acknowledged) + CLIENTS
    assert (1000 - len(ids)) * 1000 == row["items"][0]["remaining"] == row["remaining_total"]
