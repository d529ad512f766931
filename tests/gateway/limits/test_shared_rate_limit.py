"""Limits over several processes that meet in a real Redis."""

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack

import pytest
from redis.asyncio import Redis

from gateway.commands.limiters import keyed_names
from gateway.rate_limit import LookUpLimits, RateLimit
from gateway.shared_rate_limit import SharedLookUpLimiter, SharedRateLimiter
from storage.encryption import Keyring, Keys
from storage.redis_buckets import RedisBuckets
from tests.redis_server import PATIENCE, RedisServer, client_of, redis, redis_server

__all__ = ["redis", "redis_server"]

SLOW = 0.001
NAMES = keyed_names(
    Keyring(Keys("e1", {"e1": bytes(range(32))}), Keys("l1", {"l1": bytes(range(32, 64))}))
)
DOCTOR = ("https://issuer.example", "dr-anna")
HOSPITAL = "79014"


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def look_ups(redis: Redis, clock: Clock, principal: int, organization: int) -> SharedLookUpLimiter:
    limits = LookUpLimits(RateLimit(SLOW, principal), RateLimit(SLOW, organization))
    return SharedLookUpLimiter(limits, RedisBuckets(redis, PATIENCE), NAMES, clock)


@pytest.fixture
async def requests(redis: Redis) -> AsyncIterator[Callable[[int], SharedRateLimiter]]:
    """Makes limiters of requests with a burst, one for each process."""
    async with AsyncExitStack() as stack:

        def make(burst: int) -> SharedRateLimiter:
            limiter = SharedRateLimiter(
                RateLimit(SLOW, burst), RedisBuckets(redis, PATIENCE), NAMES, Clock()
            )
            stack.push_async_callback(limiter.close)
            return limiter

        yield make


async def test_two_gateways_grant_the_look_ups_of_one(redis: Redis) -> None:
    gateways = [look_ups(redis, Clock(), 6, 100) for _ in range(2)]
    waits = [await gateways[turn % 2].take(DOCTOR, HOSPITAL, 1) for turn in range(20)]

    assert 6 == waits.count(0.0)


async def test_an_organization_is_counted_over_both_gateways(redis: Redis) -> None:
    gateways = [look_ups(redis, Clock(), 6, 8) for _ in range(2)]
    waits = [
        await gateways[turn % 2].take(("issuer", f"dr-{turn}"), HOSPITAL, 1) for turn in range(20)
    ]

    assert 8 == waits.count(0.0)


async def test_nobody_is_named_in_redis(redis: Redis) -> None:
    await look_ups(redis, Clock(), 6, 8).take(DOCTOR, HOSPITAL, 1)
    kept = str(await redis.keys("*"))

    assert 2 == kept.count("health-book:bucket:look-ups")
    assert not [name for name in ("anna", "issuer", HOSPITAL) if name in kept]


async def test_without_redis_a_gateway_grants_a_quarter(
    redis_server: RedisServer, caplog: pytest.LogCaptureFixture
) -> None:
    nobody = client_of(redis_server.socket + ".none")
    limiter = look_ups(nobody, Clock(), 8, 100)
    with caplog.at_level(logging.WARNING):
        waits = [await limiter.take(DOCTOR, HOSPITAL, 1) for _ in range(8)]
    await nobody.aclose()

    assert 2 == waits.count(0.0)
    assert 8 == limiter.decided_alone
    assert ["look-ups are counted by this process alone"] == [
        message.partition(":")[0] for message in caplog.messages
    ]


async def test_who_makes_redis_fail_finds_no_fresh_allowance(redis_server: RedisServer) -> None:
    async with client_of(redis_server.socket) as redis:
        await redis.flushall()
        limiter = look_ups(redis, Clock(), 8, 100)
        for _ in range(8):
            await limiter.take(DOCTOR, HOSPITAL, 1)
        redis_server.stop()
        try:
            wait = await limiter.take(DOCTOR, HOSPITAL, 1)
        finally:
            redis_server.start()

    assert wait > 0
    assert 1 == limiter.decided_alone


async def test_a_redis_that_is_back_counts_again(redis_server: RedisServer) -> None:
    async with client_of(redis_server.socket) as redis:
        await redis.flushall()
        clock = Clock()
        limiter = look_ups(redis, clock, 100, 100)
        redis_server.stop()
        try:
            await limiter.take(DOCTOR, HOSPITAL, 1)
        finally:
            redis_server.start()
        asked_too_early = await limiter.take(DOCTOR, HOSPITAL, 1)
        alone = limiter.decided_alone
        clock.now += 1.0
        await limiter.take(DOCTOR, HOSPITAL, 1)

        assert (0.0, 2, 2) == (asked_too_early, alone, limiter.decided_alone)
        assert 2 == len(await redis.keys("*"))


async def test_requests_at_two_gateways_are_counted_together(
    requests: Callable[[int], SharedRateLimiter],
) -> None:
    gateways = [requests(100), requests(100)]
    granted = 0
    for turn in range(400):
        gateway = gateways[turn % 2]
        granted += gateway.take(DOCTOR) == 0.0
        await gateway.wait_until_told()

    # Each may have given away what does not fill a tenth of a burst, untold.
    assert 100 <= granted <= 100 + 2 * 10


async def test_a_burst_at_two_gateways_at_once_is_owed(
    requests: Callable[[int], SharedRateLimiter],
) -> None:
    one, other, third = requests(50), requests(50), requests(50)
    burst = sum(gateway.take(DOCTOR) == 0.0 for gateway in (one, other) for _ in range(60))
    for gateway in (one, other):
        await gateway.wait_until_told()
    later = 0
    for _ in range(60):
        later += third.take(DOCTOR) == 0.0
        await third.wait_until_told()

    assert (100, 5) == (burst, later)


async def test_callers_do_not_share_a_bucket(
    requests: Callable[[int], SharedRateLimiter],
) -> None:
    limiter = requests(1)
    limiter.take(DOCTOR)
    await limiter.wait_until_told()

    assert 0.0 == limiter.take(("https://issuer.example", "dr-binh"))


async def test_requests_are_limited_by_each_process_without_redis(
    redis_server: RedisServer,
) -> None:
    nobody = client_of(redis_server.socket + ".none")
    limiter = SharedRateLimiter(
        RateLimit(SLOW, 20), RedisBuckets(nobody, PATIENCE), NAMES, Clock()
    )
    granted = 0
    for _ in range(40):
        granted += limiter.take(DOCTOR) == 0.0
        await limiter.wait_until_told()
    await limiter.close()
    await nobody.aclose()

    assert 20 == granted
