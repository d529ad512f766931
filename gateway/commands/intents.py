"""Outcomes for changes whose gateway died before it could write them."""

import asyncio
import logging
from datetime import datetime, timedelta

from access.faults import described_fault
from storage.access_log import AccessEvent, AccessLogReader, AccessLogWriter, Outcome, recover
from storage.documents import StorageError

_SINCE = timedelta(days=3)
_STILL_UNDER_WAY = timedelta(minutes=10)
_AT_ONCE = timedelta(minutes=5)

_LOG = logging.getLogger("gateway.audit")


async def recover_intents(reader: AccessLogReader, log: AccessLogWriter, now: datetime) -> int:
    """Write an outcome for each change of the last days that has none; returns how many.

    Nobody knows how they ended, and the log says so. Those of the last minutes may be under way
    at another gateway and are left to the next start. A log that fails is left as it is, with a
    line that says so: the intents stay.
    """
    written = 0
    start, end = now - _SINCE, now - _STILL_UNDER_WAY
    try:
        # The intents of a span are in memory at once, so it is a short one.
        while start < end:
            left = await reader.unfinished_intents(start, min(start + _AT_ONCE, end))
            written += await recover(left, log, _nobody_knows, lambda: now)
            start += _AT_ONCE
    except (StorageError, OSError) as error:
        _LOG.warning("outcomes of intents were not recovered: %s", described_fault(error))
    if written:
        _LOG.warning("%s changes of a gateway that died have an unknown outcome", written)
    return written


async def end_task(task: "asyncio.Task[int]") -> None:
    """Cancel a task and wait for its end."""
    task.cancel()
    await asyncio.wait([task])


async def _nobody_knows(_: AccessEvent) -> Outcome:
    return Outcome.UNKNOWN
