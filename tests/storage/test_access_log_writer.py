"""The writer: group commit, refusals, and what survives a kill."""

import asyncio
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from msgspec.structs import replace

from storage.access_log import (
    AccessEvent,
    AccessLogError,
    AccessLogWriter,
    EventIds,
    FileBacking,
    read_events,
    verify_file,
)
from storage.access_log.chain import Link
from tests.storage.access_events import EVENT, event


async def test_appended_events_are_in_the_file_when_the_answer_comes(path: Path) -> None:
    writer = AccessLogWriter(FileBacking(path))

    await writer.append([event(1), event(2)])

    assert [event(1), event(2)] == list(read_events(path))
    await writer.close()


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

    async def lacking(self, events: Sequence[AccessEvent]) -> Sequence[AccessEvent]:
        return events

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


async def test_a_group_begins_when_as_many_wait_for_it_as_have_work_left() -> None:
    backing = Memory()
    hour = 3600.0
    writer = AccessLogWriter(
        backing, backlog=lambda: 2, linger=hour, processor_clock=time.monotonic
    )
    await writer.append([event(0)])
    backing.begun.clear()
    one = asyncio.ensure_future(writer.append([event(1)]))
    await turns_of_the_loop(3)
    begun_before = backing.begun.is_set()

    async with asyncio.timeout(30):
        await asyncio.gather(one, writer.append([event(2)]))

    assert not begun_before
    assert [1, 2] == [len(group) for group in backing.groups]
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
from tests.storage.access_events import EVENT

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
