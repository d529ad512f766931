"""The gateways that are compared, and how each is started."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bench.processes import Command

HERE = Path(__file__).parent
ROOT = HERE.parent
SUPERGRAPH = HERE / "supergraph.graphql"
SUBGRAPH_PORT = 4201
SUBGRAPH_PORT_V1 = 4221


@dataclass(frozen=True)
class Gateway:
    """One gateway under one setting.

    Attributes:
        name: As the table shows it.
        dedupe: Whether identical in-flight subgraph requests are merged.
        command: Makes the command for a port.
        federation: Version of the subgraphs that it stands on.
    """

    name: str
    dedupe: bool
    command: Callable[[int], Command]
    federation: int = 2


def ours(*, dedupe: bool, workers: int = 1, further: tuple[str, ...] = ()) -> Gateway:
    def command(port: int) -> Command:
        arguments = [sys.executable, "-m", "gateway", "serve", "--supergraph", str(SUPERGRAPH)]
        arguments += ["--port", str(port), "--production", "--workers", str(workers), *further]
        return Command(arguments + (["--dedupe"] if dedupe else []), {}, ROOT)

    return Gateway(
        "this gateway" + (f", {workers} workers" if workers > 1 else ""), dedupe, command
    )


def apollo(peers: Path) -> Gateway:
    def command(port: int) -> Command:
        arguments = ["node", "apollo.mjs", str(SUPERGRAPH), str(port)]
        return Command(arguments, {"NODE_ENV": "production"}, peers)

    return Gateway("Apollo Gateway", dedupe=False, command=command)


def hive(peers: Path, *, rust: bool, dedupe: bool) -> Gateway:
    def command(port: int) -> Command:
        arguments = ["node", "node_modules/@graphql-hive/gateway/dist/bin.js", "supergraph"]
        arguments += ["-c", "hive.config.mjs"] + (["--hive-router-runtime"] if rust else [])
        environment = {
            "NODE_ENV": "production",
            "NODE_OPTIONS": "--require ./polyfill.cjs",
            "BENCH_SUPERGRAPH": str(SUPERGRAPH),
            "BENCH_PORT": str(port),
            "BENCH_DEDUPE": "1" if dedupe else "0",
        }
        return Command(arguments, environment, peers)

    planner = "Rust planner" if rust else "JavaScript planner"
    return Gateway(f"Hive Gateway, {planner}", dedupe, command)


def mercurius(peers: Path, *, jit: bool) -> Gateway:
    def command(port: int) -> Command:
        arguments = ["node", "mercurius.mjs", str(SUBGRAPH_PORT_V1), str(port), str(int(jit))]
        return Command(arguments, {"NODE_ENV": "production"}, peers)

    name = "Mercurius gateway, JIT" if jit else "Mercurius gateway"
    return Gateway(name, dedupe=False, command=command, federation=1)


def all_gateways(peers: Path) -> dict[str, Gateway]:
    """Every gateway by its short name."""
    return {
        "ours": ours(dedupe=False),
        "ours-dedupe": ours(dedupe=True),
        "apollo": apollo(peers),
        "hive": hive(peers, rust=False, dedupe=False),
        "hive-dedupe": hive(peers, rust=False, dedupe=True),
        "hive-rust": hive(peers, rust=True, dedupe=False),
        "hive-rust-dedupe": hive(peers, rust=True, dedupe=True),
        "mercurius": mercurius(peers, jit=False),
        "mercurius-jit": mercurius(peers, jit=True),
    }
