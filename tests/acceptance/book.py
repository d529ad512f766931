"""The whole product as processes of its own, asked over real HTTP as its clients do."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from sandbox.layout import DataFolder, Ports
from sandbox.running import now
from sandbox.tokens import issue_token
from tests.sandbox.program import ROOT, Program, end_program, free_base_port, start_program

OPERATIONS = ROOT / "operations"


@dataclass
class Book:
    """A running product and its sandbox."""

    program: Program
    data: DataFolder
    ports: Ports
    http: httpx.Client
    tokens: dict[tuple[str, str | None, str | None], str] = field(default_factory=dict)

    def token(self, who: str, person: str | None = None, purpose: str | None = None) -> str:
        """A token for a person; the default person of her kind where none is named."""
        key = (who, person, purpose)
        if key not in self.tokens:
            options = _TokenOptions(person=person, purpose=purpose)
            self.tokens[key] = issue_token(self.data, who, options, now())  # type: ignore[arg-type]
        return self.tokens[key]

    def post(
        self, document: str, variables: dict[str, Any] | None = None, token: str | None = None
    ) -> httpx.Response:
        """Sends a document's text."""
        headers = {} if token is None else {"authorization": f"Bearer {token}"}
        body = {"query": document, "variables": variables or {}}
        return self.http.post("/graphql", json=body, headers=headers)

    def ask(
        self,
        who: str,
        operation: str,
        variables: dict[str, Any] | None = None,
        person: str | None = None,
    ) -> dict[str, Any]:
        """Sends one of the clients' documents as a person."""
        text = (OPERATIONS / f"{operation}.graphql").read_text("utf-8")
        answer = self.post(text, variables, self.token(who, person))
        document: dict[str, Any] = answer.json()
        return document

    def data_of(
        self,
        who: str,
        operation: str,
        variables: dict[str, Any] | None = None,
        person: str | None = None,
    ) -> dict[str, Any]:
        """The data of an answer that must have no errors."""
        answer = self.ask(who, operation, variables, person)
        assert "errors" not in answer, answer["errors"]
        found: dict[str, Any] = answer["data"]
        return found


@dataclass(frozen=True)
class _TokenOptions:
    """What `python -m sandbox token` would be called with."""

    person: str | None = None
    purpose: str | None = None
    level: str = "vneid-2"
    alg: str = "EdDSA"
    seconds: int = 12 * 3600


def start_book(
    root: Path, *, base: int | None = None, people: int = 30, database_url: str | None = None
) -> Book:
    """Starts everything with one command and waits until it says that it is ready."""
    base = base or free_base_port()
    arguments = ["run", "--data", str(root), "--port", str(base), "--people", str(people)]
    # The stories' few people do in a minute what a town does.
    arguments += ["--lookups-per-minute", "60000"]
    if database_url is not None:
        arguments += ["--database-url", database_url]
    program = start_program(*arguments, until="Ctrl-C")
    http = httpx.Client(base_url=f"http://127.0.0.1:{base}", timeout=20)
    return Book(program, DataFolder(root), Ports(base), http)


def end_book(book: Book) -> int:
    """Ends it as Ctrl-C does; the exit code."""
    book.http.close()
    return end_program(book.program)


def codes_of(answer: dict[str, Any]) -> list[tuple[str, Any]]:
    """Code and path of each error."""
    return [(error["extensions"]["code"], error["path"]) for error in answer.get("errors", [])]


def without_request_id(answer: dict[str, Any]) -> str:
    """An answer as text, without what differs between any two requests."""
    for error in answer.get("errors", []):
        error.get("extensions", {}).pop("requestId", None)
    return json.dumps(answer, sort_keys=True)


def nodes(connection: dict[str, Any]) -> list[dict[str, Any]]:
    """The nodes of a connection."""
    return [edge["node"] for edge in connection["edges"]]
