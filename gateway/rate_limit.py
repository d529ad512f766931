"""Token buckets: how many requests one caller may send, counted by one process for itself.

Where several processes serve the same callers, ``gateway.shared_rate_limit`` counts for all.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Self


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

    @classmethod
    def each_second(cls, count: float) -> Self:
        """A limit that allows two seconds' worth at once."""
        return cls(per_second=count, burst=max(1, int(count * 2)))

    @classmethod
    def per_minute(cls, count: int) -> Self:
        """A limit that allows a minute's worth at once."""
        return cls(per_second=count / 60, burst=count)


@dataclass(frozen=True, slots=True)
class LookUpLimits:
    """How often people and prescription codes may be looked up.

    Attributes:
        principal: By one principal.
        organization: By all principals of an organization together.
    """

    principal: RateLimit
    organization: RateLimit

    @classmethod
    def per_minute(cls, principal: int, organization: int) -> Self:
        """Limits that allow a minute's worth at once."""
        return cls(RateLimit.per_minute(principal), RateLimit.per_minute(organization))


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
        now = self._clock()
        level = self._level_at(caller, now)
        wait = 0.0 if level >= amount else (amount - level) / self._limit.per_second
        self._keep(caller, level if wait else level - amount, now)
        return wait

    def level(self, caller: Hashable) -> float:
        """Return what is in a caller's bucket."""
        return self._level_at(caller, self._clock())

    def set_level(self, caller: Hashable, level: float) -> None:
        """Set what is in a caller's bucket, as somebody knows it who has counted more of them."""
        self._keep(caller, min(float(self._limit.burst), level), self._clock())

    def _level_at(self, caller: Hashable, now: float) -> float:
        full = float(self._limit.burst)
        level, since = self._buckets.get(caller, (full, now))
        return min(full, level + (now - since) * self._limit.per_second)

    def _keep(self, caller: Hashable, level: float, now: float) -> None:
        self._buckets[caller] = (level, now)
        self._buckets.move_to_end(caller)
        if len(self._buckets) > self._limit.callers:
            self._buckets.popitem(last=False)


class LookUpLimiter:
    """Counts look-ups of people and prescription codes, by principal and by organization.

    Whoever guesses numbers or codes needs many of them; whoever serves a person needs one.
    """

    def __init__(self, limits: LookUpLimits, clock: Callable[[], float]) -> None:
        """Take the limits, in look-ups, and a monotonic clock in seconds."""
        self._principals = RateLimiter(limits.principal, clock)
        self._organizations = RateLimiter(limits.organization, clock)

    async def take(self, principal: Hashable, organization: Hashable | None, amount: int) -> float:
        """Take the look-ups of one operation, from both buckets or none.

        Args:
            principal: Who asks.
            organization: On whose behalf, or ``None``.
            amount: Look-ups that the operation names.

        Returns:
            0.0 if they are granted, else the seconds after which to ask again.
        """
        if organization is None:
            return self._principals.take(principal, amount)
        before = self._principals.level(principal)
        wait = self._principals.take(principal, amount)
        if wait:
            return wait
        wait = self._organizations.take(organization, amount)
        if wait:
            self._principals.set_level(principal, before)
        return wait

    def charge(self, principal: Hashable, organization: Hashable | None, amount: int) -> None:
        """Count look-ups that were granted elsewhere; an empty bucket stays empty."""
        counted = [(self._principals, principal)]
        if organization is not None:
            counted.append((self._organizations, organization))
        for limiter, caller in counted:
            limiter.set_level(caller, max(0.0, limiter.level(caller) - amount))
