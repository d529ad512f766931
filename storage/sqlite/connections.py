"""The connections to one SQLite file: a writer with group commit, and readers beside it."""

import sqlite3
from collections.abc import Iterator
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


@dataclass(slots=True)
class Applied:
    """What one UPDATE statement applies, and the refusal that stopped it."""

    changes: Changes
    refusal: UnsupportedQueryError | None = None


class Connections:
    """Made by `open_connections`."""

    def __init__(self, writing: aiosqlite.Connection, readers: list[aiosqlite.Connection]) -> None:
        self._readers = readers
        self._next_reader = cycle(readers)
        self._writer = Writer(writing)
        self._applied = Applied(())

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

    @contextmanager
    def applying(self, changes: Changes) -> Iterator[Applied]:
        """Let the SQL function `apply_changes` stand for these changes."""
        self._applied = applied = Applied(changes)
        yield applied

    def apply(self, text: str) -> str:
        """Apply the present changes to the text of a document; called by SQLite's thread."""
        try:
            return encode(apply_changes(decode("", text), self._applied.changes))
        except UnsupportedQueryError as refusal:
            self._applied.refusal = refusal
            raise

    async def close(self) -> None:
        """Commit what waits and close every connection."""
        await self._writer.close()
        for reader in self._readers:
            await reader.close()


async def open_connections(path: Path) -> Connections:
    """Open a database file, creating it and its folder where they are missing.

    Raises:
        StorageUnavailableError: The file cannot be opened, or the SQLite library is too old.
    """
    if sqlite3.sqlite_version_info < _OLDEST:
        raise StorageUnavailableError(f"SQLite {sqlite3.sqlite_version} is older than 3.35")
    opened: list[aiosqlite.Connection] = []
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        for _ in range(1 + _READERS):
            connection = aiosqlite.connect(path, isolation_level=None, cached_statements=512)
            opened.append(await connection)
            for pragma in _PRAGMAS:
                await opened[-1].execute_fetchall(pragma)
        for reader in opened[1:]:
            await reader.execute_fetchall("PRAGMA query_only = ON")
        connections = Connections(opened[0], opened[1:])
        await opened[0].create_function("apply_changes", 1, connections.apply)
    except (sqlite3.Error, OSError) as error:
        for connection in opened:
            await connection.close()
        raise StorageUnavailableError(
            f"the database file cannot be opened: {type(error).__name__}"
        ) from None
    return connections
