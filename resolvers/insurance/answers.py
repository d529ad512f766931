"""A short memory of the portal's answers, which allows few requests per second.

Entries are the portal's facts about one card or claim, the same for every caller who may see them;
who may is decided before anybody asks, so a key names the fact and not the caller.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

ValueT = TypeVar("ValueT")


class RecentAnswers(Generic[ValueT]):
    """Answers by key, each for a limited time; identical questions at one time are asked once."""

    def __init__(self, seconds: float, size: int, clock: Callable[[], float]) -> None:
        """Makes an empty memory.

        Args:
            seconds: How long an answer is kept.
            size: How many are kept.
            clock: Monotonic seconds.
        """
        self._seconds = seconds
        self._size = size
        self._clock = clock
        self._kept: OrderedDict[str, tuple[float, ValueT]] = OrderedDict()
        self._asking: dict[str, asyncio.Task[ValueT]] = {}

    async def get(self, key: str, ask: Callable[[], Awaitable[ValueT]]) -> ValueT:
        """The answer of a key, asked for if it is not remembered. Failures are not kept."""
        kept = self._kept.get(key)
        if kept is not None and kept[0] > self._clock():
            return kept[1]
        task = self._asking.get(key)
        if task is None:
            task = asyncio.ensure_future(self._ask(key, ask))
            self._asking[key] = task
            task.add_done_callback(lambda _: self._asking.pop(key, None))
        # Another request may wait for the same answer: who gives up does not take it from her.
        return await asyncio.shield(task)

    async def _ask(self, key: str, ask: Callable[[], Awaitable[ValueT]]) -> ValueT:
        value = await ask()
        self._kept[key] = (self._clock() + self._seconds, value)
        self._kept.move_to_end(key)
        while len(self._kept) > self._size:
            self._kept.popitem(last=False)
        return value
