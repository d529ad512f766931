"""What the pipeline needs from outside; all of it optional, so that a bare graph can be served."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Protocol

from gateway.federation.executor.outcome import ExecutionOutcome
from gateway.federation.plan import OperationKind
from gateway.principal import Principal
from gateway.request import Caller, PendingRecord, RequestScope


class Authenticator(Protocol):
    """From an ``Authorization`` header to a principal."""

    def recall(self, authorization: bytes | None) -> Principal | None:
        """Return the principal if it is known without any waiting."""

    async def authenticate(self, authorization: bytes | None) -> Principal:
        """Return the principal.

        Raises:
            AuthenticationError: If a token is there and is not valid.
            AuthenticationUnavailableError: If nobody can be authenticated now.
        """


@dataclass(frozen=True, slots=True)
class OperationFacts:
    """What an audit event says of an operation; never a value that the client sent.

    Attributes:
        kind: Kind of the operation.
        name: Its name, or ``None``.
        denied: Coordinates of the fields that the caller's scopes do not allow.
    """

    kind: OperationKind
    name: str | None
    denied: tuple[str, ...] = ()


class AuditLog(Protocol):
    """Where access events are written."""

    def begin(self, scope: RequestScope, operation: OperationFacts) -> Sequence[PendingRecord]:
        """Start to write what is known before execution.

        A mutation is sent when it is durable, a query's answer leaves then.

        Raises:
            OSError: Here or from a record, if it cannot be made durable.
        """

    def end(
        self, scope: RequestScope, operation: OperationFacts, *, succeeded: bool
    ) -> Sequence[PendingRecord]:
        """Write what execution added; the answer leaves when it is durable.

        Args:
            scope: The request's.
            operation: What was executed.
            succeeded: The answer has no errors.

        Raises:
            OSError: Here or from a record, if it cannot be made durable. A query is then refused;
                the answer of a mutation, whose intent is durable, leaves all the same.
        """


class RequestLimiter(Protocol):
    """Counts requests by caller; decides without waiting, for it is asked by every request."""

    def take(self, caller: Hashable) -> float:
        """Take one request; returns 0.0, or the seconds after which to ask again."""


class LookUpLimiter(Protocol):
    """Counts look-ups of people and codes by principal and organization."""

    async def take(self, principal: Hashable, organization: Hashable | None, amount: int) -> float:
        """Take the look-ups of one operation; returns 0.0, or the seconds to wait."""


class ScopeFactory(Protocol):
    """Makes the value that guards and transports get with every fetch of a request."""

    def __call__(self, principal: Principal, caller: Caller) -> RequestScope:
        """Return the scope of one request."""


class Observer(Protocol):
    """Who counts what the pipeline did."""

    clock: Callable[[], float]

    def executed(self, kind: OperationKind, outcome: ExecutionOutcome, seconds: float) -> None:
        """An operation was executed."""

    def refused(self, code: str) -> None:
        """A request ended before execution."""
