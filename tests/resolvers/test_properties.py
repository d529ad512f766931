"""What must hold whatever happens in whatever order."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from access.categories import Category
from resolvers.datatypes.connections import PageRequest, Position
from resolvers.foundation import Foundation, open_foundation, pharmacy_subgraph
from resolvers.pharmacy.codes import parse_code
from resolvers.pharmacy.repository import PharmacyRepository
from resolvers.rows import RowList, RowRequest, row_position, rows_by_subject
from tests.resolvers.fakes import Caller, SettableClock, permitting
from tests.resolvers.pharmacy.counter import Counter, item, line, pharmacist, settle

START = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


def on_a_foundation(work: Callable[[Foundation, SettableClock], Awaitable[None]]) -> None:
    """Runs on an empty database of its own."""

    async def run(folder: Path) -> None:
        clock = SettableClock(START)
        url = f"sqlite:///{folder / 'documents.db'}"
        async with open_foundation(url, folder / "k.json", clock, production=False) as foundation:
            await work(foundation, clock)

    with TemporaryDirectory() as folder:
        asyncio.run(run(Path(folder)))


pharmacies = st.sampled_from(["79-NT-0001", "79-NT-0002"])
steps = st.one_of(
    st.tuples(st.just("dispense"), pharmacies, st.integers(1, 9)),
    st.tuples(st.just("reverse"), pharmacies, st.integers(0, 5)),
    st.tuples(st.just("claim"), pharmacies, st.just(0)),
    st.tuples(st.just("release"), pharmacies, st.just(0)),
    st.tuples(st.just("wait"), pharmacies, st.integers(1, 40)),
)


@settings(max_examples=25)
@given(st.lists(steps, max_size=14))
def test_what_is_left_is_what_was_prescribed_less_what_was_handed_over(
    sequence: list[tuple[str, str, int]],
) -> None:
    async def work(foundation: Foundation, clock: SettableClock) -> None:
        subgraph = pharmacy_subgraph(foundation)
        await subgraph.start()
        repository = PharmacyRepository(foundation.store, foundation.keyring)
        await settle(repository, foundation.profiles)
        counter = Counter(Caller(subgraph, clock))
        code = await counter.issued(items=[item(quantity="20")])
        for action, pharmacy, number in sequence:
            await play(counter, clock, code, action, pharmacy, number)
            check(await stored(counter, code))

    on_a_foundation(work)


async def play(
    counter: Counter, clock: SettableClock, code: str, action: str, pharmacy: str, number: int
) -> None:
    by = pharmacist(pharmacy)
    if action == "dispense":
        claimed = await claimed_by(counter, code, clock)
        outcome = await counter.dispense(code, line(str(number)), by=by)
        if claimed not in {None, pharmacy}:
            assert ["PRESCRIPTION_CLAIMED"] == [each["code"] for each in outcome["problems"]]
    elif action == "reverse":
        row = await stored(counter, code)
        dispenses = row["dispenses"]
        known = dispenses[number]["id"] if number < len(dispenses) else "nothing"
        await counter.reverse(code, known, by)
    elif action == "claim":
        await counter.claim(code, by)
    elif action == "release":
        await counter.release(code, by)
    else:
        clock.now += timedelta(minutes=number)


async def stored(counter: Counter, code: str) -> Any:
    parsed = parse_code(code)
    assert parsed is not None
    commands = counter.caller.application.subgraph.commands
    return await commands.dispensing._repository.by_code(parsed)


async def claimed_by(counter: Counter, code: str, clock: SettableClock) -> str | None:
    claim = (await stored(counter, code))["claim"]
    return claim["pharmacy_id"] if claim is not None and clock() < claim["until"] else None


def check(row: Any) -> None:
    handed = sum(
        each["count"]
        for dispense in row["dispenses"]
        if dispense["reversed"] is None
        for each in dispense["lines"]
    )
    (one,) = row["items"]
    assert one["prescribed"] - handed == one["remaining"] == row["remaining_total"]
    assert 0 <= one["remaining"] <= one["prescribed"]


rows = st.lists(
    st.tuples(st.integers(0, 6), st.sampled_from([(), ("HIV",), ("MH",), ("HIV", "MH")])),
    max_size=60,
)


@settings(max_examples=30)
@given(
    rows=rows,
    first=st.integers(1, 7),
    labels=st.sets(st.sampled_from(["HIV", "MH"])),
    short=st.booleans(),
)
def test_pages_together_are_all_visible_rows_newest_first(
    rows: list[tuple[int, tuple[str, ...]]], first: int, labels: set[str], short: bool
) -> None:
    async def work(foundation: Foundation, _clock: SettableClock) -> None:
        collection = foundation.store.collection("rows")
        documents: list[dict[str, Any]] = [
            {
                "_id": f"r{number:03}",
                "subject_id": "p1",
                "date": START - timedelta(days=day),
                "labels": list(marks),
            }
            for number, (day, marks) in enumerate(rows)
        ]
        await collection.insert_many(documents)
        access = permitting({"p1": {"HISTORY": labels}, "p2": {"HISTORY": set()}})
        kind = RowList(collection, Category.HISTORY, short)
        expected = sorted(
            (row for row in documents if labels.issuperset(row["labels"])),
            key=row_position,
            reverse=True,
        )

        seen: list[str] = []
        after: Position | None = None
        while True:
            loader = rows_by_subject("RowsByPatient", kind, access)
            other = loader.load(RowRequest("p2", PageRequest(1)))
            page = await loader.load(RowRequest("p1", PageRequest(first, after)))
            assert 0 == len((await other).rows)
            seen += [row["_id"] for row in page.rows]
            if not page.more:
                break
            assert first == len(page.rows)
            after = row_position(page.rows[-1])

        assert [row["_id"] for row in expected] == seen

    on_a_foundation(work)
