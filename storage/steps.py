"""Changing documents one after the other, beside whoever else writes them.

A step answers, for a document as it was read, the change and the condition under which the change
is right. When a writer was faster the document is read again.
"""

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Sequence
from typing import Any, TypeAlias, TypeVar

from storage.documents import Collection, Document, Filter, StorageUnavailableError, Update

PAGE = 500
"""So many documents are read and changed at once."""

_ATTEMPTS = 20

ResultT = TypeVar("ResultT")

Step: TypeAlias = Callable[[Document], tuple[Filter, Update] | None]
"""From a document to the condition and the change; None if nothing is to do.

The condition names the old values that the change was made from. What a step answers for its own
result is None.
"""


async def next_page(collection: Collection, after: str) -> list[Document]:
    """Answer the documents that follow an id, in the order of their ids; none at the end."""
    return await collection.find({"_id": {"$gt": after}}, sort=[("_id", 1)], limit=PAGE)


async def change_page(collection: Collection, step: Step, page: Sequence[Document]) -> int:
    """Take a step with each document; answer how many were changed.

    Raises:
        StorageUnavailableError: A document changes too often, or cannot be written.
    """
    first = [(document, step(document)) for document in page]
    changed = await side_by_side(
        _change(collection, step, document, change) for document, change in first if change
    )
    return sum(changed)


async def side_by_side(works: Iterable[Coroutine[Any, Any, ResultT]]) -> list[ResultT]:
    """Await works together, so that a store that commits in groups can; a failure ends all."""
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(work) for work in works]
    except BaseExceptionGroup as failures:
        raise failures.exceptions[0] from None
    return [task.result() for task in tasks]


async def _change(
    collection: Collection, step: Step, document: Document, change: tuple[Filter, Update] | None
) -> bool:
    for _ in range(_ATTEMPTS):
        if change is None:
            return False
        condition, update = change
        same = {**condition, "_id": document["_id"]}
        if await collection.find_one_and_update(same, update) is not None:
            return True
        found = await collection.find_one({"_id": document["_id"]})
        if found is None:
            return False
        change = step(found)
    raise StorageUnavailableError("a document changes too often")
