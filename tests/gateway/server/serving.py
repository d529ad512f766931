"""The server on a real socket within the test's own loop."""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from gateway.endpoint.endpoint import GraphQLEndpoint, Pipeline
from gateway.federation.executor.outcome import ExecutionOutcome
from gateway.federation.plan import OperationKind
from gateway.pipeline.answer import Answer
from gateway.request import Caller, GraphQLRequest, PendingRecord
from gateway.server.admission import Admission
from gateway.server.listener import Listener
from gateway.server.run import ServerOptions, bind, build_server


def answer(body: bytes, *records: PendingRecord) -> Answer:
    """The answer to a query."""
    return Answer(OperationKind.QUERY, ExecutionOutcome(body), records)


class HeldPipeline:
    """Answers with the query.

    One that contains ``hold`` runs until the test lets it go; the answer to one that contains
    ``record`` waits for ``record``.
    """

    def __init__(self) -> None:
        self.release = asyncio.Event()
        self.record: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.started: asyncio.Queue[str] = asyncio.Queue()
        self.callers: list[Caller] = []

    async def execute(self, request: GraphQLRequest, caller: Caller) -> Answer:
        self.callers.append(caller)
        self.started.put_nowait(request.query)
        if "hold" in request.query:
            await self.release.wait()
        records = (self.record,) if "record" in request.query else ()
        return answer(b'{"data":"%b"}' % request.query.encode(), *records)


class Running:
    """A running server."""

    def __init__(self, port: int, pipeline: HeldPipeline, listener: Listener) -> None:
        self.port = port
        self.pipeline = pipeline
        self.listener = listener
        self.stop = asyncio.Event()


class Client:
    """A raw HTTP/1.1 client connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self.writer = writer

    def send(self, data: bytes) -> None:
        self.writer.write(data)

    async def response(self) -> tuple[int, dict[str, str], bytes]:
        head = (await self._reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = dict(line.lower().split(": ", 1) for line in head[1:] if line)
        body = await self._reader.readexactly(int(headers.get("content-length", 0)))
        return int(head[0].split(" ")[1]), headers, body

    def reset(self) -> None:
        """End the connection at once (RST), as a client that crashed."""
        linger = struct.pack("ii", 1, 0)
        self.writer.get_extra_info("socket").setsockopt(
            socket.SOL_SOCKET, socket.SO_LINGER, linger
        )
        self.writer.transport.abort()

    async def rest(self) -> bytes:
        return await self._reader.read()


def post(query: str, headers: str = "", path: str = "/graphql") -> bytes:
    body = b'{"query":"%b"}' % query.encode()
    return (
        f"POST {path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n"
        f"{headers}content-length: {len(body)}\r\n\r\n"
    ).encode() + body


@asynccontextmanager
async def serving(
    options: ServerOptions | None = None, served: Pipeline | None = None
) -> AsyncIterator[Running]:
    options = options or ServerOptions()
    pipeline = HeldPipeline()
    endpoint = GraphQLEndpoint(served or pipeline, max_body_bytes=100_000)
    loop = asyncio.get_running_loop()
    listener = Listener(endpoint, loop, Admission(loop, options.admission), options.listener)
    server = build_server(listener, options)
    listening = bind("127.0.0.1", 0)
    running = Running(listening.getsockname()[1], pipeline, listener)
    task = loop.create_task(server.serve(sockets=[listening]))
    try:
        yield running
    finally:
        pipeline.release.set()
        server.should_exit = True
        await task
        listener.close()


@asynccontextmanager
async def client(port: int) -> AsyncIterator[Client]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield Client(reader, writer)
    finally:
        writer.close()
