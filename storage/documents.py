"""The port for documents that the SQLite and MongoDB adapters answer alike.

A document is a JSON-like object with a string `_id` chosen by the caller. Values are None, bool,
64-bit int, finite float, str without NUL, aware datetime, list and dict of these. Datetimes are
aware: whatever zone goes in, UTC with millisecond precision comes out. Keys are non-empty, do not
start with `$`, hold neither `.` nor NUL and are not all digits (a digit in a path is a position in
a list).

Filters: `{path: scalar}` (equality; None also matches an absent field), `$eq $ne $in $gt $gte $lt
$lte $exists $elemMatch` on a path, `$and $or` on filters. Paths are dotted; a digit addresses a
list position (`items.0.remaining`). Range operators compare values of one kind only. The members
of a list are asked for with `$elemMatch` (`{"tags": {"$elemMatch": {"$eq": "x"}}}` for a list of
scalars, a filter without `$and` and `$or` for a list of objects); a plain path never crosses a
list. Members are found fast where an `IndexSpec` with `array` says so.

Updates: `$set $unset $inc $min $max $push (also $each) $pull $setOnInsert`. An update touches one
document atomically; there is nothing larger.

Everything else raises `UnsupportedQueryError` in both adapters. `tests/storage` is the contract.
"""

# ruff: noqa: A002

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

Document: TypeAlias = dict[str, Any]
Filter: TypeAlias = Mapping[str, Any]
Update: TypeAlias = Mapping[str, Any]

ASCENDING = 1
DESCENDING = -1


class StorageError(Exception):
    """A store refused or failed. The text never holds a value of a document."""


class DuplicateKeyError(StorageError):
    """A document with this `_id`, or with this value of a unique index, exists already."""

    def __init__(self, collection: str) -> None:
        super().__init__(f"duplicate key in collection {collection}")
        self.collection = collection


class UnsupportedQueryError(StorageError):
    """A filter, update, sort or value that not every adapter answers alike."""


class StorageUnavailableError(StorageError):
    """The store cannot be reached or cannot write; nothing is known to have been written."""


@dataclass(frozen=True, slots=True)
class IndexSpec:
    """One index that a collection needs.

    Attributes:
        collection: Name of the collection.
        fields: Pairs of dotted path and direction (1 or -1). For a unique index a document that
            lacks the field is outside the index (leave it out, do not store None); all fields of
            a compound one must be present.
        unique: Two documents may not agree in all fields.
        array: The one path leads through a list (`identifiers.token`) or to a list of scalars
            (`tags`); serves `$elemMatch`. Cannot be unique.
        expires: The one field is a datetime after which the document may be removed. Removal
            comes some time later: readers check the time themselves.
    """

    collection: str
    fields: tuple[tuple[str, int], ...]
    unique: bool = False
    array: bool = False
    expires: bool = False

    def __post_init__(self) -> None:
        if not self.fields:
            raise ValueError("an index needs a field")
        if (self.array or self.expires) and len(self.fields) != 1:
            raise ValueError("an array or expiry index has one field")
        if self.array and (self.unique or self.expires):
            raise ValueError("an array index is neither unique nor an expiry index")

    @property
    def name(self) -> str:
        """The name that both databases give the index."""
        return "_".join(f"{path.replace('.', '_')}_{direction}" for path, direction in self.fields)


class Collection(Protocol):
    """Documents of one kind. Every write is durable when its call returns."""

    async def find_one(self, filter: Filter) -> Document | None:
        """Answer one document that matches, or None."""
        ...

    async def find(
        self,
        filter: Filter,
        *,
        sort: Sequence[tuple[str, int]] = (),
        limit: int | None = None,
    ) -> list[Document]:
        """Answer the documents that match.

        Args:
            filter: What must hold.
            sort: Pairs of path and direction; absent counts as lowest. Without it the order is
                not defined.
            limit: At most so many documents.
        """
        ...

    async def insert_one(self, document: Document) -> None:
        """Add a document.

        Raises:
            DuplicateKeyError: `_id` or a unique value exists already.
        """
        ...

    async def insert_many(self, documents: Sequence[Document], *, ordered: bool = True) -> int:
        """Add documents in bulk and answer how many were added.

        Args:
            documents: What to add.
            ordered: Stop at the first duplicate with `DuplicateKeyError`, keeping those before
                it. Otherwise duplicates are left out and the rest is added.
        """
        ...

    async def find_one_and_update(
        self,
        filter: Filter,
        update: Update,
        *,
        upsert: bool = False,
    ) -> Document | None:
        """Change one document atomically and answer it as it is afterwards.

        Args:
            filter: The condition; of racing callers only one sees it hold.
            update: The change.
            upsert: Make the document from the filter's equalities and the update when none
                matches. The filter must then name `_id`.

        Returns:
            The document after the change, None when the condition did not match.

        Raises:
            DuplicateKeyError: The result collides with another document; also when an upsert
                finds its `_id` taken by a document that does not meet the rest of the filter.
        """
        ...

    async def update_many(self, filter: Filter, update: Update) -> int:
        """Change every document that matches, each atomically; answer how many matched."""
        ...

    async def replace_one(
        self,
        filter: Filter,
        document: Document,
        *,
        upsert: bool = False,
    ) -> bool:
        """Put a document in the place of the one with the same `_id`, if that one matches.

        Returns:
            Whether something was replaced, or inserted under `upsert`.

        Raises:
            DuplicateKeyError: The result collides with another document; also when an upsert
                finds its `_id` taken by a document that does not meet the filter.
        """
        ...

    async def delete_one(self, filter: Filter) -> bool:
        """Remove one document that matches; answer whether there was one."""
        ...

    async def delete_many(self, filter: Filter) -> int:
        """Remove every document that matches; answer how many."""
        ...

    async def count(self, filter: Filter) -> int:
        """Answer how many documents match."""
        ...

    async def group_count(self, filter: Filter, by: str) -> dict[Any, int]:
        """Answer how many matching documents there are per scalar value of the path `by`."""
        ...


class DocumentStore(Protocol):
    """A database of collections."""

    def collection(self, name: str) -> Collection:
        """Answer the collection of that name (lower-case letters, digits and `_`)."""
        ...

    async def ensure_indexes(self, specs: Sequence[IndexSpec]) -> None:
        """Create the indexes that do not exist yet.

        Raises:
            DuplicateKeyError: Existing documents violate a unique index.
        """
        ...

    async def ping(self) -> None:
        """Return when the database answers.

        Raises:
            StorageUnavailableError: It does not.
        """
        ...

    async def close(self) -> None:
        """Finish pending writes and close."""
        ...
