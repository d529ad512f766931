"""One fetch for identical reads that are in flight at the same moment.

Bytes are shared, never decoded objects. Two reads are identical where subgraph, body and the
scope's sharing key are: that key carries actor, purpose and consent version, so no answer reaches
another caller.
"""

import asyncio
from collections.abc import Hashable
from typing import Protocol, TypeAlias

from gateway.federation.executor.ports import FetchFailure, SubgraphRequest, SubgraphTransport

Answer: TypeAlias = "bytes | FetchFailure"


class Sharing(Protocol):
    """A scope that says with whom its data may be shared."""

    @property
    def sharing_key(self) -> Hashable:
        """What the key of anything that shares data between requests must carry."""


class DeduplicatingTransport:
    """Wraps a transport; mutations pass through."""

    def __init__(self, transport: SubgraphTransport) -> None:
        self._transport = transport
        self._in_flight: dict[Hashable, _Shared] = {}

    def send(self, request: SubgraphRequest) -> "asyncio.Future[Answer]":
        """Send a request, or wait for the answer to an identical one."""
        if request.is_mutation:
            return self._transport.send(request)
        scope: Sharing = request.scope  # type: ignore[assignment]  # the gateway's own object
        key = (request.subgraph, request.body, request.decisions, scope.sharing_key)
        shared = self._in_flight.get(key)
        if shared is None:
            answer = self._transport.send(request)
            shared = self._in_flight[key] = _Shared(answer)
            answer.add_done_callback(lambda done: self._settle(key, done))
        waiter: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        shared.waiters.append(waiter)
        return waiter

    def _settle(self, key: Hashable, answer: "asyncio.Future[Answer]") -> None:
        for waiter in self._in_flight.pop(key).waiters:
            if waiter.done():
                continue
            if answer.cancelled():
                waiter.cancel()
            else:
                waiter.set_result(answer.result())


class _Shared:
    """The callers of one fetch; the fetch goes on even where some of them have gone."""

    __slots__ = ("answer", "waiters")

    def __init__(self, answer: "asyncio.Future[Answer]") -> None:
        self.answer = answer
        self.waiters: list[asyncio.Future[Answer]] = []
