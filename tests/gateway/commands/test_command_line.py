"""The command line as a process: serve, compose, plan; clear one-line failures."""

import json
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pytest

BENCH = Path("bench")
SUPERGRAPH = BENCH / "supergraph.graphql"
NAMES = ("accounts", "inventory", "products", "reviews")


def _gateway(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "gateway", *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@contextmanager
def _process(*arguments: object) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.terminate()
            process.wait(30)


@contextmanager
def _serving(*arguments: object) -> Iterator[tuple[subprocess.Popen[str], str]]:
    with _process("-m", "gateway", "serve", "--port", 0, *arguments) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        found = re.search(r"http://\S+", line)
        assert found, (line, process.stderr.read() if process.stderr else "")
        yield process, found[0]


@pytest.fixture(scope="module")
def subgraph_urls() -> Iterator[list[str]]:
    port = _first_of_free_ports(len(NAMES))
    with _process("-m", "bench.subgraphs", "--port", port) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        ports = {name: port + number for number, name in enumerate(_bench_order())}
        yield [f"--subgraph-url={n}=http://127.0.0.1:{p}/graphql" for n, p in ports.items()]


def _first_of_free_ports(count: int) -> int:
    """The first of so many ports in a row on which nobody listens now."""
    while True:
        with ExitStack() as stack:
            first = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
            port = int(first.getsockname()[1])
            with suppress(OSError, OverflowError):
                for number in range(port + 1, port + count):
                    stack.enter_context(socket.create_server(("127.0.0.1", number)))
                return port


def _bench_order() -> tuple[str, ...]:
    return ("accounts", "products", "inventory", "reviews")


def _ask(url: str, query: str) -> object:
    request = urllib.request.Request(
        url, json.dumps({"query": query}).encode(), {"content-type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.loads(answer.read())


QUERY = "{ me { name reviews { product { name } } } }"


@pytest.mark.parametrize("further", [[], ["--dedupe"], ["--workers", "2"], ["--production"]])
def test_serve_answers_over_four_subgraphs(subgraph_urls: list[str], further: list[str]) -> None:
    with _serving("--supergraph", SUPERGRAPH, *subgraph_urls, *further) as (_, url):
        answer = _ask(url, QUERY)

    assert isinstance(answer, dict)
    assert "errors" not in answer
    assert answer["data"]["me"]["reviews"][0] == {"product": {"name": "Table"}}


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_well(workers: int, number: signal.Signals) -> None:
    with _serving("--supergraph", SUPERGRAPH, "--workers", workers) as (process, _):
        process.send_signal(number)
        code = process.wait(30)
        errors = process.stderr.read() if process.stderr else ""

    assert (0, "") == (code, errors)


def test_a_worker_that_dies_is_replaced(subgraph_urls: list[str]) -> None:
    with _serving("--supergraph", SUPERGRAPH, *subgraph_urls, "--workers", 2) as (process, url):
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        if not children.exists():
            pytest.skip("no /proc with child processes on this machine")
        first = children.read_text().split()
        for pid in first:
            subprocess.run(["kill", "-9", pid], check=True)
        answer = _ask(url, "{ me { name } }")
        second = children.read_text().split()

    assert answer == {"data": {"me": {"name": "An Nguyen"}}}
    assert len(second) == 2
    assert not set(first) & set(second)


def test_a_port_in_use_is_one_clear_line() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        result = _gateway("serve", "--supergraph", SUPERGRAPH, "--port", port)

    assert (1, f"gateway: 127.0.0.1:{port}: Address already in use\n") == (
        result.returncode,
        result.stderr,
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [(None, "No such file or directory"), ("type Query { a: Int }", "")],
)
def test_an_unusable_supergraph_is_one_clear_line(
    tmp_path: Path, text: str | None, message: str
) -> None:
    path = tmp_path / "supergraph.graphql"
    if text is not None:
        path.write_text(text, "utf-8")
    result = _gateway("serve", "--supergraph", path)

    assert result.returncode == 2
    assert result.stderr.startswith(f"gateway: {path}: {message}")
    assert result.stderr.count("\n") == 1


def test_t19_a_graph_with_requirements_refuses_to_start(tmp_path: Path) -> None:
    for name in NAMES:
        sdl = (BENCH / "schema" / f"{name}.graphql").read_text("utf-8")
        sdl = sdl.replace("v2.3", "v2.5").replace('"@key"', '"@key", "@authenticated"')
        (tmp_path / name).write_text(sdl.replace("me: User", "me: User @authenticated"), "utf-8")
    path = tmp_path / "supergraph.graphql"
    composed = _gateway(
        "compose", *(f"{name}={tmp_path / name}" for name in NAMES), "--output", path
    )
    result = _gateway("serve", "--supergraph", path)

    assert (0, "") == (composed.returncode, composed.stderr)
    assert result.returncode == 2
    assert "@authenticated" in result.stderr


def test_an_access_log_that_cannot_be_written_is_one_clear_line(tmp_path: Path) -> None:
    path = tmp_path / "nowhere" / "audit.log"
    result = _gateway("serve", "--supergraph", SUPERGRAPH, "--audit", path)

    assert (2, f"gateway: {path}: No such file or directory\n") == (
        result.returncode,
        result.stderr,
    )


def test_compose_from_running_subgraphs_and_a_config_file_agree(
    tmp_path: Path, subgraph_urls: list[str]
) -> None:
    urls = dict(each.removeprefix("--subgraph-url=").split("=", 1) for each in subgraph_urls)
    config = {
        "federation_version": "=2.3.2",
        "subgraphs": {
            name: {
                "routing_url": urls[name],
                "schema": {"file": str((BENCH / "schema" / f"{name}.graphql").absolute())},
            }
            for name in NAMES
        },
    }
    path = tmp_path / "supergraph.yaml"
    path.write_text(json.dumps(config), "utf-8")
    by_config = _gateway("compose", "--config", path)
    by_url = _gateway("compose", *(f"{name}={url}" for name, url in urls.items()))

    assert (0, 0) == (by_config.returncode, by_url.returncode)
    assert by_config.stdout == by_url.stdout
    assert "join__Graph" in by_config.stdout


def test_serve_names_the_subgraphs_that_have_no_url(tmp_path: Path) -> None:
    text = SUPERGRAPH.read_text("utf-8")
    for port in (4202, 4204):
        text = text.replace(f"http://127.0.0.1:{port}/graphql", "")
    path = tmp_path / "supergraph.graphql"
    path.write_text(text, "utf-8")
    result = _gateway("serve", "--supergraph", path)

    assert (
        2,
        "gateway: no URL for the subgraphs products, reviews: give --subgraph-url NAME=URL\n",
    ) == (result.returncode, result.stderr)


def test_compose_tells_the_codes_of_its_errors(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).write_text(
            'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3")\n'
            "type Query { x: Int }",
            "utf-8",
        )
    result = _gateway("compose", f"a={tmp_path / 'a'}", f"b={tmp_path / 'b'}")

    assert result.returncode == 1
    assert result.stderr.startswith("error INVALID_FIELD_SHARING: ")


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("text", "error INVALID_GRAPHQL: [a] Unknown type 'Unknown'. (line 2, column 6)\n"),
        ("json", '"locations": [{"line": 2, "column": 6}]'),
    ],
)
def test_compose_tells_where_a_schema_is_not_graphql(
    form: str, expected: str, tmp_path: Path
) -> None:
    (tmp_path / "a").write_text("type Query {\n  x: Unknown\n}", "utf-8")
    result = _gateway("compose", f"a={tmp_path / 'a'}", "--format", form)

    written = result.stderr if form == "text" else json.dumps(json.loads(result.stderr))
    assert expected in written


def test_plan_prints_every_stage() -> None:
    result = _gateway("plan", BENCH / "queries" / "small.graphql", "--supergraph", SUPERGRAPH)

    assert result.returncode == 0
    assert [line for line in result.stdout.splitlines() if line.startswith("#")] == [
        "# Operation, normalized",
        "# Static requirements",
        "# Choices",
        "# Fetch graph",
        "# Plan (21 steps)",
    ]
    assert 'Flatten(path: "me.reviews.product")' in result.stdout


def test_plan_takes_the_operation_itself() -> None:
    result = _gateway("plan", "{ me { name } }", "--supergraph", SUPERGRAPH)

    assert (0, "") == (result.returncode, result.stderr)
    assert 'Fetch(service: "accounts")' in result.stdout


def test_an_empty_operation_is_told() -> None:
    result = _gateway("plan", "", "--supergraph", SUPERGRAPH)

    assert (2, "gateway: QUERY: it is empty") == (result.returncode, result.stderr.strip())


def test_plan_of_an_invalid_operation_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "query.graphql"
    path.write_text("{ nothing }", "utf-8")
    result = _gateway("plan", path, "--supergraph", SUPERGRAPH)

    assert result.returncode == 2
    assert result.stderr.startswith("gateway: GRAPHQL_VALIDATION_FAILED: ")


@pytest.mark.parametrize(
    ("further", "message"),
    [
        (["--port", "99999"], "argument --port: invalid port value: '99999'"),
        (["--workers", "0"], "argument --workers: invalid positive value: '0'"),
        (["--timeout", "0"], "argument --timeout: invalid positive_number value: '0'"),
        (
            ["--jwks", "not-a-url", "--issuer", "i", "--audience", "a"],
            "--jwks not-a-url: the URL must be absolute, http or https",
        ),
    ],
)
def test_an_argument_that_makes_no_sense_is_refused(further: list[str], message: str) -> None:
    result = _gateway("serve", "--supergraph", SUPERGRAPH, *further)

    assert (2, message) == (
        result.returncode,
        result.stderr.strip().splitlines()[-1].split(": error: ")[-1].removeprefix("gateway: "),
    )
