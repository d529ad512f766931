"""A cache of sealed values in Redis, for the processes that serve the same data.

A value is encrypted for its key, so that it can neither be read nor be put in another's place; a
key is a keyed digest, so that it names nobody.
"""

import asyncio
import time
from base64 import b64decode, b64encode
from collections.abc import Callable

from redis.asyncio import Redis
from redis.exceptions import RedisError

from storage.encryption import DecryptionError, Keyring, Place
from storage.outage import Outage

_PREFIX = "health-book:cache:"
_SECONDS = 0.5
_LARGEST_BYTES = 256 * 1024


class SealedCache:
    """Keeps values for a time. A Redis that fails holds nothing, and costs no answer."""

    def __init__(
        self,
        redis: Redis,
        keyring: Keyring,
        clock: Callable[[], float] = time.monotonic,
        *,
        seconds: float = _SECONDS,
    ) -> None:
        """Use a connection pool that somebody else closes.

        Args:
            redis: The pool.
            keyring: Seals values and names keys.
            clock: Monotonic seconds.
            seconds: How long Redis may take.
        """
        self._redis = redis
        self._keyring = keyring
        self._seconds = seconds
        self._outage = Outage("cached answers are not shared", clock)

    async def get(self, key: str) -> tuple[bytes, float] | None:
        """Return a value and the seconds that it is good for; ``None`` if there is none."""
        if self._outage.holds:
            return None
        name = self._name(key)
        try:
            async with asyncio.timeout(self._seconds):
                async with self._redis.pipeline(transaction=False) as both:
                    both.get(name)
                    both.pttl(name)
                    sealed, left = await both.execute()
        except (RedisError, OSError, TimeoutError) as error:
            self._outage.begin(error)
            return None
        self._outage.end()
        if sealed is None or left <= 0:
            return None
        try:
            text = self._keyring.decrypt(sealed.decode("ascii", "replace"), _place(name))
        except DecryptionError:
            return None
        return b64decode(text), left / 1000

    async def put(self, key: str, value: bytes, seconds: float) -> None:
        """Keep a value for a time; one that is very large is not kept."""
        if self._outage.holds or len(value) > _LARGEST_BYTES:
            return
        name = self._name(key)
        sealed = self._keyring.encrypt(b64encode(value).decode(), _place(name))
        try:
            async with asyncio.timeout(self._seconds):
                await self._redis.set(name, sealed, px=max(1, int(seconds * 1000)))
        except (RedisError, OSError, TimeoutError) as error:
            self._outage.begin(error)
            return
        self._outage.end()

    def _name(self, key: str) -> str:
        digest, *_ = self._keyring.fingerprints("cache", key.encode())
        return _PREFIX + digest


def _place(name: str) -> Place:
    return Place("cache", name, "value")
