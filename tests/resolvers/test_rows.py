"""Loaders of rows ask the store once, and failures stay where they are."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from access.categories import Category
from resolvers.datatypes.connections import Page, PageRequest, Position
from resolvers.errors import SubgraphError
from resolvers.rows import RowList, RowRequest, documents_by_id, rows_by_subject
from storage.documents import Collection, Document, DocumentStore
from tests.resolvers.fakes import permitting

ACCESS = permitting({"p1": {"HISTORY"}, "p2": {"HISTORY"}})


class Counted:
    """A collection that counts the questions it is asked."""

    def __init__(self, collection: Collection) -> None:
        self.collection = collection
        self.asked = 0

    async def find(
        self, condition: Any, *, sort: Sequence[tuple[str, int]] = (), limit: int | None = None
    ) -> list[Document]:
        self.asked += 1
        return await self.collection.find(condition, sort=sort, limit=limit)


@pytest.fixture
async def counted(store: DocumentStore) -> Counted:
    collection = store.collection("rows")
    await collection.insert_many(
        [
            {
                "_id": f"{subject}-{number:03}",
                "subject_id": subject,
                "date": datetime(2026, 1, 1 + number % 5, tzinfo=UTC),
                "labels": ["HIV"] if number < 40 and subject == "p2" else [],
            }
            for subject in ("p1", "p2")
            for number in range(50)
        ]
    )
    return Counted(collection)


def ids(page: Page[Document]) -> list[str]:
    return [row["_id"] for row in page.rows]


async def test_short_lists_of_several_patients_are_one_query(counted: Any) -> None:
    loader = rows_by_subject("RowsByPatient", RowList(counted, Category.HISTORY), ACCESS)
    first = loader.load(RowRequest("p1", PageRequest(2)))
    second = loader.load(RowRequest("p2", PageRequest(2)))

    pages = [ids(await first), ids(await second)]

    assert ([["p1-049", "p1-044"], ["p2-049", "p2-044"]], 1) == (pages, counted.asked)


async def test_a_page_of_one_patient_is_one_query(counted: Any) -> None:
    loader = rows_by_subject("RowsByPatient", RowList(counted, Category.HISTORY), ACCESS)

    page = await loader.load(RowRequest("p1", PageRequest(3)))

    assert (["p1-049", "p1-044", "p1-039"], True, 1) == (ids(page), page.more, counted.asked)


@pytest.mark.parametrize("short", [True, False])
async def test_both_ways_of_reading_give_the_same_pages(counted: Any, short: bool) -> None:
    rows = RowList(counted, Category.HISTORY, short)
    after = Position("2026-01-05T00:00:00.000+00:00", "", "p2-044")
    loader = rows_by_subject("RowsByPatient", rows, ACCESS)
    request = RowRequest("p2", PageRequest(4, after))
    other = loader.load(RowRequest("p1", PageRequest(1)))

    page = await loader.load(request)
    await other

    assert (["p2-048", "p2-043", "p2-047", "p2-042"], True) == (ids(page), page.more)


async def test_reading_goes_on_past_rows_that_are_hidden(counted: Any) -> None:
    rows = RowList(counted, Category.HISTORY, short=False)
    loader = rows_by_subject("RowsByPatient", rows, ACCESS)

    page = await loader.load(RowRequest("p2", PageRequest(20)))

    assert (10, False) == (len(page.rows), page.more)


async def test_a_cursor_without_an_instant_is_refused(counted: Any) -> None:
    loader = rows_by_subject("RowsByPatient", RowList(counted, Category.HISTORY), ACCESS)

    with pytest.raises(SubgraphError, match="cursor"):
        await loader.load(RowRequest("p1", PageRequest(1, Position("yesterday", "", "x"))))


async def test_documents_by_id_are_one_query_in_the_keys_order(counted: Any) -> None:
    loader = documents_by_id("RowsById", counted)
    futures = [loader.load(key) for key in ("p1-001", "nothing", "p2-001")]

    found = [await each for each in futures]

    assert (["p1-001", None, "p2-001"], 1) == (
        [None if row is None else row["_id"] for row in found],
        counted.asked,
    )
