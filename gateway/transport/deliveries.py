"""Hands the answers of subgraphs to those who wait for them."""

import asyncio
from collections import deque
from typing import Final, TypeAlias

from gateway.federation.executor.ports import FetchFailure

Answer: TypeAlias = bytes | FetchFailure

LARGE: Final = 16 * 1024
"""Bytes from which an answer counts as large."""


class Deliveries:
    """Hands small answers over at once and large ones one in each turn of the loop.

    What is decoded from a large answer lies in memory until the last answers of its operation
    have come, and where many operations run it has left the processor's caches by then. So small
    answers, with which operations end, go before large ones that have only been read.

    Args:
        loop: The loop of those who wait.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._large: deque[tuple[asyncio.Future[Answer], Answer]] = deque()

    def deliver(self, future: "asyncio.Future[Answer]", answer: Answer) -> None:
        """Hand an answer over, unless nobody waits any longer by then."""
        if answer.__class__ is not bytes or len(answer) < LARGE:
            if not future.done():
                future.set_result(answer)
            return
        self._large.append((future, answer))
        if len(self._large) == 1:
            self._loop.call_soon(self._deliver_one)

    def _deliver_one(self) -> None:
        future, answer = self._large.popleft()
        if not future.done():
            future.set_result(answer)
        if self._large:  # after what the answer makes ready
            self._loop.call_soon(self._deliver_one)
