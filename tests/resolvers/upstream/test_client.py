"""The upstream client against a real server that answers what the test says."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aiohttp
import pytest
from aiohttp import web

from resolvers.upstream import (
    BreakerSettings,
    CircuitBreaker,
    RetryBudget,
    UpstreamClient,
    UpstreamError,
    UpstreamFault,
    UpstreamLimits,
    UpstreamRequest,
)

READ = UpstreamRequest("GET", "things")
WRITE = UpstreamRequest("POST", "things", body=b"{}", is_read=False)
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class Clock:
    now: float = 0.0

    def __call__(self) -> float:
        return self.now


@asynccontextmanager
async def upstream(
    handler: Handler, limits: UpstreamLimits | None = None, breaker: CircuitBreaker | None = None
) -> AsyncIterator[UpstreamClient]:
    app = web.Application()
    app.router.add_route("*", "/base/{path:.*}", handler)
    runner = web.AppRunner(app, shutdown_timeout=0.01)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    breaker = breaker or CircuitBreaker(BreakerSettings(), Clock())
    async with aiohttp.ClientSession() as session:
        yield UpstreamClient("portal", f"http://{host}:{port}/base/", session, breaker, limits)
    await runner.cleanup()


class Script:
    """Answers one status after the other; the last one for ever."""

    def __init__(self, *statuses: int) -> None:
        self.statuses = list(statuses)
        self.requests = 0

    async def answer(self, request: web.Request) -> web.Response:
        self.requests += 1
        status = self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]
        return web.Response(status=status, text=request.path_qs)


async def fault_of(client: UpstreamClient, request: UpstreamRequest = READ) -> UpstreamFault:
    with pytest.raises(UpstreamError) as caught:
        await client.send(request)
    return caught.value.fault


async def test_an_answer_comes_back_whole() -> None:
    async with upstream(Script(200).answer) as client:
        answer = await client.send(UpstreamRequest("GET", "things", (("a", "1"), ("a", "2"))))

    assert (200, b"/base/things?a=1&a=2") == (answer.status, answer.body)


async def test_a_client_error_is_an_answer() -> None:
    async with upstream(Script(404).answer) as client:
        assert 404 == (await client.send(READ)).status


async def test_a_read_is_tried_again_after_a_server_error() -> None:
    script = Script(503, 200)
    async with upstream(script.answer) as client:
        await client.send(READ)

    assert 2 == script.requests


async def test_a_write_is_never_tried_again() -> None:
    script = Script(503, 200)
    async with upstream(script.answer) as client:
        assert UpstreamFault.UNAVAILABLE is await fault_of(client, WRITE)

    assert 1 == script.requests


async def test_retries_end_with_their_budget() -> None:
    script = Script(503)
    never = CircuitBreaker(BreakerSettings(failures=1000), Clock())
    async with upstream(script.answer, breaker=never) as client:
        for _ in range(30):
            await fault_of(client)

    assert 30 + 12 == script.requests


async def test_a_redirect_is_not_followed() -> None:
    async def redirect(_: web.Request) -> web.Response:
        return web.Response(status=302, headers={"Location": "http://127.0.0.1:1/"})

    async with upstream(redirect) as client:
        assert UpstreamFault.MALFORMED is await fault_of(client)


async def test_a_body_that_is_too_large_is_not_read_to_its_end() -> None:
    async def large(_: web.Request) -> web.Response:
        return web.Response(body=b"x" * 100_000)

    async with upstream(large, UpstreamLimits(body_bytes=10_000)) as client:
        assert UpstreamFault.MALFORMED is await fault_of(client)


async def test_a_cut_connection_is_unavailability() -> None:
    async def cut(request: web.Request) -> web.Response:
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    async with upstream(cut) as client:
        assert UpstreamFault.UNAVAILABLE is await fault_of(client)


async def test_a_slow_answer_ends_at_the_deadline() -> None:
    async def slow(_: web.Request) -> web.Response:
        await asyncio.Event().wait()
        return web.Response()

    async with upstream(slow, UpstreamLimits(deadline=0.05)) as client:
        assert UpstreamFault.TIMEOUT is await fault_of(client)


async def test_an_upstream_that_stays_silent_is_left_alone() -> None:
    async def slow(_: web.Request) -> web.Response:
        await asyncio.Event().wait()
        return web.Response()

    breaker = CircuitBreaker(BreakerSettings(failures=1), Clock())
    async with upstream(slow, UpstreamLimits(deadline=0.05), breaker) as client:
        await fault_of(client)
        assert UpstreamFault.OVERLOADED is await fault_of(client)


async def test_a_caller_that_goes_away_says_nothing_of_the_upstream() -> None:
    entered = asyncio.Event()

    async def slow(_: web.Request) -> web.Response:
        entered.set()
        await asyncio.Event().wait()
        return web.Response()

    breaker = CircuitBreaker(BreakerSettings(failures=1), Clock())
    async with upstream(slow, breaker=breaker) as client:
        task = asyncio.create_task(client.send(READ))
        await entered.wait()
        task.cancel()
        await asyncio.wait([task])

    assert not breaker.is_open


async def test_no_more_requests_are_under_way_than_allowed() -> None:
    under_way, most = 0, 0
    both = asyncio.Event()

    async def count(_: web.Request) -> web.Response:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        if under_way == 2:
            both.set()
        await both.wait()
        under_way -= 1
        return web.Response()

    async with upstream(count, UpstreamLimits(concurrency=2)) as client, asyncio.TaskGroup() as g:
        for _ in range(6):
            g.create_task(client.send(READ))

    assert 2 == most


async def test_requests_beyond_the_queue_are_refused_at_once() -> None:
    release = asyncio.Event()
    entered = asyncio.Event()

    async def hold(_: web.Request) -> web.Response:
        entered.set()
        await release.wait()
        return web.Response()

    async with upstream(hold, UpstreamLimits(concurrency=1, waiting=1)) as client:
        first = asyncio.create_task(client.send(READ))
        await entered.wait()
        second = asyncio.create_task(client.send(READ))
        await asyncio.sleep(0)
        fault = await fault_of(client)
        release.set()
        await first
        await second

    assert UpstreamFault.OVERLOADED is fault


async def test_an_upstream_that_keeps_failing_is_left_alone() -> None:
    script = Script(500)
    breaker = CircuitBreaker(BreakerSettings(failures=2), Clock())
    async with upstream(script.answer, breaker=breaker) as client:
        await fault_of(client)
        assert UpstreamFault.OVERLOADED is await fault_of(client)

    assert 2 == script.requests


async def test_one_request_tries_again_after_a_while() -> None:
    script, clock = Script(500, 500, 200), Clock()
    breaker = CircuitBreaker(BreakerSettings(failures=2, open_seconds=10), clock)
    async with upstream(script.answer, breaker=breaker) as client:
        await fault_of(client)
        clock.now = 10
        await client.send(READ)

    assert not breaker.is_open


async def test_the_log_says_when_an_upstream_is_left_alone_and_when_it_is_back(
    caplog: pytest.LogCaptureFixture,
) -> None:
    clock, script = Clock(), Script(500, 500, 500, 200)
    breaker = CircuitBreaker(BreakerSettings(failures=2, open_seconds=10), clock)
    async with upstream(script.answer, breaker=breaker) as client:
        for _ in range(4):
            await fault_of(client, WRITE)
        clock.now = 10.0
        await fault_of(client, WRITE)
        clock.now = 20.0
        await client.send(WRITE)

    assert [
        "upstream portal keeps failing and is left alone for a while",
        "upstream portal answers again",
    ] == caplog.messages


async def test_no_text_of_a_failure_carries_the_request() -> None:
    async with upstream(Script(500).answer) as client:
        with pytest.raises(UpstreamError) as caught:
            await client.send(UpstreamRequest("GET", "Patient/079190000001", is_read=False))

    assert "portal: UNAVAILABLE (status 500)" == str(caught.value)


def test_a_half_open_breaker_lets_one_request_pass() -> None:
    clock = Clock()
    breaker = CircuitBreaker(BreakerSettings(failures=1, open_seconds=1), clock)
    breaker.failed()
    clock.now = 1

    assert [True, False] == [breaker.admit(), breaker.admit()]


def test_an_abandoned_probe_makes_room_for_another() -> None:
    clock = Clock()
    breaker = CircuitBreaker(BreakerSettings(failures=1, open_seconds=1), clock)
    breaker.failed()
    clock.now = 1
    breaker.admit()
    breaker.abandoned()

    assert breaker.admit()


def test_a_failed_probe_opens_the_breaker_again() -> None:
    clock = Clock()
    breaker = CircuitBreaker(BreakerSettings(failures=1, open_seconds=1), clock)
    breaker.failed()
    clock.now = 1
    breaker.admit()
    breaker.failed()

    assert not breaker.admit()


def test_first_attempts_earn_retries() -> None:
    budget = RetryBudget(ratio=0.5, reserve=1)
    budget.spend()
    refused = budget.spend()
    budget.earn()
    budget.earn()

    assert (False, True) == (refused, budget.spend())
