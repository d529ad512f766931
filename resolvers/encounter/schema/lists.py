"""Lists over several hospitals, and the fields that offer them.

The types are the shared ones; their sources lead to this subgraph's own Facility entity.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

import strawberry
from strawberry import federation

from resolvers.datatypes import connections as shared
from resolvers.datatypes.connections import (
    After,
    First,
    MissingReason,
    PageRequest,
    Position,
    page_request,
)
from resolvers.encounter.gathering import Gathered
from resolvers.encounter.kinds import Row, RowKind
from resolvers.encounter.schema.context import EncounterInfo, note_missing
from resolvers.encounter.schema.institutions import Facility
from resolvers.encounter.schema.rows import gated
from resolvers.encounter.searches import row_position

NodeT = TypeVar("NodeT")


@federation.type(shareable=True, description=shared.MISSING_SOURCE)
class MissingSource(shared.MissingSourceOf[Facility]):
    """A hospital that gave nothing."""


@federation.type(shareable=True, description=shared.COMPLETENESS)
class Completeness(shared.CompletenessOf[MissingSource]):
    """Whether all hospitals answered."""


@strawberry.type(description=shared.CONNECTION)
class Connection(shared.RelayPage[NodeT]):
    """Relay connection."""

    completeness: Completeness = strawberry.field(description=shared.COMPLETENESS)


@dataclass(frozen=True, slots=True)
class Listing(Generic[NodeT]):
    """A list that a field asks for.

    Attributes:
        kind: The kind of row.
        node: Makes the GraphQL object of a row.
        first: How many.
        after: Cursor, or ``None``.
        parameters: Search parameters by which the hospitals narrow a patient's list.
        accept: Whether a row belongs to the list; ``None`` where all do.
        position: Where a row stands in the list.
    """

    kind: RowKind
    node: Callable[[Row], NodeT]
    first: int
    after: str | None
    parameters: tuple[tuple[str, str], ...] = ()
    accept: Callable[[Row], bool] | None = None
    position: Callable[[Row], Position] = row_position


class RowHolder(Protocol):
    """What has rows: a patient or an encounter."""

    def patient_id(self) -> str:
        """Whose rows they are."""

    async def gathered(
        self,
        info: EncounterInfo,
        kind: RowKind,
        page: PageRequest,
        parameters: tuple[tuple[str, str], ...] = (),
    ) -> Gathered:
        """The visible rows of a kind, at least those of a page."""


def row_list(kind: RowKind, node: Callable[[Row], NodeT], description: str) -> Any:  # noqa: ANN401
    """The field of a :class:`RowHolder` that lists its rows of a kind, gated as the kind is.

    Its type is what the class annotates it with: ``Connection[T] | None``.

    Args:
        kind: The kind of row.
        node: Makes the GraphQL object of a row.
        description: What the field is, for the API's documentation.
    """

    async def resolve(
        self: RowHolder, info: EncounterInfo, first: First = 20, after: After = None
    ) -> Connection[NodeT] | None:
        return await listed(self, info, Listing(kind, node, first, after))

    return gated(kind, description)(resolve)


def newest_row(kind: RowKind, node: Callable[[Row], NodeT], description: str) -> Any:  # noqa: ANN401
    """The field of a :class:`RowHolder` that gives its newest row of a kind, gated as the kind is.

    Its type is what the class annotates it with: ``T | None``.

    Args:
        kind: The kind of row.
        node: Makes the GraphQL object of a row.
        description: What the field is, for the API's documentation.
    """

    async def resolve(self: RowHolder, info: EncounterInfo) -> Any:  # noqa: ANN401 - a NodeT
        if not info.context.permits(self.patient_id(), kind.category):
            return None
        found = await self.gathered(info, kind, PageRequest(first=1))
        note_missing(info, found)
        newest = max(found.rows, key=lambda row: (row.date, row.id), default=None)
        return None if newest is None else node(newest)

    return gated(kind, description)(resolve)


async def listed(
    holder: RowHolder, info: EncounterInfo, listing: Listing[NodeT]
) -> Connection[NodeT] | None:
    """The page of a list; beside it one error, if a facility is missing.

    Args:
        holder: Whose rows they are.
        info: The field that is resolved.
        listing: What is asked for.

    Raises:
        SubgraphError: ``BAD_USER_INPUT`` for a page size out of bounds, ``INVALID_CURSOR``.
    """
    kind, accept = listing.kind, listing.accept
    if not info.context.permits(holder.patient_id(), kind.category):
        return None
    page = page_request(listing.first, listing.after)
    found = await holder.gathered(info, kind, page, listing.parameters)
    note_missing(info, found)
    rows = found.rows if accept is None else [row for row in found.rows if accept(row)]
    relay = shared.relay_page(
        shared.cut(rows, page, listing.position), listing.node, listing.position
    )
    return Connection(
        edges=relay.edges, page_info=relay.page_info, completeness=_completeness(found)
    )


def _completeness(found: Gathered) -> Completeness:
    return Completeness(
        complete=not found.missing,
        missing_sources=[
            MissingSource(
                facility=Facility(id=strawberry.ID(code)), reason=MissingReason(fault.value)
            )
            for code, fault in sorted(found.missing.items())
        ],
    )
