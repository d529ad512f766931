"""Outcomes for intents whose process ended before it could write them."""

from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime
from uuid import uuid4

from msgspec.structs import replace

from storage.access_log.model import AccessEvent, Outcome, Phase
from storage.access_log.writer import AccessLogWriter


def unfinished(events: Iterable[AccessEvent]) -> list[AccessEvent]:
    """Answer the intents among events to which there is no outcome."""
    intents: dict[str, AccessEvent] = {}
    finished: set[str] = set()
    for event in events:
        if event.phase is Phase.INTENT:
            intents[event.event_id] = event
        elif event.intent_id is not None:
            finished.add(event.intent_id)
    return [event for event_id, event in intents.items() if event_id not in finished]


def outcome_of(
    intent: AccessEvent, outcome: Outcome, event_id: str, time: datetime
) -> AccessEvent:
    """Answer the event that says how an intent ended."""
    return replace(
        intent,
        event_id=event_id,
        time=time,
        phase=Phase.OUTCOME,
        outcome=outcome,
        intent_id=intent.event_id,
    )


async def recover(
    intents: Iterable[AccessEvent],
    writer: AccessLogWriter,
    resolve: Callable[[AccessEvent], Awaitable[Outcome]],
    clock: Callable[[], datetime],
) -> int:
    """Write the outcome of each unfinished intent; answer how many.

    Args:
        intents: The unfinished ones.
        writer: Takes the outcomes.
        resolve: Finds out how the mutation ended; `Outcome.UNKNOWN` if nobody knows.
        clock: Answers the present moment, aware.

    Raises:
        AccessLogError: They cannot be written.
    """
    events = [
        outcome_of(intent, await resolve(intent), uuid4().hex, clock()) for intent in intents
    ]
    if events:
        await writer.append(events)
    return len(events)
