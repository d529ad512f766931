"""The HTTP protocol over real sockets: framing, keep-alive, bounds, hand-over, draining."""

import asyncio
import re

import pytest

from gateway.pipeline.answer import Answer
from gateway.request import Caller, GraphQLRequest
from gateway.server.admission import AdmissionOptions
from gateway.server.listener import ListenerOptions
from gateway.server.run import ServerOptions
from tests.gateway.server.serving import answer, client, post, serving


async def test_answers_a_post() -> None:
    async with serving() as server, client(server.port) as connection:
        connection.send(post("{a}"))
        status, headers, body = await connection.response()

    assert (200, b'{"data":"{a}"}') == (status, body)
    assert headers["content-type"] == "application/json; charset=utf-8"


async def test_t24_no_answer_may_be_stored() -> None:
    async with serving() as server, client(server.port) as connection:
        found = []
        for message in (post("{a}"), post("{a}", "accept: text/plain\r\n")):
            connection.send(message)
            found.append((await connection.response())[1]["cache-control"])

    assert found == ["private, no-store"] * 2


async def test_answers_a_get() -> None:
    async with serving() as server, client(server.port) as connection:
        connection.send(b"GET /graphql?query=%7Ba%7D HTTP/1.1\r\nhost: x\r\n\r\n")
        response = await connection.response()

    assert (200, b'{"data":"{a}"}') == (response[0], response[2])
    assert server.pipeline.callers[0].is_read_only


async def test_serves_many_requests_on_one_connection() -> None:
    async with serving() as server, client(server.port) as connection:
        bodies = []
        for number in range(5):
            connection.send(post(f"{{a{number % 2}}}"))
            bodies.append((await connection.response())[2])

    assert bodies == [b'{"data":"{a%d}"}' % (number % 2) for number in range(5)]


async def test_a_changed_head_is_read_anew() -> None:
    async with serving() as server, client(server.port) as connection:
        for token in ("a", "a", "b"):
            connection.send(post("{a}", f"authorization: Bearer {token}\r\n"))
            await connection.response()

    assert [caller.authorization for caller in server.pipeline.callers] == [
        b"Bearer a",
        b"Bearer a",
        b"Bearer b",
    ]


async def test_answers_pipelined_requests_in_order() -> None:
    async with serving() as server, client(server.port) as connection:
        connection.send(b"".join(post(f"{{a{number}}}") for number in range(10)))
        bodies = [(await connection.response())[2] for _ in range(10)]

    assert bodies == [b'{"data":"{a%d}"}' % number for number in range(10)]


async def test_takes_a_request_byte_by_byte() -> None:
    async with serving() as server, client(server.port) as connection:
        message = post("{a}")
        for index in range(len(message)):
            connection.send(message[index : index + 1])
            await asyncio.sleep(0)
        response = await connection.response()

    assert response[2] == b'{"data":"{a}"}'


async def test_a_large_body_in_many_pieces_is_taken_together() -> None:
    async with serving() as server, client(server.port) as connection:
        message = post("{a" + " " * 90_000 + "}") + post("{b}")
        for start in range(0, len(message), 1000):
            connection.send(message[start : start + 1000])
            await connection.writer.drain()
        first = await connection.response()
        second = await connection.response()

    assert (200, b'{"data":"{b}"}') == (first[0], second[2])
    assert len(first[2]) > 90_000


class Repeating:
    """Answers with its query so many times."""

    async def execute(self, request: GraphQLRequest, _caller: Caller) -> Answer:
        return answer(request.query.encode() * 100_000)


async def test_large_answers_leave_whole_and_in_order() -> None:
    queries = ["abcd", "e", "fgh"]
    async with serving(served=Repeating()) as server, client(server.port) as connection:
        connection.send(b"".join(map(post, queries)))
        bodies = [(await connection.response())[2] for _ in queries]

    assert bodies == [query.encode() * 100_000 for query in queries]


async def test_an_answer_that_waits_for_its_record_lets_the_next_operation_run() -> None:
    options = ServerOptions(admission=AdmissionOptions(floor=1, ceiling=1))
    async with serving(options) as server, client(server.port) as waiting:
        waiting.send(post("{record}"))
        await server.pipeline.started.get()
        async with client(server.port) as other:
            other.send(post("{a}"))
            _, _, body = await other.response()
        is_pending = not server.pipeline.record.done()
        server.pipeline.record.set_result(None)
        _, _, recorded = await waiting.response()

    assert (b'{"data":"{a}"}', True, b'{"data":"{record}"}') == (body, is_pending, recorded)


async def test_an_answer_whose_record_fails_is_refused() -> None:
    async with serving() as server, client(server.port) as connection:
        connection.send(post("{record}"))
        await server.pipeline.started.get()
        server.pipeline.record.set_exception(OSError("disk full"))
        status, _, body = await connection.response()

    assert (503, False) == (status, b"record" in body)
    assert b"AUDIT_UNAVAILABLE" in body


async def test_what_is_sent_ahead_waits_for_the_answer_that_waits_for_its_record() -> None:
    async with serving() as server, client(server.port) as connection:
        connection.send(post("{record}") + post("{a}"))
        await server.pipeline.started.get()
        server.pipeline.record.set_result(None)
        bodies = [(await connection.response())[2] for _ in range(2)]

    assert [b'{"data":"{record}"}', b'{"data":"{a}"}'] == bodies


async def test_an_operation_whose_client_went_while_it_waited_is_not_begun() -> None:
    options = ServerOptions(admission=AdmissionOptions(floor=1, ceiling=1))
    async with serving(options) as server, client(server.port) as holding:
        holding.send(post("{hold}"))
        await server.pipeline.started.get()
        async with client(server.port) as gone:
            gone.send(post("{gone}"))
            async with asyncio.timeout(5):
                while not server.listener.admission.waiting:  # noqa: ASYNC110 - a counter
                    await asyncio.sleep(0)
            gone.reset()
        async with asyncio.timeout(5):
            while len(server.listener.connections) > 1:  # noqa: ASYNC110 - a set
                await asyncio.sleep(0)
        server.pipeline.release.set()
        await holding.response()
        async with client(server.port) as later:
            later.send(post("{later}"))
            await later.response()
        begun = await server.pipeline.started.get()

    assert begun == "{later}"


async def test_a_chunked_body_is_understood() -> None:
    async with serving() as server, client(server.port) as connection:
        connection.send(
            b"POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n"
            b'transfer-encoding: chunked\r\n\r\n8\r\n{"query"\r\n7\r\n:"{a}"}\r\n0\r\n\r\n'
        )
        response = await connection.response()

    assert (200, b'{"data":"{a}"}') == (response[0], response[2])


async def test_a_body_over_the_limit_is_refused_before_it_is_read() -> None:
    async with serving() as server, client(server.port) as connection:
        connection.send(
            b"POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n"
            b"content-length: 1000000\r\n\r\n"
        )
        status, headers, _ = await connection.response()
        rest = await connection.rest()

    assert (413, "close", b"") == (status, headers["connection"], rest)


async def test_t13_the_body_limit_holds_for_chunked_bodies() -> None:
    async with serving() as server, client(server.port) as connection:
        connection.send(
            b"POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n"
            b"transfer-encoding: chunked\r\n\r\n" + b"8000\r\n" + b" " * 0x8000 + b"\r\n" * 1
        )
        for _ in range(4):
            connection.send(b"8000\r\n" + b" " * 0x8000 + b"\r\n")
        response = await connection.response()

    assert response[0] == 413


@pytest.mark.parametrize(
    ("path", "status", "body"),
    [
        ("/health/live", 200, b'{"status":"live"}'),
        ("/health/ready", 200, b'{"status":"ready"}'),
        ("/nothing", 404, b"Not Found"),
    ],
)
async def test_other_paths_are_served_by_the_application(
    path: str, status: int, body: bytes
) -> None:
    async with serving() as server, client(server.port) as connection:
        connection.send(f"GET {path} HTTP/1.1\r\nhost: x\r\n\r\n".encode())
        response = await connection.response()

    assert (status, body) == (response[0], response[2])


async def test_a_connection_may_mix_paths() -> None:
    async with serving() as server, client(server.port) as connection:
        bodies = []
        for message in (post("{a}"), b"GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n", post("{b}")):
            connection.send(message)
            bodies.append((await connection.response())[2])

    assert bodies == [b'{"data":"{a}"}', b'{"status":"live"}', b'{"data":"{b}"}']


@pytest.mark.parametrize(
    "message",
    [
        b"nonsense\r\n\r\n",
        b"POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab",
        b"POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\n"
        b"transfer-encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\n\r\n",
        b"POST /graphql HTTP/1.1\nhost: x\ncontent-length: 0\n\nx\r\n\r\n",
    ],
)
async def test_malformed_messages_are_400_and_end_the_connection(message: bytes) -> None:
    async with serving() as server, client(server.port) as connection:
        connection.send(message)
        answer = await connection.rest()

    assert answer.startswith(b"HTTP/1.1 400")
    assert server.pipeline.callers == []


async def test_connection_close_is_honoured() -> None:
    async with serving() as server, client(server.port) as connection:
        connection.send(post("{a}", "connection: close\r\n"))
        _, headers, _ = await connection.response()
        rest = await connection.rest()

    assert ("close", b"") == (headers["connection"], rest)


async def test_a_half_closed_client_gets_its_answer() -> None:
    async with serving() as server, client(server.port) as connection:
        connection.send(post("{hold}"))
        await server.pipeline.started.get()
        connection.writer.write_eof()
        server.pipeline.release.set()
        response = await connection.response()

    assert response[0] == 200


async def test_an_idle_connection_is_closed() -> None:
    options = ServerOptions(listener=ListenerOptions(keep_alive=0.1))
    async with serving(options) as server, client(server.port) as connection:
        rest = await connection.rest()

    assert rest == b""


async def test_a_request_that_never_ends_is_cut() -> None:
    options = ServerOptions(listener=ListenerOptions(receive_timeout=0.1))
    async with serving(options) as server, client(server.port) as connection:
        connection.send(post("{a}")[:-5])
        rest = await connection.rest()

    assert rest == b""


async def test_draining_answers_what_runs_and_closes_what_idles() -> None:
    async with serving() as server, client(server.port) as busy, client(server.port) as idle:
        idle.send(post("{a}"))
        await idle.response()
        await server.pipeline.started.get()
        busy.send(post("{hold}"))
        await server.pipeline.started.get()
        for connection in tuple(server.listener.connections):
            connection.shutdown()  # type: ignore[attr-defined]
        closed = await idle.rest()
        server.pipeline.release.set()
        _, headers, body = await busy.response()

    assert b"" == closed
    assert ("close", b'{"data":"{hold}"}') == (headers["connection"], body)


async def test_operations_over_the_queue_are_refused_with_503() -> None:
    options = ServerOptions(admission=AdmissionOptions(floor=1, ceiling=1, waiting=0))
    async with serving(options) as server, client(server.port) as one, client(server.port) as two:
        one.send(post("{hold}"))
        await server.pipeline.started.get()
        two.send(post("{a}"))
        refused = await two.response()
        server.pipeline.release.set()
        served = await one.response()

    assert (503, 200) == (refused[0], served[0])


async def test_a_client_that_goes_away_leaves_the_server_working() -> None:
    async with serving() as server:
        async with client(server.port) as gone:
            gone.send(post("{hold}"))
            await server.pipeline.started.get()
        server.pipeline.release.set()
        async with client(server.port) as connection:
            connection.send(post("{a}"))
            response = await connection.response()

    assert response[0] == 200


async def test_browsers_get_the_page_in_development_only() -> None:
    statuses = []
    for has_page in (True, False):
        options = ServerOptions(has_page=has_page)
        async with serving(options) as server, client(server.port) as connection:
            connection.send(
                b"GET /graphql HTTP/1.1\r\nhost: x\r\naccept: text/html,*/*;q=0.1\r\n\r\n"
            )
            status, headers, _ = await connection.response()
            statuses.append((status, headers["content-type"].partition(";")[0]))

    assert statuses == [(200, "text/html"), (400, "application/json")]


async def _graphiql(*, has_page: bool) -> tuple[int, dict[str, str], str]:
    options = ServerOptions(has_page=has_page)
    async with serving(options) as server, client(server.port) as browser:
        browser.send(b"GET /graphql/graphiql HTTP/1.1\r\nhost: x\r\naccept: text/html\r\n\r\n")
        status, headers, body = await browser.response()
    return status, headers, body.decode()


async def test_graphiql_is_there_in_development_alone() -> None:
    statuses = [(await _graphiql(has_page=has_page))[0] for has_page in (True, False)]

    assert [200, 404] == statuses


async def test_graphiql_takes_only_the_scripts_it_names_and_talks_to_this_server_alone() -> None:
    _, headers, page = await _graphiql(has_page=True)
    foreign = re.findall(r"<(?:script|link)[^>]*https://unpkg.com[^>]*>", page)

    assert "connect-src 'self'" in headers["content-security-policy"]
    assert [True] * 4 == ['integrity="sha384-' in tag for tag in foreign]


@pytest.mark.parametrize(
    ("has_page", "expected"), [(True, (307, "/graphql")), (False, (404, None))]
)
async def test_the_root_leads_to_the_page_in_development_only(
    has_page: bool, expected: tuple[int, str | None]
) -> None:
    async with serving(ServerOptions(has_page=has_page)) as server, client(server.port) as browser:
        browser.send(b"GET / HTTP/1.1\r\nhost: x\r\naccept: text/html\r\n\r\n")
        status, headers, _ = await browser.response()

    assert expected == (status, headers.get("location"))


@pytest.mark.parametrize(
    "upgrade",
    [
        # What clients of HTTP/2 send first where there is no TLS: a server may go on with 1.1.
        "connection: Upgrade, HTTP2-Settings\r\nupgrade: h2c\r\nhttp2-settings: AAMAAABk\r\n",
        "connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n",
    ],
)
async def test_an_offer_of_another_protocol_is_declined_and_the_request_served(
    upgrade: str,
) -> None:
    async with serving() as server, client(server.port) as connection:
        connection.send(post("{a}", upgrade) + post("{b}"))
        answers = [await connection.response(), await connection.response()]

    assert [(200, b'{"data":"{a}"}'), (200, b'{"data":"{b}"}')] == [
        (status, body) for status, _, body in answers
    ]
