"""Rows that other rows refer to at their hospital, read by id: all of a list's in one search."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from resolvers.batching import Loader
from resolvers.encounter.elements import values_at
from resolvers.encounter.gathering import HospitalReader, Rows
from resolvers.encounter.kinds import Row, RowKind, reference_id
from resolvers.encounter.locations import RecordLocation
from resolvers.upstream import UpstreamFault


class Reference(NamedTuple):
    """A row that is referred to.

    Attributes:
        kind: Its kind.
        location: The patient at the hospital.
        local: Id of the resource there.
    """

    kind: RowKind
    location: RecordLocation
    local: str


class ReferencedRows:
    """One request's loader of referenced rows."""

    def __init__(self, reader: HospitalReader) -> None:
        """Args: reader: asks hospitals for the caller."""
        self._reader = reader
        self._loader: Loader[Reference, Row | UpstreamFault | None] = Loader(
            "RowByReference", self._load
        )

    async def of(self, row: Row, kind: RowKind, path: str, location: RecordLocation) -> Rows:
        """The rows that a row refers to, in its order, whatever their labels.

        What is not there, is of another kind or about another patient is left out.

        Args:
            row: The row that refers.
            kind: The kind of what it refers to.
            path: Path of the references.
            location: The patient at the row's hospital.
        """
        stated = values_at(row.resource, f"{path}.reference")
        ids = (reference_id(reference, kind.type_name) for reference in stated)
        wanted = [Reference(kind, location, one) for one in dict.fromkeys(ids) if one is not None]
        found: list[Row] = []
        for loading in [self._loader.load(one) for one in wanted]:
            one = await loading
            if isinstance(one, UpstreamFault):
                return one
            if one is not None:
                found.append(one)
        return tuple(found)

    async def _load(self, references: Sequence[Reference]) -> list[Row | UpstreamFault | None]:
        groups: dict[tuple[RowKind, RecordLocation], list[str]] = defaultdict(list)
        for reference in references:
            groups[reference.kind, reference.location].append(reference.local)
        async with asyncio.TaskGroup() as tasks:
            asked = {
                (kind, location): tasks.create_task(self._reader.rows_by_id(kind, location, ids))
                for (kind, location), ids in groups.items()
            }
        answers = {group: task.result() for group, task in asked.items()}
        by_group: dict[tuple[RowKind, RecordLocation], Mapping[str, Row]] = {
            group: {row.resource["id"]: row for row in rows}
            for group, rows in answers.items()
            if not isinstance(rows, UpstreamFault)
        }
        return [_one(answers[one.kind, one.location], by_group, one) for one in references]


def _one(
    answer: Rows,
    by_group: Mapping[tuple[RowKind, RecordLocation], Mapping[str, Row]],
    reference: Reference,
) -> Row | UpstreamFault | None:
    if isinstance(answer, UpstreamFault):
        return answer
    return by_group[reference.kind, reference.location].get(reference.local)
