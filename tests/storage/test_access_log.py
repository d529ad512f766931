"""The chain, the writer's group commit, and the file that it is kept in."""

# ruff: noqa: ASYNC240 (small files of a test)

import asyncio
import signal
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from storage.access_log import (
    AccessEvent,
    AccessLogError,
    AccessLogWriter,
    Actor,
    ChainHead,
    Decision,
    EventIds,
    Fault,
    FaultKind,
    FileBacking,
    Outcome,
    Phase,
    as_fhir,
    outcome_of,
    read_events,
    recover,
    unfinished,
    verify_file,
)
from storage.access_log.chain import Link, beginning, next_hash
from storage.access_log.model import canonical, parse_event

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


async def write(path: Path, *numbers: int) -> str:
    """Writes events one group each and answers the chain."""
    writer = AccessLogWriter(FileBacking(path))
    for number in numbers:
        await writer.append([event(number)])
    await writer.close()
    return writer.chain


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "access.log"


def groups_of(path: Path) -> list[bytes]:
    """The groups of a file, without the blank line in front of each."""
    return [group + b"\n" for group in path.read_bytes().strip(b"\n").split(b"\n\n")]


def keep(path: Path, groups: Sequence[bytes]) -> None:
    path.write_bytes(b"".join(b"\n" + group for group in groups))


def edit(path: Path, number: int, old: bytes, new: bytes) -> None:
    groups = groups_of(path)
    assert old in groups[number]
    groups[number] = groups[number].replace(old, new)
    keep(path, groups)


def test_an_event_is_read_from_its_canonical_bytes() -> None:
    assert EVENT == parse_event(canonical(EVENT))


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"nonsense", b'{"event_id": 1}'])
def test_other_bytes_are_no_event(content: bytes) -> None:
    with pytest.raises(ValueError, match="not an access event"):
        parse_event(content)


async def test_appended_events_are_in_the_file_when_the_answer_comes(path: Path) -> None:
    writer = AccessLogWriter(FileBacking(path))

    await writer.append([event(1), event(2)])

    assert [event(1), event(2)] == list(read_events(path))
    await writer.close()


async def test_the_file_is_for_its_owner_alone(path: Path) -> None:
    await write(path, 1)

    assert 0o600 == path.stat().st_mode & 0o777


async def test_an_unchanged_log_verifies(path: Path) -> None:
    first = await write(path, 1, 2, 3)
    second = await write(path, 4)

    result = verify_file(path)

    assert (4, (), 0) == (result.events, result.faults, result.torn)
    assert {first: 3, second: 1} == {head.chain: head.sequence for head in result.heads.values()}


async def test_a_changed_event_is_found(path: Path) -> None:
    chain = await write(path, 1, 2, 3)
    edit(path, 1, b'"permit"', b'"deny"')

    assert (Fault(FaultKind.CHANGED, chain, 2),) == verify_file(path).faults


async def test_a_changed_event_with_its_hash_made_anew_is_found_behind_it(path: Path) -> None:
    chain = await write(path, 1, 2, 3)
    edit(path, 1, groups_of(path)[1].split(b" ")[2], b"0" * 64)

    assert (
        Fault(FaultKind.CHANGED, chain, 2),
        Fault(FaultKind.CHANGED, chain, 3),
    ) == verify_file(path).faults


async def test_a_lost_event_is_found(path: Path) -> None:
    chain = await write(path, 1, 2, 3)
    first, _, third = groups_of(path)
    keep(path, [first, third])

    assert (Fault(FaultKind.LOST, chain, 2),) == verify_file(path).faults


async def test_reordered_events_are_found(path: Path) -> None:
    chain = await write(path, 1, 2, 3)
    first, second, third = groups_of(path)
    keep(path, [first, third, second])

    kinds = {fault.kind for fault in verify_file(path).faults}

    assert {FaultKind.LOST, FaultKind.REORDERED} == kinds
    assert {chain} == {fault.chain for fault in verify_file(path).faults}


async def test_an_event_written_twice_is_found(path: Path) -> None:
    chain = await write(path, 1, 2)
    keep(path, [*groups_of(path), groups_of(path)[1]])

    assert (Fault(FaultKind.REORDERED, chain, 2),) == verify_file(path).faults


async def test_a_lost_end_is_found_by_a_head_known_from_elsewhere(path: Path) -> None:
    chain = await write(path, 1, 2, 3)
    heads = list(verify_file(path).heads.values())
    keep(path, groups_of(path)[:2])

    assert () == verify_file(path).faults
    assert (Fault(FaultKind.LOST, chain, 3),) == verify_file(path, heads).faults


async def test_a_whole_lost_chain_is_found_by_its_head(path: Path) -> None:
    path.touch()

    result = verify_file(path, [ChainHead("gone", 7, "00")])

    assert (Fault(FaultKind.LOST, "gone", 1),) == result.faults


async def test_an_unreadable_line_inside_a_chain_is_found(path: Path) -> None:
    chain = await write(path, 1, 2, 3)
    edit(path, 1, b'{"event_id"', b'{"event_xx"')

    kinds = [fault.kind for fault in verify_file(path).faults]

    assert [FaultKind.UNREADABLE, FaultKind.LOST] == kinds
    assert {chain} == {fault.chain for fault in verify_file(path).faults}


@pytest.mark.parametrize("kept", [5, 40, 110, 200])
async def test_a_line_torn_by_a_crash_is_no_fault_and_swallows_nothing(
    path: Path, kept: int
) -> None:
    await write(path, 1, 2)
    first, second = groups_of(path)
    keep(path, [first, second[:kept]])

    await write(path, 3)

    result = verify_file(path)
    assert ((), 1, 2) == (result.faults, result.torn, result.events)
    assert [event(1), event(3)] == list(read_events(path))


async def write_group(path: Path, *numbers: int) -> str:
    """Writes events as one group and answers the chain."""
    writer = AccessLogWriter(FileBacking(path))
    await writer.append([event(number) for number in numbers])
    await writer.close()
    return writer.chain


async def test_a_group_of_events_verifies_and_is_read_in_order(path: Path) -> None:
    chain = await write_group(path, 1, 2, 3)

    result = verify_file(path)

    assert ((), 3) == (result.faults, result.events)
    assert 3 == result.heads[chain].sequence
    assert [event(1), event(2), event(3)] == list(read_events(path))


@pytest.mark.parametrize("change", ["changed", "removed", "added", "reordered"])
async def test_a_touched_event_inside_a_group_is_found(path: Path, change: str) -> None:
    await write_group(path, 1, 2, 3)
    blank, head, first, second, third = path.read_bytes().splitlines(keepends=True)
    events = {
        "changed": [first, second.replace(b'"permit"', b'"deny"'), third],
        "removed": [first, third],
        "added": [first, second, third, third],
        "reordered": [first, third, second],
    }[change]
    path.write_bytes(b"".join([blank, head, *events]))
    (chain,) = {head.split(b" ")[0].decode()}
    after = ChainHead(chain, 3, head.split(b" ")[2].decode())

    assert () != verify_file(path, [after]).faults


async def test_a_group_cut_inside_is_torn_as_a_whole(path: Path) -> None:
    await write_group(path, 1, 2, 3)
    path.write_bytes(path.read_bytes()[:-100])
    await write(path, 4)

    result = verify_file(path)

    assert ((), 1, 1) == (result.faults, result.torn, result.events)
    assert [event(4)] == list(read_events(path))


async def test_a_file_with_a_line_for_each_event_verifies_with_groups_behind_it(
    path: Path,
) -> None:
    chain, digest, lines = "0" * 32, beginning("0" * 32), []
    for number in range(1, 4):
        digest = next_hash(digest, number, canonical(event(number)))
        lines.append(f"{chain} {number} {digest.hex()} ".encode() + canonical(event(number)))
    path.write_bytes(b"\n".join(lines) + b"\n")
    await write(path, 4)

    result = verify_file(path)

    assert ((), 4, 0) == (result.faults, result.events, result.torn)
    assert [event(number) for number in range(1, 5)] == list(read_events(path))


async def test_a_changed_event_on_a_line_of_its_own_is_found(path: Path) -> None:
    chain = "0" * 32
    digest = next_hash(beginning(chain), 1, canonical(event(1)))
    line = f"{chain} 1 {digest.hex()} ".encode() + canonical(event(2)) + b"\n"
    path.write_bytes(line)

    assert (Fault(FaultKind.CHANGED, chain, 1),) == verify_file(path).faults


class Memory:
    """A backing that waits for the test, and fails when told to."""

    links_groups = False

    def __init__(self) -> None:
        self.groups: list[list[Link]] = []
        self.begun = asyncio.Event()
        self.gate = asyncio.Event()
        self.gate.set()
        self.fails = False

    async def write(self, links: Sequence[Link]) -> None:
        self.begun.set()
        await self.gate.wait()
        if self.fails:
            raise OSError(28, "No space left on device: secret")
        self.groups.append(list(links))

    async def close(self) -> None:
        pass


async def test_what_arrives_while_a_group_is_written_shares_the_next() -> None:
    backing = Memory()
    backing.gate.clear()
    writer = AccessLogWriter(backing)
    first = writer.append([event(0)])
    await backing.begun.wait()

    others = [writer.append([event(number)]) for number in range(1, 50)]

    assert not first.done()
    backing.gate.set()
    await asyncio.gather(first, *others)
    assert [1, 49] == [len(group) for group in backing.groups]
    assert list(range(1, 51)) == [link.sequence for group in backing.groups for link in group]
    await writer.close()


async def after_a_group(backing: Memory) -> AccessLogWriter:
    """A writer on an idle thread whose first group has just been written."""
    writer = AccessLogWriter(backing, processor_clock=lambda: 0.0)
    await writer.append([event(0)])
    backing.begun.clear()
    return writer


async def turns_of_the_loop(number: int) -> None:
    for _ in range(number):
        await asyncio.sleep(0)


async def test_behind_another_a_group_begins_when_somebody_waits_for_it() -> None:
    backing = Memory()
    writer = await after_a_group(backing)
    unawaited = writer.append([event(1)])
    await turns_of_the_loop(3)
    begun_before = backing.begun.is_set()

    await writer.append([event(2)])

    assert not begun_before
    assert unawaited.done()
    assert [1, 2] == [len(group) for group in backing.groups]
    await writer.close()


async def test_what_nobody_waits_for_is_written_all_the_same() -> None:
    backing = Memory()
    writer = await after_a_group(backing)

    unawaited = writer.append([event(1)])
    await backing.begun.wait()
    await turns_of_the_loop(2)

    assert unawaited.done()
    await writer.close()


async def test_on_a_saturated_thread_groups_keep_their_distance() -> None:
    backing = Memory()
    writer = AccessLogWriter(backing, linger=0.05, processor_clock=time.monotonic)
    begun = time.monotonic()
    await writer.append([event(0)])

    await asyncio.gather(*(writer.append([event(number)]) for number in range(1, 5)))

    assert [1, 4] == [len(group) for group in backing.groups]
    assert time.monotonic() - begun >= 0.049
    await writer.close()


async def test_a_group_larger_than_the_bound_is_written_as_several() -> None:
    backing = Memory()
    writer = AccessLogWriter(backing)

    writes = [writer.append([event(number)] * 1000) for number in range(5)]
    await asyncio.gather(*writes)

    assert [3000, 2000] == [len(group) for group in backing.groups]
    assert list(range(1, 5001)) == [link.sequence for group in backing.groups for link in group]
    await writer.close()


async def test_a_group_that_fails_refuses_all_that_wait_for_it() -> None:
    backing = Memory()
    backing.fails = True
    writer = AccessLogWriter(backing)

    results = await asyncio.gather(
        *(writer.append([event(number)]) for number in range(3)), return_exceptions=True
    )

    assert [AccessLogError] * 3 == [type(result) for result in results]
    await writer.close()


async def test_an_event_that_cannot_be_encoded_spoils_nothing_for_the_others() -> None:
    backing = Memory()
    writer = AccessLogWriter(backing)
    first = writer.append([event(1)])
    with pytest.raises(UnicodeEncodeError):
        writer.append([event(2), replace(EVENT, subject_id="\ud800")])

    await asyncio.gather(first, writer.append([event(3)]))

    assert [[1, 2]] == [[link.sequence for link in group] for group in backing.groups]
    await writer.close()


async def test_a_failure_is_told_to_those_who_ask_late() -> None:
    backing = Memory()
    backing.fails = True
    writer = AccessLogWriter(backing)
    first = writer.append([event(1)])
    with pytest.raises(AccessLogError):
        await first

    with pytest.raises(AccessLogError):
        await first
    await writer.close()


async def test_ids_of_events_are_never_the_same() -> None:
    here, elsewhere = EventIds(), EventIds()

    ids = [source.next() for _ in range(100) for source in (here, elsewhere)]

    assert 200 == len(set(ids))


async def test_when_the_log_cannot_be_written_append_raises_and_a_new_chain_begins() -> None:
    backing = Memory()
    backing.fails = True
    writer = AccessLogWriter(backing)
    before = writer.chain

    with pytest.raises(AccessLogError) as refusal:
        await writer.append([event(1)])

    backing.fails = False
    await writer.append([event(2)])
    ((link,),) = backing.groups
    assert "secret" not in str(refusal.value)
    assert before != link.chain
    assert 1 == link.sequence
    await writer.close()


async def test_a_caller_that_gives_up_takes_nothing_from_the_others() -> None:
    backing = Memory()
    backing.gate.clear()
    writer = AccessLogWriter(backing)
    given_up = asyncio.ensure_future(writer.append([event(1)]))
    other = asyncio.ensure_future(writer.append([event(2)]))
    await backing.begun.wait()

    given_up.cancel()
    backing.gate.set()
    await other

    assert [2] == [len(group) for group in backing.groups]
    await writer.close()


async def test_closing_writes_what_waits_and_then_refuses(path: Path) -> None:
    writer = AccessLogWriter(FileBacking(path))
    waiting = writer.append([event(1)])

    await writer.close()

    assert waiting.done()
    assert [event(1)] == list(read_events(path))
    with pytest.raises(AccessLogError):
        writer.append([event(2)])


async def test_nothing_to_write_is_durable_at_once(path: Path) -> None:
    writer = AccessLogWriter(FileBacking(path))

    await writer.append([])

    assert [] == list(read_events(path))
    await writer.close()


async def test_a_folder_that_is_missing_refuses(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file"):
        FileBacking(tmp_path / "missing" / "access.log")


WRITER = """
import asyncio, sys
from msgspec.structs import replace
from pathlib import Path
from storage.access_log import AccessLogWriter, FileBacking
from tests.storage.test_access_log import EVENT

async def client(writer, name):
    number = 0
    while True:
        event_id = f"{name}-{number}"
        await writer.append([replace(EVENT, event_id=event_id)])
        print(event_id, flush=True)
        number += 1

async def main():
    writer = AccessLogWriter(FileBacking(Path(sys.argv[1])))
    async with asyncio.TaskGroup() as group:
        for name in range(50):
            group.create_task(client(writer, name))

asyncio.run(main())
"""


async def test_every_acknowledged_event_survives_kill_9_of_the_writer(path: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", WRITER, str(path), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    acknowledged = [await process.stdout.readline() for _ in range(2000)]
    process.send_signal(signal.SIGKILL)
    acknowledged += (await process.stdout.read()).splitlines(keepends=True)
    await process.wait()

    ids = [line.decode().strip() for line in acknowledged if line.endswith(b"\n")]
    kept = [each.event_id for each in read_events(path)]

    assert set() == set(ids) - set(kept)
    assert len(set(kept)) == len(kept)
    assert () == verify_file(path).faults


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


def test_fhir_form_of_a_permitted_read() -> None:
    assert {
        "resourceType": "AuditEvent",
        "id": "e0",
        "type": {
            "system": "http://terminology.hl7.org/CodeSystem/audit-event-type",
            "code": "rest",
            "display": "RESTful Operation",
        },
        "subtype": [{"system": "http://hl7.org/fhir/restful-interaction", "code": "read"}],
        "action": "R",
        "recorded": "2026-06-01T12:00:00.123Z",
        "outcome": "0",
        "outcomeDesc": "permit: CONSENT",
        "purposeOfEvent": [{"coding": [TREAT]}],
        "agent": [
            {
                "role": [{"text": "practitioner"}],
                "altId": "his",
                "requestor": True,
                "purposeOfUse": [{"coding": [TREAT]}],
                "who": {"reference": "Practitioner/practitioner-1"},
            },
            {"who": {"reference": "Organization/hospital-1"}, "requestor": False},
        ],
        "source": {"observer": {"display": "gateway"}},
        "entity": [
            {
                "what": {"reference": "Patient/p1"},
                "type": {
                    "system": "http://terminology.hl7.org/CodeSystem/audit-entity-type",
                    "code": "1",
                    "display": "Person",
                },
                "role": {
                    "system": "http://terminology.hl7.org/CodeSystem/object-role",
                    "code": "1",
                    "display": "Patient",
                },
                "detail": [
                    {"type": "category", "valueString": "CONDITIONS"},
                    {"type": "request", "valueString": "r0"},
                    {"type": "phase", "valueString": "outcome"},
                    {"type": "trace", "valueString": "t1"},
                ],
            },
            {
                "what": {"reference": "Consent/c1/_history/3"},
                "type": {
                    "system": "http://terminology.hl7.org/CodeSystem/audit-entity-type",
                    "code": "2",
                    "display": "System Object",
                },
            },
        ],
    } == as_fhir(EVENT, "gateway")


TREAT = {"system": "http://terminology.hl7.org/CodeSystem/v3-ActReason", "code": "TREAT"}


@pytest.mark.parametrize(
    ("change", "outcome"),
    [
        ({"decision": Decision.DENY}, "4"),
        ({"outcome": Outcome.FAILURE}, "8"),
        ({"outcome": Outcome.UNKNOWN}, "4"),
        ({"phase": Phase.INTENT, "outcome": None}, "0"),
    ],
)
def test_fhir_outcomes(change: dict[str, object], outcome: str) -> None:
    assert outcome == as_fhir(replace(EVENT, **change), "gateway")["outcome"]


def test_fhir_form_of_a_citizen_names_a_patient_and_no_organization() -> None:
    citizen = replace(EVENT, actor=Actor("p1", None, "citizen", "app"), consent_id=None)

    resource = as_fhir(citizen, "gateway")

    assert ["Patient/p1"] == [agent["who"]["reference"] for agent in resource["agent"]]
    assert 1 == len(resource["entity"])
