"""``audit verify``: a sound log passes, any change of it does not."""

import asyncio
from argparse import Namespace
from collections.abc import Sequence
from datetime import UTC, datetime
from errno import ENOSPC
from pathlib import Path

import pytest
from msgspec.structs import replace

from gateway.access_log import CountedLog
from gateway.commands.audit import main
from gateway.commands.operation_audit import OperationAudit
from gateway.commands.reading import CommandError
from gateway.federation.plan import OperationKind
from gateway.pipeline.ports import OperationFacts
from gateway.principal import ANONYMOUS
from gateway.request import BareScope, durable
from storage.access_log import DocumentBacking, head_signer
from storage.access_log.chain import Link
from storage.access_log.file import FileBacking, read_events
from storage.access_log.model import Outcome, Phase
from storage.access_log.owed import Persistence
from storage.access_log.writer import AccessLogWriter
from storage.encryption import load_keyring, new_key_file
from storage.opening import open_documents
from tests.storage.access_events import EVENT

CHANGE = OperationFacts(OperationKind.MUTATION, "Change")


def _now() -> datetime:
    return datetime(2026, 1, 2, tzinfo=UTC)


async def _write(path: Path, kind: OperationKind, count: int, *, succeeded: bool = True) -> None:
    writer = AccessLogWriter(FileBacking(path))
    audit = OperationAudit(writer, _now)
    for _ in range(count):
        scope = BareScope(ANONYMOUS)
        facts = OperationFacts(kind, "Name")
        await durable(audit.begin(scope, facts))
        await durable(audit.end(scope, facts, succeeded=succeeded))
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
    groups = path.read_bytes().split(b"\n\n")
    match change:
        case "changed":
            groups[2] = groups[2].replace(b"Name", b"Mane")
        case "lost":
            del groups[2]
        case _:
            groups[2], groups[3] = groups[3], groups[2]
    path.write_bytes(b"\n\n".join(groups))
    code = main(Namespace(file=path))

    assert 1 == code
    assert change in capsys.readouterr().out


@pytest.mark.parametrize("is_touched", [False, True])
def test_the_log_in_the_database_of_the_settings_is_verified(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    is_touched: bool,
) -> None:
    keys, url = tmp_path / "keys.json", f"sqlite:///{tmp_path / 'log.db'}"
    keys.write_text(new_key_file(), "utf-8")
    settings = {
        "DATABASE_URL": url,
        "GATEWAY_KEYS_FILE": str(keys),
        "GATEWAY_CONTEXT_SECRET": "s" * 40,
        "GATEWAY_ISSUERS": "https://id.test|https://id.test/jwks|health-book",
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)

    async def write() -> None:
        documents = await open_documents(url)
        for subject in ("p1", "p2"):
            backing = DocumentBacking(documents, head_signer(load_keyring(keys, production=True)))
            writer = AccessLogWriter(backing)
            await writer.append([replace(EVENT, event_id=f"e-{subject}", subject_id=subject)])
            await writer.close()
        if is_touched:
            events = documents.collection("access_log")
            await events.update_many({"subject_id": "p2"}, {"$set": {"subject_id": "p3"}})
        await documents.close()

    asyncio.run(write())
    code = main(Namespace(file=None))
    printed = capsys.readouterr().out.splitlines()

    assert (1 if is_touched else 0) == code
    assert is_touched == any(line.startswith("unreadable") for line in printed)


def test_a_database_that_cannot_be_read_is_one_clear_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DATABASE_URL", "")

    with pytest.raises(CommandError, match="DATABASE_URL: is missing"):
        main(Namespace(file=None))


async def test_a_mutation_leaves_its_intent_and_how_it_ended(tmp_path: Path) -> None:
    path = tmp_path / "log"
    await _write(path, OperationKind.MUTATION, 1, succeeded=False)
    intent, outcome = read_events(path)

    assert (Phase.INTENT, None) == (intent.phase, intent.outcome)
    assert (Phase.OUTCOME, Outcome.UNKNOWN) == (outcome.phase, outcome.outcome)
    assert intent.event_id == outcome.intent_id


class _FullBacking(FileBacking):
    """A file on a disk that is full for a while."""

    is_full = False

    async def write(self, links: Sequence[Link]) -> None:
        if self.is_full:
            raise OSError(ENOSPC, "No space left on device")
        await super().write(links)


async def test_an_outcome_that_could_not_be_written_is_written_later(tmp_path: Path) -> None:
    backing, scope = _FullBacking(tmp_path / "log"), BareScope(ANONYMOUS)
    writer = AccessLogWriter(backing, persistence=Persistence(first_pause=3600.0))
    log = CountedLog(writer)
    audit = OperationAudit(log, _now)
    await durable(audit.begin(scope, CHANGE))
    backing.is_full = True
    with pytest.raises(OSError, match="cannot be written"):
        await durable(audit.end(scope, CHANGE, succeeded=True))
    backing.is_full = False
    await writer.close()
    intent, outcome = read_events(tmp_path / "log")

    assert (intent.event_id, Outcome.SUCCESS) == (outcome.intent_id, outcome.outcome)
    assert 1 == log.owed


async def test_a_mutation_that_is_not_sent_leaves_nothing_behind(tmp_path: Path) -> None:
    backing, scope = _FullBacking(tmp_path / "log"), BareScope(ANONYMOUS)
    log = CountedLog(AccessLogWriter(backing))
    audit = OperationAudit(log, _now)
    backing.is_full = True
    with pytest.raises(OSError, match="cannot be written"):
        await durable(audit.begin(scope, CHANGE))

    assert 0 == log.owed
    assert 0 == audit.open_intents


def test_a_file_that_is_no_access_log_does_not_pass(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_text("something else\n", "utf-8")

    with pytest.raises(CommandError, match="holds no event of an access log"):
        main(Namespace(file=path))
