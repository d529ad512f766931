"""Group commit: many small writes share one transaction, each acknowledged once it is durable."""

import asyncio
import sqlite3
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any, TypeAlias, TypeVar

from storage.documents import StorageError, StorageUnavailableError

T = TypeVar("T")
Work: TypeAlias = Callable[[sqlite3.Connection], T]
_Waiting: TypeAlias = tuple[Work[Any], asyncio.Future[Any]]
_Outcome: TypeAlias = tuple[Any, StorageError | None]

_GROUP = 256
_LONGEST = 0.1
"""Seconds after which a group is committed as far as it has come."""
_PRIMARY_CODE = 0xFF
"""The other bits of an SQLite error say more of the same."""


class Writer:
    """The one writer of a database in this process.

    While one group commits, the next collects; so the cost of making the disk sure of a write is
    paid once per group. A write that the database refuses fails alone, a failing commit fails
    all of its group.

    From its begin to its commit a group runs in one call of a thread. Whoever else writes to the
    file waits meanwhile, in whatever process; so no turn of this process's event loop, which may
    be busy, lies in between.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        thread: ThreadPoolExecutor,
        patience: float,
    ) -> None:
        """Take over a connection.

        Args:
            connection: Of that thread; its busy timeout is the time between two attempts.
            thread: One, ended by `close`.
            patience: Seconds to wait for another process that writes.
        """
        self._connection = connection
        self._thread = thread
        self._patience = patience
        self._waiting: deque[_Waiting] = deque()
        self._wake = asyncio.Event()
        self._closing = False
        self._task = asyncio.create_task(self._run(), name="sqlite-writer")

    async def submit(self, work: Work[T]) -> T:
        """Run the work inside a group, in the writer's thread, and answer its result.

        It answers after the commit. The work must not begin or end a transaction.

        Raises:
            StorageUnavailableError: The group could not be committed.
            StorageError: The work itself was refused.
        """
        if self._closing:
            raise StorageUnavailableError("the database is closed")
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._waiting.append((work, future))
        self._wake.set()
        return await future

    async def close(self) -> None:
        """Commit what waits, then stop; once more does nothing."""
        if self._task.done():
            return
        self._closing = True
        self._wake.set()
        await self._task
        await asyncio.get_running_loop().run_in_executor(self._thread, self._connection.close)
        self._thread.shutdown(wait=False)

    async def _run(self) -> None:
        while self._waiting or not self._closing:
            if not self._waiting:
                self._wake.clear()
                await self._wake.wait()
                continue
            taken = [self._waiting.popleft() for _ in range(min(_GROUP, len(self._waiting)))]
            group = [each for each in taken if not each[1].cancelled()]
            if group:
                await self._commit(group)

    async def _commit(self, group: Sequence[_Waiting]) -> None:
        works = [work for work, _ in group]
        try:
            outcomes = await asyncio.get_running_loop().run_in_executor(
                self._thread, self._transact, works
            )
        except Exception as error:  # noqa: BLE001 (whatever failed, the next group has its turn)
            _fail(group, error)
            return
        self._waiting.extendleft(reversed(group[len(outcomes) :]))
        for (_, future), (result, refusal) in zip(group, outcomes, strict=False):
            if future.done():
                continue
            if refusal is None:
                future.set_result(result)
            else:
                future.set_exception(refusal)

    def _transact(self, works: Sequence[Work[Any]]) -> list[_Outcome]:
        """Run works in one transaction, in the writer's thread; answer for as many as it took."""
        outcomes: list[_Outcome] = []
        try:
            self._patiently("BEGIN IMMEDIATE")
            until = time.monotonic() + _LONGEST
            for work in works:
                outcomes.append(self._outcome(work))
                if time.monotonic() >= until:
                    break
            self._patiently("COMMIT")
        except BaseException:
            self._roll_back()
            raise
        return outcomes

    def _patiently(self, statement: str) -> None:
        """Execute a statement for which another process may have to be waited for.

        SQLite's own waiting looks only every 100 ms after a while; among processes that write all
        the time whoever waited longest had the least chance. Its short busy timeout, again and
        again, looks every few milliseconds.
        """
        until = time.monotonic() + self._patience
        while True:
            try:
                self._connection.execute(statement)
            except sqlite3.OperationalError as error:
                is_busy = error.sqlite_errorcode & _PRIMARY_CODE == sqlite3.SQLITE_BUSY
                if not is_busy or time.monotonic() >= until:
                    raise
            else:
                return

    def _outcome(self, work: Work[Any]) -> _Outcome:
        try:
            return work(self._connection), None
        except StorageUnavailableError:
            raise
        except StorageError as refusal:
            if not self._connection.in_transaction:
                raise StorageUnavailableError("the transaction was lost") from None
            return None, refusal

    def _roll_back(self) -> None:
        with suppress(sqlite3.Error):
            if self._connection.in_transaction:
                self._connection.rollback()


def _fail(group: Sequence[_Waiting], error: Exception) -> None:
    reason = getattr(error, "sqlite_errorname", type(error).__name__)
    for _, future in group:
        if not future.done():
            future.set_exception(StorageUnavailableError(f"the write failed: {reason}"))
