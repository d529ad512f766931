"""Who can log in: a small SQLite file of identities."""

import sqlite3
from collections.abc import Iterable
from pathlib import Path

from sandbox.databases import DatabaseForm, open_database
from sandbox.identity_provider.tokens import Identity

_FORM = DatabaseForm(
    "the directory of identities",
    1,
    """
CREATE TABLE IF NOT EXISTS identity (
  id TEXT NOT NULL,
  role TEXT NOT NULL,
  name TEXT NOT NULL,
  organization TEXT,
  PRIMARY KEY (id, role)
) WITHOUT ROWID;
""",
)


class IdentityDirectory:
    """Identities by id and role. Blocking, but every look-up is by primary key."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    @classmethod
    def open(cls, path: Path) -> "IdentityDirectory":
        """Open or create the file.

        Raises:
            BrokenDatabaseError: It cannot be opened or is something else.
        """
        return cls(open_database(path, _FORM))

    def add(self, identities: Iterable[Identity]) -> None:
        """Add identities; one that is there already is replaced."""
        self._connection.execute("BEGIN")
        with self._connection:
            self._connection.executemany(
                "INSERT OR REPLACE INTO identity VALUES (?, ?, ?, ?)",
                ((one.id, one.role, one.name, one.organization) for one in identities),
            )

    def find(self, role: str, identifier: str) -> Identity | None:
        """Return the identity with this role and id."""
        row = self._connection.execute(
            "SELECT id, role, name, organization FROM identity WHERE id = ? AND role = ?",
            (identifier, role),
        ).fetchone()
        return None if row is None else Identity(*row)

    def some(self, role: str, limit: int) -> list[Identity]:
        """Return the first identities of a role, for those who want to choose one."""
        rows = self._connection.execute(
            "SELECT id, role, name, organization FROM identity WHERE role = ? LIMIT ?",
            (role, limit),
        ).fetchall()
        return [Identity(*row) for row in rows]

    def close(self) -> None:
        """Close the file."""
        self._connection.close()
