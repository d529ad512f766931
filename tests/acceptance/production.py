"""The production shape on one machine: subgraphs, two gateways and Redis as own processes.

What `docker-compose.yml` runs, by the same commands and settings, on SQLite instead of MongoDB.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from access.context import derive_context_key
from sandbox.layout import DataFolder, Ports
from sandbox.running import now
from sandbox.tokens import issue_token
from storage.encryption import new_key_file
from tests.sandbox.program import ROOT, free_base_port

NAMES = ("patient", "encounter", "pharmacy", "insurance")
LOOKUPS_PER_MINUTE = 6
_START_SECONDS = 60.0


@dataclass(frozen=True)
class Person:
    """Whom a token is for; what `python -m sandbox token` would be called with."""

    person: str
    purpose: str | None = None
    level: str = "vneid-2"
    alg: str = "EdDSA"
    seconds: int = 3600


@dataclass(frozen=True)
class Arrangement:
    """What stands in which process, and how much a caller may do.

    Args:
        groups: The subgraphs of each process.
        per_second: Requests of a caller.
        lookups: Look-ups of a caller in a minute.
    """

    groups: tuple[tuple[str, ...], ...] = (NAMES,)
    per_second: int = 50
    lookups: int = LOOKUPS_PER_MINUTE


class Part:
    """A process of ours, which can be killed and started again."""

    def __init__(self, arguments: list[str], settings: Mapping[str, str], ready: str) -> None:
        """Args: arguments: of Python's `-m`; ready: what it prints then, or the URL it answers."""
        self.settings = settings
        self._arguments = arguments
        self._ready = ready
        self._process: subprocess.Popen[str] | None = None

    def begin(self) -> None:
        """Start it."""
        own = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        self._process = subprocess.Popen(
            [sys.executable, "-m", *self._arguments],
            cwd=ROOT,
            env={**own, **self.settings},
            stdout=subprocess.PIPE,
            text=True,
        )

    def wait(self) -> None:
        """Return when it is ready."""
        if self._ready.startswith("http"):
            _wait_for(self._ready)
            return
        assert self._process is not None
        assert self._process.stdout is not None
        is_ready = any(self._ready in line for line in self._process.stdout)
        assert is_ready, f"{self._arguments[0]} did not start"

    def kill(self) -> None:
        """End it as `kill -9` does."""
        assert self._process is not None
        with self._process:
            self._process.kill()

    @contextmanager
    def standing_still(self) -> Iterator[None]:
        """Does nothing for a while, with everything in its hands that it had."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)
        # A thread that waits for the disk stops when that has answered.
        os.waitid(os.P_PID, self._process.pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT)
        try:
            yield
        finally:
            self._process.send_signal(signal.SIGCONT)

    def end(self) -> None:
        """End it as its operator does."""
        if self._process is not None:
            with self._process:
                self._process.terminate()


@dataclass(frozen=True)
class TwoGateways:
    """The running product."""

    data: DataFolder
    http: tuple[httpx.Client, httpx.Client]
    parts: Mapping[str, Part]

    def ask(
        self, gateway: int, who: tuple[str, str], query: str, variables: Mapping[str, Any]
    ) -> dict[str, Any]:
        """What a gateway answers a person, named by kind and id."""
        token = issue_token(self.data, who[0], Person(who[1]), now())  # type: ignore[arg-type]
        return self.ask_with(gateway, token, query, variables)

    def ask_with(
        self, gateway: int, token: str, query: str, variables: Mapping[str, Any]
    ) -> dict[str, Any]:
        """What a gateway answers the bearer of a token."""
        answer = self.http[gateway].post(
            "/graphql",
            json={"query": query, "variables": variables},
            headers={"authorization": f"Bearer {token}"},
        )
        document: dict[str, Any] = answer.json()
        return document


@contextmanager
def two_gateways(
    folder: Path, redis_url: str, arrangement: Arrangement = Arrangement()
) -> Iterator[TwoGateways]:
    """Starts everything, and ends it."""
    keys = folder / "keys.json"
    keys.write_text(new_key_file(), "utf-8")
    ports = Ports(free_base_port())
    database = f"sqlite:///{folder / 'documents.db'}"
    data = DataFolder(folder / "data", database, keys)
    with ExitStack() as stack:
        outside = ["--data", str(data.root), "--port", str(ports.gateway)]
        outside += ["--people", "4", "--database-url", database, "--keys-file", str(keys)]
        upstreams = Part(["sandbox", "upstreams", *outside], {}, "openid-configuration")
        stack.callback(upstreams.end)
        upstreams.begin()
        upstreams.wait()
        shared = {"DATABASE_URL": database, "REDIS_URL": redis_url}
        ours = _ours(data, ports, shared, arrangement)
        for part in ours.values():
            stack.callback(part.end)
            part.begin()
        for part in ours.values():
            part.wait()
        first, second = (
            stack.enter_context(httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60))
            for port in _gateway_ports(ports)
        )
        yield TwoGateways(data, (first, second), {"upstreams": upstreams, **ours})


def _gateway_ports(ports: Ports) -> tuple[int, int]:
    # Nobody measures here, so the port of the metrics is free.
    return ports.gateway, ports.metrics


def _ours(
    data: DataFolder, ports: Ports, shared: Mapping[str, str], arrangement: Arrangement
) -> dict[str, Part]:
    """Subgraphs by the first name of their process, and gateways by number."""
    found = {}
    urls: dict[str, str] = {}
    for group in arrangement.groups:
        base = f"http://127.0.0.1:{ports.subgraphs[group[0]]}"
        alone = len(group) == 1
        urls |= {name: f"{base}/graphql" if alone else f"{base}/{name}/graphql" for name in group}
        settings = {**shared, **_subgraph_settings(data, ports, group)}
        found[group[0]] = Part(["resolvers", "serve", *group], settings, f"{base}/health")
    for number, port in enumerate(_gateway_ports(ports)):
        settings = {
            **shared,
            **_gateway_settings(data, ports, arrangement),
            "GATEWAY_PORT": str(port),
            "GATEWAY_SUBGRAPH_URLS": " ".join(f"{name}={url}" for name, url in urls.items()),
        }
        found[f"gateway {number}"] = Part(["gateway", "health-book"], settings, "Serving")
    return found


def _subgraph_settings(data: DataFolder, ports: Ports, names: tuple[str, ...]) -> dict[str, str]:
    secrets = data.secrets()
    secret = secrets.context_secret.encode()
    alone = len(names) == 1
    return {
        "SUBGRAPH_ENVIRONMENT": "production",
        "SUBGRAPH_KEYS_FILE": str(data.keyring),
        "SUBGRAPH_PORT": str(ports.subgraphs[names[0]]),
        **{
            "SUBGRAPH_CONTEXT_KEY" + ("" if alone else f"_{name.upper()}"): derive_context_key(
                secret, name
            ).hex()
            for name in names
        },
        "SUBGRAPH_HOSPITALS": " ".join(
            f"{code}=http://127.0.0.1:{port}/fhir" for code, port in ports.hospitals.items()
        ),
        "SUBGRAPH_HOSPITAL_TOKEN": secrets.hospital_token,
        "SUBGRAPH_PORTAL_URL": f"http://127.0.0.1:{ports.portal}",
        "SUBGRAPH_PORTAL_USERNAME": secrets.portal_username,
        "SUBGRAPH_PORTAL_PASSWORD": secrets.portal_password,
        "SUBGRAPH_PORTAL_STAFF_NAME": secrets.portal_staff_name,
        "SUBGRAPH_PORTAL_STAFF_ID": secrets.portal_staff_id,
    }


def _gateway_settings(data: DataFolder, ports: Ports, arrangement: Arrangement) -> dict[str, str]:
    return {
        "GATEWAY_ENVIRONMENT": "production",
        "GATEWAY_KEYS_FILE": str(data.keyring),
        "GATEWAY_CONTEXT_SECRET": data.secrets().context_secret,
        "GATEWAY_ISSUERS": f"{ports.issuer}|{ports.issuer}/jwks|health-book",
        "GATEWAY_RATE_PER_SECOND": str(arrangement.per_second),
        "GATEWAY_LOOKUPS_PER_MINUTE": str(arrangement.lookups),
    }


def _wait_for(url: str) -> None:
    until = time.monotonic() + _START_SECONDS
    with httpx.Client() as client:
        while True:
            try:
                client.get(url)
            except httpx.TransportError:
                assert time.monotonic() < until
                time.sleep(0.1)
            else:
                return
