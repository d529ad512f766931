"""The file of the log: its chain of hashes tells what was changed, lost or torn."""

# ruff: noqa: ASYNC240 (small files of a test)

from collections.abc import Sequence
from pathlib import Path

import pytest

from storage.access_log import (
    AccessLogWriter,
    ChainHead,
    Fault,
    FaultKind,
    FileBacking,
    read_events,
    verify_file,
)
from storage.access_log.chain import beginning, next_hash
from storage.access_log.model import canonical, parse_event
from tests.storage.access_events import EVENT, event


async def write(path: Path, *numbers: int) -> str:
    """Writes events one group each and answers the chain."""
    writer = AccessLogWriter(FileBacking(path))
    for number in numbers:
        await writer.append([event(number)])
    await writer.close()
    return writer.chain


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
