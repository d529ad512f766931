"""The thread that writes the access log: when the loop stands still for it and when not."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from storage.access_log.writing import Patience, WritingThread

ALWAYS, NEVER = float("inf"), -1.0
LONG = 30.0


@contextmanager
def thread(
    write: Callable[[bytes], None],
    patience: Patience,
    clock: Callable[[], float] = lambda: 0.0,
) -> Iterator[WritingThread]:
    made = WritingThread(write, patience, clock)
    try:
        yield made
    finally:
        made.close()


class Turns:
    """Tells whether the loop has taken a turn, also to the thread."""

    def __init__(self) -> None:
        self.event = threading.Event()
        self.seen: list[bool] = []

    def expect(self) -> None:
        self.event.clear()
        asyncio.get_running_loop().call_soon(self.event.set)

    async def are_none_in_a_write(self, writing: WritingThread) -> bool:
        """Write, and tell whether the loop stood still meanwhile."""
        self.expect()
        await writing.write(b"events")
        return not self.event.is_set()

    def write_after_one(self, _: bytes) -> None:
        self.seen.append(self.event.wait(LONG))


async def test_the_loop_stands_still_for_writes_that_follow_each_other_closely() -> None:
    turns, written = Turns(), list[bytes]()
    with thread(written.append, Patience(longest=LONG, closeness=ALWAYS)) as writing:
        turns.expect()
        await writing.write(b"events")

    assert [b"events"] == written
    assert not turns.event.is_set()


async def test_the_loop_goes_on_while_a_write_that_comes_alone_runs() -> None:
    turns = Turns()
    with thread(turns.write_after_one, Patience(longest=LONG, closeness=NEVER)) as writing:
        turns.expect()
        await writing.write(b"events")

    assert [True] == turns.seen


async def test_only_the_second_of_two_writes_can_follow_closely() -> None:
    turns, written, now = Turns(), list[bytes](), [100.0]
    patience = Patience(longest=LONG, closeness=0.006)
    stood_still = []
    with thread(written.append, patience, lambda: now[0]) as writing:
        for later in (0.0, 0.005, 0.007):
            now[0] += later
            stood_still.append(await turns.are_none_in_a_write(writing))

    assert [False, True, False] == stood_still


async def test_a_slow_disk_holds_the_loop_no_longer_than_its_patience() -> None:
    turns = Turns()
    with thread(turns.write_after_one, Patience(longest=0.001, closeness=ALWAYS)) as writing:
        turns.expect()
        await writing.write(b"events")

    assert [True] == turns.seen


async def test_after_a_slow_write_the_loop_does_not_stand_still_for_a_while() -> None:
    turns, now = Turns(), [100.0]
    patience = Patience(longest=0.2, closeness=ALWAYS, rest=1.0)
    waits = [turns.write_after_one]

    def write(data: bytes) -> None:
        if waits:
            waits.pop()(data)

    stood_still = []
    with thread(write, patience, lambda: now[0]) as writing:
        for later in (0.0, 0.9, 0.2):
            now[0] += later
            stood_still.append(await turns.are_none_in_a_write(writing))

    assert [False, False, True] == stood_still


@pytest.mark.parametrize("closeness", [ALWAYS, NEVER])
async def test_a_failure_reaches_who_waits(closeness: float) -> None:
    def fail(_: bytes) -> None:
        raise OSError(28, "No space left on device")

    patience = Patience(longest=LONG, closeness=closeness)
    with thread(fail, patience) as writing, pytest.raises(OSError, match="No space left"):
        await writing.write(b"events")


async def test_closing_writes_all_that_was_handed_over_in_its_order() -> None:
    written: list[bytes] = []
    with thread(written.append, Patience(closeness=NEVER)) as writing:
        tasks = [asyncio.ensure_future(writing.write(bytes([number]))) for number in range(3)]
        await asyncio.sleep(0)

    assert [b"\x00", b"\x01", b"\x02"] == written
    await asyncio.gather(*tasks)
