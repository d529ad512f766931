"""The connections to one SQLite file: a writer with group commit, and readers beside it."""

import asyncio
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from typing import Any, TypeVar

import aiosqlite

from storage.documents import StorageUnavailableError, UnsupportedQueryError
from storage.sqlite.codec import decode, encode
from storage.sqlite.writer import Work, Writer
from storage.updates import Changes, apply_changes

T = TypeVar("T")

_READERS = 2
_STATEMENTS = 512
_OLDEST = (3, 35, 0)  # RETURNING

# WAL keeps readers beside the writer. FULL makes each commit sync the log, so that an acknowledged
# write survives a power loss and not only the end of the process.
_PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA busy_timeout = 10000",
    "PRAGMA cache_size = -32000",
    "PRAGMA temp_store = MEMORY",
)
_OF_READERS = (*_PRAGMAS, "PRAGMA query_only = ON")
# The writer waits longer than that, but in its own way.
_OF_WRITER = (*_PRAGMAS, "PRAGMA busy_timeout = 20")


@dataclass(slots=True)
class Applied:
    """What one UPDATE statement applies, and the refusal that stopped it."""

    changes: Changes
    refusal: UnsupportedQueryError | None = None


class Application:
    """The changes for which the SQL function `apply_changes` stands; in the writer's thread."""

    def __init__(self) -> None:
        self._applied = Applied(())

    @contextmanager
    def of(self, changes: Changes) -> Iterator[Applied]:
        """Let the function stand for these changes."""
        self._applied = applied = Applied(changes)
        yield applied

    def apply(self, text: str) -> str:
        """Apply the present changes to the text of a document; called by SQLite."""
        try:
            return encode(apply_changes(decode("", text), self._applied.changes))
        except UnsupportedQueryError as refusal:
            self._applied.refusal = refusal
            raise


class Connections:
    """Made by `open_connections`.

    Attributes:
        application: What the writer's function `apply_changes` does.
    """

    def __init__(
        self, writer: Writer, readers: list[aiosqlite.Connection], application: Application
    ) -> None:
        self.application = application
        self._writer = writer
        self._readers = readers
        self._next_reader = cycle(readers)

    async def read(self, sql: str, parameters: tuple[Any, ...] = ()) -> list[Any]:
        """Answer the rows of a query, as of the last commit.

        Raises:
            StorageUnavailableError: The database does not answer.
        """
        try:
            rows = await next(self._next_reader).execute_fetchall(sql, parameters)
        except (sqlite3.Error, ValueError) as error:
            raise StorageUnavailableError(f"the read failed: {type(error).__name__}") from None
        return list(rows)

    async def write(self, work: Work[T]) -> T:
        """Run work in a transaction and answer its result once it is durable.

        Raises:
            StorageError: The work was refused, or could not be committed.
        """
        return await self._writer.submit(work)

    async def close(self) -> None:
        """Commit what waits and close every connection."""
        await self._writer.close()
        for reader in self._readers:
            await reader.close()


async def open_connections(path: Path, patience: float) -> Connections:
    """Open a database file, creating it and its folder where they are missing.

    Args:
        path: The file.
        patience: Seconds to wait for another process that writes.

    Raises:
        StorageUnavailableError: The file cannot be opened, or the SQLite library is too old.
    """
    if sqlite3.sqlite_version_info < _OLDEST:
        raise StorageUnavailableError(f"SQLite {sqlite3.sqlite_version} is older than 3.35")
    application = Application()
    thread = ThreadPoolExecutor(1, thread_name_prefix="sqlite-writer")
    readers: list[aiosqlite.Connection] = []
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        writing = await asyncio.get_running_loop().run_in_executor(
            thread, _open_writing, path, application
        )
        for _ in range(_READERS):
            reader = aiosqlite.connect(path, isolation_level=None, cached_statements=_STATEMENTS)
            readers.append(await reader)
            for pragma in _OF_READERS:
                await reader.execute_fetchall(pragma)
    except (sqlite3.Error, OSError) as error:
        # A writing connection that nobody uses is closed with its last reference.
        thread.shutdown(wait=False)
        for reader in readers:
            await reader.close()
        raise StorageUnavailableError(
            f"the database file cannot be opened: {type(error).__name__}"
        ) from None
    return Connections(Writer(writing, thread, patience), readers, application)


def _open_writing(path: Path, application: Application) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, cached_statements=_STATEMENTS)
    try:
        for pragma in _OF_WRITER:
            connection.execute(pragma)
        connection.create_function("apply_changes", 1, application.apply)
    except sqlite3.Error:
        connection.close()
        raise
    return connection
