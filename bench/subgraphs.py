"""The four subgraphs in one cheap process: a request's bytes are looked up, its answer is bytes.

The first time a body is seen, graphql-core answers it; after that a request costs one look-up, so
that the subgraphs are never what limits a gateway.
"""

import argparse
import asyncio
from collections import OrderedDict
from functools import partial

import httptools
import uvloop

from bench.graph import NAMES, Subgraph

_MAX_KNOWN_BYTES = 512 * 1024 * 1024


class Answers:
    """Answers of one subgraph: by body, and by whole request where that came in one piece."""

    def __init__(self, subgraph: Subgraph) -> None:
        self._subgraph = subgraph
        self.by_body: OrderedDict[bytes, bytes] = OrderedDict()
        self.by_request: OrderedDict[bytes, bytes] = OrderedDict()
        self.requests = 0
        self._bytes = 0

    def answer(self, body: bytes) -> bytes:
        response = self.by_body.get(body)
        if response is None:
            content = self._subgraph.answer(body)
            head = (
                "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"
                f"content-length: {len(content)}\r\n\r\n"
            )
            response = self.by_body[body] = head.encode() + content
            self._bytes += len(body) + len(response)
        return response

    def remember(self, request: bytes, response: bytes) -> None:
        self.by_request[request] = response
        self._bytes += len(request)
        while self._bytes > _MAX_KNOWN_BYTES:
            for known in (self.by_request, self.by_body):
                if known:
                    key, value = known.popitem(last=False)
                    self._bytes -= len(key) + len(value) * (known is self.by_body)


class SubgraphProtocol(asyncio.Protocol):
    """One connection of a gateway."""

    def __init__(self, answers: Answers, latency: float) -> None:
        self._answers = answers
        self._latency = latency
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._parser = httptools.HttpRequestParser(self)
        self._between = True
        self._received = b""
        self._body = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]

    def data_received(self, data: bytes) -> None:
        if self._between:
            answers = self._answers
            response = answers.by_request.get(data)
            if response is not None:
                answers.requests += 1
                if self._latency:
                    self._loop.call_later(self._latency, self._write, response)
                else:
                    self._transport.write(response)  # type: ignore[union-attr]
                return
        self._received = data if self._between else b""
        self._between = False
        self._parser.feed_data(data)

    def on_body(self, body: bytes) -> None:
        self._body += body

    def on_message_complete(self) -> None:
        response = self._answers.answer(self._body)
        if self._received:
            self._answers.remember(self._received, response)
        self._body = b""
        self._between = True
        self._respond(response)

    def _respond(self, response: bytes) -> None:
        self._answers.requests += 1
        if self._latency:
            self._loop.call_later(self._latency, self._write, response)
        else:
            self._write(response)

    def _write(self, response: bytes) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(response)


async def serve(port: int, latency: float, version: int) -> None:
    loop = asyncio.get_running_loop()
    counters = {}
    for offset, name in enumerate(NAMES):
        answers = counters[name] = Answers(Subgraph(name, version))
        await loop.create_server(
            partial(SubgraphProtocol, answers, latency), "127.0.0.1", port + offset, backlog=1024
        )
    print("ready", flush=True)
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), _stdin())
    while await reader.readline():  # a line asks for the counts, the end of input ends
        print(" ".join(f"{name}={counters[name].requests}" for name in NAMES), flush=True)


def _stdin() -> object:
    import sys  # noqa: PLC0415

    return sys.stdin


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=4201, help="first of four ports")
    parser.add_argument("--latency", type=float, default=0.0, help="milliseconds before an answer")
    parser.add_argument("--federation", type=int, choices=(1, 2), default=2)
    options = parser.parse_args()
    uvloop.run(serve(options.port, options.latency / 1000, options.federation))


if __name__ == "__main__":
    main()
