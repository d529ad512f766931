"""Sealed values in a real Redis."""

import pytest
from redis.asyncio import Redis

from storage.encryption import Keyring, Keys
from storage.redis_cache import SealedCache
from tests.redis_server import PATIENCE, RedisServer, redis, redis_server

__all__ = ["redis", "redis_server"]


def keyring(*encryption: str) -> Keyring:
    """The last named key is the current one; the look-up key is always the same."""
    keys = {name: name.encode() * 16 for name in encryption}
    return Keyring(Keys(encryption[-1], keys), Keys("l1", {"l1": b"look" * 8}))


KEYRING = keyring("e1")


async def test_another_process_finds_a_value_with_the_time_it_is_good_for(redis: Redis) -> None:
    await SealedCache(redis, KEYRING, seconds=PATIENCE).put("key", b"\x00value", 30)
    found = await SealedCache(redis, KEYRING, seconds=PATIENCE).get("key")

    assert found is not None
    assert b"\x00value" == found[0]
    assert 29 < found[1] <= 30


async def test_what_was_not_put_is_not_there(redis: Redis) -> None:
    assert None is await SealedCache(redis, KEYRING, seconds=PATIENCE).get("key")


async def test_a_value_is_gone_in_the_end(redis: Redis) -> None:
    await SealedCache(redis, KEYRING, seconds=PATIENCE).put("key", b"value", 30)
    (name,) = await redis.keys("*")

    assert 29_000 < await redis.pttl(name) <= 30_000


async def test_neither_key_nor_value_can_be_read_in_redis(redis: Redis) -> None:
    await SealedCache(redis, KEYRING, seconds=PATIENCE).put("patient-1", b"GD4790123456789", 30)
    (name,) = await redis.keys("*")
    kept = f"{name!r} {await redis.get(name)!r}"

    assert "patient-1" not in kept
    assert "GD47901" not in kept


async def test_a_value_that_was_moved_to_another_key_is_not_answered(redis: Redis) -> None:
    cache = SealedCache(redis, KEYRING, seconds=PATIENCE)
    await cache.put("one", b"value", 30)
    (one,) = await redis.keys("*")
    await cache.put("other", b"other", 30)
    (other,) = [name for name in await redis.keys("*") if name != one]
    await redis.set(other, await redis.get(one) or b"", px=30_000)

    assert None is await cache.get("other")


async def test_a_value_under_a_key_that_is_gone_is_not_answered(redis: Redis) -> None:
    await SealedCache(redis, KEYRING, seconds=PATIENCE).put("key", b"value", 30)

    assert None is await SealedCache(redis, keyring("e2"), seconds=PATIENCE).get("key")


async def test_a_value_outlives_the_rotation_of_its_key(redis: Redis) -> None:
    await SealedCache(redis, KEYRING, seconds=PATIENCE).put("key", b"value", 30)
    found = await SealedCache(redis, keyring("e1", "e2"), seconds=PATIENCE).get("key")

    assert found is not None
    assert b"value" == found[0]


async def test_a_very_large_value_is_not_kept(redis: Redis) -> None:
    await SealedCache(redis, KEYRING, seconds=PATIENCE).put("key", bytes(300_000), 30)

    assert [] == await redis.keys("*")


async def test_a_redis_that_hangs_costs_one_short_wait_and_no_answer(
    redis_server: RedisServer, redis: Redis, caplog: pytest.LogCaptureFixture
) -> None:
    cache = SealedCache(redis, KEYRING, lambda: 0.0, seconds=0.05)
    with redis_server.hanging():
        found = [await cache.get("key") for _ in range(3)]
        await cache.put("key", b"value", 30)

    assert [None, None, None] == found
    assert ["cached answers are not shared: TimeoutError"] == caplog.messages
