"""Documents in MongoDB through Motor.

The only module that imports Motor or PyMongo, so that a change to PyMongo's own asynchronous
client is a change here alone. Filters and updates are read by the port's parsers first: what
SQLite would refuse is refused here too.
"""

# ruff: noqa: A002

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC
from typing import Any

from motor.motor_asyncio import AsyncIOMotorClient, AsyncIOMotorCollection
from pymongo import ReadPreference, ReturnDocument, WriteConcern
from pymongo.errors import BulkWriteError, OperationFailure, PyMongoError
from pymongo.errors import DuplicateKeyError as MongoDuplicateKeyError

from storage.documents import (
    Document,
    DuplicateKeyError,
    Filter,
    IndexSpec,
    StorageUnavailableError,
    UnsupportedQueryError,
    Update,
)
from storage.filters import parse_filter
from storage.updates import parse_update, require_id
from storage.values import check_collection_name, check_document, check_replacement, parse_path

_DUPLICATE = 11000
# BadValue, TypeMismatch, PathNotViable, ConflictingUpdateOperators, ImmutableField, and the codes
# with which $push and $inc refuse a value of another kind.
_MISFITS = frozenset({2, 14, 28, 40, 66, 10141, 10142, 16837})
_DURABLE = WriteConcern(w="majority", j=True)
_DEFAULTS = {
    "retryReads": True,
    "retryWrites": True,
    "serverSelectionTimeoutMS": 5000,
    "connectTimeoutMS": 3000,
    "socketTimeoutMS": 30000,
}
_DEFAULT_DATABASE = "health_book"
_CHUNK = 1000


class MongoCollection:
    """The adapter of `storage.documents.Collection` for MongoDB."""

    def __init__(self, name: str, collection: AsyncIOMotorCollection[Document]) -> None:
        self._name = name
        self._collection = collection

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
        parse_filter(filter)
        for path, _ in sort:
            parse_path(path)
        if limit == 0:
            return []
        with self._translated():
            cursor = self._collection.find(filter, sort=list(sort) or None, limit=limit or 0)
            return await cursor.to_list(None)

    async def count(self, filter: Filter) -> int:
        """Answer how many documents match."""
        parse_filter(filter)
        with self._translated():
            return int(await self._collection.count_documents(filter))

    async def group_count(self, filter: Filter, by: str) -> dict[Any, int]:
        """Answer how many matching documents there are per scalar value of the path."""
        parse_filter(filter)
        parse_path(by)
        stages: list[Mapping[str, Any]] = [
            {"$match": filter},
            {"$group": {"_id": f"${by}", "number": {"$sum": 1}}},
        ]
        counts: dict[Any, int] = {}
        with self._translated():
            async for group in self._collection.aggregate(stages):
                counts[group["_id"]] = counts.get(group["_id"], 0) + int(group["number"])
        return counts

    async def insert_one(self, document: Document) -> None:
        """Add a document, or raise `DuplicateKeyError`."""
        check_document(document)
        with self._translated():
            await self._collection.insert_one(document)

    async def insert_many(self, documents: Sequence[Document], *, ordered: bool = True) -> int:
        """Add documents in bulk, as the port says."""
        for document in documents:
            check_document(document)
        inserted = 0
        for start in range(0, len(documents), _CHUNK):
            inserted += await self._insert_chunk(documents[start : start + _CHUNK], ordered)
        return inserted

    async def find_one_and_update(
        self, filter: Filter, update: Update, *, upsert: bool = False
    ) -> Document | None:
        """Change one document atomically, as the port says."""
        predicate = parse_filter(filter)
        parse_update(update)
        if upsert:
            require_id(predicate)
        with self._translated():
            changed: Document | None = await self._collection.find_one_and_update(
                filter, update, upsert=upsert, return_document=ReturnDocument.AFTER
            )
        return changed

    async def update_many(self, filter: Filter, update: Update) -> int:
        """Change every document that matches; answer how many."""
        parse_filter(filter)
        parse_update(update)
        with self._translated():
            result = await self._collection.update_many(filter, update)
        return int(result.matched_count)

    async def replace_one(
        self, filter: Filter, document: Document, *, upsert: bool = False
    ) -> bool:
        """Replace the document with this `_id` if it matches, as the port says."""
        parse_filter(filter)
        check_replacement(filter, document)
        same = {**filter, "_id": document["_id"]}
        with self._translated():
            result = await self._collection.replace_one(same, document, upsert=upsert)
        return bool(result.matched_count or result.upserted_id is not None)

    async def delete_one(self, filter: Filter) -> bool:
        """Remove one document that matches; answer whether there was one."""
        parse_filter(filter)
        with self._translated():
            return bool((await self._collection.delete_one(filter)).deleted_count)

    async def delete_many(self, filter: Filter) -> int:
        """Remove every document that matches; answer how many."""
        parse_filter(filter)
        with self._translated():
            return int((await self._collection.delete_many(filter)).deleted_count)

    async def create_index(self, spec: IndexSpec) -> None:
        """Create the index where it is missing."""
        # Sparse, so that documents without the field do not collide, as in SQLite.
        options: dict[str, Any] = {"unique": True, "sparse": True} if spec.unique else {}
        if spec.expires:
            options["expireAfterSeconds"] = 0
        with self._translated():
            await self._collection.create_index(list(spec.fields), name=spec.name, **options)

    async def _insert_chunk(self, documents: Sequence[Document], ordered: bool) -> int:
        try:
            with self._translated():
                result = await self._collection.insert_many(documents, ordered=ordered)
        except _PartlyInsertedError as partly:
            if ordered:
                raise DuplicateKeyError(self._name) from None
            return len(documents) - partly.duplicates
        return len(result.inserted_ids)

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """Turn the driver's errors, whose texts hold values, into the port's."""
        try:
            yield
        except MongoDuplicateKeyError:
            raise DuplicateKeyError(self._name) from None
        except BulkWriteError as error:
            details: Mapping[str, Any] = error.details
            if details.get("writeConcernErrors") or any(
                each.get("code") != _DUPLICATE for each in details.get("writeErrors", ())
            ):
                raise StorageUnavailableError("a bulk write failed") from None
            raise _PartlyInsertedError(len(details["writeErrors"])) from None
        except OperationFailure as error:
            if error.code in _MISFITS:
                raise UnsupportedQueryError("the update does not fit the document") from None
            raise StorageUnavailableError(f"MongoDB refused: code {error.code}") from None
        except PyMongoError as error:
            raise StorageUnavailableError(f"MongoDB failed: {type(error).__name__}") from None


class _PartlyInsertedError(Exception):
    """Some documents of a bulk were duplicates."""

    def __init__(self, duplicates: int) -> None:
        super().__init__()
        self.duplicates = duplicates


class MongoDocumentStore:
    """The adapter of `storage.documents.DocumentStore` for MongoDB."""

    def __init__(self, client: AsyncIOMotorClient[Document]) -> None:
        self._client = client
        self._database = client.get_default_database(
            _DEFAULT_DATABASE, write_concern=_DURABLE, read_preference=ReadPreference.PRIMARY
        )
        self._collections: dict[str, MongoCollection] = {}

    @classmethod
    async def open(cls, url: str) -> "MongoDocumentStore":
        """Connect to a server, replica set or sharded cluster.

        Args:
            url: `mongodb://` or `mongodb+srv://`; the path names the database
                (`health_book` without one).

        Raises:
            StorageUnavailableError: It does not answer within five seconds, or the URL is wrong.
        """
        try:
            client: AsyncIOMotorClient[Document] = AsyncIOMotorClient(
                url, tz_aware=True, tzinfo=UTC, **_defaults(url)
            )
            store = cls(client)
        except (PyMongoError, ValueError) as error:
            message = f"the MongoDB URL cannot be used: {type(error).__name__}"
            raise StorageUnavailableError(message) from None
        try:
            await store.ping()
        except StorageUnavailableError:
            client.close()
            raise
        return store

    def collection(self, name: str) -> MongoCollection:
        """Answer the collection of that name."""
        if name not in self._collections:
            check_collection_name(name)
            self._collections[name] = MongoCollection(name, self._database[name])
        return self._collections[name]

    async def ensure_indexes(self, specs: Sequence[IndexSpec]) -> None:
        """Create the indexes that do not exist yet."""
        for spec in specs:
            await self.collection(spec.collection).create_index(spec)

    async def ping(self) -> None:
        """Return when the server answers."""
        try:
            await self._database.command("ping")
        except PyMongoError as error:
            message = f"MongoDB does not answer: {type(error).__name__}"
            raise StorageUnavailableError(message) from None

    async def close(self) -> None:
        """Close every connection."""
        self._client.close()


def _defaults(url: str) -> dict[str, Any]:
    """Answer our options, save those that the URL sets."""
    options = url.partition("?")[2].lower().split("&")
    named = {option.partition("=")[0] for option in options}
    return {name: value for name, value in _DEFAULTS.items() if name.lower() not in named}
