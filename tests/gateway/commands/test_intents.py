"""What a gateway that died left open in the access log is closed by the next start."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from gateway.commands.intents import end_task, keep_recovering, recover_intents
from storage.access_log import (
    AccessEvent,
    AccessLogReader,
    AccessLogWriter,
    DocumentBacking,
    LoggedEvent,
    Outcome,
    Phase,
    RecoveryTurns,
)
from storage.documents import DocumentStore, StorageUnavailableError
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


async def test_a_running_gateway_looks_again_for_what_another_left_open(
    documents: DocumentStore,
) -> None:
    log, reader = AccessLogWriter(DocumentBacking(documents)), AccessLogReader(documents)
    turns, every = RecoveryTurns(documents, lambda: NOW), timedelta(0)
    looking = asyncio.create_task(keep_recovering(reader, log, turns, lambda: NOW, every))
    await left_open(documents, timedelta(minutes=30), timedelta(minutes=20))
    entries: list[LoggedEvent] = []
    async with asyncio.timeout(30):
        while len(entries) < 2:
            entries = await reader.about(EVENT.subject_id, limit=10)
    await end_task(looking)
    await log.close()

    assert [Outcome.UNKNOWN, Outcome.SUCCESS] == [each.event.outcome for each in entries]


async def test_a_gateway_leaves_the_looking_to_the_one_whose_turn_it_is(
    documents: DocumentStore,
) -> None:
    await left_open(documents, timedelta(hours=1), timedelta(hours=2))
    log, reader = AccessLogWriter(DocumentBacking(documents)), AccessLogReader(documents)
    other, asked = RecoveryTurns(documents, lambda: NOW), asyncio.Event()
    await other.take(timedelta(minutes=5))

    class Turns(RecoveryTurns):
        async def take(self, span: timedelta) -> bool:
            if asked.is_set():
                await asyncio.Event().wait()
            is_ours = await super().take(span)
            asked.set()
            return is_ours

    turns = Turns(documents, lambda: NOW)
    looking = asyncio.create_task(
        keep_recovering(reader, log, turns, lambda: NOW, timedelta(microseconds=1))
    )
    await asked.wait()
    await end_task(looking)
    entries = await reader.about(EVENT.subject_id, limit=10)
    await log.close()

    assert ["o0"] == [each.event.event_id for each in entries]


async def test_after_a_look_that_failed_a_gateway_looks_as_far_back_again(
    documents: DocumentStore,
) -> None:
    await left_open(documents, timedelta(hours=40), timedelta(hours=30))
    log = AccessLogWriter(DocumentBacking(documents))

    class Reader(AccessLogReader):
        fails = True

        async def unfinished_intents(self, since: datetime, until: datetime) -> list[AccessEvent]:
            if self.fails:
                self.fails = False
                raise StorageUnavailableError("down")
            return await super().unfinished_intents(since, until)

    reader, turns = Reader(documents), RecoveryTurns(documents, lambda: NOW)
    looking = asyncio.create_task(keep_recovering(reader, log, turns, lambda: NOW, timedelta(0)))
    entries: list[LoggedEvent] = []
    async with asyncio.timeout(30):
        while len(entries) < 2:
            entries = await reader.about(EVENT.subject_id, limit=10)
    await end_task(looking)
    await log.close()

    assert Outcome.UNKNOWN in [each.event.outcome for each in entries]
