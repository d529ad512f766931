"""Token buckets: how many requests one caller may send."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RateLimit:
    """A bucket's size.

    Attributes:
        per_second: Requests that a bucket regains per second.
        burst: Requests that a full bucket allows at once.
        callers: Buckets that are remembered; the one unused longest is forgotten first.
    """

    per_second: float
    burst: int
    callers: int = 100_000


class RateLimiter:
    """Counts requests of one process by caller."""

    def __init__(self, limit: RateLimit, clock: Callable[[], float]) -> None:
        """Take the limit and a monotonic clock in seconds."""
        self._limit = limit
        self._clock = clock
        self._buckets: OrderedDict[Hashable, tuple[float, float]] = OrderedDict()

    def take(self, caller: Hashable) -> float:
        """Take one request from a caller's bucket.

        Returns:
            0.0 if there was one, else the seconds until there will be.
        """
        limit = self._limit
        now = self._clock()
        level, since = self._buckets.get(caller, (float(limit.burst), now))
        level = min(float(limit.burst), level + (now - since) * limit.per_second)
        wait = 0.0 if level >= 1.0 else (1.0 - level) / limit.per_second
        self._buckets[caller] = (level if wait else level - 1.0, now)
        self._buckets.move_to_end(caller)
        if len(self._buckets) > limit.callers:
            self._buckets.popitem(last=False)
        return wait
