"""``audit verify``: a sound log passes, any change of it does not."""

import asyncio
from argparse import Namespace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gateway.commands.audit import main
from gateway.commands.operation_audit import OperationAudit
from gateway.federation.plan import OperationKind
from gateway.pipeline.ports import OperationFacts
from gateway.principal import ANONYMOUS
from gateway.request import BareScope
from storage.access_log.file import FileBacking, read_events
from storage.access_log.model import Outcome, Phase
from storage.access_log.writer import AccessLogWriter


def _now() -> datetime:
    return datetime(2026, 1, 2, tzinfo=UTC)


async def _write(path: Path, kind: OperationKind, count: int, *, succeeded: bool = True) -> None:
    writer = AccessLogWriter(FileBacking(path))
    audit = OperationAudit(writer, _now)
    for _ in range(count):
        scope = BareScope(ANONYMOUS)
        facts = OperationFacts(kind, "Name")
        await audit.begin(scope, facts)
        await audit.end(scope, facts, succeeded=succeeded)
    await writer.close()


def test_a_sound_log_is_told_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "log"
    asyncio.run(_write(path, OperationKind.QUERY, 5))
    code = main(Namespace(file=path))

    assert 0 == code
    assert "5 events in 1 chains" == capsys.readouterr().out.splitlines()[0]


@pytest.mark.parametrize("change", ["changed", "lost", "reordered"])
def test_a_log_that_was_touched_is_found_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], change: str
) -> None:
    path = tmp_path / "log"
    asyncio.run(_write(path, OperationKind.QUERY, 5))
    lines = path.read_bytes().splitlines(keepends=True)
    match change:
        case "changed":
            lines[2] = lines[2].replace(b"Name", b"Mane")
        case "lost":
            del lines[2]
        case _:
            lines[2], lines[3] = lines[3], lines[2]
    path.write_bytes(b"".join(lines))
    code = main(Namespace(file=path))

    assert 1 == code
    assert change in capsys.readouterr().out


async def test_a_mutation_leaves_its_intent_and_how_it_ended(tmp_path: Path) -> None:
    path = tmp_path / "log"
    await _write(path, OperationKind.MUTATION, 1, succeeded=False)
    intent, outcome = read_events(path)

    assert (Phase.INTENT, None) == (intent.phase, intent.outcome)
    assert (Phase.OUTCOME, Outcome.FAILURE) == (outcome.phase, outcome.outcome)
    assert intent.event_id == outcome.intent_id
