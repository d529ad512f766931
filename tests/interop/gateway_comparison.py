"""The field's own composers and gateway, in one Node process, over subgraphs in memory."""

import json
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from tests.federation.oracle.in_memory import InMemorySubgraph
from tests.interop.node_packages import HERE, node_with_packages


class GatewayPeer:
    """Asks the process one question at a time, and answers what it asks of subgraphs."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def compose(self, tool: str, subgraphs: Sequence[InMemorySubgraph]) -> str:
        """The supergraph that a composer of others makes."""
        parts = [{"name": part.name, "sdl": part.sdl} for part in subgraphs]
        answer = self._question({"do": "compose", "with": tool, "subgraphs": parts}, {})
        assert "supergraph" in answer, answer["errors"]
        return str(answer["supergraph"])

    def execute(
        self,
        supergraph: str,
        query: str,
        variables: dict[str, Any],
        subgraphs: Mapping[str, InMemorySubgraph],
    ) -> dict[str, Any]:
        """What the gateway of others answers over our supergraph."""
        question = {
            "do": "execute",
            "supergraph": supergraph,
            "query": query,
            "variables": variables,
        }
        return self._question(question, subgraphs)

    def _question(
        self, message: dict[str, Any], subgraphs: Mapping[str, InMemorySubgraph]
    ) -> dict[str, Any]:
        self._say(message)
        while True:
            answer: dict[str, Any] = json.loads(self._read())
            asked = answer.get("ask")
            if asked is None:
                return answer
            part = subgraphs[asked["subgraph"]]
            try:
                given = part.execute(asked["query"], asked["variables"])
            except AssertionError as refused:
                given = {"errors": [{"message": str(refused)}]}
            self._say(given)

    def _say(self, message: dict[str, Any]) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(message) + "\n")
        self._process.stdin.flush()

    def _read(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, "the Node process has ended"
        return line


@contextmanager
def running_gateway_peer() -> Iterator[GatewayPeer]:
    """Start the process, or skip the test where this machine cannot."""
    node = node_with_packages()
    with subprocess.Popen(
        [node, "gateway_peer.cjs"],
        cwd=HERE,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={"PATH": "/usr/bin:/bin", "APOLLO_TELEMETRY_DISABLED": "1", "NODE_ENV": "production"},
    ) as process:
        try:
            yield GatewayPeer(process)
        finally:
            process.kill()
