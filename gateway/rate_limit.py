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

    def take(self, caller: Hashable, amount: int = 1) -> float:
        """Take requests from a caller's bucket, all or none.

        Args:
            caller: Whose bucket.
            amount: How many; more than a full bucket holds are never to be had.

        Returns:
            0.0 if they were there, else the seconds until they will be.
        """
        limit = self._limit
        now = self._clock()
        level, since = self._buckets.get(caller, (float(limit.burst), now))
        level = min(float(limit.burst), level + (now - since) * limit.per_second)
        wait = 0.0 if level >= amount else (amount - level) / limit.per_second
        self._buckets[caller] = (level if wait else level - amount, now)
        self._buckets.move_to_end(caller)
        if len(self._buckets) > limit.callers:
            self._buckets.popitem(last=False)
        return wait


class LookUpLimiter:
    """Counts look-ups of people and prescription codes, by principal and by organization.

    Whoever guesses numbers or codes needs many of them; whoever serves a person needs one.
    """

    def __init__(
        self, principal: RateLimit, organization: RateLimit, clock: Callable[[], float]
    ) -> None:
        """Take both limits, in look-ups, and a monotonic clock in seconds."""
        self._principals = RateLimiter(principal, clock)
        self._organizations = RateLimiter(organization, clock)

    def take(self, principal: Hashable, organization: Hashable | None, amount: int) -> float:
        """Take the look-ups of one operation.

        Args:
            principal: Who asks.
            organization: On whose behalf, or ``None``.
            amount: Look-ups that the operation names.

        Returns:
            0.0 if they are granted, else the seconds after which to ask again.
        """
        wait = self._principals.take(principal, amount)
        if wait or organization is None:
            return wait
        return self._organizations.take(organization, amount)
