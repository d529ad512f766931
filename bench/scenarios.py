"""What one gateway alone is asked: ``python -m bench.scenarios NAME ...``.

full        the whole pipeline: 1,000 tokens, @authenticated root fields, an event per request
latency     subgraphs that take 5 ms, 200 connections
repeats     answers in which objects repeat, and such in which none does
me          the health book's own operation, with everything that stands before a citizen's book
sizes       answers of 10 KB to 10 MB
operations  1 to 10,000 distinct operations
cold        operations that were never seen, also 200 fields of 30 subgraphs
workers     one and two processes on one socket
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

from bench.alone import PORT, URL, Bench, head, row, url_of
from bench.gateways import HERE, ROOT, SUBGRAPH_PORT, SUPERGRAPH
from bench.graph import NAMES
from bench.health_book import me
from bench.load import Load, ask, body_of
from bench.run import Subgraphs
from bench.tokens import AUDIENCE, ISSUER, issuer
from bench.turns import Contender
from bench.wide_graph import FIELDS, SUBGRAPHS, wide_operation, wide_supergraph
from gateway.errors import Language
from gateway.federation.supergraph.reader import read_supergraph
from gateway.pipeline.graph import ServedGraph


def full(bench: Bench) -> None:
    head("whole pipeline", " of bare |")
    path = bench.folder / "protected.graphql"
    _compose_protected(bench.folder, path)
    ports = (PORT, PORT + 1, PORT + 2)
    with ExitStack() as stack:
        stack.enter_context(bench.subgraphs())
        issued = stack.enter_context(issuer())
        tokens = issued.tokens(1000)
        security = ["--jwks", issued.jwks, "--issuer", ISSUER, "--audience", AUDIENCE]
        audit = ["--audit", str(bench.folder / "audit.log")]
        bare = stack.enter_context(bench.gateway())
        secured, audited = (
            stack.enter_context(
                bench.gateway(*further, supergraph=path, token=tokens[0], port=port)
            )
            for port, further in zip(ports[1:], (security, security + audit), strict=True)
        )
        for query, connections in (("deep", 50), ("small", 50), ("small", 200)):
            load = bench.load(query, connections, tokens)
            contenders = [
                Contender("bare", bare, URL, bench.load(query, connections)),
                Contender("bare, which reads no tokens, under their load", bare, URL, load),
                Contender("tokens", secured, url_of(ports[1]), load),
                Contender("tokens and audit", audited, url_of(ports[2]), load),
            ]
            _rows(bench, contenders, f"{query}, {connections} connections, ")


def _rows(bench: Bench, contenders: Sequence[Contender], prefix: str = "") -> None:
    """Gateways side by side, and each one's share of the first one's rate."""
    for contender, series in zip(contenders, bench.compare(contenders), strict=True):
        row(prefix + contender.name, series.median, f" {1 / series.ratio:.0%} |")


def _compose_protected(folder: Path, path: Path) -> None:
    sources = []
    for name in NAMES:
        text = (HERE / "schema" / f"{name}.graphql").read_text("utf-8")
        text = text.replace("v2.3", "v2.5").replace('"@key"', '"@key", "@authenticated"')
        for field in ("me: User", "users: [User]", "topProducts(first: Int = 5): [Product]"):
            text = text.replace(f"  {field}\n", f"  {field} @authenticated\n")
        file = folder / f"{name}.graphql"
        file.write_text(text, "utf-8")
        sources.append(f"{name}={file}")
    urls = [
        f"--url={name}=http://127.0.0.1:{SUBGRAPH_PORT + number}/graphql"
        for number, name in enumerate(NAMES)
    ]
    subprocess.run(
        [sys.executable, "-m", "gateway", "compose", *sources, *urls, "--output", str(path)],
        cwd=ROOT,
        check=True,
    )


_OTHER_PORT = SUBGRAPH_PORT + 2 * len(NAMES)


def _others() -> list[str]:
    """What sends a gateway to the subgraphs on the other port."""
    return [
        f"--subgraph-url={name}=http://127.0.0.1:{_OTHER_PORT + number}/graphql"
        for number, name in enumerate(NAMES)
    ]


def latency(bench: Bench) -> None:
    head("subgraph latency", " of none |")
    with (
        bench.subgraphs(),
        bench.subgraphs(Subgraphs(latency=5.0), _OTHER_PORT),
        bench.gateway() as near,
        bench.gateway(*_others(), port=PORT + 1) as far,
    ):
        for query in ("deep", "small"):
            contenders = [
                Contender("0 ms, 50 connections", near, URL, bench.load(query, 50)),
                Contender("5 ms, 200 connections", far, url_of(PORT + 1), bench.load(query, 200)),
            ]
            _rows(bench, contenders, f"{query}, ")


def repeats(bench: Bench) -> None:
    head("objects within an answer", " of the first's |")
    with (
        bench.subgraphs(),
        bench.subgraphs(Subgraphs(distinct=True), _OTHER_PORT),
        bench.gateway() as repeated,
        bench.gateway(*_others(), port=PORT + 1) as different,
    ):
        contenders = [
            Contender("as people review: they repeat", repeated, URL, bench.load("deep")),
            Contender("none repeats", different, url_of(PORT + 1), bench.load("deep")),
        ]
        _rows(bench, contenders, "deep, ")


def sizes(bench: Bench) -> None:
    head("answer size", " bytes | CPU ns/byte | bytes/s, of the first's |")
    text = (HERE / "queries" / "wide.graphql").read_text("utf-8")
    with bench.subgraphs(), bench.gateway("--timeout", "60") as running:
        contenders = []
        for first in (100, 1_000, 10_000, 100_000):
            body = body_of(text, {"first": first})
            ask(URL, body)
            load = Load([body], 4, bench.options.seconds)
            contenders.append(Contender(f"{first} products", running, URL, load))
        base = 0.0
        for contender, series in zip(contenders, bench.compare(contenders), strict=True):
            turn = series.median
            size = turn.measured.bytes_per_second / turn.measured.rate
            base = base or size
            row(
                contender.name,
                turn,
                f" {size:,.0f} | {turn.processor / size * 1e3:,.1f} | "
                f"{size / base / series.ratio:.0%} |",
            )


def operations(bench: Bench) -> None:
    head("distinct operations", " of one | peak MiB |")
    text = (HERE / "queries" / "small.graphql").read_text("utf-8")

    def named(number: int) -> bytes:
        return body_of(text.replace("Mobile", f"Mobile{number}"))

    def aliased(number: int) -> bytes:
        return body_of(text.replace("  id\n", f"  id x{number}: __typename\n"))

    loads = [
        (f"{count:,} that differ in their names", list(map(named, range(count))))
        for count in (1, 100, 1_000, 10_000)
    ]
    loads += [
        (f"{count:,} that differ in what they ask", list(map(aliased, range(count))))
        for count in (100, 1_000)
    ]
    with bench.subgraphs(), ExitStack() as stack:
        contenders = []
        for number, (name, bodies) in enumerate(loads):
            running = stack.enter_context(bench.gateway(port=PORT + number))
            url = url_of(PORT + number)
            for _ in range(2):  # the second execution compiles
                for body in bodies:
                    ask(url, body)
            load = Load(bodies, 50, bench.options.seconds)
            contenders.append(Contender(name, running, url, load))
        for contender, series in zip(contenders, bench.compare(contenders), strict=True):
            memory = contender.running.peak_memory() / 2**20
            row(contender.name, series.median, f" {1 / series.ratio:.0%} | {memory:,.0f} |")


def cold(_bench: Bench) -> None:
    print("\n| cold operation | prepare ms | plan and compile ms | together |")
    print("|---|---:|---:|---:|")
    graph = ServedGraph(read_supergraph(SUPERGRAPH.read_text("utf-8")))
    for query in ("deep", "small"):
        _cold(query, graph, (HERE / "queries" / f"{query}.graphql").read_text("utf-8"))
    wide = ServedGraph(read_supergraph(wide_supergraph()))
    _cold(f"{FIELDS} fields of {SUBGRAPHS} subgraphs", wide, wide_operation())


def _cold(name: str, graph: ServedGraph, text: str) -> None:
    times = []
    for _ in range(20):
        start = time.perf_counter()
        prepared = graph.prepare(text, None)
        middle = time.perf_counter()
        graph.compile(prepared, 0, Language.ENGLISH).variant({})
        times.append((middle - start, time.perf_counter() - middle))
    first, second = (statistics.median(each) * 1e3 for each in zip(*times, strict=True))
    print(f"| {name} | {first:.1f} | {second:.1f} | {first + second:.1f} |")


def workers(bench: Bench) -> None:
    head("workers, gateway and load on both cores", " of one |")
    with (
        bench.subgraphs(),
        bench.gateway(cores="0,1") as one,
        bench.gateway("--workers", "2", cores="0,1", port=PORT + 1) as two,
    ):
        for query in ("deep", "small"):
            load = bench.load(query)
            contenders = [
                Contender("1", one, URL, load),
                Contender("2", two, url_of(PORT + 1), load),
            ]
            _rows(bench, contenders, f"{query}, ")


SCENARIOS: dict[str, Callable[[Bench], None]] = {
    "full": full,
    "me": me,
    "latency": latency,
    "repeats": repeats,
    "sizes": sizes,
    "operations": operations,
    "cold": cold,
    "workers": workers,
}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("scenarios", nargs="+", choices=SCENARIOS, metavar="NAME")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=4)
    parser.add_argument("--gateway-core", default="0")
    parser.add_argument("--load-core", default="1", help="of load and subgraphs")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        for scenario in options.scenarios:
            SCENARIOS[scenario](Bench(options, Path(name)))


if __name__ == "__main__":
    main()
