"""Stands in front of the health book's subgraphs: ``python -m bench.recorded PORT=URL ...``.

A request that was never seen goes to the real subgraph; its answer is kept and given to whoever
asks the same for the same person again, at the price of a look-up. So the gateway gets the real
answers, and is what is measured.
"""

import argparse
import urllib.request

import uvloop

from bench.subgraphs import Answers, serve

_CONTEXT = b',"extensions":{"accessContext":"'
_ACTOR = 64
"""Bytes of an access context's beginning that hold its actor, and nothing that changes."""


def key(received: bytes) -> bytes:
    """Return a request, or a body, up to where it is like no other of the same caller.

    Every access context is signed for one use. It comes last, and begins with its actor. What does
    not end with one is no whole request, and known by itself.
    """
    if not received.endswith(b'"}}'):
        return received
    at = received.rfind(_CONTEXT)
    return received[: at + len(_CONTEXT) + _ACTOR] if at >= 0 else received


class RealSubgraph:
    """The subgraph behind."""

    def __init__(self, url: str) -> None:
        self._url = url

    def answer(self, body: bytes) -> bytes:
        headers = {"content-type": "application/json"}
        request = urllib.request.Request(self._url, body, headers)
        with urllib.request.urlopen(request) as answer:
            return bytes(answer.read())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("subgraphs", nargs="+", metavar="PORT=URL")
    ports = {}
    for subgraph in parser.parse_args().subgraphs:
        port, _, url = subgraph.partition("=")
        ports[int(port)] = Answers(RealSubgraph(url).answer, key)
    uvloop.run(serve(ports, 0.0))


if __name__ == "__main__":
    main()
