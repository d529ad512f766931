"""What every document store answers alike: inserting, updating, replacing, removing, racing."""

import asyncio
import copy
import os
import random
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

import pytest

from storage.documents import (
    Collection,
    DocumentStore,
    DuplicateKeyError,
    IndexSpec,
    StorageUnavailableError,
    UnsupportedQueryError,
)
from storage.opening import open_documents
from storage.updates import apply_changes, parse_update

MORNING = datetime(2026, 3, 1, 7, 30, tzinfo=UTC)


@pytest.mark.skipif("MONGODB_TEST_URI" not in os.environ, reason="MONGODB_TEST_URI is not set")
async def test_a_mongodb_of_the_environment_takes_part(documents: DocumentStore) -> None:
    await documents.ping()


async def test_a_second_document_with_the_same_id_is_refused(collection: Collection) -> None:
    await collection.insert_one({"_id": "secret-id", "n": 1})

    with pytest.raises(DuplicateKeyError) as refusal:
        await collection.insert_one({"_id": "secret-id", "n": 2})

    assert "secret-id" not in str(refusal.value)
    assert "things" == refusal.value.collection
    assert {"_id": "secret-id", "n": 1} == await collection.find_one({"_id": "secret-id"})


async def test_a_unique_index_refuses_the_same_value_and_ignores_absence(
    documents: DocumentStore, collection: Collection
) -> None:
    spec = IndexSpec("things", (("code", 1),), unique=True)
    await documents.ensure_indexes([spec, spec])
    await collection.insert_many([{"_id": "a", "code": "x"}, {"_id": "b"}, {"_id": "c"}])

    with pytest.raises(DuplicateKeyError):
        await collection.insert_one({"_id": "d", "code": "x"})
    with pytest.raises(DuplicateKeyError):
        await collection.find_one_and_update({"_id": "b"}, {"$set": {"code": "x"}})
    with pytest.raises(DuplicateKeyError):
        await collection.replace_one({}, {"_id": "b", "code": "x"})
    assert {"_id": "b"} == await collection.find_one({"_id": "b"})


async def test_a_compound_unique_index_compares_all_fields(
    documents: DocumentStore, collection: Collection
) -> None:
    await documents.ensure_indexes([IndexSpec("things", (("a", 1), ("b.c", 1)), unique=True)])
    await collection.insert_one({"_id": "1", "a": "x", "b": {"c": 1}})
    await collection.insert_one({"_id": "2", "a": "x", "b": {"c": 2}})

    with pytest.raises(DuplicateKeyError):
        await collection.insert_one({"_id": "3", "a": "x", "b": {"c": 2}})


async def test_a_unique_index_over_documents_that_violate_it_is_refused(
    documents: DocumentStore, collection: Collection
) -> None:
    await collection.insert_many([{"_id": "a", "n": 1}, {"_id": "b", "n": 1}])

    with pytest.raises(DuplicateKeyError):
        await documents.ensure_indexes([IndexSpec("things", (("n", 1),), unique=True)])


async def test_an_ordered_bulk_stops_at_the_first_duplicate(collection: Collection) -> None:
    await collection.insert_one({"_id": "b"})

    with pytest.raises(DuplicateKeyError):
        await collection.insert_many([{"_id": "a"}, {"_id": "b"}, {"_id": "c"}])

    assert ["a", "b"] == [each["_id"] for each in await collection.find({}, sort=[("_id", 1)])]


async def test_an_unordered_bulk_leaves_duplicates_out(collection: Collection) -> None:
    await collection.insert_one({"_id": "b", "first": True})

    added = await collection.insert_many([{"_id": "a"}, {"_id": "b"}, {"_id": "c"}], ordered=False)

    assert 2 == added
    assert {"_id": "b", "first": True} == await collection.find_one({"_id": "b"})
    assert 3 == await collection.count({})


async def test_a_bulk_of_many_chunks_and_of_nothing(collection: Collection) -> None:
    assert 5001 == await collection.insert_many([{"_id": f"{n}", "n": n} for n in range(5001)])
    assert 0 == await collection.insert_many([])
    assert 5001 == await collection.count({})


@pytest.mark.parametrize(
    ("before", "update", "after"),
    [
        ({}, {"$set": {"a": 1, "b.c": [MORNING]}}, {"a": 1, "b": {"c": [MORNING]}}),
        ({"a": 1, "b": 2}, {"$unset": {"a": "", "x.y": ""}}, {"b": 2}),
        ({"a": 1}, {"$inc": {"a": -2, "n": 3, "o.m": 1.5}}, {"a": -1, "n": 3, "o": {"m": 1.5}}),
        ({"a": [1]}, {"$push": {"a": [2], "b": "x"}}, {"a": [1, [2]], "b": ["x"]}),
        ({"a": [1]}, {"$push": {"a": {"$each": [2, 3]}}}, {"a": [1, 2, 3]}),
        ({"a": [1]}, {"$push": {"b": {"$each": []}}}, {"a": [1], "b": []}),
        ({"a": [1, "1", 1, None]}, {"$pull": {"a": 1, "b": 2}}, {"a": ["1", None]}),
        (
            {"a": [{"k": "x", "n": 1}, {"k": "y"}, {"k": "x"}]},
            {"$pull": {"a": {"k": "x", "n": 1}}},
            {"a": [{"k": "y"}, {"k": "x"}]},
        ),
        ({"a": [1, 5, 9]}, {"$pull": {"a": {"$gte": 5}}}, {"a": [1]}),
        ({"a": [1, 5, 9]}, {"$pull": {"a": {"$in": [1, 9]}}}, {"a": [5]}),
        (
            {"low": 3, "high": 3, "at": MORNING},
            {"$min": {"low": 2, "new": 1}, "$max": {"high": 2, "at": MORNING + timedelta(1)}},
            {"low": 2, "high": 3, "at": MORNING + timedelta(1), "new": 1},
        ),
        (
            {"items": [{"left": 1}, {"left": 5}]},
            {"$inc": {"items.1.left": -2}, "$set": {"items.0.done": True}},
            {"items": [{"left": 1, "done": True}, {"left": 3}]},
        ),
        ({"a": 1}, {"$setOnInsert": {"b": 1}, "$set": {"a": 2}}, {"a": 2}),
    ],
)  # fmt: skip
async def test_update_operators(
    collection: Collection, before: dict[str, Any], update: dict[str, Any], after: dict[str, Any]
) -> None:
    await collection.insert_one({"_id": "a", **before})

    answered = await collection.find_one_and_update({"_id": "a"}, update)

    assert {"_id": "a", **after} == answered
    assert {"_id": "a", **after} == await collection.find_one({"_id": "a"})


@pytest.mark.parametrize(
    "update",
    [
        {},
        {"a": 1},
        {"$set": {}},
        {"$set": {"_id": "b"}},
        {"$rename": {"a": "b"}},
        {"$set": {"a": 1}, "$inc": {"a": 1}},
        {"$set": {"a": 1, "a.b": 1}},
        {"$inc": {"a": "x"}},
        {"$push": {"a": {"$each": [1], "$slice": 1}}},
        {"$set": {"a": b"x"}},
        {"$pull": {"a": {"$regex": "x"}}},
    ],
)
async def test_refuses_updates_that_not_every_store_does_alike(
    collection: Collection, update: dict[str, Any]
) -> None:
    with pytest.raises(UnsupportedQueryError):
        await collection.find_one_and_update({"_id": "a"}, update)
    with pytest.raises(UnsupportedQueryError):
        await collection.update_many({}, update)


@pytest.mark.parametrize(
    "update",
    [
        {"$inc": {"text": 1}},
        {"$push": {"text": 1}},
        {"$set": {"text.inner": 1}},
    ],
)
async def test_an_update_that_does_not_fit_changes_nothing(
    collection: Collection, update: dict[str, Any]
) -> None:
    await collection.insert_one({"_id": "a", "text": "secret"})

    with pytest.raises(UnsupportedQueryError) as refusal:
        await collection.find_one_and_update({"_id": "a"}, {**update, "$max": {"n": 1}})

    assert "secret" not in str(refusal.value)
    assert {"_id": "a", "text": "secret"} == await collection.find_one({"_id": "a"})


async def test_an_update_whose_condition_fails_answers_none(collection: Collection) -> None:
    await collection.insert_one({"_id": "a", "n": 0})

    answered = await collection.find_one_and_update(
        {"_id": "a", "n": {"$gt": 0}}, {"$inc": {"n": -1}}
    )

    assert answered is None
    assert {"_id": "a", "n": 0} == await collection.find_one({"_id": "a"})


async def test_an_upsert_inserts_from_filter_and_update_and_then_updates(
    collection: Collection,
) -> None:
    condition = {"_id": "a", "kind": "x"}
    update = {"$inc": {"n": 1}, "$setOnInsert": {"made.at": MORNING}}

    first = await collection.find_one_and_update(condition, update, upsert=True)
    second = await collection.find_one_and_update(condition, update, upsert=True)

    assert {"_id": "a", "kind": "x", "n": 1, "made": {"at": MORNING}} == first
    assert {"_id": "a", "kind": "x", "n": 2, "made": {"at": MORNING}} == second


async def test_an_upsert_without_an_id_is_refused(collection: Collection) -> None:
    with pytest.raises(UnsupportedQueryError):
        await collection.find_one_and_update({"k": 1}, {"$set": {"a": 1}}, upsert=True)


async def test_an_upsert_whose_id_is_taken_by_another_state_is_a_duplicate(
    collection: Collection,
) -> None:
    await collection.insert_one({"_id": "a", "state": "done"})

    with pytest.raises(DuplicateKeyError):
        await collection.find_one_and_update(
            {"_id": "a", "state": "free"}, {"$set": {"state": "mine"}}, upsert=True
        )
    with pytest.raises(DuplicateKeyError):
        await collection.replace_one({"state": "free"}, {"_id": "a"}, upsert=True)


async def test_update_many_changes_and_counts_what_matches(collection: Collection) -> None:
    await collection.insert_many([{"_id": str(n), "n": n} for n in range(5)])

    assert 3 == await collection.update_many({"n": {"$gte": 2}}, {"$set": {"big": True}})
    assert 3 == await collection.count({"big": True})
    assert 0 == await collection.update_many({"n": 99}, {"$set": {"big": True}})


async def test_replace_puts_the_whole_document(collection: Collection) -> None:
    await collection.insert_one({"_id": "a", "old": 1, "n": 1})

    assert await collection.replace_one({"n": 1}, {"_id": "a", "new": 1})
    assert not await collection.replace_one({"n": 1}, {"_id": "a", "new": 2})
    assert not await collection.replace_one({}, {"_id": "b"})
    assert await collection.replace_one({"_id": "b"}, {"_id": "b", "x": []}, upsert=True)
    assert [{"_id": "a", "new": 1}, {"_id": "b", "x": []}] == await collection.find(
        {}, sort=[("_id", 1)]
    )


async def test_a_replacement_for_another_id_is_refused(collection: Collection) -> None:
    with pytest.raises(UnsupportedQueryError):
        await collection.replace_one({"_id": "a"}, {"_id": "b"}, upsert=True)


async def test_deleting_removes_one_or_all_that_match(collection: Collection) -> None:
    await collection.insert_many([{"_id": str(n), "n": n % 2} for n in range(5)])

    assert await collection.delete_one({"n": 0})
    assert not await collection.delete_one({"n": 7})
    assert 4 == await collection.count({})
    assert 2 == await collection.delete_many({"n": 0})
    assert 2 == await collection.count({})


async def test_an_array_index_finds_members_through_every_change(
    documents: DocumentStore, collection: Collection
) -> None:
    await collection.insert_one({"_id": "early", "ids": [{"token": "t0"}, {"token": "t1"}]})
    specs = [
        IndexSpec("things", (("ids.token", 1),), array=True),
        IndexSpec("things", (("tags", 1),), array=True),
    ]
    await documents.ensure_indexes(specs)
    await documents.ensure_indexes(specs)
    await collection.insert_one(
        {"_id": "a", "ids": [{"token": "t1"}, {"other": 1}], "tags": ["x"]}
    )
    await collection.insert_one({"_id": "b", "ids": "t1", "tags": None})

    async def having(token: str) -> list[str]:
        found = await collection.find({"ids": {"$elemMatch": {"token": token}}}, sort=[("_id", 1)])
        return [document["_id"] for document in found]

    assert ["a", "early"] == await having("t1")
    await collection.find_one_and_update({"_id": "a"}, {"$push": {"ids": {"token": "t2"}}})
    assert ["a"] == await having("t2")
    await collection.replace_one({}, {"_id": "a", "ids": [{"token": "t3"}]})
    assert [["early"], [], ["a"]] == [await having("t1"), await having("t2"), await having("t3")]
    await collection.delete_one({"_id": "a"})
    assert [] == await having("t3")
    assert [] == await collection.find({"tags": {"$elemMatch": {"$eq": "x"}}})


async def test_of_fifty_racing_updates_one_sees_the_condition_hold(collection: Collection) -> None:
    await collection.insert_one({"_id": "box", "left": 1})

    async def take(number: int) -> bool:
        changed = await collection.find_one_and_update(
            {"_id": "box", "left": {"$gte": 1}},
            {"$inc": {"left": -1}, "$push": {"takers": number}},
        )
        return changed is not None

    winners = await asyncio.gather(*(take(number) for number in range(50)))

    assert 1 == sum(winners)
    assert {"_id": "box", "left": 0, "takers": [winners.index(True)]} == await collection.find_one(
        {"_id": "box"}
    )


async def test_racing_increments_are_all_counted(collection: Collection) -> None:
    await collection.insert_one({"_id": "a", "n": 0})

    await asyncio.gather(
        *(collection.find_one_and_update({"_id": "a"}, {"$inc": {"n": 1}}) for _ in range(100))
    )

    assert {"_id": "a", "n": 100} == await collection.find_one({"_id": "a"})


async def test_of_fifty_racing_inserts_of_an_id_one_wins(collection: Collection) -> None:
    async def insert(number: int) -> bool:
        try:
            await collection.insert_one({"_id": "a", "n": number})
        except DuplicateKeyError:
            return False
        return True

    winners = await asyncio.gather(*(insert(number) for number in range(50)))

    assert 1 == sum(winners)
    assert {"_id": "a", "n": winners.index(True)} == await collection.find_one({"_id": "a"})


async def test_enumerations_are_stored_as_their_text(collection: Collection) -> None:
    class Status(StrEnum):
        ACTIVE = "active"

    await collection.insert_one({"_id": "a", "status": Status.ACTIVE, "all": (Status.ACTIVE,)})

    found = await collection.find_one({"status": Status.ACTIVE})

    assert {"_id": "a", "status": "active", "all": ["active"]} == found
    assert found is not None
    assert str is type(found["status"])


async def test_an_expiry_index_can_be_made(
    documents: DocumentStore, collection: Collection
) -> None:
    spec = IndexSpec("things", (("until", 1),), expires=True)

    await documents.ensure_indexes([spec, spec])

    await collection.insert_one({"_id": "a", "until": datetime(2999, 1, 1, tzinfo=UTC)})
    assert 1 == await collection.count({})


@pytest.mark.parametrize("name", ["", "Things", "a b", "a__b", 'a"', "system.users", "x" * 61])
def test_refuses_a_collection_name(documents: DocumentStore, name: str) -> None:
    with pytest.raises(UnsupportedQueryError):
        documents.collection(name)


async def test_documents_outlive_the_store(database_url: str) -> None:
    first = await open_documents(database_url)
    await first.collection("things").insert_one({"_id": "a", "at": MORNING})
    await first.close()

    second = await open_documents(database_url)
    found = await second.collection("things").find_one({"_id": "a"})
    await second.close()

    assert {"_id": "a", "at": MORNING} == found


async def test_a_closed_store_refuses(database_url: str) -> None:
    store = await open_documents(database_url)
    await store.collection("things").insert_one({"_id": "a"})
    await store.close()

    with pytest.raises(StorageUnavailableError):
        await store.collection("things").insert_one({"_id": "b"})
    with pytest.raises(StorageUnavailableError):
        await store.collection("things").find_one({"_id": "a"})


async def test_random_updates_agree_with_the_definition(collection: Collection) -> None:
    draw = random.Random(20260302)
    refused = 0
    for number in range(300):
        document = {"_id": str(number), **random_fields(draw)}
        update = random_update(draw)
        await collection.insert_one(document)
        try:
            expected = apply_changes(copy.deepcopy(document), parse_update(update))
        except UnsupportedQueryError:
            refused += 1
            expected = document
            with pytest.raises(UnsupportedQueryError):
                await collection.find_one_and_update({"_id": str(number)}, update)
        else:
            await collection.find_one_and_update({"_id": str(number)}, update)

        assert expected == await collection.find_one({"_id": str(number)}), (document, update)
    assert 20 < refused < 200


def random_fields(draw: random.Random) -> dict[str, Any]:
    values: list[Any] = [1, 2.5, "x", MORNING, [1, 2], [{"k": 1}, {"k": 2}], {"c": 3}, {"c": [1]}]
    return {key: copy.deepcopy(draw.choice(values)) for key in "abd" if draw.random() < 0.8}


def random_update(draw: random.Random) -> dict[str, Any]:
    operands: dict[str, list[Any]] = {
        "$set": [1, "y", [1], {"z": 1}],
        "$unset": [""],
        "$inc": [1, -2, 0.5],
        "$push": [1, {"k": 3}, {"$each": [1, 2]}],
        "$pull": [1, {"k": 1}, {"$gte": 2}],
        "$min": [0, "a"],
        "$max": [9, "z"],
    }
    operator = draw.choice(list(operands))
    path = draw.choice(["a", "b", "d", "a.c", "b.c", "e", "e.f"])
    return {operator: {path: draw.choice(operands[operator])}}
