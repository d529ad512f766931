"""uvicorn's own protocol within our bounds: it has none for what is on its way.

Connections come here with whatever is no plain request of the GraphQL path (see ``protocol``),
and stay: a peer may send anything then, at any pace.
"""

from typing import TYPE_CHECKING, Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from gateway.server.listener import Listener, end_unread

if TYPE_CHECKING:
    import asyncio

_BYTES_PER_BODY_BYTE = 8
"""A chunk of a single byte takes six bytes, and trailers may follow."""


class BoundedProtocol(HttpToolsProtocol):
    """A connection whose requests must come whole in time, and are not larger than may be.

    Attributes:
        since: When the present request began, or the last one ended.
    """

    def __init__(self, listener: Listener, *arguments: Any) -> None:  # noqa: ANN401 - uvicorn's
        """Take what the worker shares, and what uvicorn's protocol takes."""
        super().__init__(*arguments)
        self._listener = listener
        self._received = 0
        self._unsent = 0
        self._begins = False
        self._in_head = False
        self._most = (
            listener.options.head_bytes + _BYTES_PER_BODY_BYTE * listener.endpoint.max_body_bytes
        )
        self.is_receiving = False
        self.since = listener.now

    def connection_made(self, transport: "asyncio.Transport") -> None:  # type: ignore[override]
        """Register with the listener."""
        super().connection_made(transport)
        self._listener.connections.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._listener.connections.discard(self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take bytes, as many as a request may have."""
        super().data_received(data)
        # What came in one piece with the end of another request is not counted.
        self._received = 0 if self._begins else self._received + len(data)
        self._begins = False
        if self.transport.is_closing() or not self.is_receiving:
            return
        if self._in_head and self._received > self._listener.options.head_bytes:
            self.send_400_response("The head of the request is too large.")
        elif self._received > self._most:
            self.transport.abort()

    def expire(self) -> None:
        """Close a connection that is idle, or has not sent its request, for too long."""
        cycle = self.cycle
        runs = cycle is not None and not cycle.response_complete and not cycle.more_body
        if not runs and not self.pipeline:
            self._unsent = end_unread(self.transport, self._unsent)
            if self._unsent:
                self.since = self._listener.now

    # httptools callbacks

    def on_message_begin(self) -> None:
        """Begin to count."""
        self.is_receiving = self._in_head = self._begins = True
        self.since = self._listener.now
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """The head is there."""
        self._in_head = False
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """The request is there."""
        self.is_receiving = False
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """The connection idles from now on."""
        self.since = self._listener.now
        super().on_response_complete()
