"""What every document store answers alike: filters, sorting, counting."""

# ruff: noqa: A001, A002

import random
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from storage.documents import Collection, DocumentStore, IndexSpec, UnsupportedQueryError
from storage.filters import matches, parse_filter

MORNING = datetime(2026, 3, 1, 7, 30, 0, 123456, tzinfo=timezone(timedelta(hours=7)))


async def ids(collection: Collection, filter: dict[str, Any]) -> list[str]:
    return sorted(document["_id"] for document in await collection.find(filter))


async def test_finds_nothing_in_a_collection_that_was_never_written(
    collection: Collection,
) -> None:
    assert await collection.find_one({"_id": "a"}) is None
    assert await collection.find({}) == []
    assert await collection.count({}) == 0
    assert await collection.group_count({}, "kind") == {}


async def test_gives_back_every_kind_of_value_as_it_was(collection: Collection) -> None:
    document: dict[str, Any] = {
        "_id": "a",
        "null": None,
        "yes": True,
        "no": False,
        "int": -(2**63),
        "large": 2**63 - 1,
        "float": 0.1,
        "whole": 3.0,
        "text": "Nguyễn Thị Hương 👩‍⚕️ \u0001D'\"\\",
        "list": [1, "x", None, [True, {}], {"a": []}],
        "object": {"dân tộc": {"mã-số": "25"}},
    }

    await collection.insert_one(document)

    assert document == await collection.find_one({"_id": "a"})


async def test_moments_come_back_in_utc_with_milliseconds(collection: Collection) -> None:
    await collection.insert_one({"_id": "a", "at": MORNING, "deep": [{"at": MORNING}]})
    expected = datetime(2026, 3, 1, 0, 30, 0, 123000, tzinfo=UTC)

    found = await collection.find_one({"at": MORNING})

    assert found is not None
    assert (expected, UTC) == (found["at"], found["at"].tzinfo)
    assert [{"at": expected}] == found["deep"]


@pytest.mark.parametrize(
    "document",
    [
        {"_id": 1},
        {"_id": ""},
        {"a": 1},
        {"_id": "a", "b": {"$c": 1}},
        {"_id": "a", "b": {"c.d": 1}},
        {"_id": "a", "b": {"1": 1}},
        {"_id": "a", "b": {"": 1}},
        {"_id": "a", "b": datetime(2026, 1, 1)},  # noqa: DTZ001
        {"_id": "a", "b": float("nan")},
        {"_id": "a", "b": 2**63},
        {"_id": "a", "b": b"bytes"},
        {"_id": "a", "b": "nul\0"},
        {"_id": "a", "b": ["\x01tagged"]},
    ],
)
async def test_refuses_documents_that_some_store_would_change(
    collection: Collection, document: dict[str, Any]
) -> None:
    with pytest.raises(UnsupportedQueryError):
        await collection.insert_one(document)


@pytest.mark.parametrize(
    "filter",
    [
        {"a": {"$regex": "x"}},
        {"$where": "1"},
        {"$nor": [{"a": 1}]},
        {"a": {"b": 1}},
        {"a": [1]},
        {"a": {"$gt": None}},
        {"a": {"$gt": True}},
        {"a": {"$in": "abc"}},
        {"a": {"$exists": 1}},
        {"a": {"$elemMatch": {}}},
        {"a": {"$elemMatch": {"$or": [{"b": 1}]}}},
        {"a": {"$eq": 1, "b": 2}},
        {"a": datetime(2026, 1, 1)},  # noqa: DTZ001
        {"a' OR 1=1 --": 1},
        {"a..b": 1},
        {"$or": []},
    ],
)
async def test_refuses_filters_that_not_every_store_answers_alike(
    collection: Collection, filter: dict[str, Any]
) -> None:
    with pytest.raises(UnsupportedQueryError):
        await collection.find(filter)
    with pytest.raises(UnsupportedQueryError):
        await collection.find_one_and_update(filter, {"$set": {"a": 1}})
    with pytest.raises(UnsupportedQueryError):
        await collection.delete_many(filter)


async def test_equality_tells_kinds_apart(collection: Collection) -> None:
    await collection.insert_many(
        [
            {"_id": "int", "a": 1},
            {"_id": "float", "a": 1.0},
            {"_id": "text", "a": "1"},
            {"_id": "bool", "a": True},
            {"_id": "null", "a": None},
            {"_id": "absent"},
            {"_id": "object", "a": {"b": 1}},
        ]
    )

    assert ["float", "int"] == await ids(collection, {"a": 1})
    assert ["text"] == await ids(collection, {"a": "1"})
    assert ["bool"] == await ids(collection, {"a": True})
    assert [] == await ids(collection, {"a": False})
    assert ["absent", "null"] == await ids(collection, {"a": None})
    assert [] == await ids(collection, {"a": '{"b":1}'})
    assert ["object"] == await ids(collection, {"a.b": 1})
    assert ["absent"] == await ids(collection, {"a": {"$exists": False}})
    assert ["absent", "bool", "null", "text"] == await ids(
        collection, {"$and": [{"a": {"$ne": 1}}, {"_id": {"$ne": "object"}}]}
    )


async def test_ranges_compare_one_kind_only(collection: Collection) -> None:
    await collection.insert_many(
        [
            {"_id": "int", "a": 5},
            {"_id": "float", "a": 5.5},
            {"_id": "text", "a": "5"},
            {"_id": "moment", "a": MORNING},
            {"_id": "bool", "a": True},
            {"_id": "null", "a": None},
        ]
    )

    assert ["float", "int"] == await ids(collection, {"a": {"$gte": 5}})
    assert ["int"] == await ids(collection, {"a": {"$gt": 0, "$lt": 5.5}})
    assert ["text"] == await ids(collection, {"a": {"$lt": "6"}})
    assert ["text"] == await ids(collection, {"a": {"$gte": ""}})
    assert ["moment"] == await ids(collection, {"a": {"$lte": MORNING}})
    assert [] == await ids(collection, {"a": {"$gt": MORNING}})
    assert ["moment"] == await ids(collection, {"a": {"$gt": MORNING - timedelta(seconds=1)}})


async def test_members_of_lists_are_matched_by_elem_match(collection: Collection) -> None:
    await collection.insert_many(
        [
            {"_id": "a", "ids": [{"system": "x", "value": "1"}, {"system": "y", "value": "2"}]},
            {"_id": "b", "ids": [{"system": "x", "value": "2"}]},
            {"_id": "c", "ids": "x"},
            {"_id": "d", "ids": ["x", "{", 3], "deep": [{"codes": ["A00", "B20"]}]},
            {"_id": "e", "ids": []},
        ]
    )

    assert ["b"] == await ids(collection, {"ids": {"$elemMatch": {"system": "x", "value": "2"}}})
    assert ["a", "b"] == await ids(collection, {"ids": {"$elemMatch": {"value": "2"}}})
    assert ["d"] == await ids(collection, {"ids": {"$elemMatch": {"$eq": "x"}}})
    assert ["d"] == await ids(collection, {"ids": {"$elemMatch": {"$gt": 2, "$lt": 4}}})
    assert ["d"] == await ids(
        collection, {"deep": {"$elemMatch": {"codes": {"$elemMatch": {"$in": ["B20", "C"]}}}}}
    )
    assert ["a"] == await ids(
        collection,
        {"ids": {"$elemMatch": {"value": {"$in": ["1", "3"]}}}, "ids.1.value": "2"},
    )


async def test_positions_lead_into_lists(collection: Collection) -> None:
    await collection.insert_one({"_id": "a", "items": [{"left": 1}, {"left": 7}]})

    assert ["a"] == await ids(collection, {"items.1.left": {"$gte": 7}})
    assert [] == await ids(collection, {"items.0.left": {"$gte": 7}})
    assert [] == await ids(collection, {"items.2.left": {"$exists": True}})


async def test_keyset_pages_cover_everything_once_newest_first(
    documents: DocumentStore, collection: Collection
) -> None:
    await documents.ensure_indexes([IndexSpec("things", (("at", -1), ("_id", -1)))])
    rows = [
        {"_id": f"{number:03}", "at": MORNING + timedelta(days=number // 3)}
        for number in range(50)
    ]
    await collection.insert_many(rows)
    seen: list[str] = []
    filter: dict[str, Any] = {}

    while page := await collection.find(filter, sort=[("at", -1), ("_id", -1)], limit=7):
        seen += [document["_id"] for document in page]
        last = page[-1]
        filter = {
            "$or": [
                {"at": {"$lt": last["at"]}},
                {"at": last["at"], "_id": {"$lt": last["_id"]}},
            ]
        }

    assert [f"{number:03}" for number in reversed(range(50))] == seen


async def test_absent_sorts_first_and_text_by_code_point(collection: Collection) -> None:
    values = ["b", "B", "é", "a", "đ", ""]
    await collection.insert_many([{"_id": value or "empty", "a": value} for value in values])
    await collection.insert_one({"_id": "absent"})

    found = await collection.find({}, sort=[("a", 1)])

    assert [None, *sorted(values)] == [document.get("a") for document in found]


async def test_limit_zero_finds_nothing(collection: Collection) -> None:
    await collection.insert_one({"_id": "a"})

    assert [] == await collection.find({}, limit=0)


async def test_counts_by_value(collection: Collection) -> None:
    await collection.insert_many(
        [
            {"_id": str(number), "facility": {"province": province}, "at": MORNING}
            for number, province in enumerate(["79", "01", "79", "48", "79"])
        ]
    )
    await collection.insert_one({"_id": "x"})

    assert {"79": 3, "01": 1, "48": 1, None: 1} == await collection.group_count(
        {}, "facility.province"
    )
    assert {"79": 2} == await collection.group_count(
        {"facility.province": "79", "_id": {"$gt": "0"}}, "facility.province"
    )
    assert [5, 1] == list((await collection.group_count({}, "at")).values()) or [1, 5] == list(
        (await collection.group_count({}, "at")).values()
    )
    assert 6 == await collection.count({})


async def test_random_filters_agree_with_the_definition(
    documents: DocumentStore, collection: Collection
) -> None:
    await documents.ensure_indexes(
        [
            IndexSpec("things", (("n", 1),)),
            IndexSpec("things", (("rows.code", 1),), array=True),
            IndexSpec("things", (("o.t", 1), ("n", -1))),
        ]
    )
    draw = random.Random(20260301)
    rows = [random_document(draw, number) for number in range(150)]
    await collection.insert_many(rows)

    for _ in range(250):
        filter = random_filter(draw, 2)
        predicate = parse_filter(filter)
        expected = sorted(row["_id"] for row in rows if matches(row, predicate))

        assert expected == await ids(collection, filter), filter


def random_scalar(draw: random.Random) -> Any:
    return draw.choice(
        [None, True, False, 0, 1, 2, 1.5, "", "a", "b", "1", MORNING_MS, MORNING_MS + timedelta(1)]
    )


def random_document(draw: random.Random, number: int) -> dict[str, Any]:
    document: dict[str, Any] = {"_id": f"{number:03}"}
    for key in ("n", "t"):
        if draw.random() < 0.8:
            document[key] = random_scalar(draw)
    if draw.random() < 0.8:
        document["o"] = {"n": random_scalar(draw), "t": random_scalar(draw)}
    if draw.random() < 0.8:
        document["rows"] = [
            {"code": random_scalar(draw), "n": random_scalar(draw)}
            for _ in range(draw.randrange(4))
        ]
    if draw.random() < 0.8:
        document["tags"] = [random_scalar(draw) for _ in range(draw.randrange(4))]
    return document


def random_filter(draw: random.Random, depth: int) -> dict[str, Any]:
    if depth and draw.random() < 0.4:
        parts = [random_filter(draw, depth - 1) for _ in range(draw.randrange(1, 4))]
        return {draw.choice(["$and", "$or"]): parts}
    return {
        draw.choice(["n", "t", "o.n", "o.t", "_id"]): random_condition(draw)
        for _ in range(draw.randrange(1, 3))
    } | (random_members(draw) if draw.random() < 0.3 else {})


def random_condition(draw: random.Random) -> Any:
    operator = draw.choice(["", "$eq", "$ne", "$in", "$gt", "$gte", "$lt", "$lte", "$exists"])
    if operator == "":
        return random_scalar(draw)
    if operator == "$in":
        return {"$in": [random_scalar(draw) for _ in range(draw.randrange(4))]}
    if operator == "$exists":
        return {"$exists": draw.random() < 0.5}
    value = random_scalar(draw)
    while operator.startswith(("$g", "$l")) and (value is None or isinstance(value, bool)):
        value = random_scalar(draw)
    return {operator: value}


def random_members(draw: random.Random) -> dict[str, Any]:
    if draw.random() < 0.5:
        condition = random_condition(draw)
        while not isinstance(condition, dict) or "$exists" in condition:
            condition = random_condition(draw)
        return {"tags": {"$elemMatch": condition}}
    fields = {
        key: random_condition(draw) for key in draw.sample(["code", "n"], 1 + draw.randrange(2))
    }
    return {"rows": {"$elemMatch": fields}}


MORNING_MS = MORNING.astimezone(UTC).replace(microsecond=123000)
