"""What a gateway that died left open is closed."""

from pathlib import Path

from msgspec.structs import replace

from storage.access_log import (
    AccessEvent,
    AccessLogWriter,
    FileBacking,
    Outcome,
    Phase,
    outcome_of,
    read_events,
    recover,
    unfinished,
)
from tests.storage.access_events import EVENT, NOW


def test_unfinished_are_the_intents_without_outcome() -> None:
    intents = [
        replace(EVENT, event_id=f"i{number}", phase=Phase.INTENT, outcome=None)
        for number in range(3)
    ]
    outcome = outcome_of(intents[1], Outcome.SUCCESS, "o1", NOW)

    assert [intents[0], intents[2]] == unfinished([EVENT, *intents, outcome])


async def test_recovery_writes_the_outcome_of_each_unfinished_intent(path: Path) -> None:
    intent = replace(EVENT, event_id="i1", action="write", phase=Phase.INTENT, outcome=None)
    writer = AccessLogWriter(FileBacking(path))
    await writer.append([intent])

    async def resolve(found: AccessEvent) -> Outcome:
        return Outcome.SUCCESS if found == intent else Outcome.UNKNOWN

    recovered = await recover(unfinished(read_events(path)), writer, resolve, lambda: NOW)

    assert 1 == recovered
    (_, outcome) = read_events(path)
    assert (Phase.OUTCOME, Outcome.SUCCESS, "i1") == (
        outcome.phase,
        outcome.outcome,
        outcome.intent_id,
    )
    assert [] == unfinished(read_events(path))
    await writer.close()
