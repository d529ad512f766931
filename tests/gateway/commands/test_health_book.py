"""``health-book`` as a process, with nothing behind it: its figures, and why it does not start."""

import os
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from storage.encryption import new_key_file


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    keys = tmp_path / "keys.json"
    keys.write_text(new_key_file(), "utf-8")
    return {
        **{name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
        "DATABASE_URL": f"sqlite:///{tmp_path / 'book.db'}",
        "GATEWAY_KEYS_FILE": str(keys),
        "GATEWAY_CONTEXT_SECRET": "s" * 40,
        "GATEWAY_ISSUERS": "https://id.test|http://127.0.0.1:1/jwks|health-book",
        "GATEWAY_PORT": "0",
    }


def started(environ: dict[str, str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "gateway", "health-book"],
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_the_plan_cache_is_among_the_figures(
    environ: dict[str, str], unused_tcp_port: int
) -> None:
    with started({**environ, "GATEWAY_METRICS_PORT": str(unused_tcp_port)}) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline().startswith("Serving http://")
            address = f"http://127.0.0.1:{unused_tcp_port}/metrics"
            with urllib.request.urlopen(address, timeout=20) as answer:
                figures = answer.read().decode()
        finally:
            process.terminate()
            process.communicate(timeout=30)

    names = {f"gateway_plan_cache_{name}" for name in ("bytes", "entries", "evictions")}
    assert names <= {line.split(" ")[0] for line in figures.splitlines()}


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        (
            {"GATEWAY_SUBGRAPH_URLS": "nobody=http://127.0.0.1:1/"},
            "NAME=URL in GATEWAY_SUBGRAPH_URLS: nobody is none of ",
        ),
        ({"GATEWAY_KEYS_FILE": "nowhere.json"}, "the key file nowhere.json is missing"),
    ],
    ids=["subgraph", "keys"],
)
def test_why_it_does_not_start_is_one_clear_line(
    environ: dict[str, str], changes: dict[str, str], told: str
) -> None:
    with started({**environ, **changes}) as process:
        _, errors = process.communicate(timeout=30)

    assert (2, 1) == (process.returncode, errors.count("\n"))
    assert errors.startswith(f"gateway: {told}")


def test_a_supergraph_that_protects_without_a_link_is_one_clear_line(
    environ: dict[str, str], tmp_path: Path
) -> None:
    link = '@link(url: "https://specs.apollo.dev/requiresScopes/v0.1", for: SECURITY)'
    sdl = Path("supergraph.graphql").read_text("utf-8")
    assert link in sdl
    (tmp_path / "unlinked.graphql").write_text(sdl.replace(link, ""), "utf-8")
    changes = {"GATEWAY_SUPERGRAPH": str(tmp_path / "unlinked.graphql")}
    with started({**environ, **changes}) as process:
        _, errors = process.communicate(timeout=30)

    assert (2, 1) == (process.returncode, errors.count("\n"))
    assert errors.startswith("gateway: the supergraph uses @requiresScopes without linking ")


def test_a_metrics_port_in_use_is_told_as_that(environ: dict[str, str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with started({**environ, "GATEWAY_METRICS_PORT": str(port)}) as process:
            _, errors = process.communicate(timeout=30)

    assert (2, f"gateway: metrics at 127.0.0.1:{port}: Address already in use") == (
        process.returncode,
        errors.splitlines()[-1],
    )
