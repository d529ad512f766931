"""Events that are owed to the log: their answer left although they could not be written."""

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from storage.access_log.model import AccessEvent
from storage.documents import StorageError

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Persistence:
    """How often and for how long owed events are written again.

    Attributes:
        first_pause: Seconds before the first attempt, give or take half.
        longest_pause: Pauses grow to that.
        patience: Seconds after which an event is given up. Shorter than the time after which
            another process gives an open intent an unknown outcome.
    """

    first_pause: float = 0.5
    longest_pause: float = 15.0
    patience: float = 300.0


PERSISTENCE = Persistence()


class OwedEvents:
    """Writes owed events again until they are on record.

    Only changes owe any, as their intent is on record before: so there are no more of them than
    changes were under way when the log failed.
    """

    def __init__(
        self,
        lacking: Callable[[Sequence[AccessEvent]], Awaitable[Sequence[AccessEvent]]],
        append: Callable[[Sequence[AccessEvent]], Awaitable[None]],
        persistence: Persistence = PERSISTENCE,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Begin without any.

        Args:
            lacking: Answers those of some events that are not on record: of a write that failed
                nobody knows how much was kept.
            append: Begins to write; durable when the answer has been awaited.
            persistence: How often, how long.
            clock: Monotonic seconds.
        """
        self._lacking = lacking
        self._append = append
        self._persistence = persistence
        self._clock = clock
        self._events: dict[str, tuple[AccessEvent, float]] = {}
        self._closing = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    @property
    def waits(self) -> bool:
        """Whether events are owed."""
        return bool(self._events)

    def add(self, events: Sequence[AccessEvent]) -> None:
        """Take events over."""
        until = self._clock() + self._persistence.patience
        self._events |= {each.event_id: (each, until) for each in events}
        if self._events and self._task is None:
            self._task = asyncio.create_task(self._run(), name="access-log-owed")

    async def close(self) -> None:
        """Try once more, at once."""
        self._closing.set()
        if self._task is not None:
            await self._task

    async def _run(self) -> None:
        pause = self._persistence.first_pause
        while self._events:
            with suppress(TimeoutError):
                async with asyncio.timeout(pause * random.uniform(0.5, 1.5)):  # noqa: S311
                    await self._closing.wait()
            pause = min(2 * pause, self._persistence.longest_pause)
            await self._attempt()
            self._give_up()
        self._task = None

    async def _attempt(self) -> None:
        owed = [event for event, _ in self._events.values()]
        try:
            await self._append(await self._lacking(owed))
        except (OSError, StorageError):
            return  # again after a pause
        for each in owed:
            del self._events[each.event_id]
        _LOG.warning("%s events of answered changes came on record late", len(owed))

    def _give_up(self) -> None:
        now, is_last = self._clock(), self._closing.is_set()
        late = [name for name, (_, until) in self._events.items() if is_last or until <= now]
        for name in late:
            del self._events[name]
        if late:
            _LOG.error("%s events of answered changes are not on record", len(late))
