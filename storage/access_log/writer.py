"""Group commit of access events: durable before anybody is answered, at little cost each."""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from typing import Protocol
from uuid import uuid4

from storage.access_log.chain import Link, beginning, next_hash
from storage.access_log.model import AccessEvent, canonical

_GROUP = 2048
_WAITING = 100_000


class AccessLogError(OSError):
    """The events may not be durable: the answer that depends on them must be refused."""


class AccessLogBacking(Protocol):
    """Where links are kept."""

    async def write(self, links: Sequence[Link]) -> None:
        """Return when all links, which continue one chain, are durable.

        Raises:
            OSError, StorageError: They may not be.
        """
        ...

    async def close(self) -> None:
        """Let go of the place."""
        ...


def new_chain_id() -> str:
    """Answer the id of a chain that no other process writes."""
    return uuid4().hex


class AccessLogWriter:
    """The one writer of a process.

    While one group is being made durable the next collects. When a group fails, all that wait
    for it are refused and a new chain begins, because nobody knows how much of the old one is
    kept.
    """

    def __init__(
        self, backing: AccessLogBacking, new_chain: Callable[[], str] = new_chain_id
    ) -> None:
        """Begin a chain.

        Args:
            backing: Where links are kept.
            new_chain: Answers an id for each chain begun.
        """
        self._backing = backing
        self._new_chain = new_chain
        self._loop = asyncio.get_running_loop()
        self._waiting: deque[tuple[list[bytes], asyncio.Future[None]]] = deque()
        self._wake = asyncio.Event()
        self._closing = False
        self._begin_chain()
        self._task = asyncio.create_task(self._run(), name="access-log")

    @property
    def chain(self) -> str:
        """The id of the present chain."""
        return self._chain

    def append(self, events: Sequence[AccessEvent]) -> asyncio.Future[None]:
        """Hand events over at once; the answer is done when they are durable.

        So a caller can begin the write, fetch meanwhile, and await it before answering.

        Raises:
            AccessLogError: From the future, or here when too much waits or the log is closed.
        """
        if self._closing or len(self._waiting) >= _WAITING:
            raise AccessLogError("the access log takes no events")
        done: asyncio.Future[None] = self._loop.create_future()
        self._waiting.append(([canonical(event) for event in events], done))
        self._wake.set()
        return done

    async def close(self) -> None:
        """Make durable what waits, then close the backing."""
        self._closing = True
        self._wake.set()
        await self._task
        await self._backing.close()

    async def _run(self) -> None:
        while self._waiting or not self._closing:
            if not self._waiting:
                self._wake.clear()
                await self._wake.wait()
                # Whatever becomes ready in this turn of the loop shares the group.
                await asyncio.sleep(0)
                continue
            await self._write_group()

    async def _write_group(self) -> None:
        links: list[Link] = []
        group: list[asyncio.Future[None]] = []
        while self._waiting and len(links) < _GROUP:
            contents, done = self._waiting.popleft()
            links += [self._link(content) for content in contents]
            group.append(done)
        failure = None
        if links:
            try:
                await self._backing.write(links)
            except Exception as error:  # noqa: BLE001 (whatever failed, nobody may be answered)
                failure = f"the access log cannot be written: {type(error).__name__}"
                self._begin_chain()
        for done in group:
            if done.done():
                continue
            if failure is None:
                done.set_result(None)
            else:
                done.set_exception(AccessLogError(failure))

    def _begin_chain(self) -> None:
        self._chain = self._new_chain()
        self._sequence = 0
        self._hash = beginning(self._chain)

    def _link(self, content: bytes) -> Link:
        self._sequence += 1
        self._hash = next_hash(self._hash, self._sequence, content)
        return Link(self._chain, self._sequence, self._hash.hex(), content)
