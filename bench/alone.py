"""One gateway alone: started on its core, measured, and told as a table's rows."""

import argparse
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from bench.gateways import HERE, ROOT, SUBGRAPH_PORT, SUPERGRAPH
from bench.load import Load, ask, body_of, check_free
from bench.processes import Command, Running, wait_until
from bench.run import Subgraphs, start_subgraphs
from bench.turns import Contender, Series, Turn, take_turns, warmed

PORT = 4390


def url_of(port: int) -> str:
    return f"http://127.0.0.1:{port}/graphql"


URL = url_of(PORT)


class Bench:
    """Where processes run and for how long each measurement takes."""

    def __init__(self, options: argparse.Namespace, folder: Path) -> None:
        self.options = options
        self.folder = folder

    @contextmanager
    def subgraphs(self, how: Subgraphs | None = None, port: int = SUBGRAPH_PORT) -> Iterator[None]:
        how = how or Subgraphs()
        running = [start_subgraphs(self.options.load_core, self.folder, port, how)]
        try:
            yield
        finally:
            for each in running:
                each.stop()

    @contextmanager
    def gateway(
        self,
        *further: str,
        supergraph: Path = SUPERGRAPH,
        cores: str = "",
        token: str = "",
        port: int = PORT,
    ) -> Iterator[Running]:
        """``serve`` on a supergraph."""
        arguments = [sys.executable, "-m", "gateway", "serve", "--supergraph", str(supergraph)]
        arguments += ["--port", str(port), "--production", *further]
        with self.started(Command(arguments, {}, ROOT), cores, token, port) as running:
            yield running

    @contextmanager
    def started(
        self, command: Command, cores: str = "", token: str = "", port: int = PORT
    ) -> Iterator[Running]:
        """A gateway that listens on a port here, once it answers."""
        url = url_of(port)
        check_free(url)
        log = self.folder / f"gateway-{port}.log"
        running = Running(command, cores or self.options.gateway_core, log)
        try:
            wait_until(lambda: ask(url, body_of("{ __typename }"), token or None), "gateway")
            yield running
        finally:
            running.stop()

    def measure(self, running: Running, load: Load) -> Turn:
        """The median turn of a gateway alone."""
        (found,) = self.compare([Contender("", running, URL, load)])
        return found.median

    def compare(self, contenders: Sequence[Contender]) -> list[Series]:
        """Several gateways that are up together and take turns; the first is the reference."""
        contenders = [warmed(contender, 2, self.core) for contender in contenders]
        return take_turns(contenders, self.options.rounds, self.core)

    @property
    def core(self) -> str:
        return str(self.options.load_core)

    def load(self, query: str, connections: int = 50, tokens: Sequence[str] = ()) -> Load:
        text = (HERE / "queries" / f"{query}.graphql").read_text("utf-8")
        return Load([body_of(text)], connections, self.options.seconds, tokens)


def row(name: str, turn: Turn, further: str = "") -> None:
    measured = turn.measured
    errors = f" {measured.errors} errors |" if measured.errors else ""
    print(
        f"| {name} | {measured.rate:,.0f} | {measured.p50:,.1f} | {measured.p99:,.1f} | "
        f"{turn.processor:,.0f} |{further}{errors}",
        flush=True,
    )


def head(title: str, further: str = "") -> None:
    print(f"\n| {title} | requests/s | p50 ms | p99 ms | CPU µs/request |{further}")
    print("|---|---:|---:|---:|---:|" + "---:|" * further.count("|"))
