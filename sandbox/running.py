"""`python -m sandbox run`: everything on one machine; `upstreams`: the outside world alone."""

import argparse
import asyncio
import contextlib
import multiprocessing
import signal
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractAsyncContextManager, ExitStack
from datetime import datetime
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING

from access.environment import positive
from gateway.config import LOOKUPS_PER_MINUTE
from sandbox.databases import BrokenDatabaseError
from sandbox.layout import HOST, BrokenDataError, DataFolder, Ports
from sandbox.population import cast
from sandbox.population.generator import DEFAULT_SEED, PopulationSettings
from sandbox.population.model import VIETNAM
from sandbox.preparation import check_world, prepare
from sandbox.product.welcome import command, jobs, welcome
from sandbox.serving import AddressInUseError, StartError, bind
from sandbox.tokens import ROLES, issue_token
from sandbox.upstreams import Upstreams, serve_upstreams

if TYPE_CHECKING:
    from gateway.endpoint.endpoint import GraphQLEndpoint
    from gateway.server.run import Worker

SUPERGRAPH = Path(__file__).resolve().parents[1] / "supergraph.graphql"


_PORT_POLL_SECONDS = 0.1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the commands' arguments."""
    parser.add_argument("--port", type=_base_port, default=4000, help="port of the gateway")
    parser.add_argument("--people", type=positive, default=1000, help="size of the population")
    parser.add_argument("--host", default=HOST, help="address that upstreams listen on")
    parser.add_argument("--issuer", help="public URL of the identity provider")
    parser.add_argument("--seed", type=int, default=DEFAULT_SEED, help="seed of the population")
    parser.add_argument(
        "--lookups-per-minute",
        type=positive,
        default=LOOKUPS_PER_MINUTE,
        metavar="N",
        help="look-ups of people and prescription codes that the gateway lets one person make",
    )


def _base_port(text: str) -> int:
    """A port with room for those that are counted from it.

    Raises:
        argparse.ArgumentTypeError: if it is none.
    """
    highest = 65535 - max(Ports(0).all())
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= highest:
        msg = f"must be a port from 1 to {highest}"
        raise argparse.ArgumentTypeError(msg)
    return int(text)


def now() -> datetime:
    """Return the current instant in Vietnam: the clock of every part that runs here."""
    return datetime.now(VIETNAM)  # noqa: TID251  the one clock of a run


def say(text: str) -> None:
    """Print a line at once."""
    print(text, flush=True)  # noqa: T201  the command's own output


def check_ports(ports: Iterable[int], host: str = HOST, patience: float = 5.0) -> None:
    """See that every port is free, waiting a little for a run before this one to let go.

    Args:
        ports: The ports.
        host: Where they are to be listened on.
        patience: Seconds to wait at most.

    Raises:
        AddressInUseError: One is not free in time.
    """
    wanted = list(ports)
    deadline = time.monotonic() + patience
    while True:
        try:
            for port in wanted:
                bind(port, host).close()
        except AddressInUseError:
            if time.monotonic() >= deadline:
                raise
            time.sleep(_PORT_POLL_SECONDS)
        else:
            return


def get_ready(data: DataFolder, options: argparse.Namespace) -> dict[str, str]:
    """Load what is missing; returns the codes of fresh prescriptions by patient.

    Raises:
        BrokenDataError: A file is damaged or cannot be written.
    """
    data.create()
    data.secrets()
    wanted = PopulationSettings(options.seed, options.people, now().date())
    settings = data.population(wanted)
    if (settings.people, settings.seed) != (wanted.people, wanted.seed):
        say(
            f"{data.root} holds {settings.people:,} people of seed {settings.seed}; "
            "remove it to make others"
        )
    return asyncio.run(prepare(data, settings, now, say))


def run(data: DataFolder, options: argparse.Namespace) -> int:
    """Start everything, say how to use it, and serve until a signal comes.

    Upstreams are a process of their own; gateway and subgraphs share this one, so that a consent
    that is withdrawn has no force from that moment on.

    Raises:
        AddressInUseError: A port is taken.
        BrokenDataError: A file is damaged or cannot be written.
        StartError: A part does not start.
    """
    ports = Ports(options.port, options.host, options.issuer)
    check_ports(ports.all())
    with ExitStack() as stack:
        wait: Callable[[], None] | None = None
        if data.is_complete():
            check_world(data)
            wait = stack.enter_context(upstream_process(data, ports))
        codes = get_ready(data, options)
        data.remember_run(ports)
        if wait is None:
            wait = stack.enter_context(upstream_process(data, ports))
        _serve(data, ports, codes, wait, options.lookups_per_minute)
    say("Ended; everything is kept.")
    return 0


def _serve(
    data: DataFolder,
    ports: Ports,
    codes: dict[str, str],
    wait: Callable[[], None],
    lookups_per_minute: int,
) -> None:
    """Serve the product until a signal comes; `wait` returns when the upstreams are up."""
    # What only a full run needs is loaded here, so that tokens are quick.
    from gateway.server.run import ServerOptions  # noqa: PLC0415
    from gateway.server.run import run as serve  # noqa: PLC0415
    from sandbox.product.gateway import Product, open_gateway  # noqa: PLC0415

    upstreams = Upstreams(
        {code: f"http://{HOST}:{port}/fhir" for code, port in ports.hospitals.items()},
        f"http://{HOST}:{ports.portal}",
        ports.issuer,
    )
    product = Product(
        data,
        data.secrets(),
        ports,
        upstreams,
        SUPERGRAPH,
        now,
        lookups_per_minute=lookups_per_minute,
    )

    def service(_: "Worker") -> "AbstractAsyncContextManager[GraphQLEndpoint]":
        return open_gateway(product)

    def ready(url: str) -> None:
        metrics = f"  metrics              http://{HOST}:{ports.metrics}/metrics"
        for line in _welcome(data, url, [*describe(upstreams), metrics], codes):
            say(line)

    wait()
    server = ServerOptions(host=HOST, port=ports.gateway, drain=5.0, has_page=True)
    serve(service, server, ready)


def _welcome(data: DataFolder, url: str, addresses: list[str], codes: dict[str, str]) -> list[str]:
    tokens = {who: issue_token(data, who, None, now()) for who in ROLES}
    python = _interpreter()
    commands = [
        (job.title, command(job, python, data.root))
        for job in jobs(codes[cast.LONGITUDINAL_PATIENT])
    ]
    return welcome(url, addresses, tokens, commands, python)


def _interpreter() -> str:
    """This interpreter, as it is called in this folder."""
    python, here = Path(sys.executable), Path.cwd()
    return str(python.relative_to(here) if python.is_relative_to(here) else python)


def run_upstreams(data: DataFolder, options: argparse.Namespace) -> int:
    """Serve the outside world until a signal comes."""
    ports = Ports(options.port, options.host, options.issuer)
    upstreams = [*ports.hospitals.values(), ports.portal, ports.identity_provider]
    check_ports(upstreams, ports.host)
    get_ready(data, options)
    data.remember_run(ports)
    asyncio.run(_serve_until_signal(data, ports))
    return 0


async def _serve_until_signal(data: DataFolder, ports: Ports) -> None:
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, ended.set)
    async with serve_upstreams(data, data.secrets(), ports, now) as upstreams:
        for line in describe(upstreams):
            say(line)
        await ended.wait()


def describe(upstreams: Upstreams) -> list[str]:
    """Return a line for each upstream."""
    return [
        *(f"  hospital {code}       {url}" for code, url in upstreams.hospitals.items()),
        f"  insurance portal     {upstreams.portal}",
        f"  identity provider    {upstreams.issuer}/.well-known/openid-configuration",
    ]


@contextlib.contextmanager
def upstream_process(data: DataFolder, ports: Ports) -> Iterator[Callable[[], None]]:
    """Serve the upstreams in a process of their own while the block runs.

    Yields a function that returns when they are up, and raises StartError when they are not. The
    process ends when its end of a pipe closes, so it outlives no parent, however that dies.
    """
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_upstream_main, args=(data, ports, theirs), daemon=True)
    process.start()
    theirs.close()

    def wait() -> None:
        try:
            problem = ours.recv()
        except EOFError:
            problem = "the upstreams did not start"
        if problem:
            raise StartError(problem)

    try:
        yield wait
    finally:
        ours.close()
        process.join(10)
        if process.is_alive():
            process.kill()


def _upstream_main(data: DataFolder, ports: Ports, parent: "Connection[str, str]") -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    asyncio.run(_serve_for_parent(data, ports, parent))


async def _serve_for_parent(
    data: DataFolder, ports: Ports, parent: "Connection[str, str]"
) -> None:
    try:
        async with serve_upstreams(data, data.secrets(), ports, now):
            with contextlib.suppress(EOFError, OSError):
                parent.send("")
                await asyncio.to_thread(parent.recv)
    except (AddressInUseError, BrokenDataError, BrokenDatabaseError, StartError) as problem:
        with contextlib.suppress(OSError):
            parent.send(str(problem))
