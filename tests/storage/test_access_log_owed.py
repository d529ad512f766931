"""Events that are owed to the log come on record once, or are given up."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest
from msgspec.structs import replace

from storage.access_log import (
    AccessEvent,
    AccessLogError,
    AccessLogReader,
    AccessLogWriter,
    DocumentBacking,
    Outcome,
    Phase,
    outcome_of,
)
from storage.access_log.owed import OwedEvents, Persistence
from storage.documents import StorageUnavailableError
from storage.opening import open_documents
from tests.storage.access_events import EVENT, NOW, event

INTENT = replace(EVENT, phase=Phase.INTENT, outcome=None)
AT_ONCE = Persistence(first_pause=0.0, longest_pause=0.0)


class Log:
    """A log that fails some times, and then tells when it has been written to."""

    def __init__(self, failures: int = 0) -> None:
        self.failures = failures
        self.written: list[AccessEvent] = []
        self.attempts = 0
        self.done = asyncio.Event()

    async def lacking(self, events: Sequence[AccessEvent]) -> Sequence[AccessEvent]:
        self.attempts += 1
        if self.attempts <= self.failures:
            raise StorageUnavailableError("down")
        return [each for each in events if each not in self.written]

    async def append(self, events: Sequence[AccessEvent]) -> None:
        self.written += events
        self.done.set()


async def test_owed_events_are_written_when_the_log_is_there_again() -> None:
    log = Log(failures=3)
    owed = OwedEvents(log.lacking, log.append, AT_ONCE)

    owed.add([event(1), event(2)])
    await log.done.wait()
    await owed.close()

    assert [event(1), event(2)] == log.written
    assert 4 == log.attempts


async def test_what_a_failed_write_has_kept_is_not_written_twice() -> None:
    log = Log()
    log.written.append(event(1))
    owed = OwedEvents(log.lacking, log.append, AT_ONCE)

    owed.add([event(1), event(2)])
    await log.done.wait()
    await owed.close()

    assert [event(1), event(2)] == log.written


async def test_after_a_while_they_are_given_up(caplog: pytest.LogCaptureFixture) -> None:
    log = Log(failures=1_000_000)
    moments = iter(range(1_000_000))
    owed = OwedEvents(log.lacking, log.append, Persistence(0.0, 0.0, 5.0), lambda: next(moments))

    owed.add([event(1)])
    while owed.waits:  # noqa: ASYNC110 (nobody tells when it gives up)
        await asyncio.sleep(0)

    assert ["1 events of answered changes are not on record"] == caplog.messages
    assert [] == log.written


async def test_closing_tries_once_more_without_waiting() -> None:
    log = Log()
    owed = OwedEvents(log.lacking, log.append, Persistence(first_pause=3600.0))
    owed.add([event(1)])

    await owed.close()

    assert [event(1)] == log.written


class Broken(DocumentBacking):
    """Keeps what it is given, and says that it could not."""

    keeps = True
    fails = False

    async def write(self, links: Sequence[object]) -> None:
        if not self.fails or self.keeps:
            await super().write(links)  # type: ignore[arg-type]
        if self.fails:
            raise StorageUnavailableError("no answer came")


@pytest.mark.parametrize("keeps", [True, False])
async def test_an_intent_gets_one_outcome_whatever_a_failed_write_has_kept(
    tmp_path: Path, keeps: bool
) -> None:
    documents = await open_documents(f"sqlite:///{tmp_path / 'log.db'}")
    backing = Broken(documents)
    backing.keeps = keeps
    log = AccessLogWriter(backing, persistence=Persistence(first_pause=3600.0))
    await log.append([INTENT])
    outcome = outcome_of(INTENT, Outcome.SUCCESS, "o1", NOW)
    read = event(7)
    backing.fails = True
    with pytest.raises(AccessLogError):
        await log.append([outcome, read])
    log.owe([outcome, read])
    backing.fails = False

    await log.close()

    found = await AccessLogReader(documents).about(EVENT.subject_id, limit=10)
    await documents.close()
    assert [read, outcome] == [each.event for each in found]
