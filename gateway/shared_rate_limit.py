"""Rate limits that hold over all processes of the gateway together.

Look-ups are few, and the number of gateways must not help whoever guesses: each is taken from the
shared bucket before it is made. Requests are many: each is decided at once by this process's own
count, which tells the shared bucket by tenths of a burst what was given away, and learns what is
left. So no request waits, a caller's average is right over all processes, and what a burst may
exceed the limit by is what had not been told yet.

Where the shared buckets are in doubt each process counts alone, look-ups by a quarter of the
limit.
"""

import asyncio
from collections.abc import Callable, Hashable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Protocol, TypeAlias

from gateway.rate_limit import LookUpLimiter, LookUpLimits, RateLimit, RateLimiter
from storage.documents import StorageUnavailableError
from storage.outage import Outage
from storage.redis_buckets import Bucket

BucketNames: TypeAlias = Callable[[str, Hashable], str]
"""Names the bucket of a kind and a caller without telling who she is."""

_ALONE_SHARE = 4
_REPORTS_PER_BURST = 10
_REPORT_SECONDS = 0.02
_CALLERS_PER_REPORT = 500


class SharedBuckets(Protocol):
    """Buckets that all processes take from."""

    async def take(self, buckets: Sequence[Bucket], amount: int) -> float:
        """Take an amount from all or none; returns 0.0, or the seconds until it will be there.

        Raises:
            StorageUnavailableError: Nobody knows what is left.
        """

    async def charge(
        self, per_second: float, burst: int, amounts: Sequence[tuple[str, int]]
    ) -> list[float]:
        """Take what was given away already, by name; returns what is left of each.

        Raises:
            StorageUnavailableError: Nobody knows what is left.
        """


class SharedLookUpLimiter:
    """Counts look-ups over all processes.

    Attributes:
        decided_alone: Operations that this process decided without the others, since its start.
    """

    def __init__(
        self,
        limits: LookUpLimits,
        buckets: SharedBuckets,
        names: BucketNames,
        clock: Callable[[], float],
    ) -> None:
        """Take the limits, the buckets, their names, and a monotonic clock in seconds."""
        self._limits = limits
        self._buckets = buckets
        self._names = names
        self._outage = Outage("look-ups are counted by this process alone", clock)
        self._alone = LookUpLimiter(
            LookUpLimits(_quarter(limits.principal), _quarter(limits.organization)), clock
        )
        self.decided_alone = 0

    async def take(self, principal: Hashable, organization: Hashable | None, amount: int) -> float:
        """Take the look-ups of one operation, from both buckets or none.

        Args:
            principal: Who asks.
            organization: On whose behalf, or ``None``.
            amount: Look-ups that the operation names.

        Returns:
            0.0 if they are granted, else the seconds after which to ask again.
        """
        if not self._outage.holds:
            try:
                wait = await self._buckets.take(self._both(principal, organization), amount)
            except StorageUnavailableError as error:
                self._outage.begin(error)
            else:
                self._outage.end()
                if not wait:
                    # Whoever makes the shared buckets fail must not find a full one here.
                    self._alone.charge(principal, organization, amount)
                return wait
        self.decided_alone += 1
        return await self._alone.take(principal, organization, amount)

    def _both(self, principal: Hashable, organization: Hashable | None) -> list[Bucket]:
        limits = self._limits
        buckets = [_bucket(self._names("look-ups", principal), limits.principal)]
        if organization is not None:
            name = self._names("look-ups-of-organization", organization)
            buckets.append(_bucket(name, limits.organization))
        return buckets


class SharedRateLimiter:
    """Counts requests over all processes, without keeping any of them waiting."""

    def __init__(
        self,
        limit: RateLimit,
        buckets: SharedBuckets,
        names: BucketNames,
        clock: Callable[[], float],
    ) -> None:
        """Take the limit, the buckets, their names, and a monotonic clock in seconds.

        Needs a running event loop; close it in the end.
        """
        self._limit = limit
        self._buckets = buckets
        self._names = names
        self._outage = Outage("requests are counted by this process alone", clock)
        self._own = RateLimiter(limit, clock)
        self._chunk = max(1, limit.burst // _REPORTS_PER_BURST)
        self._untold: dict[Hashable, int] = {}
        self._due: dict[Hashable, int] = {}
        self._is_due = asyncio.Event()
        self._all_told = asyncio.Event()
        self._all_told.set()
        self._task = asyncio.create_task(self._tell_on(), name="shared-rate-limit")

    def take(self, caller: Hashable) -> float:
        """Take one request; returns 0.0, or the seconds after which to ask again."""
        wait = self._own.take(caller)
        if wait:
            return wait
        untold = self._untold.pop(caller, 0) + 1
        if untold < self._chunk:
            self._untold[caller] = untold
            if len(self._untold) > self._limit.callers:
                del self._untold[next(iter(self._untold))]
            return 0.0
        if len(self._due) >= self._limit.callers:
            return 0.0  # Told too slowly: this process's own count has to do.
        self._due[caller] = self._due.get(caller, 0) + untold
        self._all_told.clear()
        self._is_due.set()
        return 0.0

    async def wait_until_told(self) -> None:
        """Return once the others can know of every full tenth of a burst."""
        await self._all_told.wait()

    async def close(self) -> None:
        """Stop telling."""
        self._task.cancel()
        await asyncio.wait([self._task])
        with suppress(asyncio.CancelledError):
            self._task.result()

    async def _tell_on(self) -> None:
        while True:
            await self._is_due.wait()
            due = list(self._due.items())[:_CALLERS_PER_REPORT]
            for caller, _ in due:
                del self._due[caller]
            await self._tell(due)
            if not self._due:
                self._is_due.clear()
                self._all_told.set()
            await asyncio.sleep(_REPORT_SECONDS)

    async def _tell(self, due: list[tuple[Hashable, int]]) -> None:
        if self._outage.holds:
            return
        named = [(self._names("requests", caller), amount) for caller, amount in due]
        limit = self._limit
        try:
            levels = await self._buckets.charge(limit.per_second, limit.burst, named)
        except StorageUnavailableError as error:
            self._outage.begin(error)
            return
        self._outage.end()
        for (caller, _), level in zip(due, levels, strict=True):
            since = self._due.get(caller, 0) + self._untold.get(caller, 0)
            self._own.set_level(caller, level - since)


def _bucket(name: str, limit: RateLimit) -> Bucket:
    return Bucket(name, limit.per_second, limit.burst)


def _quarter(limit: RateLimit) -> RateLimit:
    per_second, burst = limit.per_second / _ALONE_SHARE, max(1, limit.burst // _ALONE_SHARE)
    return replace(limit, per_second=per_second, burst=burst)
