"""Collections move forward to the schema that the code expects, at start, one step at a time.

Each collection has a record with its schema version. A step changes one document after the other
by a conditional update (see ``storage.steps``), so that it may run again, beside running writers,
and go on where a stopped process left it. Of several processes that start together one migrates
under a lease and the others wait. There is no way back: a database that is ahead of the code
refuses the start.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from storage.documents import Document, DocumentStore, DuplicateKeyError, Update
from storage.steps import Step, change_page, next_page

COLLECTION = "schema_versions"
FIRST_VERSION = 1

_LEASE = timedelta(seconds=60)
_POLL_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Migration:
    """One step of one collection.

    Attributes:
        collection: The collection.
        version: The version it leads to; the first is 2.
        step: What happens to each document.
    """

    collection: str
    version: int
    step: Step


class SchemaAheadError(Exception):
    """The database was written by a later version of the code."""

    def __init__(self, collection: str, found: int, expected: int) -> None:
        super().__init__(
            f"collection {collection} has schema version {found}, this program knows {expected}"
        )


async def migrate(
    documents: DocumentStore,
    collections: Sequence[str],
    migrations: Sequence[Migration],
    clock: Callable[[], datetime],
) -> None:
    """Bring every collection to its latest version; return when all are there.

    Args:
        documents: The database.
        collections: All collections of the program.
        migrations: Every step there has ever been.
        clock: Answers the present moment, aware.

    Raises:
        SchemaAheadError: The database is ahead of the code.
        ValueError: The steps of a collection have a gap.
        StorageUnavailableError: The database cannot be read or written.
    """
    for collection in collections:
        steps = _steps(collection, migrations)
        await _Runner(documents, collection, steps, clock).run()


def _steps(collection: str, migrations: Sequence[Migration]) -> tuple[Migration, ...]:
    own = sorted(
        (each for each in migrations if each.collection == collection),
        key=lambda migration: migration.version,
    )
    expected = list(range(FIRST_VERSION + 1, FIRST_VERSION + 1 + len(own)))
    if [migration.version for migration in own] != expected:
        raise ValueError(f"the migrations of {collection} have a gap")
    return tuple(own)


class _Runner:
    """Migrates one collection."""

    def __init__(
        self,
        documents: DocumentStore,
        collection: str,
        steps: tuple[Migration, ...],
        clock: Callable[[], datetime],
    ) -> None:
        self._versions = documents.collection(COLLECTION)
        self._documents = documents.collection(collection)
        self._name = collection
        self._steps = steps
        self._latest = FIRST_VERSION + len(steps)
        self._clock = clock
        self._owner = uuid4().hex

    async def run(self) -> None:
        record = await self._record()
        while record["version"] != self._latest:
            if record["version"] > self._latest:
                raise SchemaAheadError(self._name, record["version"], self._latest)
            held = await self._take_lease()
            if held is None:
                await asyncio.sleep(_POLL_SECONDS)
            else:
                await self._advance(held)
            record = await self._record()

    async def _record(self) -> Document:
        record = await self._versions.find_one({"_id": self._name})
        if record is not None:
            return record
        # Data without a record is of the first version; a new collection has nothing to move.
        used = await self._documents.find_one({}) is not None
        record = {"_id": self._name, "version": FIRST_VERSION if used else self._latest}
        try:
            await self._versions.insert_one(record)
        except DuplicateKeyError:
            return await self._record()
        return record

    async def _take_lease(self) -> Document | None:
        now = self._clock()
        free = [{"lease_until": None}, {"lease_until": {"$lte": now}}, {"owner": self._owner}]
        return await self._versions.find_one_and_update(
            {"_id": self._name, "version": {"$lt": self._latest}, "$or": free},
            {"$set": {"owner": self._owner, "lease_until": now + _LEASE}},
        )

    async def _advance(self, record: Document) -> None:
        """Take the next step from where it was left."""
        migration = self._steps[record["version"] - FIRST_VERSION]
        after = record.get("after", "")
        while True:
            page = await next_page(self._documents, after)
            await change_page(self._documents, migration.step, page)
            if not page:
                break
            after = page[-1]["_id"]
            progress = {"after": after, "lease_until": self._clock() + _LEASE}
            if not await self._keep({"$set": progress}):
                return
        await self._keep(
            {
                "$set": {"version": migration.version},
                "$unset": {"after": "", "owner": "", "lease_until": ""},
            }
        )

    async def _keep(self, update: Update) -> bool:
        """Record progress; false when the lease was lost to another process."""
        condition = {"_id": self._name, "owner": self._owner}
        return await self._versions.find_one_and_update(condition, update) is not None
