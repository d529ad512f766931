"""Idempotency on every document store."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from storage.documents import DocumentStore
from storage.encryption import Keyring, Keys
from storage.idempotency import (
    IDEMPOTENCY_INDEXES,
    IdempotencyStore,
    InProgressError,
    KeyReusedError,
    Request,
)

ENCRYPTION = Keys("e", {"e": b"e" * 32})
OLD = Keyring(ENCRYPTION, Keys("old", {"old": b"o" * 32}))
ROTATED = Keyring(ENCRYPTION, Keys("new", {"old": b"o" * 32, "new": b"n" * 32}))
REQUEST = Request("hospital-1\0issuePrescription", "key-1", b'{"drug":"x"}')


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 6, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


class Work:
    """Counts its runs; each gives another outcome."""

    def __init__(self) -> None:
        self.runs = 0

    async def __call__(self) -> dict[str, Any]:
        self.runs += 1
        return {"prescription": f"rx-{self.runs}", "problems": []}


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def store(documents: DocumentStore, clock: Clock) -> IdempotencyStore:
    await documents.ensure_indexes(IDEMPOTENCY_INDEXES)
    return IdempotencyStore(documents, OLD, clock)


async def test_the_same_input_gets_the_first_outcome_again(store: IdempotencyStore) -> None:
    work = Work()

    outcomes = [await store.run(REQUEST, work) for _ in range(3)]

    assert [{"prescription": "rx-1", "problems": []}] * 3 == outcomes
    assert 1 == work.runs


async def test_another_input_under_the_key_is_refused(store: IdempotencyStore) -> None:
    work = Work()
    await store.run(REQUEST, work)

    with pytest.raises(KeyReusedError):
        await store.run(Request(REQUEST.scope, REQUEST.key, b'{"drug":"y"}'), work)

    assert 1 == work.runs


async def test_another_scope_or_key_is_another_request(store: IdempotencyStore) -> None:
    work = Work()
    for scope, key in [("a", "bc"), ("ab", "c"), ("a", "b")]:
        await store.run(Request(scope, key, b""), work)

    assert 3 == work.runs


async def test_of_fifty_concurrent_requests_one_runs_and_the_rest_are_in_progress(
    store: IdempotencyStore,
) -> None:
    end = asyncio.Event()
    runs = 0

    async def work() -> dict[str, Any]:
        nonlocal runs
        runs += 1
        await end.wait()
        return {"n": runs}

    async def attempt() -> dict[str, Any] | None:
        try:
            return await store.run(REQUEST, work)
        except InProgressError:
            refused.append(1)
            if len(refused) == 49:
                end.set()
            return None

    refused: list[int] = []
    outcomes = await asyncio.gather(*(attempt() for _ in range(50)))

    assert 1 == runs
    assert [{"n": 1}] == [outcome for outcome in outcomes if outcome is not None]
    assert {"n": 1} == await store.run(REQUEST, work)


async def test_work_that_failed_may_run_again_with_the_same_input_only(
    store: IdempotencyStore,
) -> None:
    async def fail() -> dict[str, Any]:
        raise LookupError

    with pytest.raises(LookupError):
        await store.run(REQUEST, fail)
    with pytest.raises(KeyReusedError):
        await store.run(Request(REQUEST.scope, REQUEST.key, b"other"), Work())

    assert "rx-1" == (await store.run(REQUEST, Work()))["prescription"]


async def test_a_caller_that_hangs_up_leaves_the_key_free_for_the_same_input(
    store: IdempotencyStore,
) -> None:
    begun = asyncio.Event()

    async def hang() -> dict[str, Any]:
        begun.set()
        await asyncio.Event().wait()
        return {}

    task = asyncio.create_task(store.run(REQUEST, hang))
    await begun.wait()
    task.cancel()
    await asyncio.wait([task])

    assert "rx-1" == (await store.run(REQUEST, Work()))["prescription"]


async def test_a_run_whose_process_ended_is_taken_over_after_its_lease(
    documents: DocumentStore, store: IdempotencyStore, clock: Clock
) -> None:
    await leave_running(documents, store)
    work = Work()

    clock.now += timedelta(seconds=59)
    with pytest.raises(InProgressError):
        await store.run(REQUEST, work)
    clock.now += timedelta(seconds=2)

    assert "rx-1" == (await store.run(REQUEST, work))["prescription"]


async def test_a_run_that_outlived_its_lease_answers_what_the_other_did(
    store: IdempotencyStore, clock: Clock
) -> None:
    async def slow() -> dict[str, Any]:
        clock.now += timedelta(seconds=61)
        await store.run(REQUEST, Work())
        return {"prescription": "rx-late"}

    assert "rx-1" == (await store.run(REQUEST, slow))["prescription"]
    assert "rx-1" == (await store.run(REQUEST, Work()))["prescription"]


async def test_after_thirty_days_the_key_is_free(store: IdempotencyStore, clock: Clock) -> None:
    work = Work()
    await store.run(REQUEST, work)
    clock.now += timedelta(days=29)
    await store.run(REQUEST, work)
    clock.now += timedelta(days=2)

    await store.run(Request(REQUEST.scope, REQUEST.key, b"other"), work)

    assert 2 == work.runs


async def test_keys_are_recognised_after_the_look_up_key_rotated(
    documents: DocumentStore, store: IdempotencyStore, clock: Clock
) -> None:
    work = Work()
    await store.run(REQUEST, work)
    rotated = IdempotencyStore(documents, ROTATED, clock)

    assert "rx-1" == (await rotated.run(REQUEST, work))["prescription"]
    with pytest.raises(KeyReusedError):
        await rotated.run(Request(REQUEST.scope, REQUEST.key, b"other"), work)


async def test_neither_key_nor_input_is_kept(
    documents: DocumentStore, store: IdempotencyStore
) -> None:
    await store.run(REQUEST, Work())

    (record,) = await documents.collection("idempotency").find({})

    assert "key-1" not in str(record)
    assert "drug" not in str(record)


async def leave_running(documents: DocumentStore, store: IdempotencyStore) -> None:
    """Leaves the record as a process leaves it that is killed while it works."""
    records = documents.collection("idempotency")
    copies: list[dict[str, Any]] = []

    async def work() -> dict[str, Any]:
        copies.extend(await records.find({}))
        return {}

    await store.run(REQUEST, work)
    await records.replace_one({}, copies[0])
