"""Buckets in a real Redis: atomic, refilled by its clock, gone when they are full."""

import asyncio

import pytest
from redis.asyncio import Redis

from storage.documents import StorageUnavailableError
from storage.redis_buckets import Bucket, RedisBuckets
from tests.redis_server import PATIENCE, RedisServer, client_of, redis, redis_server

__all__ = ["redis", "redis_server"]

SLOW = 0.001


async def test_a_bucket_is_emptied_and_says_when_to_come_back(redis: Redis) -> None:
    buckets = RedisBuckets(redis, PATIENCE)
    waits = [await buckets.take([Bucket("a", SLOW, 2)], 1) for _ in range(3)]

    assert [0.0, 0.0, pytest.approx(1000, abs=5)] == waits


async def test_processes_that_take_at_once_get_no_more_than_there_is(redis: Redis) -> None:
    both = [RedisBuckets(redis, PATIENCE), RedisBuckets(redis, PATIENCE)]
    takes = [both[number % 2].take([Bucket("a", SLOW, 7)], 1) for number in range(40)]
    waits = await asyncio.gather(*takes)

    assert 7 == waits.count(0.0)


async def test_a_bucket_refills(redis: Redis) -> None:
    buckets = RedisBuckets(redis, PATIENCE)
    bucket = Bucket("a", 50.0, 1)
    await buckets.take([bucket], 1)
    wait = await buckets.take([bucket], 1)
    await asyncio.sleep(wait + 0.001)

    assert 0.0 == await buckets.take([bucket], 1)


async def test_nothing_is_taken_from_one_bucket_where_another_refuses(redis: Redis) -> None:
    buckets = RedisBuckets(redis, PATIENCE)
    empty = Bucket("organization", SLOW, 1)
    await buckets.take([empty], 1)
    person = Bucket("person", SLOW, 1)
    refused = await buckets.take([person, empty], 1)

    assert refused > 0
    assert 0.0 == await buckets.take([person], 1)


async def test_a_bucket_that_would_be_full_again_is_forgotten(redis: Redis) -> None:
    await RedisBuckets(redis, PATIENCE).take([Bucket("a", 2.0, 10)], 5)
    (key,) = await redis.keys("*")
    life = await redis.pttl(key)

    assert 2500 < life <= 3500


async def test_charging_what_was_given_away_runs_into_debt_of_one_full_bucket(
    redis: Redis,
) -> None:
    buckets = RedisBuckets(redis, PATIENCE)
    levels = [(await buckets.charge(SLOW, 10, [("a", 8)]))[0] for _ in range(4)]

    assert [2, -6, -10, -10] == [round(level) for level in levels]


async def test_several_buckets_are_charged_in_order(redis: Redis) -> None:
    levels = await RedisBuckets(redis, PATIENCE).charge(SLOW, 10, [("a", 1), ("b", 4)])

    assert [9, 6] == [round(level) for level in levels]


async def test_a_redis_that_does_not_answer_is_told_as_unavailable(
    redis_server: RedisServer,
) -> None:
    nobody = client_of(redis_server.socket + ".none")
    with pytest.raises(StorageUnavailableError):
        await RedisBuckets(nobody, PATIENCE).take([Bucket("a", 1, 1)], 1)
    await nobody.aclose()


async def test_a_redis_that_hangs_is_not_waited_for(
    redis_server: RedisServer, redis: Redis
) -> None:
    buckets = RedisBuckets(redis, seconds=0.05)
    with redis_server.hanging(), pytest.raises(StorageUnavailableError, match="TimeoutError"):
        await buckets.take([Bucket("a", 1, 1)], 1)
