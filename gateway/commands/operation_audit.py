"""One access event per operation, for graphs that have no subjects of their own.

The health book's events name subject and category and are written at the guard; a graph without
guards has neither, so its events say who executed which operation.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

from msgspec.structs import replace

from gateway.federation.plan import OperationKind
from gateway.pipeline.ports import OperationFacts
from gateway.principal import Principal
from gateway.request import PendingRecord, RequestScope
from storage.access_log.ids import EventIds
from storage.access_log.model import AccessEvent, Actor, Decision, Outcome, Phase
from storage.access_log.writer import AccessLogWriter

_NO_PURPOSE = ""


class OperationAudit:
    """Writes one event per query, intent and outcome per mutation."""

    def __init__(self, writer: AccessLogWriter, clock: Callable[[], datetime]) -> None:
        """Take the log's writer and an aware wall clock; made on the worker's running loop."""
        self._append = writer.append
        self._clock = clock
        self._ids = EventIds()
        self._intents: dict[int, AccessEvent] = {}

    def begin(self, scope: RequestScope, operation: OperationFacts) -> Sequence[PendingRecord]:
        """Start to write the event of an operation (see ``AuditLog.begin``)."""
        is_query = operation.kind is OperationKind.QUERY
        principal = scope.principal
        number = self._ids.next()
        event = AccessEvent(
            event_id=number,
            time=self._clock(),
            request_id=number,
            actor=_actor(principal),
            subject_id="",
            category=f"{operation.kind} {operation.name or ''}".rstrip(),
            action="read" if is_query else "write",
            purpose=principal.purpose or _NO_PURPOSE,
            decision=Decision.PERMIT,
            reason="OPERATION",
            phase=Phase.OUTCOME if is_query else Phase.INTENT,
            outcome=Outcome.SUCCESS if is_query else None,
        )
        written = self._append((event,))
        if not is_query:
            self._intents[id(scope)] = event
        return (written,)

    def end(
        self,
        scope: RequestScope,
        operation: OperationFacts,
        *,
        succeeded: bool,
    ) -> Sequence[PendingRecord]:
        """Write how a mutation ended; a query's event is on its way (see ``AuditLog.end``)."""
        if operation.kind is OperationKind.QUERY:
            return ()
        intent = self._intents.pop(id(scope))
        event = replace(
            intent,
            event_id=f"{intent.event_id}-outcome",
            time=self._clock(),
            phase=Phase.OUTCOME,
            outcome=Outcome.SUCCESS if succeeded else Outcome.FAILURE,
            intent_id=intent.event_id,
        )
        return (self._append((event,)),)


def _actor(principal: Principal) -> Actor:
    return Actor(
        person_id=principal.subject or None,
        organization_id=principal.organization,
        role=principal.role or "",
        client_id=principal.client or "",
    )
