"""Arguments of ``serve`` and ``compose`` that cannot be meant are refused in one line."""

import socket
import subprocess
import sys

import pytest

SUPERGRAPH = "bench/supergraph.graphql"


def _told(*arguments: str) -> tuple[int, str]:
    result = subprocess.run(
        [sys.executable, "-m", "gateway", *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return result.returncode, result.stderr.removeprefix("gateway: ").strip()


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_metrics_port_in_use_is_told_once(workers: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        told = _told(
            *("serve", "--supergraph", SUPERGRAPH, "--port", "0"),
            *("--metrics-port", str(port), "--workers", workers),
        )

    assert (2, f"metrics at 127.0.0.1:{port}: Address already in use") == told


def test_a_worker_without_a_metrics_port_is_told() -> None:
    told = _told(
        *("serve", "--supergraph", SUPERGRAPH, "--port", "0"),
        *("--metrics-port", "65535", "--workers", "2"),
    )

    assert (2, "metrics at 127.0.0.1:65536: unusable address") == told


def test_two_urls_of_one_subgraph_are_refused_by_serve() -> None:
    told = _told(
        *("serve", "--supergraph", SUPERGRAPH),
        *("--subgraph-url", "accounts=http://a", "--subgraph-url", "accounts=http://b"),
    )

    assert (2, "--subgraph-url accounts=http://b: accounts has another URL") == told


def test_two_urls_of_one_subgraph_are_refused_by_compose() -> None:
    told = _told(
        *("compose", "accounts=bench/schema/accounts.graphql"),
        *("--url", "accounts=http://a", "--url", "accounts=http://b"),
    )

    assert (2, "--url accounts=http://b: accounts has another URL") == told


def test_no_host_is_not_every_host() -> None:
    told = _told("serve", "--supergraph", SUPERGRAPH, "--port", "0", "--host", "")

    assert (2, "--host: it is empty; 0.0.0.0 stands for every address") == told


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://issuer:0/keys", "the URL's port is 0, where nothing can listen"),
        ("http://is suer/keys", "the URL's host is none: is suer"),
    ],
)
def test_a_key_set_that_nobody_can_fetch_is_told(url: str, reason: str) -> None:
    told = _told(
        *("serve", "--supergraph", SUPERGRAPH, "--port", "0"),
        *("--jwks", url, "--issuer", "i", "--audience", "a"),
    )

    assert (2, f"--jwks {url}: {reason}") == told


def test_a_url_of_no_subgraph_is_refused() -> None:
    told = _told("serve", "--supergraph", SUPERGRAPH, "--subgraph-url", "=http://a")

    assert (2, "--subgraph-url =http://a: wanted NAME=URL") == told
