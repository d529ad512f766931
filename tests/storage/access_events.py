"""Access events that tests write."""

from datetime import UTC, datetime, timedelta

from msgspec.structs import replace

from storage.access_log import AccessEvent, Actor, Decision

NOW = datetime(2026, 6, 1, 12, 0, 0, 123456, tzinfo=UTC)
EVENT = AccessEvent(
    event_id="e0",
    time=NOW,
    request_id="r0",
    actor=Actor("practitioner-1", "hospital-1", "practitioner", "his"),
    subject_id="p1",
    category="CONDITIONS",
    action="read",
    purpose="TREAT",
    decision=Decision.PERMIT,
    reason="CONSENT",
    consent_id="c1",
    consent_version=3,
    trace_id="t1",
)


def event(number: int) -> AccessEvent:
    return replace(EVENT, event_id=f"e{number}", time=NOW + timedelta(seconds=number))
