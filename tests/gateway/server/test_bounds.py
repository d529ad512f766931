"""What a client sends is bounded in size and time on every path, and waits in one queue."""

import asyncio

import pytest

from gateway.pipeline.answer import Answer
from gateway.request import Caller, GraphQLRequest
from gateway.server.admission import AdmissionOptions
from gateway.server.admitted import AdmittedEndpoint
from gateway.server.heads import NO_HEAD
from gateway.server.listener import ClientConnection, ListenerOptions
from gateway.server.run import ServerOptions
from tests.gateway.server.serving import answer, client, post, serving

CHUNKED = (
    b"POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n"
    b"transfer-encoding: chunked\r\n\r\n"
)
WHOLE = CHUNKED + b'8\r\n{"query"\r\n7\r\n:"{a}"}\r\n0\r\n\r\n'
HELD = CHUNKED + b'8\r\n{"query"\r\n1\r\n:\r\n9\r\n"{hold}"}\r\n0\r\n\r\n'
AT_ONCE = ServerOptions(listener=ListenerOptions(receive_timeout=0.1))


@pytest.mark.parametrize("end", [b"", b"\r\n\r\n"])
async def test_a_head_over_the_limit_is_refused(end: bytes) -> None:
    async with serving() as server, client(server.port) as connection:
        connection.send(b"GET /graphql HTTP/1.1\r\nx: " + b"a" * 40_000 + end)
        answer = await connection.response()
        rest = await connection.rest()

    assert (413, "close", b"") == (answer[0], answer[1]["connection"], rest)


async def test_a_head_after_a_chunked_request_is_bounded_too() -> None:
    async with serving() as server, client(server.port) as connection:
        connection.send(WHOLE)
        first = await connection.response()
        connection.send(b"GET /graphql HTTP/1.1\r\n")
        for _ in range(5):
            connection.send(b"x: " + b"a" * 100_000 + b"\r\n")
        second = await connection.response()

    assert (200, 400) == (first[0], second[0])


@pytest.mark.parametrize(
    "message",
    [CHUNKED, CHUNKED + b"5\r\nab", WHOLE + b"GET /graphql HTTP/1.1\r\nx:", WHOLE[:-2] + b"x: y"],
)
async def test_a_request_that_never_ends_is_cut_where_its_body_is_chunked(message: bytes) -> None:
    async with serving(AT_ONCE) as server, client(server.port) as connection:
        connection.send(message)
        rest = await connection.rest()

    assert (b"200 OK" in rest) == message.startswith(WHOLE)


async def test_trailers_are_bounded() -> None:
    async with serving() as server, client(server.port) as connection:
        connection.send(WHOLE[:-2])
        for _ in range(40):
            connection.send(b"x: " + b"a" * 50_000 + b"\r\n")
        connection.send(b"\r\n")
        with pytest.raises((ConnectionResetError, EOFError)):
            await connection.response()

    assert [] == server.pipeline.callers


async def test_a_connection_that_idles_after_a_chunked_request_is_closed() -> None:
    options = ServerOptions(listener=ListenerOptions(keep_alive=1.0))
    async with serving(options) as server, client(server.port) as connection:
        connection.send(WHOLE)
        response = await connection.response()
        connection.send(b"\r\n")
        rest = await connection.rest()

    assert (200, b"") == (response[0], rest)


async def test_an_operation_that_takes_its_time_is_not_cut() -> None:
    options = ServerOptions(listener=ListenerOptions(receive_timeout=0.1, keep_alive=0.1))
    async with serving(options) as server, client(server.port) as connection:
        connection.send(HELD)
        await server.pipeline.started.get()
        server.listener.now += 10.0
        for each in tuple(server.listener.connections):
            each.expire()
        server.pipeline.release.set()
        response = await connection.response()

    assert 200 == response[0]


async def test_chunked_requests_wait_in_the_same_queue() -> None:
    options = ServerOptions(admission=AdmissionOptions(floor=1, ceiling=1, waiting=0))
    async with serving(options) as server, client(server.port) as one, client(server.port) as two:
        one.send(post("{hold}"))
        await server.pipeline.started.get()
        two.send(WHOLE)
        refused = await two.response()
        server.pipeline.release.set()
        served = await one.response()

    assert (503, 200) == (refused[0], served[0])


async def test_a_chunked_request_gets_its_turn() -> None:
    options = ServerOptions(admission=AdmissionOptions(floor=1, ceiling=1))
    async with serving(options) as server, client(server.port) as one, client(server.port) as two:
        one.send(HELD)
        await server.pipeline.started.get()
        two.send(WHOLE)
        server.pipeline.release.set()
        statuses = [(await one.response())[0], (await two.response())[0]]

    assert [200, 200] == statuses
    assert 0 == server.listener.admission.running


class Running:
    """An operation that runs until the test ends it."""

    def admitted(self) -> None:
        pass


@pytest.mark.parametrize("has_come", [True, False], ids=["come", "waiting"])
async def test_a_request_that_is_cancelled_gives_its_turn_back(has_come: bool) -> None:
    options = ServerOptions(admission=AdmissionOptions(floor=1, ceiling=1))
    async with serving(options) as server:
        endpoint, admission = AdmittedEndpoint(server.listener), server.listener.admission
        admission.submit(Running())
        request = asyncio.ensure_future(endpoint.answer(NO_HEAD.head, b""))
        loop = asyncio.get_running_loop()
        if has_come:
            loop.call_soon(admission.done)
        loop.call_soon(request.cancel)
        await asyncio.wait([request])
        if not has_come:
            admission.done()

        assert (True, 0, 0) == (request.cancelled(), admission.running, admission.waiting)


class LargePipeline:
    """Answers with more than the buffers of a connection hold."""

    async def execute(self, _request: GraphQLRequest, _caller: Caller) -> Answer:
        return answer(b" " * 32 * 1024 * 1024)


class Watched(set[ClientConnection]):
    """Connections, and whether one has gone."""

    def __init__(self) -> None:
        super().__init__()
        self.gone = asyncio.Event()

    def discard(self, connection: object, /) -> None:
        super().discard(connection)
        if not self:
            self.gone.set()


@pytest.mark.parametrize("message", [post("{a}"), WHOLE], ids=["plain", "chunked"])
async def test_a_client_that_never_reads_its_answer_is_let_go(message: bytes) -> None:
    options = ServerOptions(listener=ListenerOptions(keep_alive=1.0))
    async with serving(options, LargePipeline()) as server:
        server.listener.connections = watched = Watched()
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port, limit=1)
        writer.write(message)
        await reader.readexactly(1)
        watched.gone.clear()  # one protocol may have handed it over to the other
        writer.transport.pause_reading()  # type: ignore[attr-defined]
        async with asyncio.timeout(30):
            await watched.gone.wait()
        writer.close()

    assert set() == watched


async def test_a_client_that_reads_slowly_gets_its_answer() -> None:
    options = ServerOptions(listener=ListenerOptions(keep_alive=1.0))
    async with serving(options, LargePipeline()) as server:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port, limit=1 << 16)
        writer.write(post("{a}"))
        await reader.readuntil(b"\r\n\r\n")
        for _ in range(3):
            await reader.readexactly(8 * 1024 * 1024)
            for each in tuple(server.listener.connections):
                each.expire()
        rest = await reader.readexactly(8 * 1024 * 1024)
        writer.close()

    assert 8 * 1024 * 1024 == len(rest)
