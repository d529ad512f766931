"""The embedded document store: SQLite through aiosqlite."""

from storage.sqlite.store import SqliteDocumentStore

__all__ = ["SqliteDocumentStore"]
