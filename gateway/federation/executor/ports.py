"""What execution needs from outside: subgraphs to ask and guards to decide."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import msgspec

from gateway.federation.response.errors import ErrorValue


class SubjectDecision(msgspec.Struct, frozen=True):
    """What a guard decided for one subject of a fetch.

    Attributes:
        guard: The plan's number of the guard.
        subject: The subject as the port was asked for it.
        permitted: Groups that are permitted.
    """

    guard: int
    subject: object
    permitted: frozenset[str]


class SubgraphRequest(msgspec.Struct, frozen=True):
    """One request to one subgraph. A struct, as several are made per operation.

    Attributes:
        subgraph: Name of the subgraph.
        body: The complete JSON object of a GraphQL request.
        is_mutation: Must never be sent twice.
        scope: The caller's own object, handed through (principal, deadline, headers).
        decisions: The subjects that this fetch is about, with what is permitted; empty where no
            guard stands before it.
    """

    subgraph: str
    body: bytes
    is_mutation: bool
    scope: object
    decisions: tuple[SubjectDecision, ...] = ()


@dataclass(frozen=True, slots=True)
class FetchFailure:
    """Why a fetch brought no answer.

    Attributes:
        message: Text for the client where errors are not masked; holds no address, no values.
        code: Stable code, as ``SUBREQUEST_HTTP_ERROR``.
        extensions: More for the error's extensions (``retryable``, ``http`` status).
    """

    message: str
    code: str = "SUBREQUEST_HTTP_ERROR"
    extensions: tuple[tuple[str, Any], ...] = ()


class SubgraphTransport(Protocol):
    """Sends requests to subgraphs."""

    def send(self, request: SubgraphRequest) -> "asyncio.Future[bytes | FetchFailure]":
        """Send at once and return the future answer.

        The future's result is the response's body, or the failure as a value: a subgraph's fault
        never raises. The executor cancels the future when the client has gone.
        """
        ...


class RootSubject(msgspec.Struct, frozen=True):
    """The subject of a root field, as the guard port is asked for it.

    Attributes:
        coordinate: ``Query.patient``.
        response_name: The field's response name.
        arguments: Its coerced arguments.
    """

    coordinate: str
    response_name: str
    arguments: Mapping[str, Any]


class GuardPort(Protocol):
    """Decides which groups of fields may be requested for which subjects."""

    async def decide(
        self, scope: object, guard: int, groups: tuple[str, ...], subjects: Sequence[object]
    ) -> Sequence[frozenset[str]]:
        """Return the permitted groups of each subject, in order, from one batch.

        Args:
            scope: The caller's own object.
            guard: The plan's number of the guard.
            groups: All groups that the operation asks for behind this guard.
            subjects: Values of the subject field, each once, or one :class:`RootSubject`.
        """
        ...

    def refusal(self, scope: object, group: str) -> ErrorValue:
        """Return the error that stands for a field whose group is not permitted."""
        ...

    def is_subject(self, scope: object, subject: object, found: object) -> bool:
        """Return whether an object's own subject is the one that its parent is about.

        Args:
            scope: The caller's own object.
            subject: What a guard was asked about: a :class:`RootSubject`, or the value that an
                object above names, where it is written in another way than ``found``.
            found: The value that the object names.
        """
        ...

    def subject_mismatch(self, scope: object, guard: int, found: object) -> ErrorValue:
        """Take note of an object about another subject than its parent; return its error."""
        ...
