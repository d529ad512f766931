"""SQLite files of the outside world: a hospital's, the portal's, the identity provider's."""

import sqlite3
from dataclasses import dataclass
from pathlib import Path


class BrokenDatabaseError(Exception):
    """A file cannot be used: it is something else, of another version, or damaged."""


@dataclass(frozen=True, slots=True)
class DatabaseForm:
    """What a file has to be like.

    Attributes:
        owner: Whose it is, for messages: ``a hospital's database``.
        version: Of the tables; kept in the file.
        tables: Statements that make the tables and indexes where they are missing.
    """

    owner: str
    version: int
    tables: str


def open_database(path: Path, form: DatabaseForm) -> sqlite3.Connection:
    """Open or create a file; the connection commits each statement unless a transaction is begun.

    Its caller keeps it to one thread at a time.

    Raises:
        BrokenDatabaseError: The file cannot be opened or does not have the form.
    """
    try:
        connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
    except sqlite3.Error as problem:
        raise _broken(path, form, problem) from problem
    try:
        _shape(connection, path, form)
    except sqlite3.Error as problem:
        connection.close()
        raise _broken(path, form, problem) from problem
    except BrokenDatabaseError:
        connection.close()
        raise
    return connection


def _shape(connection: sqlite3.Connection, path: Path, form: DatabaseForm) -> None:
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    found = connection.execute("PRAGMA user_version").fetchone()[0]
    if found not in {0, form.version}:
        message = f"{path} has schema {found}, expected {form.version}"
        raise BrokenDatabaseError(message)
    connection.executescript(form.tables)
    connection.execute(f"PRAGMA user_version = {form.version}")


def _broken(path: Path, form: DatabaseForm, problem: sqlite3.Error) -> BrokenDatabaseError:
    return BrokenDatabaseError(f"{path} cannot be used as {form.owner}: {problem}")
