"""Runs workers: uvicorn on uvloop, one process each, on one listening socket."""

import asyncio
import gc
import multiprocessing
import signal
import socket
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from types import FrameType

import uvicorn
import uvloop
from uvicorn.server import ServerState

from gateway.endpoint.asgi import AsgiEndpoint
from gateway.endpoint.endpoint import GraphQLEndpoint
from gateway.server.admission import Admission, AdmissionOptions
from gateway.server.admitted import AdmittedEndpoint
from gateway.server.bounded import BoundedProtocol
from gateway.server.listener import Listener, ListenerOptions
from gateway.server.memory import keep_freed_memory
from gateway.server.pages import build_application
from gateway.server.protocol import GraphQLProtocol
from gateway.server.supervisor import Supervisor

_GENERATION_0 = 50_000
_BACKLOG = 2048


@dataclass(frozen=True, slots=True)
class ServerOptions:
    """How to serve; every default stands here only.

    Attributes:
        host: Address to listen on.
        port: TCP port; 0 lets the system choose.
        workers: Processes.
        drain: Seconds that running operations have to end after a signal.
        has_page: Whether browsers get the development page, and are led to it from the root.
        listener: Bounds of client connections.
        admission: Bounds of operations in flight.
    """

    host: str = "127.0.0.1"
    port: int = 4000
    workers: int = 1
    drain: float = 30.0
    has_page: bool = False
    listener: ListenerOptions = field(default_factory=ListenerOptions)
    admission: AdmissionOptions = field(default_factory=AdmissionOptions)


@dataclass(frozen=True, slots=True)
class Worker:
    """One process that serves.

    Attributes:
        number: Its number, from 0.
        admission: The queue in front of its operations.
    """

    number: int
    admission: Admission


Service = Callable[[Worker], AbstractAsyncContextManager[GraphQLEndpoint]]
"""Opens what one worker needs on its loop, and closes it in the end."""


def run(service: Service, options: ServerOptions, ready: Callable[[str], None]) -> None:
    """Serve until a signal comes.

    Args:
        service: Opens a worker's endpoint on the worker's loop.
        options: How to serve.
        ready: Told the URL once the socket listens.

    Raises:
        OSError: If the address cannot be listened on.
    """
    listening = bind(options.host, options.port)
    host, port = listening.getsockname()[:2]
    url = f"http://{f'[{host}]' if ':' in host else host}:{port}{options.listener.path.decode()}"
    if options.workers <= 1:
        uvloop.run(run_worker(service, options, listening, 0, lambda: ready(url)))
        return

    def work(number: int) -> None:
        uvloop.run(run_worker(service, options, listening, number))

    # A socket that the supervisor held would let new clients wait while the workers drain.
    supervisor = Supervisor(work, options.workers, options.drain, listening.close)
    supervisor.run(lambda: ready(url))


def bind(host: str, port: int) -> socket.socket:
    """Return a listening socket.

    Raises:
        OSError: If the address is in use or not permitted.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(_BACKLOG)
    except OSError:
        listening.close()
        raise
    listening.setblocking(False)
    return listening


async def run_worker(
    service: Service,
    options: ServerOptions,
    listening: socket.socket,
    number: int,
    ready: Callable[[], None] = lambda: None,
) -> None:
    """Serve on a socket until this process gets a signal, then drain.

    ``ready`` is called once requests are answered and a signal would drain.
    """
    loop = asyncio.get_running_loop()
    admission = Admission(loop, options.admission)
    async with service(Worker(number, admission)) as endpoint:
        listener = Listener(endpoint, loop, admission, options.listener)
        server = build_server(listener, options, ready)
        _end_with_supervisor(loop, server)
        # What start-up made lives as long as the process: no collection need ever look at it.
        keep_freed_memory()
        gc.collect()
        gc.freeze()
        gc.set_threshold(_GENERATION_0, 20, 100)
        try:
            await server.serve(sockets=[listening])
        finally:
            listener.close()


def _end_with_supervisor(loop: asyncio.AbstractEventLoop, server: uvicorn.Server) -> None:
    """Have a worker drain where its supervisor was killed, which cannot tell it to."""
    supervisor = multiprocessing.parent_process()
    if supervisor is None:
        return
    sentinel = supervisor.sentinel

    def ended() -> None:
        loop.remove_reader(sentinel)
        server.handle_exit(signal.SIGTERM, None)

    loop.add_reader(sentinel, ended)


class _Server(uvicorn.Server):
    """A server for which a signal is a reason to drain and end well, not to die of."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, then say so."""
        await super().startup(sockets)
        self._ready()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002 - uvicorn's
        """Drain at the first signal; a second interrupt ends at once."""
        if self.should_exit and sig == signal.SIGINT:
            self.force_exit = True
        self.should_exit = True


def build_server(
    listener: Listener, options: ServerOptions, ready: Callable[[], None] = lambda: None
) -> uvicorn.Server:
    """Return uvicorn's server with our protocol for new connections."""
    application = build_application(
        AsgiEndpoint(AdmittedEndpoint(listener)),
        options.listener.path.decode("ascii"),
        lambda: not listener.draining,
        has_page=options.has_page,
    )

    def protocol(
        config: uvicorn.Config,
        server_state: ServerState,
        app_state: dict[str, object],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> asyncio.Protocol:
        def uvicorns_own() -> asyncio.Protocol:
            return BoundedProtocol(listener, config, server_state, app_state, _loop)

        return GraphQLProtocol(listener, server_state, uvicorns_own)

    config = uvicorn.Config(
        application,
        http=protocol,  # type: ignore[arg-type]  # any callable that makes a protocol
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_keep_alive=int(options.listener.keep_alive),
        timeout_graceful_shutdown=int(options.drain),
    )
    return _Server(config, ready)
