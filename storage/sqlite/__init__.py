"""The embedded document store: SQLite, read through aiosqlite, written by a thread of its own."""

from storage.sqlite.store import SqliteDocumentStore

__all__ = ["SqliteDocumentStore"]
