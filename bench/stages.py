"""Where the processor time of a warm request goes: ``python -m bench.stages``.

The gateway runs in this process without sockets: requests are handed to the protocol, subgraphs
are answers that are ready. What is missing from the whole rate is the kernel's and the event
loop's share.
"""

import asyncio
import gc
import time
from collections.abc import Awaitable, Callable
from typing import Any

import uvloop

from bench.gateways import HERE, SUPERGRAPH
from bench.graph import NAMES, Subgraph
from bench.load import body_of
from gateway.endpoint.answer import HttpAnswer
from gateway.endpoint.decoding import decode
from gateway.endpoint.endpoint import GraphQLEndpoint
from gateway.endpoint.head import read_head
from gateway.errors import Language
from gateway.federation.executor.compiled import execute
from gateway.federation.executor.ports import FetchFailure, SubgraphRequest
from gateway.federation.supergraph.reader import read_supergraph
from gateway.pipeline.graph import ServedGraph
from gateway.pipeline.pipeline import GatewayPipeline, Ports
from gateway.principal import ANONYMOUS
from gateway.request import BareScope
from gateway.server.admission import Admission
from gateway.server.heads import ParsedHead
from gateway.server.listener import Listener
from gateway.server.protocol import GraphQLProtocol

_HEAD = (
    b"POST /graphql HTTP/1.1\r\nHost: 127.0.0.1:4000\r\ncontent-type: application/json\r\n"
    b"Content-Length: %d\r\n\r\n"
)


class ReadyAnswers:
    """A transport whose answers are there in the next turn of the loop."""

    def __init__(self) -> None:
        self._subgraphs = {name: Subgraph(name) for name in NAMES}
        self._known: dict[tuple[str, bytes], bytes] = {}

    def send(self, request: SubgraphRequest) -> "asyncio.Future[bytes | FetchFailure]":
        loop = asyncio.get_running_loop()
        future: asyncio.Future[bytes | FetchFailure] = loop.create_future()
        key = (request.subgraph, request.body)
        answer = self._known.get(key)
        if answer is None:
            answer = self._known[key] = self._subgraphs[request.subgraph].answer(request.body)
        loop.call_soon(future.set_result, answer)
        return future


class Sink:
    """A socket that swallows."""

    def __init__(self) -> None:
        self.writes = 0

    def write(self, _data: bytes) -> None:
        self.writes += 1

    def writelines(self, _data: object) -> None:
        self.writes += 1

    def is_closing(self) -> bool:
        return False

    def get_extra_info(self, *_: object) -> None:
        return None


class State:
    """What uvicorn's server keeps."""

    def __init__(self) -> None:
        self.connections: set[object] = set()
        self.total_requests = 0


def best(call: Callable[[], object], count: int, rounds: int = 7) -> float:
    """Microseconds of a call: the best round's mean."""
    times = []
    for _ in range(rounds):
        start = time.process_time()
        for _ in range(count):
            call()
        times.append((time.process_time() - start) / count * 1e6)
    return min(times)


async def best_async(call: Callable[[], Awaitable[object]], count: int, rounds: int = 7) -> float:
    times = []
    for _ in range(rounds):
        start = time.process_time()
        for _ in range(count):
            await call()
        times.append((time.process_time() - start) / count * 1e6)
    return min(times)


async def stages(query: str, count: int) -> list[tuple[str, float]]:
    text = (HERE / "queries" / f"{query}.graphql").read_text("utf-8")
    body = body_of(text)
    graph = ServedGraph(read_supergraph(SUPERGRAPH.read_text("utf-8")))
    transport = ReadyAnswers()
    pipeline = GatewayPipeline(graph, Ports(transport))
    endpoint = GraphQLEndpoint(pipeline)
    loop = asyncio.get_running_loop()
    listener = Listener(endpoint, loop, Admission(loop))
    compiled = graph.compile(graph.prepare(text, None), 0, Language.ENGLISH)
    head = read_head(b"POST", b"", [(b"content-type", b"application/json")])
    raw = _HEAD % len(body)
    scope = BareScope(ANONYMOUS)
    sink: Any = Sink()
    connection = GraphQLProtocol(listener, State(), _no_protocol)  # type: ignore[arg-type]
    connection.connection_made(sink)

    async def whole() -> None:
        before = sink.writes
        connection.data_received(raw + body)
        while sink.writes == before:  # noqa: ASYNC110 - the sink tells nobody
            await asyncio.sleep(0)

    async def executed() -> bytes:
        return (await execute(compiled, {}, transport, None, scope)).body

    for _ in range(5):
        await whole()
    answer = HttpAnswer(200, "application/json", await executed())
    await executed()
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
    found = [
        ("head parsed (only where it is not known)", best(lambda: ParsedHead(raw), count)),
        ("body decoded", best(lambda: decode(head, body, 10**6), count)),
        ("plan found", best(lambda: pipeline.cache.get((text, None)), count)),
        ("executed: requests, answers, merge, encoding", await best_async(executed, count)),
        ("response bytes", best(lambda: listener.write(sink, answer, keep_alive=True), count)),
        ("whole, with task and admission", await best_async(whole, count)),
    ]
    listener.close()
    return found


def _no_protocol() -> asyncio.Protocol:
    raise AssertionError


async def main() -> None:
    print("| µs of processor time | deep | small |\n|---|---:|---:|")
    deep, small = await stages("deep", 200), await stages("small", 2000)
    for (name, first), (_, second) in zip(deep, small, strict=True):
        print(f"| {name} | {first:,.1f} | {second:,.1f} |")


if __name__ == "__main__":
    uvloop.run(main())
