"""The four subgraphs in one cheap process: a request's bytes are looked up, its answer is bytes.

The first time a body is seen, graphql-core answers it; after that a request costs one look-up, so
that the subgraphs are never what limits a gateway.
"""

import argparse
import asyncio
import sys
from collections import OrderedDict
from collections.abc import Callable, Mapping
from functools import partial

import httptools
import uvloop

from bench.graph import NAMES, Subgraph

_MAX_KNOWN_BYTES = 512 * 1024 * 1024


class Answers:
    """Answers of one subgraph: by body, and by whole request where that came in one piece.

    Args:
        resolve: Answers a body that was never seen.
        key: What a request and a body are known by; themselves, if need be.
    """

    def __init__(
        self,
        resolve: Callable[[bytes], bytes],
        key: Callable[[bytes], bytes] = lambda received: received,
    ) -> None:
        self._resolve = resolve
        self.key = key
        self.by_body: OrderedDict[bytes, bytes] = OrderedDict()
        self.by_request: OrderedDict[bytes, bytes] = OrderedDict()
        self.requests = 0
        self._bytes = 0

    def answer(self, body: bytes) -> bytes:
        key = self.key(body)
        response = self.by_body.get(key)
        if response is None:
            content = self._resolve(body)
            head = (
                "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"
                f"content-length: {len(content)}\r\n\r\n"
            )
            response = self.by_body[key] = head.encode() + content
            self._bytes += len(key) + len(response)
        return response

    def remember(self, request: bytes, response: bytes) -> None:
        key = self.key(request)
        self.by_request[key] = response
        self._bytes += len(key)
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
            response = answers.by_request.get(answers.key(data))
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


async def serve(ports: Mapping[int, Answers], latency: float) -> None:
    """Answer on each port until the end of standard input.

    Args:
        ports: Who answers, by port.
        latency: Seconds before an answer.
    """
    loop = asyncio.get_running_loop()
    for port, answers in ports.items():
        protocol = partial(SubgraphProtocol, answers, latency)
        await loop.create_server(protocol, "127.0.0.1", port, backlog=1024)
    print("ready", flush=True)
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while await reader.readline():  # a line asks for the counts, the end of input ends
        print(*(f"{port}={answers.requests}" for port, answers in ports.items()), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=4201, help="first of four ports")
    parser.add_argument("--latency", type=float, default=0.0, help="milliseconds before an answer")
    parser.add_argument("--federation", type=int, choices=(1, 2), default=2)
    parser.add_argument("--distinct", action="store_true", help="objects with a review differ")
    options = parser.parse_args()
    ports = {
        options.port + offset: Answers(
            Subgraph(name, options.federation, distinct=options.distinct).answer
        )
        for offset, name in enumerate(NAMES)
    }
    uvloop.run(serve(ports, options.latency / 1000))


if __name__ == "__main__":
    main()
