"""A process that is killed loses nothing that it acknowledged."""

import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from sandbox.population import cast
from tests.acceptance.book import Book, end_book, nodes, start_book

pytestmark = pytest.mark.xdist_group("resilience")

CLIENTS = 50
DOCUMENT = (
    "mutation ($i: RecordVitalsInput!) { recordVitals(input: $i) { vitals { id }"
    " problems { code } } }"
)


def measurement(number: int) -> dict[str, Any]:
    return {
        "idempotencyKey": uuid4().hex,
        "patientId": cast.STRANGER,
        "measurements": [
            {"kind": "STEPS", "value": str(number), "measured": "2026-01-05T07:00:00+07:00"}
        ],
    }


def write_until_cut(book: Book, client: int) -> list[tuple[dict[str, Any], str]]:
    """Writes until the connection is cut; each acknowledged input with the id it was given."""
    acknowledged = []
    token = book.token("citizen", cast.STRANGER)
    with httpx.Client(base_url=book.http.base_url, timeout=20) as http:
        for number in range(100):
            sent = measurement(client * 1000 + number)
            body = {"query": DOCUMENT, "variables": {"i": sent}}
            try:
                answer = http.post(
                    "/graphql", json=body, headers={"authorization": f"Bearer {token}"}
                )
            except httpx.HTTPError:
                break
            payload = (answer.json().get("data") or {}).get("recordVitals")
            if payload and payload["vitals"]:
                acknowledged.append((sent, payload["vitals"][0]["id"]))
                if client == 0 and number == 3:
                    book.program.process.send_signal(signal.SIGKILL)
    return acknowledged


def all_vitals(book: Book) -> list[str]:
    document = (
        "query ($a: String) { me { selfReportedVitals(first: 100, after: $a)"
        " { edges { node { id } } pageInfo { hasNextPage endCursor } } } }"
    )
    token = book.token("citizen", cast.STRANGER)
    found: list[str] = []
    after, more = None, True
    while more:
        answer = book.post(document, {"a": after}, token).json()
        page = answer["data"]["me"]["selfReportedVitals"]
        found.extend(vital["id"] for vital in nodes(page))
        after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
    return found


def all_writes_on_record(book: Book) -> int:
    """How many changes of the citizen's vitals her access log knows of."""
    document = (
        "query ($a: String) { me { accessLog(first: 100, after: $a)"
        " { edges { node { category action } } pageInfo { hasNextPage endCursor } } } }"
    )
    token = book.token("citizen", cast.STRANGER)
    count, after, more = 0, None, True
    while more:
        page = book.post(document, {"a": after}, token).json()["data"]["me"]["accessLog"]
        count += sum(
            (entry["category"], entry["action"]) == ("VITALS", "write") for entry in nodes(page)
        )
        after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
    return count


def test_every_acknowledged_write_is_there_once_after_a_kill(tmp_path: Path) -> None:
    first = start_book(tmp_path / "data")
    with ThreadPoolExecutor(CLIENTS) as pool:
        written = list(pool.map(lambda client: write_until_cut(first, client), range(CLIENTS)))
    end_book(first)
    acknowledged = [entry for entries in written for entry in entries]
    second = start_book(tmp_path / "data", base=first.ports.gateway)
    try:
        kept = all_vitals(second)
        repeated = second.post(
            DOCUMENT,
            {"i": acknowledged[0][0]},
            second.token("citizen", cast.STRANGER),
        ).json()
        on_record = all_writes_on_record(second)
    finally:
        end_book(second)

    ids = [identifier for _, identifier in acknowledged]
    assert len(ids) > 3
    assert set(ids) <= set(kept)
    assert len(kept) == len(set(kept))
    assert acknowledged[0][1] == repeated["data"]["recordVitals"]["vitals"][0]["id"]
    assert on_record >= len(ids)
