"""The keep-alive connections to one subgraph."""

import asyncio
from collections import deque

from gateway.federation.executor.ports import FetchFailure
from gateway.transport.connection import Connection, Exchange
from gateway.transport.deliveries import Deliveries
from gateway.transport.endpoint import SubgraphEndpoint
from gateway.transport.failure import FailureReason

_SWEEPS_PER_DEADLINE = 20
_COPIED_BYTES = 256 * 1024
"""Up to this size copying a body behind its head costs less than two buffers."""


class Pool:
    """Connections of one subgraph: idle ones last in first out, waiting ones first in first out.

    Everything here runs on one event loop, so no lock is needed.
    """

    def __init__(
        self,
        endpoint: SubgraphEndpoint,
        loop: asyncio.AbstractEventLoop,
        deliveries: Deliveries,
    ) -> None:
        self.limits = endpoint.limits
        self.deliveries = deliveries
        self._endpoint = endpoint
        self._loop = loop
        self._head = endpoint.request_head()
        self._idle: list[Connection] = []
        self._open: set[Connection] = set()
        self._waiting: deque[Exchange] = deque()
        self._connecting: set[asyncio.Task[None]] = set()
        self._sweeper: asyncio.TimerHandle | None = None
        self._sweep_interval = min(1.0, self.limits.deadline / _SWEEPS_PER_DEADLINE)
        self._closing = False

    def send(self, body: bytes, *, read: bool) -> "asyncio.Future[bytes | FetchFailure]":
        """Send one request and return the future of its answer's body.

        Args:
            body: The JSON request body.
            read: Whether the request may be sent again when a kept connection turns out closed.
        """
        loop = self._loop
        size = len(body)
        if size <= _COPIED_BYTES:
            payload, body = b"%b%d\r\n\r\n%b" % (self._head, size, body), b""
        else:
            payload = b"%b%d\r\n\r\n" % (self._head, size)
        future: asyncio.Future[bytes | FetchFailure] = loop.create_future()
        now = loop.time()
        exchange = Exchange(payload, body, future, now + self.limits.deadline, read=read)
        if self._sweeper is None:
            self._sweeper = loop.call_later(self._sweep_interval, self._sweep)
        idle = self._idle
        if idle and (read or now - idle[-1].idle_since <= self.limits.fresh):
            idle.pop().start(exchange)
        else:
            self._enqueue(exchange)
        return future

    def close(self) -> None:
        """Close all connections; what still runs fails."""
        self._closing = True
        if self._sweeper is not None:
            self._sweeper.cancel()
            self._sweeper = None
        for task in self._connecting:
            task.cancel()
        for exchange in self._waiting:
            exchange.fail(FailureReason.CONNECTION)
        self._waiting.clear()
        self._idle.clear()
        for connection in tuple(self._open):
            connection.fail(FailureReason.CONNECTION)

    # ConnectionOwner

    def released(self, connection: Connection) -> None:
        """Give the connection its next request, or keep it idle."""
        waiting = self._waiting
        while waiting:
            exchange = waiting.popleft()
            if not exchange.future.done():
                connection.start(exchange)
                return
        if self._closing:
            connection.close()
            return
        connection.idle_since = self._loop.time()
        self._idle.append(connection)

    def closed(self, connection: Connection, unanswered: Exchange | None) -> None:
        """Forget the connection; retry a read once that a stale connection swallowed."""
        self._open.discard(connection)
        if unanswered is None:
            if connection in self._idle:
                self._idle.remove(connection)
        elif connection.reused and unanswered.read and not unanswered.retried:
            unanswered.retried = True
            self._enqueue(unanswered)
        else:
            unanswered.fail(FailureReason.CONNECTION)
        self._connect_for_waiting()

    # private

    def _enqueue(self, exchange: Exchange) -> None:
        if self._closing:
            exchange.fail(FailureReason.CONNECTION)
        elif len(self._waiting) >= self.limits.waiting:
            exchange.fail(FailureReason.OVERLOADED)
        else:
            self._waiting.append(exchange)
            self._connect_for_waiting()

    def _connect_for_waiting(self) -> None:
        if self._closing:
            return
        while len(self._connecting) < len(self._waiting):
            if len(self._open) + len(self._connecting) >= self.limits.connections:
                if not self._idle:
                    return
                stale = self._idle.pop(0)  # too old for the mutation that waits
                self._open.discard(stale)
                stale.close()
            task = self._loop.create_task(self._connect())
            self._connecting.add(task)
            task.add_done_callback(self._connected)

    async def _connect(self) -> None:
        endpoint = self._endpoint
        async with asyncio.timeout(self.limits.connect_timeout):
            _, connection = await self._loop.create_connection(
                lambda: Connection(self),
                endpoint.host,
                endpoint.port,
                ssl=endpoint.tls,
                server_hostname=endpoint.host if endpoint.tls else None,
            )
        self._open.add(connection)
        self.released(connection)

    def _connected(self, task: asyncio.Task[None]) -> None:
        self._connecting.discard(task)
        if task.cancelled():
            return
        error = task.exception()
        if error is None:
            return
        # One failed attempt fails one request: a subgraph that is down never hangs a queue.
        while self._waiting:
            exchange = self._waiting.popleft()
            if not exchange.future.done():
                exchange.fail(FailureReason.CONNECTION)
                break
        self._connect_for_waiting()

    def _sweep(self) -> None:
        now = self._loop.time()
        self._sweeper = None
        for connection in tuple(self._open):
            exchange = connection.exchange
            if exchange is not None and exchange.deadline < now:
                connection.fail(FailureReason.TIMEOUT)
        while self._waiting and self._waiting[0].deadline < now:
            self._waiting.popleft().fail(FailureReason.TIMEOUT)
        idle = self._idle
        while idle and idle[0].idle_since + self.limits.idle < now:
            idle.pop(0).close()
        if self._open or self._waiting or self._connecting:
            self._sweeper = self._loop.call_later(self._sweep_interval, self._sweep)
