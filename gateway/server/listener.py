"""What the connections of one worker share: the endpoint, admission, response heads, expiry."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import formatdate
from http import HTTPStatus
from typing import Protocol

from gateway.endpoint.answer import CACHE_CONTROL, HttpAnswer
from gateway.endpoint.endpoint import GraphQLEndpoint
from gateway.server.admission import Admission
from gateway.server.heads import KnownHeads

_COPIED_BYTES = 256 * 1024
"""Up to this size copying an answer's body behind its head costs less than two buffers."""


@dataclass(frozen=True, slots=True)
class ListenerOptions:
    """Bounds of client connections; every default stands here only.

    Attributes:
        path: Path of the GraphQL endpoint.
        head_bytes: Most bytes of a request's head.
        pipelined_bytes: Bytes that a client may send ahead of an answer.
        keep_alive: Seconds after which an idle connection is closed.
        receive_timeout: Seconds within which a request must have come whole.
    """

    path: bytes = b"/graphql"
    head_bytes: int = 32 * 1024
    pipelined_bytes: int = 256 * 1024
    keep_alive: float = 75.0
    receive_timeout: float = 15.0


class ClientConnection(Protocol):
    """What the listener knows of a connection."""

    since: float

    @property
    def is_receiving(self) -> bool:
        """Whether a part of a request has come."""

    def expire(self) -> None:
        """Close, unless an operation runs."""


def end_unread(transport: asyncio.WriteTransport, unsent: int) -> int:
    """Close an idle connection; one whose peer reads its answer, however slowly, is left.

    Args:
        transport: The connection's.
        unsent: Bytes of its answer that were left when this was last asked for.

    Returns:
        Bytes that are left now, where the peer has read some meanwhile; else 0.
    """
    left = transport.get_write_buffer_size()
    if not left:
        transport.close()
    elif left == unsent:
        transport.abort()  # a closed transport would wait for its peer for ever
    else:
        return left
    return 0


class Listener:
    """The shared state of one worker's connections."""

    def __init__(
        self,
        endpoint: GraphQLEndpoint,
        loop: asyncio.AbstractEventLoop,
        admission: Admission,
        options: ListenerOptions | None = None,
    ) -> None:
        """Take the endpoint, the worker's loop, the queue of its operations and the bounds."""
        self.endpoint = endpoint
        self.options = options or ListenerOptions()
        self.admission = admission
        self.connections: set[ClientConnection] = set()
        self.draining = False
        self.now = loop.time()
        self.call_soon: Callable[..., object] = loop.call_soon
        self.heads = KnownHeads()
        self.create_task = loop.create_task
        self._loop = loop
        self._heads: dict[tuple[int, str], bytes] = {}
        self._timer = loop.call_later(1.0, self._tick)

    def write(
        self, transport: asyncio.WriteTransport, answer: HttpAnswer, *, keep_alive: bool
    ) -> None:
        """Write an answer as HTTP/1.1; one that is large is not copied for its head's sake."""
        key = (answer.status, answer.media_type)
        head = self._heads.get(key)
        if head is None:
            head = self._heads[key] = _response_head(*key)
        if answer.headers or not keep_alive:
            further = "".join(f"{name}: {value}\r\n" for name, value in answer.headers)
            further += "" if keep_alive else "connection: close\r\n"
            head = head.removesuffix(b"content-length: ")
            head += further.encode("ascii") + b"content-length: "
        size = len(answer.body)
        if size <= _COPIED_BYTES:
            transport.write(b"%b%d\r\n\r\n%b" % (head, size, answer.body))
        else:
            transport.writelines((b"%b%d\r\n\r\n" % (head, size), answer.body))

    def close(self) -> None:
        """Stop the timers."""
        self._timer.cancel()
        self.admission.close()

    def _tick(self) -> None:
        self._heads.clear()  # they carry the date, in seconds
        self.now = now = self._loop.time()
        self.heads.age(now)
        for connection in tuple(self.connections):
            bound = (
                self.options.receive_timeout
                if connection.is_receiving
                else self.options.keep_alive
            )
            if connection.since + bound < now:
                connection.expire()
        self._timer = self._loop.call_later(1.0, self._tick)


def _response_head(status: int, media_type: str) -> bytes:
    return (
        f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\n"
        f"date: {formatdate(usegmt=True)}\r\n"
        f"content-type: {media_type}; charset=utf-8\r\n"
        f"cache-control: {CACHE_CONTROL}\r\n"
        "content-length: "
    ).encode("ascii")
