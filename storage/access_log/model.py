"""Who asked for what about whom, and what was decided: never a clinical value."""

from datetime import datetime
from enum import StrEnum

import msgspec


class Decision(StrEnum):
    """What was decided for a subject and category."""

    PERMIT = "permit"
    DENY = "deny"


class Phase(StrEnum):
    """Whether an event announces a mutation or says how a request ended."""

    INTENT = "intent"
    OUTCOME = "outcome"


class Outcome(StrEnum):
    """How a request ended; `UNKNOWN` where only an intent was found after a crash."""

    SUCCESS = "success"
    FAILURE = "failure"
    UNKNOWN = "unknown"


class Actor(msgspec.Struct, frozen=True, gc=False):
    """Who asked. A struct, as one is made per event.

    Attributes:
        person_id: Patient id of a citizen, or id of a practitioner; None for a system.
        organization_id: The organization for which the actor works.
        role: The role that the token proved.
        client_id: The application.
    """

    person_id: str | None
    organization_id: str | None
    role: str
    client_id: str


class AccessEvent(msgspec.Struct, frozen=True, gc=False):
    """One decision about one subject, category and purpose in one request.

    A struct: made and encoded within 0.6 µs, where a dataclass takes 3.

    Attributes:
        event_id: Unique; an `OUTCOME` after an `INTENT` has an id of its own.
        time: When it was decided, aware.
        request_id: Joins the events of a request.
        actor: Who asked.
        subject_id: The patient id.
        category: The category of data.
        action: `read` or `write`.
        purpose: The purpose of use (HL7 v3 PurposeOfUse).
        decision: Permit or deny.
        reason: The stable code of the rule that decided.
        phase: Intent or outcome.
        outcome: How it ended; None for an intent.
        intent_id: For the outcome of an intent, that intent's event id.
        consent_id: The consent that decided, if one did.
        consent_version: Its version.
        trace_id: The trace of the request.
    """

    event_id: str
    time: datetime
    request_id: str
    actor: Actor
    subject_id: str
    category: str
    action: str
    purpose: str
    decision: Decision
    reason: str
    phase: Phase = Phase.OUTCOME
    outcome: Outcome | None = Outcome.SUCCESS
    intent_id: str | None = None
    consent_id: str | None = None
    consent_version: int | None = None
    trace_id: str | None = None


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(AccessEvent).decode


def canonical(event: AccessEvent) -> bytes:
    """Answer the bytes that the chain covers and the log keeps."""
    return _encode(event)


def parse_event(content: bytes | str) -> AccessEvent:
    """Answer the event of its canonical bytes.

    Raises:
        ValueError: They are none.
    """
    try:
        return _decode(content)
    except msgspec.MsgspecError:
        raise ValueError("not an access event") from None
