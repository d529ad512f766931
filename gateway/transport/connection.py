"""One keep-alive HTTP/1.1 connection to a subgraph: one exchange at a time, framed by httptools.

No stream objects, no task and no timer per request: the pool's sweeper looks after deadlines.
Source: RFC 9112 (HTTP/1.1).
"""

import asyncio
from typing import Protocol

import httptools

from gateway.federation.executor.ports import FetchFailure
from gateway.transport.deliveries import Deliveries
from gateway.transport.endpoint import TransportLimits
from gateway.transport.failure import FailureReason, answer_or_failure, failure


class Exchange:
    """One request and the future of its answer.

    The payload is head and body, or the head alone where the body is so large that it is kept
    apart rather than copied.
    """

    __slots__ = ("body", "deadline", "future", "payload", "read", "retried")

    def __init__(
        self,
        payload: bytes,
        body: bytes,
        future: "asyncio.Future[bytes | FetchFailure]",
        deadline: float,
        *,
        read: bool,
    ) -> None:
        self.payload = payload
        self.body = body
        self.future = future
        self.deadline = deadline
        self.read = read
        self.retried = False

    def fail(self, reason: FailureReason) -> None:
        """Settle the future with a failure, unless its caller has gone."""
        if not self.future.done():
            self.future.set_result(failure(reason))


class ConnectionOwner(Protocol):
    """What a connection tells its pool."""

    limits: TransportLimits
    deliveries: Deliveries

    def released(self, connection: "Connection") -> None:
        """The exchange is over and the connection may carry the next one."""

    def closed(self, connection: "Connection", unanswered: Exchange | None) -> None:
        """The connection is gone; ``unanswered`` had no byte of answer yet and may be retried."""


class Connection(asyncio.Protocol):
    """A connection of a pool."""

    __slots__ = (
        "_body",
        "_complete",
        "_head",
        "_head_complete",
        "_keep_alive",
        "_owner",
        "_parser",
        "_received",
        "_status",
        "_surplus",
        "_transport",
        "exchange",
        "idle_since",
        "reused",
    )

    def __init__(self, owner: ConnectionOwner) -> None:
        self._owner = owner
        self._parser = httptools.HttpResponseParser(self)
        self._transport: asyncio.Transport | None = None
        self._body: list[bytes] = []
        self._head = b""
        self._head_complete = False
        self._complete = False
        self._keep_alive = False
        self._surplus = False
        self._status = 0
        self._received = 0
        self.exchange: Exchange | None = None
        self.idle_since = 0.0
        self.reused = False

    def start(self, exchange: Exchange) -> None:
        """Send a request; the connection must be idle and open."""
        self.exchange = exchange
        self._received = 0
        self._transport.write(exchange.payload)  # type: ignore[union-attr]
        if exchange.body:
            self._transport.write(exchange.body)  # type: ignore[union-attr]

    def close(self) -> None:
        """Close the connection at once; a running exchange is not told."""
        self.exchange = None
        if self._transport is not None:
            self._transport.abort()

    def fail(self, reason: FailureReason) -> None:
        """Fail the running exchange, if any, and close the connection."""
        exchange, self.exchange = self.exchange, None
        if exchange is not None:
            exchange.fail(reason)
        self.close()

    # asyncio.Protocol

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        self._transport = transport  # type: ignore[assignment]

    def data_received(self, data: bytes) -> None:
        """Feed the parser, within the caps on head and answer."""
        if self.exchange is None:
            self.close()  # nothing was asked for: whatever this is, it answers no request
            return
        limits = self._owner.limits
        if not self._head_complete:
            self._head = self._head + data if self._head else data
        self._received += len(data)
        if self._received > limits.response_bytes:
            self.fail(FailureReason.TOO_LARGE)
            return
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade):
            self.fail(FailureReason.MALFORMED)
            return
        if self._complete:
            self._finish()
        elif not self._head_complete and self._received > limits.head_bytes:
            self.fail(FailureReason.TOO_LARGE)

    def eof_received(self) -> bool:
        """Let the transport close itself."""
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        """End the exchange: by its answer if the close is what frames it, else by a failure."""
        self._transport = None
        unanswered = None
        if self.exchange is not None:
            if self._head_complete and exc is None and self._is_framed_by_close():
                self._status = self._parser.get_status_code()
                self._settle()
            elif self._received:
                self.exchange.fail(FailureReason.CONNECTION)
                self.exchange = None
            else:
                unanswered, self.exchange = self.exchange, None
        self._owner.closed(self, unanswered)

    # httptools callbacks

    def on_headers_complete(self) -> None:
        """Remember that the body begins."""
        self._head_complete = True

    def on_body(self, body: bytes) -> None:
        """Keep a piece of the body."""
        if not self._complete:
            self._body.append(body)

    def on_message_complete(self) -> None:
        """Take a final answer as complete; an interim one (1xx) is dropped."""
        status = self._parser.get_status_code()
        if self._complete:
            self._surplus = True  # a second answer to one request: nothing here is to be trusted
        elif status < 200:
            self._head_complete = False
            self._head = b""
        else:
            self._status = status
            self._complete = True
            self._keep_alive = self._parser.should_keep_alive()

    # private

    def _is_framed_by_close(self) -> bool:
        head = self._head.partition(b"\r\n\r\n")[0].lower()
        return b"\r\ncontent-length:" not in head and b"\r\ntransfer-encoding:" not in head

    def _finish(self) -> None:
        keep = self._keep_alive and not self._surplus
        self._settle()
        if keep:
            self.reused = True
            self._owner.released(self)
        else:
            self.close()

    def _settle(self) -> None:
        exchange, self.exchange = self.exchange, None
        pieces = self._body
        body = pieces[0] if len(pieces) == 1 else b"".join(pieces)
        self._body = []
        self._head = b""
        self._head_complete = self._complete = False
        if exchange is not None:
            answer = answer_or_failure(self._status, body)
            self._owner.deliveries.deliver(exchange.future, answer)
