"""A server that is told to end while requests run: they are answered, nobody new is let in."""

import json
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

_PATIENCE = 30.0


class _HeldSubgraph(ThreadingHTTPServer):
    """A subgraph that says when it is asked, and answers when it may."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.asked, self.may_answer = threading.Event(), threading.Event()


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        assert isinstance(self.server, _HeldSubgraph)
        self.rfile.read(int(self.headers["content-length"]))
        self.server.asked.set()
        self.server.may_answer.wait(_PATIENCE)
        body = b'{"data":{"me":{"name":"An"}}}'
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def subgraph() -> Iterator[_HeldSubgraph]:
    with _HeldSubgraph() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.may_answer.set()
        server.shutdown()
        thread.join(_PATIENCE)


@contextmanager
def _serving(workers: int, port: int) -> Iterator[tuple["subprocess.Popen[str]", str]]:
    command = [sys.executable, "-m", "gateway", "serve", "--port", "0", "--workers", str(workers)]
    command += ["--supergraph", "bench/supergraph.graphql"]
    command += ["--subgraph-url", f"accounts=http://127.0.0.1:{port}/"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            found = re.search(r"http://\S+", process.stdout.readline())
            assert found is not None
            yield process, found[0]
        finally:
            if process.poll() is None:
                process.kill()


def _ask(url: str, into: list[object]) -> None:
    body = json.dumps({"query": "{ me { name } }"}).encode()
    request = urllib.request.Request(url, body, {"content-type": "application/json"})
    with urllib.request.urlopen(request, timeout=_PATIENCE) as answer:
        into.append(json.loads(answer.read()))


def _refuses(url: str) -> bool:
    """Whether nobody is let in any more, some time soon."""
    host, port = url.removeprefix("http://").split("/")[0].split(":")
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end:
        try:
            socket.create_connection((host, int(port)), 1.0).close()
        except ConnectionRefusedError:
            return True
        except ConnectionResetError:
            continue  # was let in just before
        except TimeoutError:
            return False
    return False


@pytest.mark.parametrize("workers", [1, 2])
def test_requests_that_run_are_answered_and_new_connections_refused(
    subgraph: _HeldSubgraph, workers: int
) -> None:
    answers: list[object] = []
    with _serving(workers, subgraph.server_address[1]) as (process, url):
        asking = threading.Thread(target=_ask, args=(url, answers))
        asking.start()
        assert subgraph.asked.wait(_PATIENCE)
        process.send_signal(signal.SIGTERM)
        refused = _refuses(url)
        subgraph.may_answer.set()
        asking.join(_PATIENCE)
        code = process.wait(_PATIENCE)

    assert (True, [{"data": {"me": {"name": "An"}}}], 0) == (refused, answers, code)


def test_workers_do_not_outlive_a_supervisor_that_is_killed(subgraph: _HeldSubgraph) -> None:
    answers: list[object] = []
    with _serving(2, subgraph.server_address[1]) as (process, url):
        asking = threading.Thread(target=_ask, args=(url, answers))
        asking.start()
        assert subgraph.asked.wait(_PATIENCE)
        process.kill()
        subgraph.may_answer.set()
        asking.join(_PATIENCE)
        refused = _refuses(url)

    assert (True, [{"data": {"me": {"name": "An"}}}]) == (refused, answers)
