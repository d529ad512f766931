"""Resources of one hospital in one SQLite file.

A resource is one row. Beside it stands a small table of hashed look-up keys (identifiers and the
patients, encounters and orders that it refers to), by which nearly every search is narrowed to a
few rows; the rest of a search is asked of the resources themselves.
"""

import hashlib
import re
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from sandbox.databases import DatabaseForm, open_database
from sandbox.hospitals.elements import reference_key, walk

_INDEX = "CREATE UNIQUE INDEX IF NOT EXISTS resource_key ON resource (type, id)"
_FORM = DatabaseForm(
    "a hospital's database",
    1,
    f"""
CREATE TABLE IF NOT EXISTS resource (
  seq INTEGER PRIMARY KEY,
  type TEXT NOT NULL,
  id TEXT NOT NULL,
  version INTEGER NOT NULL,
  body BLOB
);
CREATE TABLE IF NOT EXISTS lookup (
  key INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  PRIMARY KEY (key, seq)
) WITHOUT ROWID;
{_INDEX};
""",
)
# Targets that thousands of resources share would make long look-up lists of no use.
HUBS = frozenset({"Practitioner", "Organization", "Location", "PractitionerRole", "Device"})
_BATCH = 10_000
_REFERENCE = re.compile(rb'"reference":"([^"]+)"')


@dataclass(frozen=True, slots=True)
class Stored:
    """One resource as it stands; `body` is None after a deletion."""

    type: str
    id: str
    version: int
    body: bytes | None


def lookup_key(type_name: str, what: str) -> int:
    """Return the hashed look-up key of a type and an identifier value or `Type/id`."""
    digest = hashlib.blake2b(f"{type_name}\0{what}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def keys_of(resource: dict[str, Any], body: bytes) -> set[int]:
    """Return the look-up keys of a resource: identifiers and narrow references.

    References are read off the encoded body, where a quotation mark inside a text is escaped and
    cannot be taken for one; that is ten times faster than walking the resource.
    """
    type_name = str(resource["resourceType"])
    found: set[str] = set()
    for name in ("identifier", "masterIdentifier"):
        if name in resource:
            for identifier in walk(resource[name], ()):
                if isinstance(identifier, dict) and "value" in identifier:
                    found.add(str(identifier["value"]))
    for match in _REFERENCE.findall(body):
        target = reference_key(match.decode())
        if target.partition("/")[0] not in HUBS:
            found.add(target)
    return {lookup_key(type_name, what) for what in found}


class ResourceStore:
    """The database of one hospital. Blocking; its caller keeps it to one thread at a time."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    @classmethod
    def open(cls, path: Path) -> "ResourceStore":
        """Open or create the database.

        Raises:
            BrokenDatabaseError: The file cannot be opened or is not such a database.
        """
        connection = open_database(path, _FORM)
        connection.execute("PRAGMA cache_size = -65536")
        return cls(connection)

    def close(self) -> None:
        """Close the database."""
        self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All writes inside are kept together or not at all."""
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")

    def read(self, type_name: str, identifier: str) -> Stored | None:
        """Return a resource by id; None when there never was one."""
        row = self._connection.execute(
            "SELECT type, id, version, body FROM resource WHERE type = ? AND id = ?",
            (type_name, identifier),
        ).fetchone()
        return None if row is None else Stored(*row)

    def write(self, resource: dict[str, Any], version: int) -> None:
        """Create or replace a resource, whose meta already bears the version."""
        type_name, identifier = resource["resourceType"], resource["id"]
        self.erase(type_name, identifier)
        body = orjson.dumps(resource)
        cursor = self._connection.execute(
            "INSERT INTO resource (type, id, version, body) VALUES (?, ?, ?, ?)",
            (type_name, identifier, version, body),
        )
        seq = cursor.lastrowid
        self._connection.executemany(
            "INSERT INTO lookup (key, seq) VALUES (?, ?)",
            [(key, seq) for key in keys_of(resource, body)],
        )

    def bury(self, type_name: str, identifier: str, version: int) -> None:
        """Mark a resource as deleted."""
        self.erase(type_name, identifier)
        self._connection.execute(
            "INSERT INTO resource (type, id, version, body) VALUES (?, ?, ?, NULL)",
            (type_name, identifier, version),
        )

    def erase(self, type_name: str, identifier: str) -> None:
        """Remove the row of a resource and its look-up keys."""
        row = self._connection.execute(
            "SELECT seq, body FROM resource WHERE type = ? AND id = ?", (type_name, identifier)
        ).fetchone()
        if row is None:
            return
        seq, body = row
        if body is not None:
            self._connection.executemany(
                "DELETE FROM lookup WHERE key = ? AND seq = ?",
                [(key, seq) for key in keys_of(orjson.loads(body), body)],
            )
        self._connection.execute("DELETE FROM resource WHERE seq = ?", (seq,))

    def candidates(
        self, type_name: str, keys: Sequence[Sequence[int]], ids: Sequence[str] | None
    ) -> Iterator[bytes]:
        """Yield the bodies that may match: of these ids, having one key out of every group."""
        if ids is not None:
            for identifier in dict.fromkeys(ids):
                stored = self.read(type_name, identifier)
                if stored is not None and stored.body is not None:
                    yield stored.body
            return
        if not keys:
            yield from (
                row[0]
                for row in self._connection.execute(
                    "SELECT body FROM resource WHERE type = ? AND body IS NOT NULL", (type_name,)
                )
            )
            return
        for seq in sorted(self._with_keys(keys)):
            row = self._connection.execute(
                "SELECT body FROM resource WHERE seq = ? AND type = ?", (seq, type_name)
            ).fetchone()
            if row is not None and row[0] is not None:
                yield row[0]

    def _with_keys(self, keys: Sequence[Sequence[int]]) -> set[int]:
        found: set[int] | None = None
        for group in keys:
            rows: set[int] = set()
            for key in group:
                rows.update(
                    row[0]
                    for row in self._connection.execute(
                        "SELECT seq FROM lookup WHERE key = ?", (key,)
                    )
                )
            found = rows if found is None else found & rows
        return found or set()

    def page_of_type(
        self, type_name: str, after: str | None, limit: int
    ) -> tuple[list[bytes], int]:
        """Return one page of all resources of a type in order of id, and how many there are."""
        total = self._connection.execute(
            "SELECT count(*) FROM resource WHERE type = ? AND body IS NOT NULL", (type_name,)
        ).fetchone()[0]
        rows = self._connection.execute(
            "SELECT body FROM resource WHERE type = ? AND id > ? AND body IS NOT NULL"
            " ORDER BY id LIMIT ?",
            (type_name, after or "", limit),
        ).fetchall()
        return [row[0] for row in rows], total

    @contextmanager
    def filling(self) -> Iterator[Callable[[dict[str, Any]], None]]:
        """Yield a function that adds one new resource after the other, very many of them.

        Indexes are built at the end from sorted keys, which is several times faster than keeping
        them up row by row. The caller throws a database away whose filling did not end.
        """
        connection = self._connection
        connection.execute("DROP INDEX IF EXISTS resource_key")
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("CREATE TEMP TABLE unsorted (key INTEGER, seq INTEGER)")
        last = int(connection.execute("SELECT coalesce(max(seq), 0) FROM resource").fetchone()[0])
        filling = _Filling(connection, last)
        connection.execute("BEGIN")
        yield filling.add
        filling.flush()
        connection.execute("INSERT INTO lookup SELECT key, seq FROM unsorted ORDER BY key, seq")
        connection.execute("DROP TABLE unsorted")
        connection.execute(_INDEX)
        connection.execute("COMMIT")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


class _Filling:
    """Rows and look-up keys on their way into a database."""

    def __init__(self, connection: sqlite3.Connection, last_seq: int) -> None:
        self._connection = connection
        self._seq = last_seq
        self._rows: list[tuple[int, str, str, bytes]] = []
        self._keys: list[tuple[int, int]] = []

    def add(self, resource: dict[str, Any]) -> None:
        self._seq += 1
        body = orjson.dumps(resource)
        self._rows.append((self._seq, resource["resourceType"], resource["id"], body))
        self._keys.extend((key, self._seq) for key in keys_of(resource, body))
        if len(self._rows) >= _BATCH:
            self.flush()

    def flush(self) -> None:
        self._connection.executemany(
            "INSERT INTO resource (seq, type, id, version, body) VALUES (?, ?, ?, 1, ?)",
            self._rows,
        )
        self._connection.executemany("INSERT INTO unsorted (key, seq) VALUES (?, ?)", self._keys)
        self._rows.clear()
        self._keys.clear()
