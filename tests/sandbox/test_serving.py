"""Apps are served beside each other; one that cannot start says so and harms no other."""

import socket
from contextlib import AsyncExitStack

import httpx
import pytest
from starlette.types import Receive, Scope, Send

from sandbox.serving import AddressInUseError, StartError, bind, serving


async def refuses(scope: Scope, receive: Receive, send: Send) -> None:
    await receive()
    await send({"type": "lifespan.startup.failed", "message": "no"})


async def echoes(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "lifespan":
        for done in ("startup", "shutdown"):
            await receive()
            await send({"type": f"lifespan.{done}.complete"})
        return
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"here"})


async def test_app_that_does_not_start_is_an_error() -> None:
    with pytest.raises(StartError):
        async with serving(refuses, bind(0)):
            pass


async def test_several_apps_answer_and_end() -> None:
    async with AsyncExitStack() as stack:
        bases = [await stack.enter_async_context(serving(echoes, bind(0))) for _ in range(2)]
        async with httpx.AsyncClient() as client:
            texts = [(await client.get(base)).text for base in bases]

    assert ["here", "here"] == texts


def test_taken_port_is_an_error() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()

        with pytest.raises(AddressInUseError, match=str(taken.getsockname()[1])):
            bind(taken.getsockname()[1])
