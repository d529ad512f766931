"""ASGI apps served by uvicorn inside one event loop, several beside each other."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator

import uvicorn
from starlette.types import ASGIApp

_BACKLOG = 256


class AddressInUseError(Exception):
    """A port cannot be bound."""


class StartError(Exception):
    """An app did not start."""


class _Server(uvicorn.Server):
    """A server that leaves signals to whoever runs it and says when it is up."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.up = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then wake those who wait for it."""
        await super().startup(sockets)
        self.up.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def bind(port: int, host: str = "127.0.0.1") -> socket.socket:
    """Return a listening socket; from now on connections wait for the server.

    Args:
        port: TCP port; 0 lets the system choose a free one.
        host: Address to listen on.

    Raises:
        AddressInUseError: The port is taken or may not be bound.
    """
    # Named as TCP, so that asyncio switches off Nagle's delay (40 ms an answer) on connections.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(_BACKLOG)
    except OSError as problem:
        listener.close()
        message = f"port {port} on {host} cannot be used: {problem.strerror}"
        raise AddressInUseError(message) from problem
    return listener


async def _serve(server: _Server, listener: socket.socket) -> None:
    # uvicorn exits the process of an app that does not start; here it only ends this server.
    with contextlib.suppress(SystemExit):
        await server.serve(sockets=[listener])


@contextlib.asynccontextmanager
async def serving(
    app: ASGIApp, listener: socket.socket, *, has_lifespan: bool = True
) -> AsyncIterator[str]:
    """Serve an app while the block runs; yields its base URL.

    Args:
        app: What to serve.
        listener: Where it listens.
        has_lifespan: Whether the app takes part in the lifespan protocol.

    Raises:
        StartError: The app did not start (its own log says why).
    """
    config = uvicorn.Config(
        app,
        lifespan="on" if has_lifespan else "off",
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=3,
        timeout_keep_alive=30,
    )
    server = _Server(config)
    task = asyncio.create_task(_serve(server, listener))
    host, port = listener.getsockname()[:2]
    waiting = asyncio.create_task(server.up.wait())
    try:
        await asyncio.wait({task, waiting}, return_when=asyncio.FIRST_COMPLETED)
        if not server.started:
            message = f"the app on port {port} did not start"
            raise StartError(message)
        yield f"http://{host}:{port}"
    finally:
        waiting.cancel()
        server.should_exit = True
        try:
            await task
        finally:
            listener.close()
