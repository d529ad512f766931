"""Migrations on every document store."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from storage.documents import Document, DocumentStore, Filter, Update
from storage.migrations import Migration, SchemaAheadError, migrate


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 6, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


def split_name(document: Document) -> tuple[Filter, Update] | None:
    if "name" not in document:
        return None
    family, _, given = document["name"].partition(" ")
    change = {"$set": {"family": family, "given": given}, "$unset": {"name": ""}}
    return {"name": document["name"]}, change


def count_up(document: Document) -> tuple[Filter, Update] | None:
    return None if "n" in document else ({"n": None}, {"$set": {"n": 1}})


SPLIT = Migration("people", 2, split_name)
COUNT = Migration("people", 3, count_up)


@pytest.fixture
def clock() -> Clock:
    return Clock()


async def fill(documents: DocumentStore, number: int = 3) -> None:
    rows = [{"_id": f"{row:04}", "name": f"F{row} G{row}"} for row in range(number)]
    await documents.collection("people").insert_many(rows)


async def version(documents: DocumentStore) -> Any:
    record = await documents.collection("schema_versions").find_one({"_id": "people"})
    return record and record["version"]


async def test_steps_run_in_order_to_the_latest_version(
    documents: DocumentStore, clock: Clock
) -> None:
    await fill(documents, 1201)

    await migrate(documents, ["people"], [COUNT, SPLIT], clock)

    people = documents.collection("people")
    assert 1201 == await people.count({"family": {"$exists": True}, "name": None, "n": 1})
    assert {"_id": "0007", "family": "F7", "given": "G7", "n": 1} == await people.find_one(
        {"_id": "0007"}
    )
    assert 3 == await version(documents)


async def test_a_second_start_changes_nothing(documents: DocumentStore, clock: Clock) -> None:
    await fill(documents)
    await migrate(documents, ["people"], [SPLIT], clock)
    before = await documents.collection("people").find({}, sort=[("_id", 1)])

    await migrate(documents, ["people"], [SPLIT], clock)

    assert before == await documents.collection("people").find({}, sort=[("_id", 1)])


async def test_a_new_collection_begins_at_the_latest_version(
    documents: DocumentStore, clock: Clock
) -> None:
    await migrate(documents, ["people"], [SPLIT, COUNT], clock)
    await documents.collection("people").insert_one({"_id": "a", "name": "later"})

    await migrate(documents, ["people"], [SPLIT, COUNT], clock)

    assert {"_id": "a", "name": "later"} == await documents.collection("people").find_one({})


async def test_a_stopped_step_goes_on_where_it_was_left_after_the_lease(
    documents: DocumentStore, clock: Clock
) -> None:
    await fill(documents, 1200)
    visited: list[str] = []

    def stopping(document: Document) -> tuple[Filter, Update] | None:
        visited.append(document["_id"])
        if len(visited) == 700:
            raise LookupError
        return split_name(document)

    with pytest.raises(LookupError):
        await migrate(documents, ["people"], [Migration("people", 2, stopping)], clock)
    assert 1 == await version(documents)
    clock.now += timedelta(seconds=61)

    await migrate(documents, ["people"], [Migration("people", 2, stopping)], clock)

    assert "0500" == visited[700]
    assert 1200 == await documents.collection("people").count({"family": {"$exists": True}})
    assert 2 == await version(documents)


async def test_a_writer_that_was_faster_is_not_overwritten(
    documents: DocumentStore, clock: Clock
) -> None:
    await fill(documents, 1)
    people = documents.collection("people")

    class Faster:
        """A store in which somebody changes the document before the first update of it."""

        def __init__(self) -> None:
            self.done = False

        async def find_one_and_update(self, condition: Filter, update: Update) -> Any:
            if not self.done:
                self.done = True
                await people.find_one_and_update({"_id": "0000"}, {"$set": {"name": "New One"}})
            return await people.find_one_and_update(condition, update)

        def __getattr__(self, name: str) -> Any:
            return getattr(people, name)

    faster = Faster()

    class Store:
        def collection(self, name: str) -> Any:
            return faster if name == "people" else documents.collection(name)

    await migrate(Store(), ["people"], [SPLIT], clock)  # type: ignore[arg-type]

    assert {"_id": "0000", "family": "New", "given": "One"} == await people.find_one({})


async def test_of_processes_that_start_together_each_returns_when_all_is_migrated(
    documents: DocumentStore, clock: Clock
) -> None:
    await fill(documents, 600)
    people = documents.collection("people")

    async def start() -> int:
        await migrate(documents, ["people"], [SPLIT, COUNT], clock)
        return await people.count({"n": 1, "family": {"$exists": True}})

    assert [600] * 3 == list(await asyncio.gather(start(), start(), start()))


async def test_a_database_ahead_of_the_code_is_refused(
    documents: DocumentStore, clock: Clock
) -> None:
    await fill(documents)
    await migrate(documents, ["people"], [SPLIT, COUNT], clock)

    with pytest.raises(SchemaAheadError, match="has schema version 3, this program knows 2"):
        await migrate(documents, ["people"], [SPLIT], clock)


async def test_steps_with_a_gap_are_refused(documents: DocumentStore, clock: Clock) -> None:
    with pytest.raises(ValueError, match="gap"):
        await migrate(documents, ["people"], [COUNT], clock)
