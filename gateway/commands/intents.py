"""Outcomes for changes whose gateway died before it could write them."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NoReturn

from access.faults import described_fault
from storage.access_log import (
    AccessEvent,
    AccessLogReader,
    AccessLogWriter,
    Outcome,
    RecoveryTurns,
    recover,
)
from storage.documents import StorageError

_SINCE = timedelta(days=3)
_SINCE_THE_LAST_TIME = timedelta(hours=1)
_STILL_UNDER_WAY = timedelta(minutes=10)
_AT_ONCE = timedelta(minutes=5)
_EVERY = timedelta(minutes=10)

_LOG = logging.getLogger("gateway.audit")


async def keep_recovering(
    reader: AccessLogReader,
    log: AccessLogWriter,
    turns: RecoveryTurns,
    clock: Callable[[], datetime],
    every: timedelta = _EVERY,
) -> NoReturn:
    """Look after the changes that died with their gateways, now and from time to time.

    Args:
        reader: Of the log.
        log: Takes the outcomes.
        turns: One gateway looks at a time, so that no change gets two outcomes.
        clock: The present instant, aware.
        every: Between two looks of all gateways together.
    """
    since = _SINCE
    while True:
        try:
            if await turns.take(every / 2):
                await recover_intents(reader, log, clock(), since)
                since = _SINCE_THE_LAST_TIME
        except (StorageError, OSError) as error:
            _LOG.warning("outcomes of intents were not recovered: %s", described_fault(error))
        await asyncio.sleep(every.total_seconds())


async def recover_intents(
    reader: AccessLogReader, log: AccessLogWriter, now: datetime, since: timedelta = _SINCE
) -> int:
    """Write an outcome for each change of a time past that has none; returns how many.

    Nobody knows how they ended, and the log says so. Those of the last minutes may be under way
    at another gateway and are left to the next time.

    Raises:
        StorageError, OSError: The log cannot be read or written; the intents stay.
    """
    written = 0
    start, end = now - since, now - _STILL_UNDER_WAY
    # The intents of a span are in memory at once, so it is a short one.
    while start < end:
        left = await reader.unfinished_intents(start, min(start + _AT_ONCE, end))
        written += await recover(left, log, _nobody_knows, lambda: now)
        start += _AT_ONCE
    if written:
        _LOG.warning("%s changes of a gateway that died have an unknown outcome", written)
    return written


async def end_task(task: "asyncio.Task[NoReturn]") -> None:
    """Cancel a task and wait for its end."""
    task.cancel()
    await asyncio.wait([task])


async def _nobody_knows(_: AccessEvent) -> Outcome:
    return Outcome.UNKNOWN
