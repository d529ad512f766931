"""Outcomes for intents whose process ended before it could write them."""

from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime, timedelta
from uuid import uuid4

from msgspec.structs import replace

from storage.access_log.model import AccessEvent, Outcome, Phase
from storage.access_log.writer import AccessLogWriter
from storage.documents import DocumentStore, DuplicateKeyError

TURNS = "access_log_turns"


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


class RecoveryTurns:
    """Lets one process at a time look for unfinished intents, so that none gets two outcomes."""

    def __init__(self, documents: DocumentStore, clock: Callable[[], datetime]) -> None:
        """Args: documents: shared by the processes; clock: the present moment, aware."""
        self._turns = documents.collection(TURNS)
        self._clock = clock

    async def take(self, span: timedelta) -> bool:
        """Tell whether it is this process's turn; then it is nobody's for that span of time.

        Raises:
            StorageError: Nobody can tell.
        """
        now = self._clock()
        is_free = {"_id": "recovery", "until": {"$lte": now}}
        try:
            await self._turns.find_one_and_update(
                is_free, {"$set": {"until": now + span}}, upsert=True
            )
        except DuplicateKeyError:  # there is one that is not free
            return False
        return True
