"""Relay connections with keyset cursors, newest first.

Every list is ordered by (date, source, id) downwards.
Source: Relay cursor connections specification.
"""

import base64
import binascii
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Annotated, Generic, NamedTuple, TypeVar

import orjson
import strawberry
from strawberry import federation

from resolvers.datatypes.references import Facility
from resolvers.errors import ErrorCode, SubgraphError

DEFAULT_PAGE = 20
"""Rows of a page when the caller does not say."""

LARGEST_PAGE = 100
"""Rows of a page at most."""

First = Annotated[
    int, strawberry.argument(description="How many rows at most, 1 to 100; 20 by default.")
]
"""Argument type of `first`."""

After = Annotated[
    str | None,
    strawberry.argument(description="Cursor of the row after which the page begins."),
]
"""Argument type of `after`."""

CONNECTION = "A page of a list, newest first."
"""Description of connections."""

COMPLETENESS = "Whether a list has the rows of all its sources."
"""Description of Completeness."""

MISSING_SOURCE = "A source whose rows are missing from a list."
"""Description of MissingSource."""

FacilityT = TypeVar("FacilityT")
SourceT = TypeVar("SourceT")
NodeT = TypeVar("NodeT")
RowT = TypeVar("RowT")


class Position(NamedTuple):
    """Where a row stands in its list; lists run downwards in this order.

    Attributes:
        date: The row's date as text that sorts as time does (ISO 8601, UTC).
        source: The source that holds it; empty where there is one only.
        id: The row's id.
    """

    date: str
    source: str
    id: str


@dataclass(frozen=True, slots=True)
class PageRequest:
    """Which rows of a list are asked for.

    Attributes:
        first: How many, 1 to 100.
        after: The position after which they begin, or ``None`` for the newest.
    """

    first: int = DEFAULT_PAGE
    after: Position | None = None


def page_request(first: int, after: str | None) -> PageRequest:
    """Reads the arguments of a connection.

    Raises:
        SubgraphError: ``BAD_USER_INPUT`` for a page size out of bounds, ``INVALID_CURSOR``.
    """
    if not 1 <= first <= LARGEST_PAGE:
        raise SubgraphError(
            ErrorCode.BAD_USER_INPUT, f"first must be between 1 and {LARGEST_PAGE}"
        )
    return PageRequest(first, decode_cursor(after) if after is not None else None)


def encode_cursor(position: Position) -> str:
    """The opaque cursor of a position."""
    return base64.urlsafe_b64encode(orjson.dumps([*position])).decode().rstrip("=")


def decode_cursor(cursor: str) -> Position:
    """The position that a cursor names.

    Raises:
        SubgraphError: ``INVALID_CURSOR``.
    """
    try:
        members = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        date, source, row_id = members
    except (ValueError, TypeError, binascii.Error):
        raise SubgraphError(
            ErrorCode.INVALID_CURSOR, "the cursor is not one of this list"
        ) from None
    if not (isinstance(date, str) and isinstance(source, str) and isinstance(row_id, str)):
        raise SubgraphError(ErrorCode.INVALID_CURSOR, "the cursor is not one of this list")
    return Position(date, source, row_id)


@federation.type(shareable=True, description="Where a page of a list stands.")
class PageInfo:
    """Relay PageInfo."""

    has_next_page: bool = federation.field(description="Whether older rows follow.")
    has_previous_page: bool = federation.field(description="Whether newer rows precede.")
    start_cursor: str | None = federation.field(
        default=None, description="Cursor of the page's first row."
    )
    end_cursor: str | None = federation.field(
        default=None, description="Cursor of the page's last row; pass it as `after`."
    )


@strawberry.enum(description="Why the rows of a source are missing. Values may be added.")
class MissingReason(Enum):
    """Why a source gave nothing."""

    UNAVAILABLE = strawberry.enum_value(
        "UNAVAILABLE",
        description="It did not answer, or answered with an error (không truy cập được).",
    )
    TIMEOUT = strawberry.enum_value(
        "TIMEOUT", description="It did not answer in time (không trả lời kịp)."
    )
    MALFORMED = strawberry.enum_value(
        "MALFORMED", description="Its answer could not be read (trả lời không đọc được)."
    )
    OVERLOADED = strawberry.enum_value(
        "OVERLOADED", description="It was not asked, because it is failing or busy (quá tải)."
    )
    NOT_CONNECTED = strawberry.enum_value(
        "NOT_CONNECTED",
        description=(
            "It keeps a part of the record and is not connected yet: asking again does not help "
            "(chưa kết nối)."
        ),
    )


@federation.type
class MissingSourceOf(Generic[FacilityT]):
    """A source that gave nothing, named by a subgraph's own Facility type (no type of the API)."""

    facility: FacilityT | None = federation.field(
        default=None, description="The facility that holds the rows."
    )
    reason: MissingReason = federation.field(description="Why they are missing.")


@federation.type
class CompletenessOf(Generic[SourceT]):
    """Whether all sources answered (no type of the API)."""

    complete: bool = federation.field(default=True, description="Whether every source answered.")
    missing_sources: list[SourceT] = federation.field(
        default_factory=list, description="The sources that did not."
    )


@federation.type(shareable=True, description=MISSING_SOURCE)
class MissingSource(MissingSourceOf[Facility]):
    """A source that gave nothing, in a subgraph that knows facilities by their key only."""


@federation.type(shareable=True, description=COMPLETENESS)
class Completeness(CompletenessOf[MissingSource]):
    """Whether all sources answered, in a subgraph that knows facilities by their key only."""


COMPLETE = Completeness()
"""Every source answered."""


@strawberry.type(description="A row of a list with its cursor.")
class Edge(Generic[NodeT]):
    """Relay edge."""

    node: NodeT = strawberry.field(description="The row.")
    cursor: str = strawberry.field(description="The row's position; opaque.")


@strawberry.type
class RelayPage(Generic[NodeT]):
    """What every connection has (no type of the API)."""

    edges: list[Edge[NodeT]] = strawberry.field(description="The rows of the page.")
    page_info: PageInfo = strawberry.field(description="Where the page stands.")


@strawberry.type(description=CONNECTION)
class Connection(RelayPage[NodeT]):
    """Relay connection."""

    completeness: Completeness = strawberry.field(description=COMPLETENESS)


@dataclass(frozen=True, slots=True)
class Page(Generic[RowT]):
    """Rows of one page, before they become nodes.

    Attributes:
        rows: At most as many as were asked for, in order.
        more: Whether further rows follow.
        request: What was asked for.
    """

    rows: Sequence[RowT]
    more: bool
    request: PageRequest


def relay_page(
    page: Page[RowT], node: Callable[[RowT], NodeT], position: Callable[[RowT], Position]
) -> RelayPage[NodeT]:
    """The edges of a page and where it stands.

    Args:
        page: The rows.
        node: Makes the GraphQL object of a row.
        position: Where a row stands.
    """
    edges = [Edge(node=node(row), cursor=encode_cursor(position(row))) for row in page.rows]
    return RelayPage(
        edges=edges,
        page_info=PageInfo(
            has_next_page=page.more,
            has_previous_page=page.request.after is not None,
            start_cursor=edges[0].cursor if edges else None,
            end_cursor=edges[-1].cursor if edges else None,
        ),
    )


def connection(
    page: Page[RowT],
    node: Callable[[RowT], NodeT],
    position: Callable[[RowT], Position],
    completeness: Completeness = COMPLETE,
) -> Connection[NodeT]:
    """The connection of a page.

    Args:
        page: The rows.
        node: Makes the GraphQL object of a row.
        position: Where a row stands.
        completeness: Whether all sources answered.
    """
    relay = relay_page(page, node, position)
    return Connection(edges=relay.edges, page_info=relay.page_info, completeness=completeness)


def cut(
    rows: Iterable[RowT], request: PageRequest, position: Callable[[RowT], Position]
) -> Page[RowT]:
    """The page of rows that are all at hand, in any order.

    Args:
        rows: Every row of the list, or at least those from the page's beginning on.
        request: Which page.
        position: Where a row stands.
    """
    ordered = sorted(rows, key=position, reverse=True)
    if request.after is not None:
        after = request.after
        ordered = [row for row in ordered if position(row) < after]
    return Page(ordered[: request.first], len(ordered) > request.first, request)
