"""The transport into ASGI applications of the same process."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any, TypeAlias

from access.faults import described_fault
from gateway.federation.executor.ports import FetchFailure, SubgraphRequest
from gateway.transport.failure import FailureReason, answer_or_failure, failure

_logger = logging.getLogger("gateway.transport")

Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]
AsgiApplication: TypeAlias = Callable[[Message, Receive, Send], Awaitable[None]]


class InProcessTransport:
    """Calls each subgraph's ASGI application directly, behind the same port as HTTP."""

    def __init__(
        self, applications: Mapping[str, AsgiApplication], *, deadline: float = 10.0
    ) -> None:
        """Take the applications by subgraph name; ``deadline`` is in seconds."""
        self._applications = dict(applications)
        self._deadline = deadline
        self._running: set[asyncio.Task[bytes | FetchFailure]] = set()

    def send(self, request: SubgraphRequest) -> "asyncio.Future[bytes | FetchFailure]":
        """Start the application on the request and return the future of its answer's body."""
        loop = asyncio.get_running_loop()
        application = self._applications.get(request.subgraph)
        if application is None:
            future: asyncio.Future[bytes | FetchFailure] = loop.create_future()
            future.set_result(failure(FailureReason.UNKNOWN_SUBGRAPH))
            return future
        task = loop.create_task(self._call(application, request.body))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task

    async def close(self) -> None:
        """Cancel what still runs."""
        for task in tuple(self._running):
            task.cancel()

    async def _call(self, application: AsgiApplication, body: bytes) -> bytes | FetchFailure:
        try:
            async with asyncio.timeout(self._deadline):
                status, answer = await _exchange(application, body)
        except TimeoutError:
            return failure(FailureReason.TIMEOUT)
        except Exception as error:  # noqa: BLE001 - it fails its own fetch alone
            _logger.error("a subgraph failed: %s", described_fault(error))  # noqa: TRY400 - no text
            return failure(FailureReason.CONNECTION)
        return answer_or_failure(status, answer)


async def _exchange(application: AsgiApplication, body: bytes) -> tuple[int, bytes]:
    status = 0
    pieces: list[bytes] = []
    sent = False
    done = asyncio.Event()

    async def receive() -> Message:
        nonlocal sent
        if sent:
            await done.wait()
            return {"type": "http.disconnect"}
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Message) -> None:
        nonlocal status
        if message["type"] == "http.response.start":
            status = message["status"]
        elif message["type"] == "http.response.body":
            pieces.append(message.get("body", b""))
            if not message.get("more_body", False):
                done.set()

    await application(_scope(len(body)), receive, send)
    return status, b"".join(pieces)


def _scope(length: int) -> MutableMapping[str, Any]:
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": "/graphql",
        "raw_path": b"/graphql",
        "query_string": b"",
        "root_path": "",
        "headers": [
            (b"host", b"in-process"),
            (b"content-type", b"application/json"),
            (b"content-length", str(length).encode("ascii")),
            (b"accept", b"application/json"),
        ],
        "client": None,
        "server": None,
        "state": {},
    }
