"""Runs gateways against each other: ``python -m bench.run --help``.

Each gateway has one core, the subgraphs and the load the other. All gateways stay up; the measured
runs alternate between them, so that what else the machine does hits all alike. Every answer is
first compared with the monolith's.
"""

import argparse
import statistics
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from graphql import graphql_sync

from bench.gateways import HERE, ROOT, SUBGRAPH_PORT, SUBGRAPH_PORT_V1, Gateway, all_gateways
from bench.graph import monolith
from bench.load import Load, Measured, ask, body_of, check_free, put_load
from bench.processes import Command, Running, wait_until

_FIRST_PORT = 4301


@dataclass
class Row:
    """One gateway's figures for one query."""

    gateway: Gateway
    runs: list[Measured] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)
    memory: int = 0


def start_subgraphs(cores: str, latency: float, folder: Path, versions: set[int]) -> list[Running]:
    running = []
    for version in sorted(versions):
        port = SUBGRAPH_PORT if version == 2 else SUBGRAPH_PORT_V1
        arguments = [sys.executable, "-m", "bench.subgraphs", "--port", str(port)]
        arguments += ["--latency", str(latency), "--federation", str(version)]
        check_free(f"http://127.0.0.1:{port}/graphql")
        started = Running(Command(arguments, {}, ROOT), cores, folder / f"subgraphs{version}.log")
        running.append(started)
        url = f"http://127.0.0.1:{port + 3}/graphql"
        body = body_of("{ _service { sdl } }")
        wait_until(lambda url=url, body=body: ask(url, body), "the subgraphs")
    return running


def start_gateways(
    gateways: Sequence[Gateway], cores: str, folder: Path
) -> list[tuple[Gateway, Running, str]]:
    started = []
    for number, gateway in enumerate(gateways):
        port = _FIRST_PORT + number
        check_free(f"http://127.0.0.1:{port}/graphql")
        running = Running(gateway.command(port), cores, folder / f"gateway{number}.log")
        started.append((gateway, running, f"http://127.0.0.1:{port}/graphql"))
    return started


def measure(
    query: str, started: list[tuple[Gateway, Running, str]], options: argparse.Namespace
) -> list[Row]:
    text = (HERE / "queries" / f"{query}.graphql").read_text("utf-8")
    expected = {"data": graphql_sync(monolith(), text).data}
    body = body_of(text)
    rows = []
    for gateway, _, url in started:
        wait_until(lambda url=url: ask(url, body) is not None, gateway.name)
        answer = ask(url, body)
        if answer != expected:
            msg = f"{gateway.name}: wrong answer to {query}: {str(answer)[:300]}"
            raise SystemExit(msg)
        put_load(url, Load([body], options.connections, options.warm), options.load_core)
        rows.append(Row(gateway))
    for _ in range(options.rounds):
        for row, (gateway, running, url) in zip(rows, started, strict=True):
            before = running.processor_seconds()
            load = Load([body], options.connections, options.seconds)
            measured = put_load(url, load, options.load_core)
            used = running.processor_seconds() - before
            row.runs.append(measured)
            row.processor.append(used / max(1, measured.requests))
            row.memory = running.peak_memory()
            print(f"  {query} {gateway.name}: {measured.rate:,.0f}/s", file=sys.stderr)
    return rows


def table(query: str, rows: Sequence[Row]) -> str:
    """The figures as Markdown; ratios are ours without deduplication to each row."""
    own = statistics.median(run.rate for run in rows[0].runs)
    lines = [
        f"| {query} | dedupe | requests/s | p50 ms | p99 ms | CPU µs/request | peak MiB | ratio |",
        "|---|---|---:|---:|---:|---:|---:|---:|",
    ]
    for row in rows:
        rate = statistics.median(run.rate for run in row.runs)
        p50 = statistics.median(run.p50 for run in row.runs)
        p99 = statistics.median(run.p99 for run in row.runs)
        processor = statistics.median(row.processor) * 1e6
        errors = sum(run.errors for run in row.runs)
        lines.append(
            f"| {row.gateway.name} | {'yes' if row.gateway.dedupe else 'no'} | {rate:,.0f} | "
            f"{p50:,.1f} | {p99:,.1f} | {processor:,.0f} | {row.memory / 2**20:,.0f} | "
            f"{own / max(rate, 0.001):.2f} |" + (f" {errors} errors" if errors else "")
        )
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peers", type=Path, default=HERE / "peers", help="folder with npm's")
    parser.add_argument("--gateways", default="ours,apollo,hive,hive-rust,mercurius,mercurius-jit")
    parser.add_argument("--queries", default="deep,small")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--warm", type=float, default=3)
    parser.add_argument("--connections", type=int, default=50)
    parser.add_argument("--latency", type=float, default=0, help="milliseconds of the subgraphs")
    parser.add_argument("--gateway-core", default="0")
    parser.add_argument("--load-core", default="1", help="of load and subgraphs")
    options = parser.parse_args()
    known = all_gateways(options.peers)
    gateways = [known[name] for name in options.gateways.split(",")]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        running: list[Running] = []
        try:
            versions = {gateway.federation for gateway in gateways}
            running += start_subgraphs(options.load_core, options.latency, folder, versions)
            started = start_gateways(gateways, options.gateway_core, folder)
            running += [each for _, each, _ in started]
            for query in options.queries.split(","):
                print(table(query, measure(query, started, options)), flush=True)
                print()
        finally:
            for each in running:
                each.stop()


if __name__ == "__main__":
    main()
