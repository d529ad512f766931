"""One gateway alone: started on its core, measured, and told as a table's rows."""

import argparse
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from bench.gateways import HERE, ROOT, SUPERGRAPH
from bench.load import Load, Measured, ask, body_of, check_free, put_load
from bench.processes import Command, Running, wait_until
from bench.run import start_subgraphs

PORT = 4390


def url_of(port: int) -> str:
    return f"http://127.0.0.1:{port}/graphql"


URL = url_of(PORT)


@dataclass(frozen=True)
class Entry:
    """A gateway that is up, and what it is sent."""

    running: Running
    load: Load
    port: int = PORT

    @property
    def url(self) -> str:
        return url_of(self.port)


class Bench:
    """Where processes run and for how long each measurement takes."""

    def __init__(self, options: argparse.Namespace, folder: Path) -> None:
        self.options = options
        self.folder = folder

    @contextmanager
    def subgraphs(self, latency: float = 0.0) -> Iterator[None]:
        running = start_subgraphs(self.options.load_core, latency, self.folder, {2})
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

    def measure(self, running: Running, load: Load) -> tuple[Measured, float]:
        """The median of the rounds by rate, and its processor microseconds per request."""
        (found,) = self.alternate([Entry(running, load)])
        return found

    def alternate(self, entries: Sequence[Entry]) -> list[tuple[Measured, float]]:
        """As :meth:`measure`, for several gateways that are up together and take turns."""
        for entry in entries:
            put_load(entry.url, replace(entry.load, seconds=2), self.core)
        rounds = [[self._once(entry) for entry in entries] for _ in range(self.options.rounds)]
        by_entry = zip(*rounds, strict=True)
        return [
            sorted(found, key=lambda each: each[0].rate)[len(found) // 2] for found in by_entry
        ]

    def _once(self, entry: Entry) -> tuple[Measured, float]:
        before = entry.running.processor_seconds()
        measured = put_load(entry.url, entry.load, self.core)
        used = entry.running.processor_seconds() - before
        return measured, used / max(1, measured.requests) * 1e6

    @property
    def core(self) -> str:
        return str(self.options.load_core)

    def load(self, query: str, connections: int = 50, tokens: Sequence[str] = ()) -> Load:
        text = (HERE / "queries" / f"{query}.graphql").read_text("utf-8")
        return Load([body_of(text)], connections, self.options.seconds, tokens)


def row(name: str, measured: Measured, processor: float, further: str = "") -> None:
    errors = f" {measured.errors} errors |" if measured.errors else ""
    print(
        f"| {name} | {measured.rate:,.0f} | {measured.p50:,.1f} | {measured.p99:,.1f} | "
        f"{processor:,.0f} |{further}{errors}",
        flush=True,
    )


def head(title: str, further: str = "") -> None:
    print(f"\n| {title} | requests/s | p50 ms | p99 ms | CPU µs/request |{further}")
    print("|---|---:|---:|---:|---:|" + "---:|" * further.count("|"))
