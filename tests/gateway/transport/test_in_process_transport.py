"""The in-process transport: ASGI applications behind the same port."""

import asyncio
import logging

import pytest

from gateway.transport.in_process import InProcessTransport, Message, Receive, Send
from tests.gateway.transport.scripted import reason, request


async def test_returns_the_body_of_the_answer() -> None:
    async def application(scope: Message, receive: Receive, send: Send) -> None:
        body = (await receive())["body"]
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"[", "more_body": True})
        await send({"type": "http.response.body", "body": body + b"]"})

    result = await InProcessTransport({"s": application}).send(request(b"1"))

    assert result == b"[1]"


async def test_an_application_that_raises_fails_its_own_fetch(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def application(scope: Message, receive: Receive, send: Send) -> None:
        raise RuntimeError("secret")

    with caplog.at_level(logging.ERROR):
        result = await InProcessTransport({"s": application}).send(request())

    assert reason(result) == "connection"
    assert "RuntimeError" in caplog.text
    assert "secret" not in caplog.text


async def test_an_application_that_hangs_fails_at_the_deadline() -> None:
    async def application(scope: Message, receive: Receive, send: Send) -> None:
        await asyncio.Event().wait()

    result = await InProcessTransport({"s": application}, deadline=0.05).send(request())

    assert reason(result) == "timeout"


async def test_a_subgraph_without_application_fails() -> None:
    result = await InProcessTransport({}).send(request())

    assert reason(result) == "unknown subgraph"
