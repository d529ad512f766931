"""Asking another composer, in a process of its own, and comparing what it answers with ours."""

import json
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from graphql import parse, print_ast

from gateway.federation.composition import CompositionFailure, SubgraphDocument, compose
from tests.interop.node_packages import node_with_packages

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a composer says of a set of subgraphs."""

    codes: frozenset[str]
    supergraph: str = ""
    hints: frozenset[str] = frozenset()


class Peer:
    """The other composer: one process for all questions."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def compose(self, subgraphs: Mapping[str, str]) -> Verdict:
        """Ask."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(dict(subgraphs)) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        return Verdict(
            frozenset(answer["codes"]),
            answer.get("supergraph", ""),
            frozenset(answer.get("hints", ())),
        )


@contextmanager
def running_peer() -> Iterator[Peer]:
    """Start the other composer, or skip the test where this machine lacks it."""
    node = node_with_packages()
    with subprocess.Popen(
        [node, "composition_peer.cjs"],
        cwd=HERE,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield Peer(process)
        assert process.stdin is not None
        process.stdin.close()


def our_verdict(subgraphs: Mapping[str, str]) -> Verdict:
    """Compose with the product."""
    result = compose([SubgraphDocument(n, f"http://{n}", sdl) for n, sdl in subgraphs.items()])
    hints = frozenset(h.code.value for h in result.hints)
    if isinstance(result, CompositionFailure):
        return Verdict(frozenset(e.code.value for e in result.errors))
    return Verdict(frozenset(), result.supergraph_sdl, hints)


def lines_by_definition(sdl: str) -> dict[str, list[str]]:
    """A schema's definitions, each with its lines sorted, and the words of each line sorted."""
    found = {}
    for node in parse(sdl, no_location=True).definitions:
        name = getattr(node, "name", None)
        lines = print_ast(node).split("\n")
        found[f"{node.kind} {name.value if name else ''}"] = sorted(
            " ".join(sorted(line.split())) for line in lines
        )
    return found
