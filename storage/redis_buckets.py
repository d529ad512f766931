"""Token buckets in Redis, shared by every process that counts the same callers.

A bucket is one key that vanishes once it would be full again. Redis's own clock fills it, so that
the clocks of the processes need not agree.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from redis.asyncio import Redis
from redis.commands.core import AsyncScript
from redis.exceptions import RedisError

from storage.documents import StorageUnavailableError

_PREFIX = "health-book:bucket:"
_SECONDS = 0.5

_LEVEL = """
local time = redis.call('TIME')
local now = time[1] + time[2] / 1000000
local function level(key, rate, burst)
  local kept = redis.call('GET', key)
  if not kept then return burst end
  local old, since = string.match(kept, '^(%S+) (%S+)$')
  return math.min(burst, tonumber(old) + math.max(0, now - tonumber(since)) * rate)
end
local function keep(key, rate, burst, left)
  local life = math.ceil((burst - left) / rate * 1000) + 1000
  redis.call('SET', key, string.format('%.6f %.6f', left, now), 'PX', life)
end
"""

_TAKE = (
    _LEVEL
    + """
local amount, wait, levels = tonumber(ARGV[1]), 0, {}
for i, key in ipairs(KEYS) do
  local rate, burst = tonumber(ARGV[2 * i]), tonumber(ARGV[2 * i + 1])
  levels[i] = level(key, rate, burst)
  if levels[i] < amount then wait = math.max(wait, (amount - levels[i]) / rate) end
end
if wait > 0 then return {string.format('%.6f', wait)} end
for i, key in ipairs(KEYS) do
  keep(key, tonumber(ARGV[2 * i]), tonumber(ARGV[2 * i + 1]), levels[i] - amount)
end
return {'0'}
"""
)

_CHARGE = (
    _LEVEL
    + """
local rate, burst, levels = tonumber(ARGV[1]), tonumber(ARGV[2]), {}
for i, key in ipairs(KEYS) do
  local left = math.max(-burst, level(key, rate, burst) - tonumber(ARGV[i + 2]))
  keep(key, rate, burst, left)
  levels[i] = string.format('%.6f', left)
end
return levels
"""
)


@dataclass(frozen=True, slots=True)
class Bucket:
    """A bucket and its size.

    Attributes:
        name: Tells it from others; never a person's name or number, but a keyed digest.
        per_second: What it regains per second.
        burst: What it holds when it is full.
    """

    name: str
    per_second: float
    burst: int


class RedisBuckets:
    """Takes from buckets atomically; two round trips never interleave."""

    def __init__(self, redis: Redis, seconds: float = _SECONDS) -> None:
        """Use a connection pool that somebody else closes.

        Args:
            redis: The pool.
            seconds: How long an answer may take.
        """
        self._seconds = seconds
        self._take = redis.register_script(_TAKE)
        self._charge = redis.register_script(_CHARGE)

    async def take(self, buckets: Sequence[Bucket], amount: int) -> float:
        """Take an amount from every bucket, or nothing from any.

        Args:
            buckets: At least one.
            amount: How much of each.

        Returns:
            0.0 if it was there, else the seconds until it will be.

        Raises:
            StorageUnavailableError: Redis does not answer in time, or refuses.
        """
        arguments: list[float] = [amount]
        for bucket in buckets:
            arguments += (bucket.per_second, bucket.burst)
        (wait,) = await self._run(self._take, [each.name for each in buckets], arguments)
        return wait

    async def charge(
        self, per_second: float, burst: int, amounts: Sequence[tuple[str, int]]
    ) -> list[float]:
        """Take what was already given away, if need be down to a full bucket of debt.

        Args:
            per_second: What each bucket regains per second.
            burst: What each holds when it is full.
            amounts: Names of buckets, each with its amount.

        Returns:
            What is left in each, in order; less than nothing where it is in debt.

        Raises:
            StorageUnavailableError: Redis does not answer in time, or refuses.
        """
        arguments = [per_second, burst, *(amount for _, amount in amounts)]
        return await self._run(self._charge, [name for name, _ in amounts], arguments)

    async def _run(
        self, script: AsyncScript, names: Sequence[str], arguments: Sequence[float]
    ) -> list[float]:
        """The numbers that a script answers about buckets."""
        try:
            async with asyncio.timeout(self._seconds):
                numbers = await script([_PREFIX + name for name in names], arguments)
            return [float(number) for number in numbers]
        except (RedisError, OSError, TimeoutError, ValueError) as error:
            raise StorageUnavailableError(type(error).__name__) from error
