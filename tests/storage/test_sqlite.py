"""What is particular to SQLite: durability, groups, indexes, expiry, several processes."""

# ruff: noqa: A002

import asyncio
import signal
import sqlite3
import sys
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from storage.documents import (
    DuplicateKeyError,
    IndexSpec,
    StorageUnavailableError,
    UnsupportedQueryError,
)
from storage.filters import parse_filter
from storage.opening import open_documents
from storage.sqlite import SqliteDocumentStore
from storage.sqlite.sql import compile_filter, order_by

WRITER = """
import asyncio, sys
from pathlib import Path
from storage.sqlite import SqliteDocumentStore

async def client(things, name):
    number = 0
    while True:
        await things.insert_one({"_id": f"{name}-{number}"})
        await things.find_one_and_update({"_id": "counter"}, {"$inc": {"n": 1}}, upsert=True)
        print(f"{name}-{number}", flush=True)
        number += 1

async def main():
    store = await SqliteDocumentStore.open(Path(sys.argv[1]))
    async with asyncio.TaskGroup() as group:
        for name in range(50):
            group.create_task(client(store.collection("things"), name))

asyncio.run(main())
"""


NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "documents.db"


async def test_every_acknowledged_write_survives_kill_9_of_the_writer(path: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", WRITER, str(path), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    acknowledged = [await process.stdout.readline() for _ in range(1500)]
    process.send_signal(signal.SIGKILL)
    acknowledged += (await process.stdout.read()).splitlines(keepends=True)
    await process.wait()
    ids = {line.decode().strip() for line in acknowledged if line.endswith(b"\n")}

    store = await SqliteDocumentStore.open(path)
    kept = {document["_id"] for document in await store.collection("things").find({})}
    counter = await store.collection("things").find_one({"_id": "counter"})
    await store.close()

    assert set() == ids - kept
    assert counter is not None
    assert len(ids) <= counter["n"] < len(kept)


async def test_a_refused_write_fails_alone_in_its_group(path: Path) -> None:
    store = await SqliteDocumentStore.open(path)
    things = store.collection("things")
    await things.insert_one({"_id": "taken", "text": "x"})

    outcomes = await asyncio.gather(
        things.insert_one({"_id": "a"}),
        things.insert_one({"_id": "taken"}),
        things.find_one_and_update({"_id": "taken"}, {"$inc": {"text": 1}}),
        things.insert_many([{"_id": "b"}, {"_id": "taken"}]),
        things.insert_one({"_id": "c"}),
        return_exceptions=True,
    )

    kinds = [type(outcome) for outcome in outcomes]
    none = type(None)
    assert [none, DuplicateKeyError, UnsupportedQueryError, DuplicateKeyError, none] == kinds
    assert 4 == await things.count({})
    await store.close()


async def test_two_processes_that_race_for_one_box_have_one_winner(path: Path) -> None:
    one, other = [await SqliteDocumentStore.open(path) for _ in range(2)]
    await one.collection("things").insert_one({"_id": "box", "left": 1})

    async def take(store: SqliteDocumentStore) -> bool:
        things = store.collection("things")
        condition = {"_id": "box", "left": {"$gte": 1}}
        return await things.find_one_and_update(condition, {"$inc": {"left": -1}}) is not None

    winners = await asyncio.gather(*(take(store) for store in [one, other] * 25))

    assert 1 == sum(winners)
    assert {"_id": "box", "left": 0} == await other.collection("things").find_one({"_id": "box"})
    await one.close()
    await other.close()


async def test_a_busy_event_loop_keeps_nobody_else_from_writing(path: Path) -> None:
    store = await SqliteDocumentStore.open(path)
    things = store.collection("things")
    await things.insert_one({"_id": "first"})
    writes = [asyncio.create_task(things.insert_one({"_id": str(n)})) for n in range(50)]

    with closing(sqlite3.connect(path, timeout=5, isolation_level=None)) as other:
        while not all(each.done() for each in writes):
            await asyncio.sleep(0)
            # The loop stands still until the other has her turn.
            other.execute("BEGIN IMMEDIATE")
            other.execute("ROLLBACK")

    assert 51 == await things.count({})
    await store.close()


async def test_a_write_waits_for_another_process_that_writes(path: Path) -> None:
    store = await SqliteDocumentStore.open(path)
    things = store.collection("things")
    await things.insert_one({"_id": "first"})
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        write = asyncio.create_task(things.insert_one({"_id": "second"}))
        done, _ = await asyncio.wait([write], timeout=0.1)
        other.execute("ROLLBACK")

    await write

    assert set() == done
    await store.close()


async def test_a_write_that_waited_too_long_is_refused(path: Path) -> None:
    store = await SqliteDocumentStore.open(path, patience=0.05)
    things = store.collection("things")
    await things.insert_one({"_id": "first"})
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")

        with pytest.raises(StorageUnavailableError, match="SQLITE_BUSY"):
            await things.insert_one({"_id": "second"})

    await things.insert_one({"_id": "third"})
    assert 2 == await things.count({})
    await store.close()


async def test_who_only_reads_waits_for_nobody(path: Path) -> None:
    one = await SqliteDocumentStore.open(path)
    await one.collection("things").insert_one({"_id": "first"})
    with closing(sqlite3.connect(path, isolation_level=None)) as writing:
        writing.execute("BEGIN IMMEDIATE")
        other = await SqliteDocumentStore.open(path, patience=0.0)

        found = await other.collection("things").find_one({"_id": "first"})

    assert {"_id": "first"} == found
    await one.close()
    await other.close()


async def test_a_write_that_breaks_fails_and_the_next_is_made(path: Path) -> None:
    store = await SqliteDocumentStore.open(path)
    things = store.collection("things")
    await things.insert_one({"_id": "first"})

    with pytest.raises(StorageUnavailableError, match="ZeroDivisionError"):
        await store._connections.write(lambda _: 1 // 0)

    await things.insert_one({"_id": "second"})
    assert 2 == await things.count({})
    await store.close()


async def test_a_group_that_takes_long_is_committed_in_parts(path: Path) -> None:
    store = await SqliteDocumentStore.open(path)
    await store.collection("things").insert_one({"_id": "first"})
    with closing(sqlite3.connect(path, check_same_thread=False)) as other:

        def slow(connection: sqlite3.Connection) -> int:
            seen = other.execute("SELECT id FROM things").fetchall()
            connection.execute("INSERT INTO things VALUES (?, '{}')", (f"row {len(seen)}",))
            time.sleep(0.11)
            return len(seen)

        seen = await asyncio.gather(*(store._connections.write(slow) for _ in range(3)))

    assert [1, 2, 3] == seen
    await store.close()


async def test_closing_finishes_what_was_begun(path: Path) -> None:
    store = await SqliteDocumentStore.open(path)
    things = store.collection("things")
    await things.insert_one({"_id": "first"})
    writes = [asyncio.create_task(things.insert_one({"_id": str(n)})) for n in range(20)]
    await asyncio.sleep(0)

    await store.close()
    await asyncio.wait(writes)

    again = await SqliteDocumentStore.open(path)
    assert 21 == await again.collection("things").count({})
    await again.close()


async def test_expired_documents_are_removed(path: Path) -> None:
    now = datetime(2026, 6, 1, tzinfo=UTC)
    store = await SqliteDocumentStore.open(path, lambda: now)
    things = store.collection("things")
    await things.insert_many(
        [
            {"_id": "past", "until": now - timedelta(seconds=1)},
            {"_id": "present", "until": now},
            {"_id": "future", "until": now + timedelta(seconds=1)},
            {"_id": "never"},
            {"_id": "text", "until": "2020"},
        ]
    )

    await store.ensure_indexes([IndexSpec("things", (("until", 1),), expires=True)])

    found = await things.find({}, sort=[("_id", 1)])
    assert ["future", "never", "text"] == [document["_id"] for document in found]
    await store.close()


@pytest.mark.parametrize(
    ("filter", "sort", "index"),
    [
        ({"_id": "a"}, [], "sqlite_autoindex_things_1"),
        ({"_id": {"$in": ["a", "b"]}}, [], "sqlite_autoindex_things_1"),
        ({"code": "x"}, [], "things__code_1"),
        ({"code": {"$in": ["x", "y"]}}, [], "things__code_1"),
        ({"code": {"$gte": "x"}}, [], "things__code_1"),
        ({"s": "p", "at": {"$lt": NEW_YEAR}}, [], "things__s_1_at_-1__id_-1"),
        ({"s": "p"}, [("at", -1), ("_id", -1)], "things__s_1_at_-1__id_-1"),
        (
            {"ids": {"$elemMatch": {"system": "x", "token": "t"}}},
            [],
            "sqlite_autoindex_things_1",
        ),
    ],
)  # fmt: skip
async def test_queries_use_their_index(
    path: Path, filter: dict[str, object], sort: list[tuple[str, int]], index: str
) -> None:
    store = await SqliteDocumentStore.open(path)
    await store.ensure_indexes(
        [
            IndexSpec("things", (("code", 1),), unique=True),
            IndexSpec("things", (("s", 1), ("at", -1), ("_id", -1))),
            IndexSpec("things", (("ids.token", 1),), array=True),
        ]
    )
    where = compile_filter(parse_filter(filter), store._member_tables["things"])

    plan = await store._connections.read(
        f"EXPLAIN QUERY PLAN SELECT id, doc FROM things WHERE {where.sql}{order_by(sort)}",
        where.parameters,
    )

    steps = [str(step[3]) for step in plan]
    assert any(index in step for step in steps), steps
    assert not any(step.startswith(("SCAN things", "USE TEMP B-TREE")) for step in steps), steps
    await store.close()


async def test_twenty_thousand_documents_load_within_seconds(path: Path) -> None:
    store = await SqliteDocumentStore.open(path)
    await store.ensure_indexes(
        [
            IndexSpec("people", (("code", 1),), unique=True),
            IndexSpec("people", (("ids.token", 1),), array=True),
        ]
    )
    rows = [
        {"_id": f"p{n}", "code": f"c{n}", "ids": [{"token": f"t{n}"}], "filler": "x" * 500}
        for n in range(20_000)
    ]
    loop = asyncio.get_running_loop()
    started = loop.time()

    await store.collection("people").insert_many(rows)

    assert loop.time() - started < 30
    await store.close()


async def test_a_path_that_cannot_be_a_database_is_refused_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no database, only text that is long enough" * 100)

    for path in (tmp_path, tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(StorageUnavailableError, match="cannot be opened"):
            await SqliteDocumentStore.open(path)


@pytest.mark.parametrize(
    "url",
    ["", "documents.db", "sqlite://", "sqlite:///", "sqlite://host/a", "pg://h/d", "mongodb:/x"],
)
async def test_a_url_of_no_known_kind_is_refused(url: str) -> None:
    with pytest.raises(StorageUnavailableError, match="begins with"):
        await open_documents(url)


@pytest.mark.parametrize(
    "url", ["mongodb://", "mongodb://127.0.0.1:99999999", "mongodb://127.0.0.1:1:2"]
)
async def test_an_unusable_mongodb_url_is_refused_without_showing_it(url: str) -> None:
    with pytest.raises(StorageUnavailableError) as refusal:
        await open_documents(url)

    assert "127" not in str(refusal.value)


async def test_a_mongodb_that_does_not_answer_is_refused() -> None:
    server = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()

    with pytest.raises(StorageUnavailableError, match="does not answer"):
        await open_documents(f"mongodb://127.0.0.1:{port}/?serverSelectionTimeoutMS=200")


async def test_sqlite_loads_no_mongodb_driver() -> None:
    drivers = "{'motor', 'pymongo'} & set(sys.modules)"
    code = f"import sys, storage.sqlite, storage.opening; print({drivers})"
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, stdout=asyncio.subprocess.PIPE
    )

    printed, _ = await process.communicate()

    assert b"set()" == printed.strip()
