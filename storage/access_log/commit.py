"""Events that become durable together, and the waiting for it."""

import asyncio
from collections.abc import Callable, Generator
from functools import partial
from typing import Any


class AccessLogError(OSError):
    """The events may not be durable: the answer that depends on them must be refused."""


class Commit:
    """A group of events; whoever's answer depends on one of them awaits it, any number of times.

    No future per event: most requests find their events durable when they come to await them.
    Whoever must wait has a future of its own, so that one that gives up takes nothing from the
    others.

    Attributes:
        contents: The canonical bytes of the events.
    """

    __slots__ = ("_awaited", "_failure", "_is_settled", "_loop", "_waiters", "contents")

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        awaited: Callable[["Commit"], None],
        *,
        is_durable: bool = False,
    ) -> None:
        """Begin an empty group.

        Args:
            loop: The loop of those who wait.
            awaited: Is told when one more has to wait.
            is_durable: There is nothing to wait for.
        """
        self.contents: list[bytes] = []
        self._loop = loop
        self._awaited = awaited
        self._is_settled = is_durable
        self._failure: str | None = None
        self._waiters: list[Callable[[Commit], object]] = []

    def done(self) -> bool:
        """Tell whether the group is durable or has failed."""
        return self._is_settled

    @property
    def waiters(self) -> int:
        """How many wait."""
        return len(self._waiters)

    def __await__(self) -> Generator[Any, None, None]:
        """Wait until the group is durable.

        Raises:
            AccessLogError: It may not be.
        """
        if not self._is_settled:
            waiter = self._loop.create_future()
            self.add_done_callback(partial(_let_go_on, waiter))
            yield from waiter
        self.result()

    def add_done_callback(self, callback: Callable[["Commit"], object]) -> None:
        """Have the loop call back when the group is durable or has failed, as a future does."""
        if self._is_settled:
            self._loop.call_soon(callback, self)
            return
        self._waiters.append(callback)
        self._awaited(self)

    def result(self) -> None:
        """Return if the group is durable.

        Raises:
            AccessLogError: It may not be.
        """
        if self._failure is not None:
            raise AccessLogError(self._failure)

    def settle(self, failure: str | None) -> None:
        """Let everybody go on: the group is durable, or may not be for a reason."""
        self._is_settled = True
        self._failure = failure
        self.contents.clear()
        for waiter in self._waiters:
            self._loop.call_soon(waiter, self)
        self._waiters.clear()


def _let_go_on(waiter: "asyncio.Future[None]", _: Commit) -> None:
    if not waiter.done():
        waiter.set_result(None)
