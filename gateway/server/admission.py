"""How many operations run at once on one core.

With subgraphs that answer at once, two or three operations at a time keep the working set in the
processor's cache; with subgraphs that take milliseconds, any fixed small number would leave the
core idle. So the limit follows the thread that serves: while it idles though operations wait all
the time, the limit grows by a quarter; while it is busy, the limit shrinks by a sixteenth (a few
more than needed cost little, while too few leave it idle). Where the queue was empty in between it
is not the limit that leaves the thread idle (all may be waiting for the access log), and one that
is higher than need be lets operations run in step: so it shrinks by one.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from gateway.server.busy_time import busy_time


@dataclass(frozen=True, slots=True)
class AdmissionOptions:
    """Bounds of the adaptive limit.

    Attributes:
        floor: Fewest operations that may always run.
        ceiling: Most operations that may run.
        waiting: Most operations that wait; the next one is refused.
        interval: Seconds between two adjustments.
        busy: Share of busy time to wall time from which the thread counts as busy.
    """

    floor: int = 2
    ceiling: int = 4096
    waiting: int = 10_000
    interval: float = 0.02
    busy: float = 0.97


class Admissible(Protocol):
    """An operation that is ready to run."""

    def admitted(self) -> None:
        """Start; the owner calls ``Admission.done`` when it has ended."""


class Admission:
    """A first-in-first-out queue in front of the pipeline."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        options: AdmissionOptions | None = None,
        busy_clock: Callable[[], float] = busy_time,
        wall_clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        """Take the loop, the bounds, and the clocks of the thread's busy time and of all time.

        The loop's own clock is too coarse: it may stand at the beginning of a turn.
        """
        self._loop = loop
        self._options = options or AdmissionOptions()
        self._busy_clock = busy_clock
        self._wall_clock = wall_clock
        self._queue: deque[Admissible] = deque()
        self._timer: asyncio.TimerHandle | None = None
        self._sampled = (0.0, 0.0)
        self._was_empty = False
        self.limit = self._options.floor
        self.running = 0

    @property
    def waiting(self) -> int:
        """Operations that wait."""
        return len(self._queue)

    @property
    def backlog(self) -> int:
        """Operations that run or wait to."""
        return self.running + len(self._queue)

    def submit(self, operation: Admissible) -> bool:
        """Run an operation now or later; ``False`` if too many wait already."""
        if self.running < self.limit:
            self.running += 1
            operation.admitted()
            return True
        if len(self._queue) >= self._options.waiting:
            return False
        self._queue.append(operation)
        if self._timer is None:
            self._sampled = (self._wall_clock(), self._busy_clock())
            self._was_empty = False
            self._timer = self._loop.call_later(self._options.interval, self._adjust)
        return True

    def done(self) -> None:
        """An admitted operation has ended: the next one starts."""
        self.running -= 1
        self._start_waiting()

    def close(self) -> None:
        """Stop adjusting."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _start_waiting(self) -> None:
        queue = self._queue
        while queue and self.running < self.limit:
            self.running += 1
            queue.popleft().admitted()
        if not queue:
            self._was_empty = True

    def _adjust(self) -> None:
        options = self._options
        wall, busy = self._wall_clock(), self._busy_clock()
        elapsed, used = wall - self._sampled[0], busy - self._sampled[1]
        self._sampled = (wall, busy)
        was_empty, self._was_empty = self._was_empty, not self._queue
        if used >= elapsed * options.busy:
            self.limit = max(options.floor, self.limit - max(1, self.limit // 16))
        elif was_empty:
            self.limit = max(options.floor, self.limit - 1)
        elif self._queue:
            self.limit = min(options.ceiling, self.limit + max(2, self.limit // 4))
            self._start_waiting()
        self._timer = (
            self._loop.call_later(options.interval, self._adjust)
            if self.running or self._queue
            else None
        )
