"""The health book's own operation: a citizen opens her book.

The sandbox serves the book's subgraphs with real people behind; what they answer is recorded in
front of them (``bench.recorded``), so that only the gateway is measured. It is the gateway of the
product: tokens, consent gate, signed access contexts, and an access log in the sandbox's database.
"""

import sys
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from access.subgraphs import SUBGRAPHS
from bench.alone import PORT, URL, Bench, head, row
from bench.gateways import ROOT
from bench.load import Load, ask, body_of, check_free
from bench.processes import Command, Running, wait_until
from sandbox.identity_provider.tokens import AUDIENCE
from sandbox.layout import DataFolder, Ports
from sandbox.tokens import DEFAULT_SECONDS, issue_token, people_of_kind

_PEOPLE = 100
_CITIZENS = 50
_PORTS = Ports(4600)
_RECORDED_PORT = 4650
_OPERATION = ROOT / "operations" / "citizen" / "health-book.graphql"


def me(bench: Bench) -> None:
    """Measure the book's home screen, and the smallest question about oneself beside it."""
    head("health book, 50 citizens", " bytes |")
    questions = {"me": _OPERATION.read_text("utf-8"), "name alone": "{ me { fullName } }"}
    data = DataFolder(bench.folder / "sandbox")
    with _subgraphs(bench, data):
        tokens = _tokens(data)
        with bench.started(_gateway(data), token=tokens[0]) as running:
            for name, question in questions.items():
                body = body_of(question)
                for token in tokens:
                    _check(body, token)
                load = Load([body], 50, bench.options.seconds, tokens)
                turn = bench.measure(running, load)
                size = round(turn.measured.bytes_per_second / turn.measured.rate)
                row(name, turn, f" {size:,} |")


@contextmanager
def _subgraphs(bench: Bench, data: DataFolder) -> Iterator[None]:
    sandbox = [sys.executable, "-m", "sandbox", "run", "--data", str(data.root)]
    sandbox += ["--port", str(_PORTS.gateway), "--people", str(_PEOPLE)]
    recorded = [sys.executable, "-m", "bench.recorded"]
    recorded += [f"{_RECORDED_PORT + at}={_real(name)}" for at, name in enumerate(SUBGRAPHS)]
    check_free(_url(_PORTS.gateway))
    running = []
    try:
        for name, command in (("sandbox", sandbox), ("recorded", recorded)):
            log = bench.folder / f"{name}.log"
            running.append(Running(Command(command, {}, ROOT), bench.core, log))
        wait_until(lambda: ask(_url(_PORTS.gateway), body_of("{ __typename }")), "sandbox")
        yield
    finally:
        for each in reversed(running):
            each.stop()


def _gateway(data: DataFolder) -> Command:
    environment = {
        "GATEWAY_ENVIRONMENT": "development",  # production takes no keys that were made here
        "GATEWAY_PORT": str(PORT),
        "GATEWAY_SUBGRAPH_URLS": " ".join(
            f"{name}={_url(_RECORDED_PORT + at)}" for at, name in enumerate(SUBGRAPHS)
        ),
        "GATEWAY_CONTEXT_SECRET": data.secrets().context_secret,
        "GATEWAY_KEYS_FILE": str(data.keyring),
        "GATEWAY_ISSUERS": f"{_PORTS.issuer}|{_PORTS.issuer}/jwks|{AUDIENCE}",
        "DATABASE_URL": data.documents_url,
    }
    return Command([sys.executable, "-m", "gateway", "health-book"], environment, ROOT)


def _tokens(data: DataFolder) -> list[str]:
    now = datetime.now(UTC)
    wish = {"purpose": None, "level": "vneid-2", "alg": "EdDSA", "seconds": DEFAULT_SECONDS}
    return [
        issue_token(data, "citizen", Namespace(person=each.id, **wish), now)
        for each in people_of_kind(data, "citizen", _CITIZENS)
    ]


def _check(body: bytes, token: str) -> None:
    """Compare an answer with that of the sandbox's own gateway, which has real subgraphs.

    Raises:
        SystemExit: If they differ in more than what both have just added to the access log.
    """
    answers = [_without_log(ask(url, body, token)) for url in (URL, _url(_PORTS.gateway))]
    if answers[0] != answers[1] or "errors" in answers[0]:
        raise SystemExit(f"different answers of the health book: {str(answers)[:600]}")


def _without_log(answer: object) -> dict[str, object]:
    if not isinstance(answer, dict) or not isinstance(answer.get("data"), dict):
        return {"errors": answer}
    book = answer["data"]["me"] or {}
    return {**answer, "data": {name: book[name] for name in book if name != "accessLog"}}


def _real(name: str) -> str:
    return _url(_PORTS.subgraphs[name])


def _url(port: int) -> str:
    return f"http://127.0.0.1:{port}/graphql"
