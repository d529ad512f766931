"""What a gateway that died left open in the access log is closed by the next start."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from gateway.commands.intents import recover_intents
from storage.access_log import AccessLogReader, AccessLogWriter, DocumentBacking, Outcome, Phase
from storage.documents import DocumentStore
from storage.opening import open_documents
from tests.storage.access_events import EVENT

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


@pytest.fixture
async def documents(tmp_path: Path) -> AsyncIterator[DocumentStore]:
    store = await open_documents(f"sqlite:///{tmp_path / 'log.db'}")
    yield store
    await store.close()


async def left_open(documents: DocumentStore, *ages: timedelta) -> None:
    """Write intents of these ages, the first of them with its outcome."""
    log = AccessLogWriter(DocumentBacking(documents))
    intents = [
        replace(EVENT, event_id=f"i{n}", time=NOW - age, phase=Phase.INTENT, outcome=None)
        for n, age in enumerate(ages)
    ]
    finished = replace(EVENT, event_id="o0", time=intents[0].time, intent_id="i0")
    await log.append([*intents, finished])
    await log.close()


async def test_an_intent_without_outcome_gets_an_unknown_one(documents: DocumentStore) -> None:
    await left_open(documents, timedelta(hours=1), timedelta(hours=2), timedelta(days=2))
    log = AccessLogWriter(DocumentBacking(documents))
    reader = AccessLogReader(documents)
    counts = [await recover_intents(reader, log, NOW) for _ in range(2)]
    await log.close()
    entries = await reader.about(EVENT.subject_id, limit=10)
    unknown = {
        entry.event.intent_id for entry in entries if entry.event.outcome is Outcome.UNKNOWN
    }

    assert [2, 0] == counts
    assert {"i1", "i2"} == unknown


async def test_what_may_be_under_way_at_another_gateway_is_left_alone(
    documents: DocumentStore,
) -> None:
    await left_open(documents, timedelta(hours=1), timedelta(minutes=9))
    log = AccessLogWriter(DocumentBacking(documents))

    assert 0 == await recover_intents(AccessLogReader(documents), log, NOW)
    await log.close()
