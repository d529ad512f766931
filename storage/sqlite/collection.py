"""One table of documents in SQLite; its table name is of a checked alphabet."""

# ruff: noqa: A002, S608

import sqlite3
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, TypeVar

from storage.documents import (
    Document,
    DuplicateKeyError,
    Filter,
    Update,
)
from storage.filters import Equals, Path, Predicate, parse_filter
from storage.sqlite.codec import decode, decode_scalar, encode
from storage.sqlite.connections import Connections
from storage.sqlite.sql import (
    TABLE_EXISTS,
    Condition,
    compile_filter,
    order_by,
    type_at,
    value_at,
)
from storage.sqlite.writer import Work
from storage.updates import Changes, inserted_document, parse_update, require_id
from storage.values import check_document, check_replacement, parse_path

T = TypeVar("T")

_CHUNK = 2000


class SqliteCollection:
    """The adapter of `storage.documents.Collection` for SQLite."""

    def __init__(
        self, name: str, connections: Connections, member_tables: Mapping[Path, str]
    ) -> None:
        self._name = name
        self._table = f'"{name}"'
        self._connections = connections
        self._member_tables = member_tables
        self._created = False

    async def find_one(self, filter: Filter) -> Document | None:
        """Answer one document that matches, or None."""
        found = await self.find(filter, limit=1)
        return found[0] if found else None

    async def find(
        self,
        filter: Filter,
        *,
        sort: Sequence[tuple[str, int]] = (),
        limit: int | None = None,
    ) -> list[Document]:
        """Answer the documents that match, as the port says."""
        where = self._where(parse_filter(filter))
        sql = f"SELECT id, doc FROM {self._table} WHERE {where.sql}{order_by(sort)}"
        if limit is not None:
            sql += " LIMIT ?"
        bound = (*where.parameters, limit) if limit is not None else where.parameters
        return [decode(*row) for row in await self._read(sql, bound)]

    async def count(self, filter: Filter) -> int:
        """Answer how many documents match."""
        where = self._where(parse_filter(filter))
        sql = f"SELECT count(*) FROM {self._table} WHERE {where.sql}"
        return int((await self._read(sql, where.parameters))[0][0])

    async def group_count(self, filter: Filter, by: str) -> dict[Any, int]:
        """Answer how many matching documents there are per scalar value of the path."""
        where = self._where(parse_filter(filter))
        path = parse_path(by)
        sql = (
            f"SELECT {value_at(path)}, {type_at(path)}, count(*) "
            f"FROM {self._table} WHERE {where.sql} GROUP BY 1, 2"
        )
        counts: dict[Any, int] = {}
        for value, json_type, number in await self._read(sql, where.parameters):
            key = decode_scalar(value, json_type)
            counts[key] = counts.get(key, 0) + number
        return counts

    async def insert_one(self, document: Document) -> None:
        """Add a document, or raise `DuplicateKeyError`."""
        check_document(document)
        row = (document["_id"], encode(document))
        await self._write(lambda connection: self._insert(connection, row))

    async def insert_many(self, documents: Sequence[Document], *, ordered: bool = True) -> int:
        """Add documents in bulk, as the port says."""
        for document in documents:
            check_document(document)
        inserted = 0
        for start in range(0, len(documents), _CHUNK):
            rows = [(each["_id"], encode(each)) for each in documents[start : start + _CHUNK]]
            added, complete = await self._write(partial(self._insert_rows, rows, ordered))
            inserted += added
            if not complete:
                raise DuplicateKeyError(self._name)
        return inserted

    async def find_one_and_update(
        self,
        filter: Filter,
        update: Update,
        *,
        upsert: bool = False,
    ) -> Document | None:
        """Change one document atomically, as the port says."""
        predicate, changes = parse_filter(filter), parse_update(update)
        where = self._where(predicate)
        if upsert:
            require_id(predicate)

        def work(connection: sqlite3.Connection) -> Document | None:
            rows = self._update(connection, where, changes, one=True)
            if rows or not upsert:
                return decode(*rows[0]) if rows else None
            document = inserted_document(predicate, changes)
            self._insert(connection, (document["_id"], encode(document)))
            return document

        return await self._write(work)

    async def update_many(self, filter: Filter, update: Update) -> int:
        """Change every document that matches; answer how many."""
        predicate, changes = parse_filter(filter), parse_update(update)
        where = self._where(predicate)

        def work(connection: sqlite3.Connection) -> int:
            return len(self._update(connection, where, changes, one=False))

        return await self._write(work)

    async def replace_one(
        self,
        filter: Filter,
        document: Document,
        *,
        upsert: bool = False,
    ) -> bool:
        """Replace the document with this `_id` if it matches, as the port says."""
        check_replacement(filter, document)
        where = self._where(parse_filter(filter), Equals(("_id",), document["_id"]))
        sql = f"UPDATE {self._table} SET doc = ? WHERE {where.sql} RETURNING id"
        row = (document["_id"], encode(document))

        def work(connection: sqlite3.Connection) -> bool:
            if self._execute(connection, sql, (row[1], *where.parameters)):
                return True
            if upsert:
                self._insert(connection, row)
            return upsert

        return await self._write(work)

    async def delete_one(self, filter: Filter) -> bool:
        """Remove one document that matches; answer whether there was one."""
        return await self._delete(filter, " LIMIT 1") > 0

    async def delete_many(self, filter: Filter) -> int:
        """Remove every document that matches; answer how many."""
        return await self._delete(filter, "")

    async def create(self) -> None:
        """Make sure that the table exists; where it does, nobody who writes is waited for."""
        if self._created:
            return
        if not await self._connections.read(TABLE_EXISTS, (self._name,)):
            columns = "(id TEXT PRIMARY KEY NOT NULL, doc TEXT NOT NULL)"
            sql = f"CREATE TABLE IF NOT EXISTS {self._table} {columns}"
            await self._connections.write(lambda connection: self._execute(connection, sql))
        self._created = True

    async def _delete(self, filter: Filter, limit: str) -> int:
        where = self._where(parse_filter(filter))
        sql = (
            f"DELETE FROM {self._table} WHERE id IN "
            f"(SELECT id FROM {self._table} WHERE {where.sql}{limit}) RETURNING id"
        )
        return len(await self._write(lambda each: self._execute(each, sql, where.parameters)))

    def _where(self, *predicates: Predicate) -> Condition:
        compiled = [compile_filter(each, self._member_tables) for each in predicates]
        parameters = tuple(value for each in compiled for value in each.parameters)
        return Condition(" AND ".join(each.sql for each in compiled), parameters)

    async def _read(self, sql: str, parameters: tuple[Any, ...]) -> list[Any]:
        await self.create()
        return await self._connections.read(sql, parameters)

    async def _write(self, work: Work[T]) -> T:
        await self.create()
        return await self._connections.write(work)

    def _update(
        self,
        connection: sqlite3.Connection,
        where: Condition,
        changes: Changes,
        *,
        one: bool,
    ) -> list[Any]:
        condition = where.sql
        if one:
            condition = f"id = (SELECT id FROM {self._table} WHERE {where.sql} LIMIT 1)"
        sql = (
            f"UPDATE {self._table} SET doc = apply_changes(doc) "
            f"WHERE {condition} RETURNING id, doc"
        )
        with self._connections.application.of(changes) as applied:
            try:
                return self._execute(connection, sql, where.parameters)
            except sqlite3.OperationalError:
                if applied.refusal is not None:
                    raise applied.refusal from None
                raise

    def _insert(self, connection: sqlite3.Connection, row: tuple[str, str]) -> None:
        self._execute(connection, f"INSERT INTO {self._table} VALUES (?, ?)", row)

    def _insert_rows(
        self,
        rows: list[tuple[str, str]],
        ordered: bool,
        connection: sqlite3.Connection,
    ) -> tuple[int, bool]:
        """Add rows; answer how many, and whether none was a duplicate that stops the rest."""
        word = "" if ordered else "OR IGNORE "
        sql = f"INSERT {word}INTO {self._table} VALUES (?, ?)"
        connection.execute("SAVEPOINT bulk")
        try:
            added = connection.executemany(sql, rows).rowcount
        except sqlite3.IntegrityError:
            connection.execute("ROLLBACK TO bulk")
            added = self._insert_until_duplicate(connection, rows)
            return added, False
        finally:
            connection.execute("RELEASE bulk")
        return added, True

    def _insert_until_duplicate(
        self, connection: sqlite3.Connection, rows: list[tuple[str, str]]
    ) -> int:
        for number, row in enumerate(rows):
            try:
                self._insert(connection, row)
            except DuplicateKeyError:
                return number
        return len(rows)

    def _execute(
        self, connection: sqlite3.Connection, sql: str, parameters: tuple[Any, ...] = ()
    ) -> list[Any]:
        try:
            return list(connection.execute(sql, parameters))
        except sqlite3.IntegrityError:
            raise DuplicateKeyError(self._name) from None
