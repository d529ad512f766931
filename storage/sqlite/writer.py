"""Group commit: many small writes share one transaction, each acknowledged once it is durable."""

import asyncio
import sqlite3
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias, TypeVar

import aiosqlite

from storage.documents import StorageError, StorageUnavailableError

T = TypeVar("T")
Work: TypeAlias = Callable[[aiosqlite.Connection], Awaitable[T]]

_GROUP = 256


class Writer:
    """The one writer of a database in this process.

    While one group commits, the next collects; so the cost of making the disk sure of a write is
    paid once per group. A write that the database refuses fails alone, a failing commit fails
    all of its group.
    """

    def __init__(self, connection: aiosqlite.Connection) -> None:
        self._connection = connection
        self._waiting: deque[tuple[Work[Any], asyncio.Future[Any]]] = deque()
        self._wake = asyncio.Event()
        self._closing = False
        self._task = asyncio.create_task(self._run(), name="sqlite-writer")

    async def submit(self, work: Work[T]) -> T:
        """Run the work inside a group and answer its result after the commit.

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
        """Commit what waits, then stop."""
        self._closing = True
        self._wake.set()
        await self._task
        await self._connection.close()

    async def _run(self) -> None:
        while self._waiting or not self._closing:
            if not self._waiting:
                self._wake.clear()
                await self._wake.wait()
                continue
            group = [self._waiting.popleft() for _ in range(min(_GROUP, len(self._waiting)))]
            await self._commit(group)

    async def _commit(self, group: list[tuple[Work[Any], asyncio.Future[Any]]]) -> None:
        outcomes: list[tuple[asyncio.Future[Any], Any, StorageError | None]] = []
        try:
            await self._connection.execute_fetchall("BEGIN IMMEDIATE")
            for work, future in group:
                if not future.cancelled():
                    outcomes.append((future, *await self._outcome(work)))
            await self._connection.execute_fetchall("COMMIT")
        except (sqlite3.Error, ValueError, StorageUnavailableError) as error:
            await self._roll_back()
            _fail(group, error)
            return
        for future, result, refusal in outcomes:
            if future.done():
                continue
            if refusal is None:
                future.set_result(result)
            else:
                future.set_exception(refusal)

    async def _outcome(self, work: Work[Any]) -> tuple[Any, StorageError | None]:
        try:
            return await work(self._connection), None
        except StorageUnavailableError:
            raise
        except StorageError as refusal:
            if not self._connection.in_transaction:
                raise StorageUnavailableError("the transaction was lost") from None
            return None, refusal

    async def _roll_back(self) -> None:
        try:
            if self._connection.in_transaction:
                await self._connection.rollback()
        except (sqlite3.Error, ValueError):
            return


def _fail(group: list[tuple[Work[Any], asyncio.Future[Any]]], error: Exception) -> None:
    for _, future in group:
        if not future.done():
            failure = StorageUnavailableError(f"the write failed: {type(error).__name__}")
            future.set_exception(failure)
