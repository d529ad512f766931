"""Rows of documents that are about one patient: pages of them, and what the caller may see.

Every such row has `_id`, `subject_id`, `date` (aware), `labels` (sensitivity labels, a list) and,
where it belongs to an episode, `encounter_id`. A row whose labels the caller may not see is left
out before pages are cut, so that counts and cursors do not tell of it.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from operator import itemgetter
from typing import Any, TypeVar

from access.categories import Category
from access.context import AccessContext
from resolvers.batching import Loader
from resolvers.datatypes.connections import (
    Connection,
    Page,
    PageRequest,
    Position,
    connection,
    cut,
)
from resolvers.errors import ErrorCode, SubgraphError
from storage.documents import Collection, Document, IndexSpec

NodeT = TypeVar("NodeT")

_NEWEST_FIRST = (("date", -1), ("_id", -1))
_MARGIN = 8


@dataclass(frozen=True, slots=True)
class RowRequest:
    """One page of one patient's rows.

    Attributes:
        subject: The patient.
        page: Which page.
    """

    subject: str
    page: PageRequest


@dataclass(frozen=True, slots=True)
class RowList:
    """A kind of row.

    Attributes:
        collection: Where the rows are.
        category: The category that they belong to.
        short: A patient has few of them (tens, not thousands): several patients' rows are read
            whole in one query. Otherwise each page is a query of its own.
    """

    collection: Collection
    category: Category
    short: bool = True


def row_position(row: Mapping[str, Any]) -> Position:
    """Where a row stands in its list."""
    return Position(_date_text(row["date"]), "", row["_id"])


async def row_connection(
    loader: Loader[RowRequest, Page[Document]],
    subject: str,
    wanted: PageRequest,
    node: Callable[[Document], NodeT],
) -> Connection[NodeT]:
    """A page of a patient's rows as the client gets it.

    Args:
        loader: Reads the rows.
        subject: The patient.
        wanted: Which page.
        node: Makes the GraphQL object of a row.
    """
    return connection(await loader.load(RowRequest(subject, wanted)), node, row_position)


def row_index(collection: str) -> IndexSpec:
    """The index that pages of a collection's rows are read by."""
    return IndexSpec(collection, (("subject_id", 1), ("date", -1), ("_id", -1)))


def visible(row: Mapping[str, Any], access: AccessContext, category: Category) -> bool:
    """Whether the caller may see a row."""
    return access.access_to(row["subject_id"]).permits_row(
        category.value, row["labels"], row.get("encounter_id"), row.get("date")
    )


def rows_by_subject(
    name: str, rows: RowList, access: AccessContext
) -> Loader[RowRequest, Page[Document]]:
    """A loader of pages of rows.

    Args:
        name: Name of the loader, for logs.
        rows: The kind of row.
        access: The caller.
    """

    async def batch(requests: Sequence[RowRequest]) -> Sequence[Page[Document]]:
        if rows.short and len(requests) > 1:
            return await _read_whole(rows, requests, access)
        return await _read_pages(rows, requests, access)

    return Loader(name, batch)


async def _read_whole(
    rows: RowList, requests: Sequence[RowRequest], access: AccessContext
) -> list[Page[Document]]:
    """Reads all rows of all patients in one query and cuts the pages here."""
    subjects = sorted({request.subject for request in requests})
    found = await rows.collection.find({"subject_id": {"$in": subjects}}, sort=[("subject_id", 1)])
    by_subject = {
        subject: [row for row in group if visible(row, access, rows.category)]
        for subject, group in groupby(found, key=itemgetter("subject_id"))
    }
    return [
        cut(by_subject.get(request.subject, ()), request.page, row_position)
        for request in requests
    ]


async def _read_pages(
    rows: RowList, requests: Sequence[RowRequest], access: AccessContext
) -> list[Page[Document]]:
    if len(requests) == 1:
        return [await _read_page(rows, requests[0], access)]
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(_read_page(rows, request, access)) for request in requests]
    return [task.result() for task in tasks]


async def _read_page(rows: RowList, request: RowRequest, access: AccessContext) -> Page[Document]:
    """Reads on until the page is full of visible rows, and one more, or the list ends."""
    wanted = request.page.first + 1
    size = wanted + _MARGIN
    after = request.page.after
    kept: list[Document] = []
    while len(kept) < wanted:
        found = await rows.collection.find(
            _from(request.subject, after), sort=_NEWEST_FIRST, limit=size
        )
        kept += [row for row in found if visible(row, access, rows.category)]
        if len(found) < size:
            break
        after = row_position(found[-1])
    return Page(kept[: request.page.first], len(kept) >= wanted, request.page)


def _from(subject: str, after: Position | None) -> dict[str, Any]:
    if after is None:
        return {"subject_id": subject}
    date = _date(after)
    return {
        "subject_id": subject,
        "$or": [{"date": {"$lt": date}}, {"date": date, "_id": {"$lt": after.id}}],
    }


def _date_text(date: datetime) -> str:
    return date.astimezone(UTC).isoformat(timespec="milliseconds")


def _date(position: Position) -> datetime:
    try:
        date = datetime.fromisoformat(position.date)
    except ValueError:
        date = None
    if date is None or date.tzinfo is None:
        raise SubgraphError(ErrorCode.INVALID_CURSOR, "the cursor is not one of this list")
    return date


def documents_by_id(name: str, collection: Collection) -> Loader[str, Document | None]:
    """A loader of documents by their id.

    Args:
        name: Name of the loader, for logs.
        collection: Where they are.
    """

    async def batch(ids: Sequence[str]) -> Sequence[Document | None]:
        found = {row["_id"]: row for row in await collection.find({"_id": {"$in": list(ids)}})}
        return [found.get(row_id) for row_id in ids]

    return Loader(name, batch)
