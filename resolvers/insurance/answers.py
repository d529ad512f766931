"""A short memory of the portal's answers, which allows few requests per second.

An answer is a person's data. So its key carries who asks, for what purpose, about whom, and the
version of the consents that this was decided by, with what they permit: nobody is given what
somebody else was permitted to ask, and a withdrawn consent finds nothing of what it had opened.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Generic, Protocol, TypeVar

import msgspec

from access.context import AccessContext

ValueT = TypeVar("ValueT")


class SharedAnswers(Protocol):
    """Where the processes of the subgraph keep answers for each other."""

    async def get(self, key: str) -> tuple[bytes, float] | None:
        """An answer and the seconds that it is good for; ``None`` if there is none."""

    async def put(self, key: str, value: bytes, seconds: float) -> None:
        """Keeps an answer for a time."""


def answer_key(access: AccessContext, subject: str, fact: str) -> str:
    """The key of what a caller was told.

    Args:
        access: The caller.
        subject: Whom the answer is about.
        fact: Which answer.
    """
    parts = (
        access.actor,
        access.role,
        access.organization,
        access.purpose,
        access.patient,
        access.practitioner,
        subject,
        access.access_to(subject),
        fact,
    )
    # Sets have another order in every process; the key has not.
    return msgspec.json.encode(parts, order="deterministic").decode()


class RecentAnswers(Generic[ValueT]):
    """Answers by key, each for a limited time; identical questions at one time are asked once."""

    def __init__(
        self,
        kind: object,
        seconds: float,
        size: int,
        clock: Callable[[], float],
        shared: SharedAnswers | None = None,
    ) -> None:
        """Makes an empty memory.

        Args:
            kind: Type of the answers, as msgspec reads it.
            seconds: How long an answer is kept.
            size: How many are kept in this process.
            clock: Monotonic seconds.
            shared: Where other processes find them, or ``None``.
        """
        self._encoder = msgspec.json.Encoder()
        self._decoder: msgspec.json.Decoder[ValueT] = msgspec.json.Decoder(kind)
        self._seconds = seconds
        self._size = size
        self._clock = clock
        self._shared = shared
        self._kept: OrderedDict[str, tuple[float, ValueT]] = OrderedDict()
        self._asking: dict[str, asyncio.Task[ValueT]] = {}

    async def get(self, key: str, ask: Callable[[], Awaitable[ValueT]]) -> ValueT:
        """The answer of a key, asked for if it is not remembered. Failures are not kept.

        Args:
            key: See `answer_key`.
            ask: Asks the portal.
        """
        kept = self._kept.get(key)
        if kept is not None and kept[0] > self._clock():
            return kept[1]
        task = self._asking.get(key)
        if task is None:
            task = asyncio.ensure_future(self._find(key, ask))
            self._asking[key] = task
            task.add_done_callback(lambda _: self._asking.pop(key, None))
        # Another request may wait for the same answer: who gives up does not take it from her.
        return await asyncio.shield(task)

    async def _find(self, key: str, ask: Callable[[], Awaitable[ValueT]]) -> ValueT:
        if self._shared is None:
            return self._keep(key, await ask(), self._seconds)
        found = await self._shared.get(key)
        if found is not None:
            try:
                return self._keep(key, self._decoder.decode(found[0]), found[1])
            except msgspec.MsgspecError:
                pass  # Of another release of this subgraph: asked for again.
        value = self._keep(key, await ask(), self._seconds)
        await self._shared.put(key, self._encoder.encode(value), self._seconds)
        return value

    def _keep(self, key: str, value: ValueT, seconds: float) -> ValueT:
        self._kept[key] = (self._clock() + seconds, value)
        self._kept.move_to_end(key)
        while len(self._kept) > self._size:
            self._kept.popitem(last=False)
        return value
