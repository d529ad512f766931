"""Group commit of access events: durable before anybody is answered, at little cost each."""

import asyncio
import sys
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Protocol
from uuid import uuid4

from storage.access_log.chain import Link, beginning, next_hash
from storage.access_log.commit import AccessLogError, Commit
from storage.access_log.model import AccessEvent, canonical
from storage.access_log.owed import PERSISTENCE, OwedEvents, Persistence

_GROUP = 2048
_WAITING = 100_000
_LINGER = 0.012
_APART = 0.015


class AccessLogBacking(Protocol):
    """Where links are kept.

    Attributes:
        links_groups: A link covers a whole group; otherwise each event has a link of its own.
    """

    links_groups: bool

    async def write(self, links: Sequence[Link]) -> None:
        """Return when all links, which continue one chain, are durable.

        Raises:
            OSError, StorageError: They may not be.
        """
        ...

    async def lacking(self, events: Sequence[AccessEvent]) -> Sequence[AccessEvent]:
        """Answer those of some events that are not known to be kept.

        Raises:
            OSError, StorageError: Nobody can tell.
        """
        ...

    async def close(self) -> None:
        """Let go of the place."""
        ...


def new_chain_id() -> str:
    """Answer the id of a chain that no other process writes."""
    return uuid4().hex


def _unknown() -> int:
    return sys.maxsize


class AccessLogWriter:
    """The one writer of a process.

    While one group is being made durable the next collects. A group costs 200 to 400 µs, however
    many events are in it (measured with a file on ext4: a write, a sync, two changes of thread).
    So while groups follow each other, the next one begins when as many wait for it as have work
    left. Where the backlog is longer than that, a saturated thread begins a group at a distance
    from the one before; an idle one begins at once when somebody waits.

    When a group fails, all that wait for it are refused and a new chain begins, because nobody
    knows how much of the old one is kept.
    """

    def __init__(
        self,
        backing: AccessLogBacking,
        new_chain: Callable[[], str] = new_chain_id,
        backlog: Callable[[], int] = _unknown,
        linger: float = _LINGER,
        processor_clock: Callable[[], float] = time.thread_time,
        persistence: Persistence = PERSISTENCE,
    ) -> None:
        """Begin a chain.

        Args:
            backing: Where links are kept.
            new_chain: Answers an id for each chain begun.
            backlog: Answers how many operations are not yet so far that they could wait.
            linger: Seconds between the beginnings of two groups while the thread is saturated.
            processor_clock: Answers the processor time that this thread used, in seconds.
            persistence: How often and for how long events that are owed are written again.
        """
        self._backing = backing
        self._new_chain = new_chain
        self._backlog = backlog
        self._linger = linger
        self._processor_clock = processor_clock
        self._owed = OwedEvents(backing.lacking, self.append, persistence)
        self._loop = asyncio.get_running_loop()
        self._groups = deque([self._open()])
        self._waiting = 0
        self._due: asyncio.Handle | None = None
        self._is_due = False
        self._writing: asyncio.Task[None] | None = None
        self._closing = False
        self._begun = (time.monotonic(), processor_clock())
        self._not_before = self._at_latest = 0.0
        self._begin_chain()

    @property
    def chain(self) -> str:
        """The id of the present chain."""
        return self._chain

    def append(self, events: Sequence[AccessEvent]) -> Commit:
        """Hand events over at once; the answer has been awaited when they are durable.

        So a caller can begin the write, fetch meanwhile, and await it before answering.

        Raises:
            AccessLogError: From the answer, or here when too much waits or the log is closed.
        """
        if self._closing or self._waiting >= _WAITING:
            raise AccessLogError("the access log takes no events")
        if not events:
            return Commit(self._loop, _nobody, is_durable=True)
        contents = list(map(canonical, events))  # an event that cannot be encoded spoils no group
        commit = self._groups[-1]
        if len(commit.contents) >= _GROUP:
            commit = self._open()
            self._groups.append(commit)
        commit.contents += contents
        self._waiting += len(contents)
        if self._due is None and self._writing is None:
            self._schedule(self._at_latest)
        return commit

    def owe(self, events: Sequence[AccessEvent]) -> None:
        """Take events of a change that could not be written, though its answer leaves.

        They are written again for some minutes, until they are on record once.
        """
        self._owed.add(events)

    async def close(self) -> None:
        """Make durable what waits and what is owed, then close the backing."""
        await self._owed.close()
        self._closing = True
        while self._writing is not None or self._waiting:
            if self._writing is None:
                self._begin()
            else:
                await self._writing
        await self._backing.close()

    def _open(self) -> Commit:
        return Commit(self._loop, self._awaited)

    def _awaited(self, commit: Commit) -> None:
        """Begin a group for which one more waits as soon as may be."""
        if self._writing is None and not self._is_due and commit is self._groups[0]:
            self._hasten(commit)

    def _hasten(self, commit: Commit) -> None:
        if commit.waiters >= self._backlog():
            self._schedule(0.0)
        elif commit.waiters == 1 or self._due is None:
            self._schedule(self._not_before)

    def _schedule(self, moment: float) -> None:
        """Begin the next group at a moment, at once if it has passed."""
        if self._due is not None:
            self._due.cancel()
        wait = moment - time.monotonic()
        self._is_due = wait <= 0
        # Even at once means: whatever becomes ready in this turn of the loop shares the group.
        self._due = (
            self._loop.call_soon(self._begin)
            if self._is_due
            else self._loop.call_later(wait, self._begin)
        )

    def _begin(self) -> None:
        if self._due is not None:
            self._due.cancel()
            self._due = None
        self._is_due = False
        if self._writing is not None or not self._waiting:
            return
        commit = self._groups.popleft()
        if not self._groups:
            self._groups.append(self._open())
        self._waiting -= len(commit.contents)
        self._pace()
        self._writing = self._loop.create_task(self._write(commit), name="access-log")

    def _pace(self) -> None:
        """Keep the next group at a distance by how busy the thread was since the last one."""
        before, used_before = self._begun
        now, used = self._begun = (time.monotonic(), self._processor_clock())
        busy = (used - used_before) / max(now - before, 1e-6)
        self._not_before = now + self._linger * min(busy, 1.0)
        self._at_latest = now + _APART

    async def _write(self, commit: Commit) -> None:
        failure = None
        try:
            await self._backing.write(self._links(commit.contents))
        except Exception as error:  # noqa: BLE001 (whatever failed, nobody may be answered)
            failure = f"the access log cannot be written: {type(error).__name__}"
            self._begin_chain()
        self._writing = None
        commit.settle(failure)
        if self._waiting and self._due is None:
            if self._groups[0].waiters:
                self._hasten(self._groups[0])
            else:
                self._schedule(self._at_latest)

    def _begin_chain(self) -> None:
        self._chain = self._new_chain()
        self._sequence = 0
        self._hash = beginning(self._chain)

    def _links(self, contents: Sequence[bytes]) -> list[Link]:
        if not self._backing.links_groups:
            return [self._link(content, 1) for content in contents]
        # One hash and one line for all of them: a link for each event costs 1.2 µs.
        return [self._link(b"\n".join(contents) + b"\n", len(contents))]

    def _link(self, content: bytes, events: int) -> Link:
        self._sequence += events
        self._hash = next_hash(self._hash, self._sequence, content)
        return Link(self._chain, self._sequence, self._hash.hex(), content, events)


def _nobody(_: Commit) -> None:
    """Nothing depends on an empty group."""
