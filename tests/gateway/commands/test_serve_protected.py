"""``serve`` with tokens and an access log: the whole pipeline as a process."""

import json
import re
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bench.graph import NAMES
from bench.tokens import AUDIENCE, ISSUER, Issuer, issuer
from storage.access_log.file import read_events, verify_file


@pytest.fixture
def issued() -> Iterator[Issuer]:
    with issuer() as started:
        yield started


@pytest.fixture
def supergraph(tmp_path: Path) -> Path:
    path = tmp_path / "supergraph.graphql"
    sources = []
    for name in NAMES:
        sdl = Path("bench/schema", f"{name}.graphql").read_text("utf-8")
        sdl = sdl.replace("v2.3", "v2.5").replace('"@key"', '"@key", "@authenticated"')
        sdl = sdl.replace("  me: User\n", "  me: User @authenticated\n")
        (tmp_path / name).write_text(sdl, "utf-8")
        sources.append(f"{name}={tmp_path / name}")
    sources += [f"--url={name}=http://127.0.0.1:1/" for name in NAMES]
    subprocess.run(
        [sys.executable, "-m", "gateway", "compose", *sources, "--output", str(path)], check=True
    )
    return path


@contextmanager
def _serving(supergraph: Path, issued: Issuer, *further: object) -> Iterator[str]:
    arguments = ["--supergraph", supergraph, "--port", 0, "--jwks", issued.jwks]
    arguments += ["--issuer", ISSUER, "--audience", AUDIENCE, *further]
    with subprocess.Popen(
        [sys.executable, "-m", "gateway", "serve", *map(str, arguments)],
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        try:
            found = re.search(r"http://\S+", process.stdout.readline())
            assert found
            yield found[0]
        finally:
            process.terminate()
            process.wait(30)


def _ask(url: str, query: str, token: str | None) -> tuple[int, dict[str, object]]:
    headers = {"content-type": "application/json"}
    if token is not None:
        headers["authorization"] = f"Bearer {token}"
    request = urllib.request.Request(url, json.dumps({"query": query}).encode(), headers)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.loads(error.read())


def _codes(answer: dict[str, object]) -> list[str]:
    errors = answer.get("errors", [])
    assert isinstance(errors, list)
    return [error["extensions"]["code"] for error in errors]


def test_a_token_opens_what_its_absence_closes(supergraph: Path, issued: Issuer) -> None:
    with _serving(supergraph, issued) as url:
        (token,) = issued.tokens(1)
        with_token = _ask(url, "{ me { name } }", token)
        without = _ask(url, "{ me { name } }", None)

    assert (200, ["SUBREQUEST_HTTP_ERROR"]) == (with_token[0], _codes(with_token[1]))
    assert (200, ["UNAUTHORIZED_FIELD_OR_TYPE"]) == (without[0], _codes(without[1]))


@pytest.mark.parametrize("change", ["signature", "scheme"])
def test_a_token_that_does_not_hold_is_401(supergraph: Path, issued: Issuer, change: str) -> None:
    (token,) = issued.tokens(1)
    bad = token[:-8] + "AAAAAAAA" if change == "signature" else f"x {token}"
    with _serving(supergraph, issued) as url:
        status, answer = _ask(url, "{ __typename }", bad)

    assert (401, ["UNAUTHENTICATED"]) == (status, _codes(answer))
    assert token not in json.dumps(answer)


def test_every_executed_operation_is_in_the_access_log(
    supergraph: Path, issued: Issuer, tmp_path: Path
) -> None:
    path = tmp_path / "audit.log"
    tokens = issued.tokens(3)
    with _serving(supergraph, issued, "--audit", path) as url:
        for token in tokens:
            _ask(url, "query Q { __typename }", token)
        _ask(url, "{ nothing }", tokens[0])
    events = list(read_events(path))
    verification = verify_file(path)

    assert [("user-0", "query Q"), ("user-1", "query Q"), ("user-2", "query Q")] == [
        (event.actor.person_id, event.category) for event in events
    ]
    assert (3, ()) == (verification.events, verification.faults)


def test_half_of_the_arguments_is_refused(supergraph: Path) -> None:
    result = subprocess.run(
        [
            sys.executable,
            "-m",
            "gateway",
            "serve",
            "--supergraph",
            supergraph,
            "--jwks",
            "http://x/",
        ],
        capture_output=True,
        text=True,
        check=False,
    )

    assert 2 == result.returncode
    assert "gateway: --jwks, --issuer and --audience belong together\n" == result.stderr
