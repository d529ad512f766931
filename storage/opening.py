"""From a database URL to an open document store."""

from pathlib import Path

from storage.documents import DocumentStore, StorageUnavailableError


async def open_documents(url: str) -> DocumentStore:
    """Open the database that a `DATABASE_URL` names.

    Args:
        url: `mongodb://…`, `mongodb+srv://…`, or `sqlite:///` and a path: `sqlite:///data/a.db`
            is relative, `sqlite:////var/a.db` absolute.

    Raises:
        StorageUnavailableError: The URL is of no known kind, or the database does not open.
    """
    scheme, separator, rest = url.partition("://")
    if separator and scheme in {"mongodb", "mongodb+srv"}:
        # Only who uses MongoDB loads its driver.
        from storage.mongodb import MongoDocumentStore  # noqa: PLC0415

        return await MongoDocumentStore.open(url)
    if separator and scheme == "sqlite" and rest.startswith("/") and len(rest) > 1:
        from storage.sqlite import SqliteDocumentStore  # noqa: PLC0415

        return await SqliteDocumentStore.open(Path(rest[1:]))
    raise StorageUnavailableError("a database URL begins with mongodb:// or sqlite:///")
