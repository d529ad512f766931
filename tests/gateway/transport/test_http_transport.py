"""The HTTP transport against real sockets: framing, keep-alive, retries, bounds, failures."""

import asyncio

import pytest

from gateway.federation.executor.ports import SubgraphRequest
from gateway.transport.endpoint import TransportLimits, parse_endpoint
from gateway.transport.http import HttpTransport
from tests.gateway.transport.scripted import Peer, reason, request, subgraph, transport_to

ANSWER = b'{"data":{}}'


async def _echo(peer: Peer) -> None:
    while (body := await peer.request()) is not None:
        await peer.answer(b'{"echo":' + body + b"}")


async def test_returns_the_body_of_the_answer() -> None:
    async with subgraph(_echo) as server, transport_to(server) as transport:
        result = await transport.send(request(b'{"a":1}'))

    assert result == b'{"echo":{"a":1}}'


async def test_sends_large_bodies_whole_beside_small_ones() -> None:
    bodies = [b'"%b"' % (b"x" * size) for size in (1_000_000, 5, 300_000)]
    async with subgraph(_echo) as server, transport_to(server) as transport:
        answers = await asyncio.gather(*(transport.send(request(body)) for body in bodies))

    assert answers == [b'{"echo":' + body + b"}" for body in bodies]


async def test_sends_target_type_and_length() -> None:
    heads = []

    async def remember(peer: Peer) -> None:
        await peer.request()
        heads.append(peer.head)
        await peer.answer(ANSWER)

    async with subgraph(remember) as server, transport_to(server) as transport:
        await transport.send(request(b"12345"))
        expected = (
            "POST /graphql?x=1 HTTP/1.1\r\n"
            f"host: 127.0.0.1:{server.port}\r\n"
            "content-type: application/json\r\n"
            "accept: application/graphql-response+json, application/json\r\n"
            "content-length: 5\r\n\r\n"
        )

    assert heads == [expected.encode()]


async def test_keeps_one_connection_for_requests_in_turn() -> None:
    async with subgraph(_echo) as server, transport_to(server) as transport:
        for _ in range(5):
            await transport.send(request())

    assert server.connections == 1


async def test_opens_no_more_connections_than_allowed_and_serves_all_that_wait() -> None:
    limits = TransportLimits(connections=2)
    async with subgraph(_echo) as server, transport_to(server, limits) as transport:
        futures = [transport.send(request(b"%d" % number)) for number in range(20)]
        results = [await future for future in futures]

    assert results == [b'{"echo":%d}' % number for number in range(20)]
    assert server.connections == 2


@pytest.mark.parametrize(
    "wire",
    [
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"
        b'5\r\n{"dat\r\n6\r\na":{}}\r\n0\r\n\r\n',
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 11\r\n\r\n" + ANSWER,
        b"HTTP/1.1 200 OK\r\nContent-Length: 11\r\nconnection: close\r\n\r\n" + ANSWER,
    ],
    ids=["chunked", "interim", "close"],
)
async def test_understands_framing(wire: bytes) -> None:
    async def behave(peer: Peer) -> None:
        await peer.request()
        for index in range(len(wire)):
            await peer.write(wire[index : index + 1])
        await peer.until_closed()

    async with subgraph(behave) as server, transport_to(server) as transport:
        result = await transport.send(request())

    assert result == ANSWER


async def test_takes_the_end_of_the_connection_as_the_end_of_an_answer_without_length() -> None:
    async def behave(peer: Peer) -> None:
        await peer.request()
        await peer.write(b"HTTP/1.1 200 OK\r\n\r\n" + ANSWER)

    async with subgraph(behave) as server, transport_to(server) as transport:
        result = await transport.send(request())

    assert result == ANSWER


async def test_an_answer_cut_within_its_length_is_a_failure() -> None:
    async def behave(peer: Peer) -> None:
        await peer.request()
        await peer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n" + ANSWER)

    async with subgraph(behave) as server, transport_to(server) as transport:
        result = await transport.send(request())

    assert reason(result) == "connection"


async def _close_second_request(peer: Peer) -> None:
    """Answers once per connection, then swallows the next request and closes."""
    await peer.request()
    await peer.answer(b'"%d"' % peer.number, "200 OK")
    await peer.request()


async def test_a_query_on_a_stale_connection_is_sent_once_more() -> None:
    async with subgraph(_close_second_request) as server, transport_to(server) as transport:
        first = await transport.send(request())
        second = await transport.send(request())

    assert (first, second) == (b'"1"', b'"2"')


async def test_a_large_query_on_a_stale_connection_is_sent_once_more_and_whole() -> None:
    body = b'"%b"' % (b"x" * 1_000_000)
    received = []

    async def take_one_and_swallow_one(peer: Peer) -> None:
        received.append(await peer.request())
        await peer.answer(ANSWER)
        await peer.request()

    async with subgraph(take_one_and_swallow_one) as server, transport_to(server) as transport:
        for _ in range(2):
            await transport.send(request(body))

    assert received == [body, body]


async def test_a_mutation_on_a_stale_connection_is_never_sent_twice() -> None:
    async with subgraph(_close_second_request) as server, transport_to(server) as transport:
        await transport.send(request())
        result = await transport.send(request(is_mutation=True))

    assert reason(result) == "connection"
    assert server.connections == 1


async def test_a_mutation_gets_a_fresh_connection_where_the_kept_one_is_old() -> None:
    limits = TransportLimits(fresh=0.0, connections=1)
    async with subgraph(_echo) as server, transport_to(server, limits) as transport:
        await transport.send(request())
        result = await transport.send(request(is_mutation=True))

    assert result == b'{"echo":{}}'
    assert server.connections == 2


async def test_a_query_is_retried_once_only() -> None:
    async def behave(peer: Peer) -> None:
        await peer.request()
        if peer.number == 1:
            await peer.answer(ANSWER)
            await peer.request()

    async with subgraph(behave) as server, transport_to(server) as transport:
        await transport.send(request())
        result = await transport.send(request())

    assert reason(result) == "connection"
    assert server.connections == 2


async def test_a_request_that_is_not_answered_in_time_fails() -> None:
    async def behave(peer: Peer) -> None:
        await peer.until_closed()

    limits = TransportLimits(deadline=0.1)
    async with subgraph(behave) as server, transport_to(server, limits) as transport:
        result = await transport.send(request())

    assert reason(result) == "timeout"


async def test_waiting_for_a_connection_counts_towards_the_deadline() -> None:
    async def behave(peer: Peer) -> None:
        await peer.until_closed()

    limits = TransportLimits(deadline=0.1, connections=1)
    async with subgraph(behave) as server, transport_to(server, limits) as transport:
        results = [await future for future in [transport.send(request()) for _ in range(3)]]

    assert [reason(result) for result in results] == ["timeout"] * 3


async def test_an_answer_over_the_cap_fails_while_it_is_read() -> None:
    async def behave(peer: Peer) -> None:
        await peer.request()
        await peer.write(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")
        while True:
            await peer.write(b"1000\r\n" + b"x" * 0x1000 + b"\r\n")

    limits = TransportLimits(response_bytes=100_000)
    async with subgraph(behave) as server, transport_to(server, limits) as transport:
        result = await transport.send(request())

    assert reason(result) == "too large"


async def test_a_head_over_the_cap_fails() -> None:
    async def behave(peer: Peer) -> None:
        await peer.request()
        await peer.write(b"HTTP/1.1 200 OK\r\n")
        while True:
            await peer.write(b"x: %b\r\n" % (b"y" * 1000))

    limits = TransportLimits(head_bytes=8_000)
    async with subgraph(behave) as server, transport_to(server, limits) as transport:
        result = await transport.send(request())

    assert reason(result) == "too large"


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        ("500 Oops", b'{"errors":[]}', b'{"errors":[]}'),
        ("500 Oops", b"<html>", "status"),
        ("302 Found", b'{"data":{}}', "status"),
        ("200 OK", b"<html>", b"<html>"),
    ],
)
async def test_statuses(status: str, body: bytes, expected: object) -> None:
    async def behave(peer: Peer) -> None:
        await peer.request()
        await peer.answer(body, status, "location: http://127.0.0.1:1/\r\n")

    async with subgraph(behave) as server, transport_to(server) as transport:
        result = await transport.send(request())

    assert reason(result) == expected


async def test_an_answer_that_is_not_http_fails() -> None:
    async def behave(peer: Peer) -> None:
        await peer.request()
        await peer.write(b"220 mail ready\r\n\r\n")
        await peer.until_closed()

    async with subgraph(behave) as server, transport_to(server) as transport:
        result = await transport.send(request())

    assert reason(result) == "malformed"


async def test_bytes_after_an_answer_are_never_taken_for_the_next_one() -> None:
    async def behave(peer: Peer) -> None:
        await peer.request()
        answer = b"HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\n"
        await peer.write(answer + b'"%d"' % peer.number + answer + b'"x"')
        await peer.until_closed()

    async with subgraph(behave) as server, transport_to(server) as transport:
        first = await transport.send(request())
        second = await transport.send(request())

    assert (first, second) == (b'"1"', b'"2"')


async def test_a_refused_connection_fails_every_request_at_once() -> None:
    async with subgraph(_echo) as server:
        pass
    async with transport_to(server) as transport:
        futures = [transport.send(request()) for _ in range(10)]
        results = [await future for future in futures]

    assert [reason(result) for result in results] == ["connection"] * 10


async def test_more_waiting_requests_than_allowed_fail_at_once() -> None:
    limits = TransportLimits(connections=1, waiting=2)
    async with subgraph(_echo) as server, transport_to(server, limits) as transport:
        results = [await future for future in [transport.send(request()) for _ in range(4)]]

    assert [reason(result) for result in results].count("overloaded") == 2


async def test_a_cancelled_fetch_leaves_its_connection_usable() -> None:
    release = asyncio.Event()

    async def behave(peer: Peer) -> None:
        while (body := await peer.request()) is not None:
            await release.wait()
            await peer.answer(body)

    async with subgraph(behave) as server, transport_to(server) as transport:
        cancelled = transport.send(request(b'"first"'))
        await asyncio.sleep(0)
        cancelled.cancel()
        release.set()
        result = await transport.send(request(b'"second"'))

    assert result == b'"second"'


async def test_closing_fails_what_still_runs() -> None:
    arrived = asyncio.Event()

    async def behave(peer: Peer) -> None:
        await peer.request()
        arrived.set()
        await peer.until_closed()

    async with subgraph(behave) as server, transport_to(server) as transport:
        running = transport.send(request())
        await arrived.wait()
        await transport.close()
        result = await running

    assert reason(result) == "connection"


async def test_a_subgraph_without_address_fails() -> None:
    result = await HttpTransport([]).send(SubgraphRequest("s", b"{}", False, None))

    assert reason(result) == "unknown subgraph"


@pytest.mark.parametrize(
    "url",
    [
        "ftp://a/",
        "/graphql",
        "http://user:pw@a/",
        "http://a/#x",
        "http://a/\r\nx: y",
        "http://a/b c",
        "http://a b/",
        "http://a\tb/",
        "http://a%20b/",
        "http://a<b/",
        "http://a..b/",
        f"http://{'a' * 64}/",
        f"http://{'a.' * 127}a/",
        "http://[::1/",
        "http://[zz]/",
        "http://a:0/",
        "http://a:65536/",
        " http://a/",
    ],
)
def test_an_unusable_address_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"^subgraph s: "):
        parse_endpoint("s", url)


@pytest.mark.parametrize(
    ("url", "host", "port"),
    [
        ("http://a_b.svc.cluster.local.:1/", "a_b.svc.cluster.local.", 1),
        ("http://[::1]:65535/", "::1", 65535),
        ("https://192.0.2.1/", "192.0.2.1", 443),
        ("http://A:/", "a", 80),
    ],
)
def test_hosts_and_ports_of_all_kinds_are_read(url: str, host: str, port: int) -> None:
    endpoint = parse_endpoint("s", url)

    assert (host, port) == (endpoint.host, endpoint.port)
