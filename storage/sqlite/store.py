"""The embedded database: documents in one SQLite file."""

import asyncio
import logging
import sqlite3
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from time import time

from storage.documents import DuplicateKeyError, IndexSpec, StorageError
from storage.filters import Path as FieldPath
from storage.sqlite.collection import SqliteCollection
from storage.sqlite.connections import Connections, open_connections
from storage.sqlite.sql import (
    TABLE_EXISTS,
    Condition,
    expired_condition,
    index_statements,
    member_table,
)
from storage.values import check_collection_name, parse_path

_SWEEP_SECONDS = 3600.0
_PATIENCE = 10.0

_logger = logging.getLogger(__name__)


def _system_clock() -> datetime:
    return datetime.fromtimestamp(time(), UTC)


class SqliteDocumentStore:
    """The adapter of `storage.documents.DocumentStore` for SQLite."""

    def __init__(self, connections: Connections, clock: Callable[[], datetime]) -> None:
        self._connections = connections
        self._clock = clock
        self._collections: dict[str, SqliteCollection] = {}
        self._member_tables: dict[str, dict[FieldPath, str]] = {}
        self._expiring: dict[str, FieldPath] = {}
        self._sweeper = asyncio.create_task(self._sweep_on(), name="sqlite-expiry")

    @classmethod
    async def open(
        cls,
        path: Path,
        clock: Callable[[], datetime] = _system_clock,
        patience: float = _PATIENCE,
    ) -> "SqliteDocumentStore":
        """Open a database file, creating it where it is missing.

        Args:
            path: The file; SQLite keeps two more beside it.
            clock: Answers the present moment, aware.
            patience: Seconds to wait for another process that writes.

        Raises:
            StorageUnavailableError: The file cannot be opened.
        """
        return cls(await open_connections(path, patience), clock)

    def collection(self, name: str) -> SqliteCollection:
        """Answer the collection of that name."""
        if name not in self._collections:
            check_collection_name(name)
            tables = self._member_tables.setdefault(name, {})
            self._collections[name] = SqliteCollection(name, self._connections, tables)
        return self._collections[name]

    async def ensure_indexes(self, specs: Sequence[IndexSpec]) -> None:
        """Create the indexes that do not exist yet, and remove what has expired."""
        for spec in specs:
            await self.collection(spec.collection).create()
            await self._connections.write(partial(_create, spec))
            path = parse_path(spec.fields[0][0])
            if spec.array:
                self._member_tables[spec.collection][path] = member_table(spec)
            if spec.expires:
                self._expiring[spec.collection] = path
        await self.remove_expired()

    async def remove_expired(self) -> None:
        """Remove the documents whose expiry index says that their time is over."""
        for name, path in self._expiring.items():
            condition = expired_condition(path, self._clock())
            await self._connections.write(partial(_delete, name, condition))

    async def ping(self) -> None:
        """Return when the database answers."""
        await self._connections.read("SELECT 1")

    async def close(self) -> None:
        """Commit what waits and close the file."""
        self._sweeper.cancel()
        await asyncio.wait([self._sweeper])
        await self._connections.close()

    async def _sweep_on(self) -> None:
        while True:
            await asyncio.sleep(_SWEEP_SECONDS)
            try:
                await self.remove_expired()
            except StorageError as error:
                # The next round removes them; readers look at the time themselves.
                _logger.warning("expired documents stay for now: %s", type(error).__name__)


def _create(spec: IndexSpec, connection: sqlite3.Connection) -> None:
    if spec.array and _exists(connection, member_table(spec)):
        return
    try:
        for statement in index_statements(spec):
            connection.execute(statement)
    except sqlite3.IntegrityError:
        raise DuplicateKeyError(spec.collection) from None


def _exists(connection: sqlite3.Connection, table: str) -> bool:
    return connection.execute(TABLE_EXISTS, (table,)).fetchone() is not None


def _delete(name: str, condition: Condition, connection: sqlite3.Connection) -> None:
    connection.execute(
        f'DELETE FROM "{name}" WHERE {condition.sql}',  # noqa: S608
        condition.parameters,
    )
