"""Announcing changed access profiles: inside one process, or through Redis to every node."""

import asyncio
import logging
from collections.abc import Callable
from typing import TypeAlias

import msgspec
from redis.asyncio import Redis
from redis.exceptions import RedisError

Listener: TypeAlias = Callable[[str | None, int], None]

_CHANNEL = "health-book:access-profiles"
_PUBLISH_SECONDS = 0.5
_RETRY_SECONDS = 0.25

_logger = logging.getLogger(__name__)


class LocalChanges:
    """Announces to the listeners of this process; right where one process serves everything."""

    def __init__(self) -> None:
        self._listeners: list[Listener] = []

    def listen(self, listener: Listener) -> None:
        """Call the listener with each subject and version."""
        self._listeners.append(listener)

    async def publish(self, subject_id: str, version: int) -> None:
        """Call every listener."""
        self.tell(subject_id, version)

    def tell(self, subject_id: str | None, version: int) -> None:
        """Call every listener at once."""
        for listener in self._listeners:
            listener(subject_id, version)


class RedisChanges:
    """Announces through a Redis channel.

    A lost announcement does no harm beyond the age that the caches allow themselves; so a Redis
    that fails delays no mutation for long and refuses none.
    """

    def __init__(self, redis: Redis) -> None:
        """Use a connection pool that somebody else closes after `close`."""
        self._redis = redis
        self._local = LocalChanges()
        self._subscribed = asyncio.Event()
        self._task = asyncio.create_task(self._receive_on(), name="access-profile-changes")

    def listen(self, listener: Listener) -> None:
        """Call the listener with each subject and version; None: anything may have changed."""
        self._local.listen(listener)

    async def publish(self, subject_id: str, version: int) -> None:
        """Tell this process, then every other."""
        self._local.tell(subject_id, version)
        message = msgspec.json.encode((subject_id, version))
        try:
            async with asyncio.timeout(_PUBLISH_SECONDS):
                await self._redis.publish(_CHANNEL, message)
        except (RedisError, OSError, TimeoutError) as error:
            _logger.warning("access profile change not announced: %s", type(error).__name__)

    async def wait_until_subscribed(self) -> None:
        """Return once announcements of others arrive."""
        await self._subscribed.wait()

    async def close(self) -> None:
        """Stop receiving."""
        self._task.cancel()
        await asyncio.wait([self._task])

    async def _receive_on(self) -> None:
        while True:
            try:
                await self._receive()
            except (RedisError, OSError) as error:
                _logger.warning("access profile changes not received: %s", type(error).__name__)
            self._subscribed.clear()
            await asyncio.sleep(_RETRY_SECONDS)

    async def _receive(self) -> None:
        async with self._redis.pubsub() as channel:
            await channel.subscribe(_CHANNEL)
            async for message in channel.listen():
                if message["type"] == "subscribe":
                    # What was announced before now was missed.
                    self._local.tell(None, 0)
                    self._subscribed.set()
                elif message["type"] == "message":
                    self._tell(message["data"])

    def _tell(self, data: bytes) -> None:
        try:
            subject_id, version = msgspec.json.decode(data, type=tuple[str, int])
        except msgspec.MsgspecError:
            self._local.tell(None, 0)
            return
        self._local.tell(subject_id, version)
