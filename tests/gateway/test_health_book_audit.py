"""What a request waits for in the access log, and what of it leaves without."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from access.categories import Action, Category
from gateway.audit import HealthBookAudit
from gateway.consent import Deny, Permit
from gateway.consent.outcomes import Basis, DenialReason
from gateway.consent.scope import GroupDecision
from gateway.federation.plan import OperationKind
from gateway.pipeline.ports import OperationFacts
from gateway.request import PendingRecord
from storage.access_log import AccessEvent, AccessLogError, Outcome, Phase
from tests.gateway.consent.gate_kit import NOW, scope

CHANGE = OperationFacts(OperationKind.MUTATION, "Record")
QUERY = OperationFacts(OperationKind.QUERY, "Read")


@dataclass
class FailingLog:
    """An access log that writes until it fails.

    Args:
        fails: From now on nothing is written.
        takes_nothing: It says so at once.
    """

    fails: bool = False
    takes_nothing: bool = False
    written: list[AccessEvent] = field(default_factory=list)
    owed: list[AccessEvent] = field(default_factory=list)

    def append(self, events: Sequence[AccessEvent]) -> PendingRecord:
        if self.takes_nothing:
            raise AccessLogError("the access log takes no events")
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        if self.fails:
            done.set_exception(AccessLogError("the access log cannot be written"))
        else:
            self.written += events
            done.set_result(None)
        return done

    def owe(self, events: Sequence[AccessEvent]) -> None:
        self.owed += events


async def all_of(records: Sequence[PendingRecord]) -> None:
    """Waits for them, and until the log has been told of those that failed."""
    done = await asyncio.gather(*records, return_exceptions=True)
    await asyncio.sleep(0)
    for failure in done:
        if failure is not None:
            raise failure


PERMITTED = Permit(Basis.SELF)


def made(action: Action, decision: Permit | Deny = PERMITTED) -> GroupDecision:
    return GroupDecision("p1", Category.VITALS, action, decision)


async def test_a_change_whose_outcome_cannot_be_written_owes_it_to_the_log() -> None:
    log, asked = FailingLog(), scope()
    audit = HealthBookAudit(log, lambda: NOW)
    await audit.record(asked, [made(Action.WRITE)])
    log.fails = True

    with pytest.raises(OSError, match="cannot be written"):
        await all_of(audit.end(asked, CHANGE, succeeded=True))

    (intent,) = log.written
    assert [(intent.event_id, Phase.OUTCOME, Outcome.SUCCESS)] == [
        (each.intent_id, each.phase, each.outcome) for each in log.owed
    ]


async def test_what_a_change_read_and_could_not_be_written_is_owed_too() -> None:
    log, asked = FailingLog(), scope()
    audit = HealthBookAudit(log, lambda: NOW)
    await audit.record(asked, [made(Action.WRITE)])
    log.fails = True
    await audit.record(asked, [made(Action.READ)])

    with pytest.raises(OSError, match="cannot be written"):
        await all_of(audit.end(asked, CHANGE, succeeded=True))

    assert ["read", "write"] == [each.action for each in log.owed]


async def test_an_outcome_that_a_full_log_takes_not_at_all_is_owed() -> None:
    log, asked = FailingLog(), scope()
    audit = HealthBookAudit(log, lambda: NOW)
    await audit.record(asked, [made(Action.WRITE)])
    log.takes_nothing = True

    with pytest.raises(OSError, match="takes no events"):
        audit.end(asked, CHANGE, succeeded=False)

    assert [Outcome.UNKNOWN] == [each.outcome for each in log.owed]


async def test_a_query_that_is_refused_owes_nothing() -> None:
    log, asked = FailingLog(fails=True), scope()
    audit = HealthBookAudit(log, lambda: NOW)
    await audit.record(asked, [made(Action.READ)])

    with pytest.raises(OSError, match="cannot be written"):
        await all_of(audit.end(asked, QUERY, succeeded=True))

    assert [] == log.owed


async def test_a_denied_change_is_not_answered_without_its_event() -> None:
    log, asked = FailingLog(fails=True), scope()
    audit = HealthBookAudit(log, lambda: NOW)

    with pytest.raises(OSError, match="cannot be written"):
        await audit.record(asked, [made(Action.WRITE, Deny(DenialReason.NO_BASIS))])

    assert ([], []) == (log.owed, asked.intents)


async def test_a_change_is_not_sent_while_what_was_decided_before_is_not_on_record() -> None:
    log, asked = FailingLog(fails=True), scope()
    audit = HealthBookAudit(log, lambda: NOW)
    await audit.record(asked, [made(Action.READ)])
    log.fails = False

    with pytest.raises(OSError, match="cannot be written"):
        await audit.record(asked, [made(Action.WRITE)])

    assert [] == asked.intents


async def test_a_change_that_is_on_record_owes_nothing() -> None:
    log, asked = FailingLog(), scope()
    audit = HealthBookAudit(log, lambda: NOW)
    await audit.record(asked, [made(Action.WRITE), made(Action.READ)])
    await all_of(audit.end(asked, CHANGE, succeeded=True))

    assert [Phase.INTENT, Phase.OUTCOME, Phase.OUTCOME] == [each.phase for each in log.written]
    assert [] == log.owed
