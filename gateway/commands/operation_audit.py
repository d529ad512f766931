"""One access event per operation, for graphs that have no subjects of their own.

The health book's events name subject and category and are written at the guard; a graph without
guards has neither, so its events say who executed which operation.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

from gateway.access_log import AccessLog, append_or_owe
from gateway.federation.plan import OperationKind
from gateway.pipeline.ports import OperationFacts
from gateway.principal import Principal
from gateway.request import PendingRecord, RequestScope
from storage.access_log.ids import EventIds
from storage.access_log.model import AccessEvent, Actor, Decision, Outcome, Phase
from storage.access_log.recovery import outcome_of

_NO_PURPOSE = ""


class OperationAudit:
    """Writes one event per query, intent and outcome per mutation."""

    def __init__(self, log: AccessLog, clock: Callable[[], datetime]) -> None:
        """Take the log and an aware wall clock; made on the worker's running loop."""
        self._log = log
        self._append = log.append
        self._clock = clock
        self._ids = EventIds()
        self._intents: dict[int, AccessEvent] = {}

    @property
    def open_intents(self) -> int:
        """How many mutations are under way."""
        return len(self._intents)

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
            written.add_done_callback(partial(self._forget_unwritten, id(scope), event))
        return (written,)

    def end(
        self,
        scope: RequestScope,
        operation: OperationFacts,
        *,
        succeeded: bool,
    ) -> Sequence[PendingRecord]:
        """Write how a mutation ended; a query's event is on its way (see ``AuditLog.end``).

        A mutation with errors may have been committed nevertheless, in part or as a whole.

        Raises:
            OSError: The log takes no more; the outcome is owed to it.
        """
        if operation.kind is OperationKind.QUERY:
            return ()
        intent = self._intents.pop(id(scope))
        outcome = Outcome.SUCCESS if succeeded else Outcome.UNKNOWN
        event = outcome_of(intent, outcome, f"{intent.event_id}-outcome", self._clock())
        return (append_or_owe(self._log, (event,)),)

    def _forget_unwritten(self, number: int, intent: AccessEvent, written: PendingRecord) -> None:
        """Let go of an intent that is not on record: its mutation is not sent."""
        try:
            written.result()
        except OSError:
            if self._intents.get(number) is intent:
                del self._intents[number]


def _actor(principal: Principal) -> Actor:
    return Actor(
        person_id=principal.subject or None,
        organization_id=principal.organization,
        role=principal.role or "",
        client_id=principal.client or "",
    )
