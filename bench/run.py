"""Runs gateways against each other: ``python -m bench.run --help``.

Each gateway has one core, subgraphs and load the other. All gateways stay up and take turns
(``bench.turns``). Every answer is first compared with the monolith's.
"""

import argparse
import json
import re
import statistics
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from graphql import graphql_sync

from bench.gateways import HERE, ROOT, SUBGRAPH_PORT, SUBGRAPH_PORT_V1, Gateway, all_gateways
from bench.graph import monolith
from bench.load import Load, ask, body_of, check_free
from bench.processes import Command, Running, wait_until
from bench.turns import Contender, Series, Turn, take_turns, warmed

_FIRST_PORT = 4301


@dataclass(frozen=True)
class Row:
    """One gateway's figures for one query."""

    gateway: Gateway
    series: Series
    memory: int


@dataclass(frozen=True)
class Subgraphs:
    """How the four subgraphs answer.

    Attributes:
        latency: Milliseconds before an answer.
        federation: Version of federation.
        distinct: No object with a review in it repeats within an answer.
    """

    latency: float = 0.0
    federation: int = 2
    distinct: bool = False


def start_subgraphs(cores: str, folder: Path, port: int, how: Subgraphs) -> Running:
    """The four subgraphs on a port and the three behind it."""
    arguments = [sys.executable, "-m", "bench.subgraphs", "--port", str(port)]
    arguments += ["--latency", str(how.latency), "--federation", str(how.federation)]
    arguments += ["--distinct"] if how.distinct else []
    check_free(f"http://127.0.0.1:{port}/graphql")
    running = Running(Command(arguments, {}, ROOT), cores, folder / f"subgraphs{port}.log")
    url = f"http://127.0.0.1:{port + 3}/graphql"
    body = body_of("{ _service { sdl } }")
    wait_until(lambda: ask(url, body), "the subgraphs")
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
    contenders = []
    for gateway, running, url in started:
        wait_until(lambda url=url: ask(url, body) is not None, gateway.name)
        answer = ask(url, body)
        if _without_numbers(answer) != expected:
            msg = f"{gateway.name}: wrong answer to {query}: {str(answer)[:300]}"
            raise SystemExit(msg)
        load = Load([body], options.connections, options.seconds)
        contender = Contender(gateway.name, running, url, load)
        contenders.append(warmed(contender, options.warm, options.load_core))
    found = take_turns(contenders, options.rounds, options.load_core, _tell)
    return [
        Row(gateway, series, running.peak_memory())
        for (gateway, running, _), series in zip(started, found, strict=True)
    ]


def _without_numbers(answer: object) -> object:
    return json.loads(re.sub(r"(Review \d+)\.\d+", r"\1", json.dumps(answer)))


def _tell(contender: Contender, turn: Turn) -> None:
    rate, processor = turn.measured.rate, turn.processor
    print(f"  {contender.name}: {rate:,.0f}/s, {processor:,.0f} µs", file=sys.stderr)


def table(query: str, rows: Sequence[Row]) -> str:
    """The figures as Markdown; a ratio is the first gateway's rate to the row's."""
    lines = [
        f"| {query} | dedupe | requests/s | p50 ms | p99 ms | CPU µs/request | peak MiB | ratio |",
        "|---|---|---:|---:|---:|---:|---:|---:|",
    ]
    for row in rows:
        turns = row.series.turns
        rate = statistics.median(turn.measured.rate for turn in turns)
        p50 = statistics.median(turn.measured.p50 for turn in turns)
        p99 = statistics.median(turn.measured.p99 for turn in turns)
        processor = statistics.median(turn.processor for turn in turns)
        errors = sum(turn.measured.errors for turn in turns)
        lines.append(
            f"| {row.gateway.name} | {'yes' if row.gateway.dedupe else 'no'} | {rate:,.0f} | "
            f"{p50:,.1f} | {p99:,.1f} | {processor:,.0f} | {row.memory / 2**20:,.0f} | "
            f"{row.series.ratio:.2f} |" + (f" {errors} errors" if errors else "")
        )
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peers", type=Path, default=HERE / "peers", help="folder with npm's")
    parser.add_argument("--gateways", default="ours,apollo,hive,hive-rust,mercurius,mercurius-jit")
    parser.add_argument("--queries", default="deep,small")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=4)
    parser.add_argument("--warm", type=float, default=5)
    parser.add_argument("--connections", type=int, default=50)
    parser.add_argument("--latency", type=float, default=0, help="milliseconds of the subgraphs")
    parser.add_argument(
        "--distinct", action="store_true", help="no object with a review repeats in an answer"
    )
    parser.add_argument("--gateway-core", default="0")
    parser.add_argument("--load-core", default="1", help="of load and subgraphs")
    options = parser.parse_args()
    known = all_gateways(options.peers)
    gateways = [known[name] for name in options.gateways.split(",")]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        running: list[Running] = []
        try:
            for version in sorted({gateway.federation for gateway in gateways}):
                port = SUBGRAPH_PORT if version == 2 else SUBGRAPH_PORT_V1
                how = Subgraphs(options.latency, version, options.distinct)
                running.append(start_subgraphs(options.load_core, folder, port, how))
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
