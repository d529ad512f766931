"""The production shape on one machine: subgraphs, two gateways and Redis as own processes.

What `docker-compose.yml` runs, by the same commands and settings, on SQLite instead of MongoDB.
"""

import os
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
class TwoGateways:
    """The running product."""

    data: DataFolder
    http: tuple[httpx.Client, httpx.Client]

    def ask(
        self, gateway: int, who: tuple[str, str], query: str, variables: Mapping[str, Any]
    ) -> dict[str, Any]:
        """What a gateway answers a person, named by kind and id."""
        token = issue_token(self.data, who[0], Person(who[1]), now())  # type: ignore[arg-type]
        answer = self.http[gateway].post(
            "/graphql",
            json={"query": query, "variables": variables},
            headers={"authorization": f"Bearer {token}"},
        )
        document: dict[str, Any] = answer.json()
        return document


@contextmanager
def two_gateways(folder: Path, redis_url: str) -> Iterator[TwoGateways]:
    """Starts everything, and ends it."""
    keys = folder / "keys.json"
    keys.write_text(new_key_file(), "utf-8")
    ports = Ports(free_base_port())
    database = f"sqlite:///{folder / 'documents.db'}"
    with ExitStack() as stack:
        upstreams = ["--data", str(folder / "data"), "--port", str(ports.gateway)]
        upstreams += ["--people", "4", "--database-url", database, "--keys-file", str(keys)]
        _start(stack, ["sandbox", "upstreams", *upstreams], {}, "openid-configuration")
        data = DataFolder(folder / "data", database, keys)
        shared = {"DATABASE_URL": database, "REDIS_URL": redis_url}
        subgraphs = {**shared, **_subgraph_settings(data, ports, keys)}
        _start(stack, ["resolvers", "serve", *NAMES], subgraphs, None)
        _wait_for(f"http://127.0.0.1:{ports.gateway + 1}/health")
        clients = []
        for _ in range(2):
            gateway = {**shared, **_gateway_settings(data, ports, keys)}
            printed = _start(stack, ["gateway", "health-book"], gateway, "Serving")
            base = printed.split()[1].removesuffix("/graphql")
            clients.append(stack.enter_context(httpx.Client(base_url=base, timeout=20)))
        yield TwoGateways(data, (clients[0], clients[1]))


def _subgraph_settings(data: DataFolder, ports: Ports, keys: Path) -> dict[str, str]:
    secrets = data.secrets()
    secret = secrets.context_secret.encode()
    return {
        "SUBGRAPH_ENVIRONMENT": "production",
        "SUBGRAPH_KEYS_FILE": str(keys),
        "SUBGRAPH_PORT": str(ports.gateway + 1),
        **{
            f"SUBGRAPH_CONTEXT_KEY_{name.upper()}": derive_context_key(secret, name).hex()
            for name in NAMES
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


def _gateway_settings(data: DataFolder, ports: Ports, keys: Path) -> dict[str, str]:
    return {
        "GATEWAY_ENVIRONMENT": "production",
        "GATEWAY_KEYS_FILE": str(keys),
        "GATEWAY_PORT": "0",
        "GATEWAY_CONTEXT_SECRET": data.secrets().context_secret,
        "GATEWAY_ISSUERS": f"{ports.issuer}|{ports.issuer}/jwks|health-book",
        "GATEWAY_SUBGRAPH_URLS": " ".join(
            f"{name}=http://127.0.0.1:{ports.gateway + 1}/{name}/graphql" for name in NAMES
        ),
        "GATEWAY_RATE_PER_SECOND": "50",
        "GATEWAY_LOOKUPS_PER_MINUTE": str(LOOKUPS_PER_MINUTE),
    }


def _start(
    stack: ExitStack, arguments: list[str], settings: Mapping[str, str], ready: str | None
) -> str:
    """Starts a module of ours; returns the line that says that it is ready."""
    own = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    process = subprocess.Popen(
        [sys.executable, "-m", *arguments],
        cwd=ROOT,
        env={**own, **settings},
        stdout=subprocess.PIPE,
        text=True,
    )
    stack.callback(_end, process)
    assert process.stdout is not None
    if ready is None:
        return ""
    line = next((line for line in process.stdout if ready in line), None)
    assert line is not None, f"{arguments[0]} did not start"
    return line


def _end(process: "subprocess.Popen[str]") -> None:
    with process:
        process.terminate()


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
