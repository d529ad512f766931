"""A subgraph over a real socket that does with each connection what the test says."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from gateway.federation.executor.ports import FetchFailure, SubgraphRequest
from gateway.transport.endpoint import TransportLimits, parse_endpoint
from gateway.transport.http import HttpTransport

Behaviour = Callable[["Peer"], Awaitable[None]]


class Peer:
    """One connection as the subgraph sees it."""

    def __init__(
        self, number: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.number = number
        self._reader = reader
        self._writer = writer

    async def request(self) -> bytes | None:
        """The next request's body, ``None`` when the gateway has closed."""
        try:
            head = await self._reader.readuntil(b"\r\n\r\n")
        except (asyncio.IncompleteReadError, ConnectionError):
            return None
        self.head = head
        length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        return await self._reader.readexactly(length)

    async def write(self, data: bytes) -> None:
        self._writer.write(data)
        await self._writer.drain()

    async def answer(self, body: bytes, status: str = "200 OK", headers: str = "") -> None:
        head = f"HTTP/1.1 {status}\r\n{headers}content-length: {len(body)}\r\n\r\n"
        await self.write(head.encode() + body)

    async def until_closed(self) -> None:
        while await self._reader.read(65536):
            pass


class Scripted:
    """The running subgraph and what it has seen."""

    def __init__(self, behaviour: Behaviour) -> None:
        self._behaviour = behaviour
        self.connections = 0
        self.port = 0

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            await self._behaviour(Peer(self.connections, reader, writer))
        except (ConnectionError, asyncio.CancelledError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def subgraph(behaviour: Behaviour) -> AsyncIterator[Scripted]:
    scripted = Scripted(behaviour)
    server = await asyncio.start_server(scripted.handle, "127.0.0.1", 0)
    scripted.port = server.sockets[0].getsockname()[1]
    try:
        yield scripted
    finally:
        server.close()


@asynccontextmanager
async def transport_to(
    scripted: Scripted, limits: TransportLimits | None = None
) -> AsyncIterator[HttpTransport]:
    url = f"http://127.0.0.1:{scripted.port}/graphql?x=1"
    transport = HttpTransport([parse_endpoint("s", url, limits=limits)])
    try:
        yield transport
    finally:
        await transport.close()


def request(body: bytes = b"{}", *, is_mutation: bool = False) -> SubgraphRequest:
    return SubgraphRequest("s", body, is_mutation, scope=None)


def reason(result: bytes | FetchFailure) -> object:
    """Why a fetch failed, or the body where it did not."""
    return dict(result.extensions)["reason"] if isinstance(result, FetchFailure) else result
