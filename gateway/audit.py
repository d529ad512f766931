"""The access log as the gateway writes it: an event per request, subject, category and decision.

The gate hands its decisions over as it takes them; the pipeline waits for what is pending before
an answer leaves. A permitted change is on record as an intent before it is sent.
"""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime

from access.categories import Action
from gateway.access_log import AccessLog, append_or_owe, owe_if_lost
from gateway.consent.outcomes import Permit
from gateway.consent.scope import GroupDecision, HealthBookScope
from gateway.pipeline.ports import OperationFacts
from gateway.request import PendingRecord, RequestScope, durable
from storage.access_log import AccessEvent, Actor, Decision, EventIds, Outcome, Phase, outcome_of

_LOG = logging.getLogger("gateway.audit")

NOBODY = "unknown"
"""Stands for the subject where a look-up led to nobody."""


class HealthBookAudit:
    """Records the gate's decisions, and lets the pipeline wait for the records."""

    def __init__(self, log: AccessLog, clock: Callable[[], datetime]) -> None:
        """Args: log: where events go; clock: the present instant, aware."""
        self._log = log
        self._clock = clock
        self._ids = EventIds()

    async def record(self, scope: HealthBookScope, decisions: Sequence[GroupDecision]) -> None:
        """Takes note of decisions (see ``DecisionRecorder.record``).

        Returns when those about a change are on record, and all before them: the answer to a
        change that was sent leaves whatever becomes of the log, that to a denied one does not.
        """
        now = self._clock()
        events = [_event(self._ids.next(), scope, decision, now) for decision in decisions]
        write = self._log.append(events)
        scope.pending.append(write)
        if any(made.action is Action.WRITE for made in decisions):
            await durable(scope.pending)
            scope.intents.extend(event for event in events if event.phase is Phase.INTENT)
        elif scope.intents:
            owe_if_lost(self._log, events, write)

    def record_mismatch(self, scope: HealthBookScope, found: str) -> None:  # noqa: ARG002 - an id
        """Logs an integrity fault: an object about another subject than its parent."""
        _LOG.error("integrity fault in request %s: a subgraph mixed subjects", scope.request_id)

    def begin(
        self,
        scope: RequestScope,  # noqa: ARG002 - the port's signature
        operation: OperationFacts,  # noqa: ARG002
    ) -> Sequence[PendingRecord]:
        """Nothing is known before the gate decides."""
        return ()

    def end(
        self,
        scope: RequestScope,
        operation: OperationFacts,  # noqa: ARG002 - the port's signature
        *,
        succeeded: bool,
    ) -> Sequence[PendingRecord]:
        """Answers what the gate has begun, and closes the intents of changes.

        Raises:
            OSError: the log takes no more; the outcomes of changes are owed to it.
        """
        if not isinstance(scope, HealthBookScope):
            raise TypeError("the access log needs the scope of a health book request")
        if scope.intents:
            now = self._clock()
            outcome = Outcome.SUCCESS if succeeded else Outcome.UNKNOWN
            outcomes = [outcome_of(each, outcome, self._ids.next(), now) for each in scope.intents]
            scope.pending.append(append_or_owe(self._log, outcomes))
        return scope.pending


def _event(
    event_id: str, scope: HealthBookScope, made: GroupDecision, now: datetime
) -> AccessEvent:
    principal, decision = scope.principal, made.decision
    is_permit = isinstance(decision, Permit)
    is_intent = is_permit and made.action is Action.WRITE
    return AccessEvent(
        event_id=event_id,
        time=now,
        request_id=scope.request_id,
        actor=Actor(
            person_id=principal.practitioner or principal.patient,
            organization_id=principal.organization,
            role=principal.role or "",
            client_id=principal.client or "",
        ),
        subject_id=made.subject or NOBODY,
        category=made.category.value,
        action=made.action.value,
        purpose=principal.purpose or "",
        decision=Decision.PERMIT if is_permit else Decision.DENY,
        reason=decision.basis if isinstance(decision, Permit) else decision.reason,
        phase=Phase.INTENT if is_intent else Phase.OUTCOME,
        outcome=None if is_intent else Outcome.SUCCESS,
        consent_id=decision.consent_id,
        consent_version=decision.consent_version,
    )
