"""The HTTP/1.1 protocol of the GraphQL path; every other request goes to uvicorn's own.

One message at a time is framed here: the head ends at an empty line, the body has a
``content-length``. The head itself is parsed by httptools; where a kept connection repeats its
head byte for byte, it is not parsed again. Whatever is not a plain GET or POST of the GraphQL path
(other paths, chunked bodies, ``expect``, malformed messages) is replayed into uvicorn's
protocol, which serves the ASGI application, and with it the same endpoint.

Source: RFC 9112 (HTTP/1.1).
"""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from gateway.endpoint.answer import HttpAnswer, refusal
from gateway.endpoint.head import RequestHead, read_head
from gateway.errors import ClientError, ErrorCode
from gateway.pipeline.answer import Answer
from gateway.server.heads import NO_HEAD, KnownHead, ParsedHead
from gateway.server.listener import Listener, end_unread

if TYPE_CHECKING:
    from uvicorn.server import ServerState

_END_OF_HEAD = b"\r\n\r\n"


class GraphQLProtocol(asyncio.Protocol):
    """One client connection."""

    __slots__ = (
        "_body",
        "_buffer",
        "_busy",
        "_known",
        "_listener",
        "_missing",
        "_other_protocol",
        "_paused",
        "_peer",
        "_pieces",
        "_server_state",
        "_task",
        "_transport",
        "_unsent",
        "_writable",
        "since",
    )

    def __init__(
        self,
        listener: Listener,
        server_state: "ServerState",
        other_protocol: Callable[[], asyncio.Protocol],
    ) -> None:
        """Take what the worker shares, and what makes uvicorn's own protocol."""
        self._listener = listener
        self._server_state = server_state
        self._other_protocol = other_protocol
        self._transport: asyncio.Transport | None = None
        self._known = NO_HEAD
        self._buffer = b""
        self._body = b""
        self._pieces: list[bytes] = []
        self._missing = 0
        self._task: asyncio.Task[None] | None = None
        self._busy = False
        self._paused = False
        self._writable = True
        self._unsent = 0
        self._peer = ""
        self.since = 0.0

    # asyncio.Protocol

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Register with the listener."""
        self._transport = transport  # type: ignore[assignment]
        peer = transport.get_extra_info("peername")
        self._peer = peer[0] if isinstance(peer, tuple) else ""
        self.since = self._listener.now
        self._listener.connections.add(self)
        self._server_state.connections.add(self)  # type: ignore[arg-type]

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        """Forget the connection; a running operation ends by itself, its answer is dropped."""
        self._transport = None
        self._buffer = b""
        self._pieces = []
        self._leave()

    def data_received(self, data: bytes) -> None:
        """Take bytes; they wait while an operation runs."""
        if self._missing:
            # A large body is joined once, not with every piece of it.
            self._pieces.append(data)
            self._missing -= len(data)
            if self._missing > 0:
                return
            data = b"".join(self._pieces)
            self._pieces = []
            self._missing = 0
        elif self._buffer:
            data = self._buffer + data
        if self._busy or not self._writable:
            self._buffer = data
            if len(data) > self._listener.options.pipelined_bytes and not self._paused:
                self._paused = True
                self._transport.pause_reading()  # type: ignore[union-attr]
        else:
            self._next(data)

    def eof_received(self) -> bool:
        """Half-closed clients still get the answer that runs."""
        if self._busy:
            self._known = self._known.closing()
            return True
        return False

    def pause_writing(self) -> None:
        """The client does not read: take no further request from it."""
        self._writable = False

    def resume_writing(self) -> None:
        """The client reads again."""
        self._writable = True
        if not self._busy and self._buffer:
            self._next(self._buffer)

    # uvicorn's server and the listener

    def shutdown(self) -> None:
        """End after the running operation (uvicorn calls this when it drains)."""
        self._listener.draining = True
        if not self._busy and self._transport is not None:
            self._transport.close()

    def expire(self) -> None:
        """Close a connection that has been idle, or has not sent its request, for too long."""
        if not self._busy and self._transport is not None:
            self._unsent = end_unread(self._transport, self._unsent)
            if self._unsent:
                self.since = self._listener.now

    @property
    def is_receiving(self) -> bool:
        """Whether a part of a request has come."""
        return bool(self._buffer or self._missing) and not self._busy

    # Admissible

    def admitted(self) -> None:
        """Run the operation, unless its client has gone while it waited."""
        if self._transport is None:
            self._listener.admission.done()
            return
        # The loop itself refers to its tasks only weakly.
        self._task = self._listener.create_task(self._run(self._known.head, self._body))

    # private

    def _next(self, data: bytes) -> None:
        """Begin the message at the start of ``data`` if it is all there."""
        known = self._known
        if not data.startswith(known.raw):
            found = self._read_head(data)
            if found is None:
                return
            self._known = known = found
        start = len(known.raw)
        end = start + known.length
        size = len(data)
        if size < end:
            self._wait(b"")
            self._pieces = [data]
            self._missing = end - size
            return
        self._body = data[start:end]
        self._buffer = data[end:] if size > end else b""
        self._busy = True
        if not self._listener.admission.submit(self):
            self._answer(refusal(known.head, (ClientError(ErrorCode.OVERLOADED),)))

    def _wait(self, data: bytes) -> None:
        if not self.is_receiving:
            self.since = self._listener.now
        self._buffer = data

    def _read_head(self, data: bytes) -> KnownHead | None:
        """Parse a head; ``None`` if it is not all there, or not for this protocol."""
        end = data.find(_END_OF_HEAD) + len(_END_OF_HEAD)
        options = self._listener.options
        if end < len(_END_OF_HEAD):
            if len(data) > options.head_bytes:
                self._refuse(NO_HEAD.head)
            else:
                self._wait(data)
            return None
        raw = data[:end]
        known = self._listener.heads.get(raw)
        if known is not None and known.peer == self._peer:
            return known
        if end > options.head_bytes:
            self._refuse(NO_HEAD.head)
            return None
        parsed = ParsedHead(raw)
        if not parsed.is_plain or not self._serves(parsed):
            self._hand_over(data)
            return None
        head = read_head(parsed.method, parsed.query, parsed.headers, self._peer)
        if parsed.length > self._listener.endpoint.max_body_bytes:
            self._refuse(head)
            return None
        known = KnownHead(raw, parsed.length, head, parsed.keep_alive, self._peer)
        self._listener.heads.put(raw, known)
        return known

    def _refuse(self, head: RequestHead) -> None:
        """Answer a request that is too large, of which no more is read."""
        self._busy = True
        self._buffer = b""
        self._known = NO_HEAD
        self._answer(refusal(head, (ClientError(ErrorCode.REQUEST_TOO_LARGE),)))

    def _serves(self, parsed: "ParsedHead") -> bool:
        return (
            parsed.path == self._listener.options.path
            and parsed.method in {b"GET", b"POST"}
            and not parsed.wants_page
        )

    def _hand_over(self, data: bytes) -> None:
        """Let uvicorn's protocol have this connection for good."""
        transport = self._transport
        self._transport = None
        self._buffer = b""
        self._leave()
        if transport is None:
            return
        other = self._other_protocol()
        other.connection_made(transport)
        transport.set_protocol(other)
        other.data_received(data)

    def _leave(self) -> None:
        self._listener.connections.discard(self)
        self._server_state.connections.discard(self)

    async def _run(self, head: RequestHead, body: bytes) -> None:
        try:
            answer = await self._listener.endpoint.execute(head, body)
        finally:
            # What only waits for the access log needs no core: the next operation may run.
            self._listener.admission.done()
        if isinstance(answer, HttpAnswer):
            self._answer(answer)
        else:
            answer.when_recorded(partial(self._recorded, head, answer))

    def _recorded(self, head: RequestHead, answer: Answer) -> None:
        self._answer(self._listener.endpoint.leave(head, answer))

    def _answer(self, answer: HttpAnswer) -> None:
        """Write the answer and go on with the next message."""
        self._busy = False
        self._body = b""
        transport = self._transport
        if transport is None or transport.is_closing():
            return
        listener = self._listener
        keep = self._known.keep_alive and not listener.draining
        self._server_state.total_requests += 1
        listener.write(transport, answer, keep_alive=keep)
        self.since = listener.now
        if not keep:
            transport.close()
            return
        if self._paused:
            self._paused = False
            transport.resume_reading()
        if self._buffer and self._writable:
            # Not from inside this call: a peer that pipelines must not deepen the stack.
            listener.call_soon(self._resume)

    def _resume(self) -> None:
        if self._buffer and not self._busy and self._writable and self._transport is not None:
            data, self._buffer = self._buffer, b""
            self._next(data)
