"""Connections over several hospitals.

The types have the names and fields of the shared ones; theirs lead to the facility as other
subgraphs know it, by its key, these to this subgraph's own entity.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

import strawberry
from strawberry import federation

from resolvers.datatypes import connections as shared
from resolvers.datatypes.connections import (
    Edge,
    MissingReason,
    PageInfo,
    PageRequest,
    Position,
)
from resolvers.encounter.gathering import Gathered, row_position
from resolvers.encounter.kinds import Row, RowKind
from resolvers.encounter.schema.context import EncounterInfo, note_missing
from resolvers.encounter.schema.institutions import Facility

NodeT = TypeVar("NodeT")


@federation.type(shareable=True, description="A source whose rows are missing from a list.")
class MissingSource:
    """A source that gave nothing."""

    facility: Facility | None = federation.field(
        default=None, description="The facility that holds the rows."
    )
    reason: MissingReason = federation.field(description="Why they are missing.")


@federation.type(shareable=True, description="Whether a list has the rows of all its sources.")
class Completeness:
    """Whether all sources answered."""

    complete: bool = federation.field(default=True, description="Whether every source answered.")
    missing_sources: list[MissingSource] = federation.field(
        default_factory=list, description="The sources that did not."
    )


@strawberry.type(description="A page of a list, newest first.")
class Connection(Generic[NodeT]):
    """Relay connection."""

    edges: list[Edge[NodeT]] = strawberry.field(description="The rows of the page.")
    page_info: PageInfo = strawberry.field(description="Where the page stands.")
    completeness: Completeness = strawberry.field(
        description="Whether the list has the rows of all its sources."
    )


def completeness(found: Gathered) -> Completeness:
    """What a client is told about a list's sources."""
    return Completeness(
        complete=not found.missing,
        missing_sources=[
            MissingSource(
                facility=Facility(id=strawberry.ID(code)), reason=MissingReason(fault.value)
            )
            for code, fault in sorted(found.missing.items())
        ],
    )


@dataclass(frozen=True, slots=True)
class Listing(Generic[NodeT]):
    """A list that a field asks for.

    Attributes:
        kind: The kind of row.
        node: Makes the GraphQL object of a row.
        first: How many.
        after: Cursor, or ``None``.
        accept: Whether a row belongs to the list; ``None`` where all do.
        position: Where a row stands in the list.
    """

    kind: RowKind
    node: Callable[[Row], NodeT]
    first: int
    after: str | None
    accept: Callable[[Row], bool] | None = None
    position: Callable[[Row], Position] = row_position


async def listed(
    info: EncounterInfo,
    page: PageRequest,
    read: Awaitable[Gathered],
    listing: Listing[NodeT],
) -> Connection[NodeT]:
    """The page of a list; beside it one error, if a facility is missing.

    Args:
        info: The field that is resolved.
        page: Which page.
        read: Reads the rows.
        listing: What is asked for.
    """
    found = await read
    note_missing(info, found)
    accept = listing.accept
    rows = found.rows if accept is None else [row for row in found.rows if accept(row)]
    cut = shared.cut(rows, page, listing.position)
    relay = shared.connection(cut, listing.node, listing.position)
    return Connection(
        edges=relay.edges, page_info=relay.page_info, completeness=completeness(found)
    )
