"""Rows of several hospitals as one list, in time, with what is missing.

Every hospital that holds data is asked at the same time; one that fails or is slow costs its own
rows only.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from access.context import AccessContext
from access.purposes import Role
from resolvers.datatypes.connections import (
    Completeness,
    MissingReason,
    MissingSource,
    Page,
    PageRequest,
    Position,
    cut,
)
from resolvers.datatypes.references import facility
from resolvers.encounter.fhir import FhirClient
from resolvers.encounter.kinds import Row, RowKind
from resolvers.encounter.locations import RecordLocation
from resolvers.upstream import UpstreamError, UpstreamFault

_PAGE = 100
_MOST_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Search:
    """What is asked of every hospital.

    Attributes:
        kind: The kind of row.
        page: Which page of the merged list, or ``None`` for all rows.
        parameters: Search parameters besides the patient.
    """

    kind: RowKind
    page: PageRequest | None = None
    parameters: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Gathered:
    """Rows of all hospitals that answered.

    Attributes:
        rows: In no order.
        missing: Facilities that did not answer, with the reason.
    """

    rows: tuple[Row, ...]
    missing: Mapping[str, UpstreamFault]

    def page(self, request: PageRequest) -> Page[Row]:
        """One page, newest first."""
        return cut(self.rows, request, row_position)

    @property
    def completeness(self) -> Completeness:
        """What a client is told about the list."""
        return Completeness(
            complete=not self.missing,
            missing_sources=[
                MissingSource(facility=facility(code), reason=MissingReason(fault.value))
                for code, fault in sorted(self.missing.items())
            ],
        )


def row_position(row: Row) -> Position:
    """Where a row stands in its list."""
    return Position(row.date, row.facility, row.id)


def may_ask(location: RecordLocation, access: AccessContext) -> bool:
    """Whether the caller may have what a facility holds.

    A practitioner gets what another facility holds only where that facility agreed to share; the
    subject herself, who stands in for her, and the statutory insurer need no such agreement.
    """
    if access.role != Role.PRACTITIONER.value:
        return True
    return location.shares or location.facility_id == access.organization


class Gatherer:
    """Asks hospitals."""

    def __init__(self, hospitals: Mapping[str, FhirClient], access: AccessContext) -> None:
        """Args: hospitals: clients by facility code; access: the caller."""
        self._hospitals = hospitals
        self._access = access

    async def gather(self, search: Search, locations: Sequence[RecordLocation]) -> Gathered:
        """The rows of a patient at all facilities that may be asked."""
        asked = [location for location in locations if may_ask(location, self._access)]
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(self._ask(search, location)) for location in asked]
        rows: list[Row] = []
        missing: dict[str, UpstreamFault] = {}
        for location, task in zip(asked, tasks, strict=True):
            outcome = task.result()
            if isinstance(outcome, UpstreamFault):
                missing[location.facility_id] = outcome
            else:
                rows.extend(outcome)
        return Gathered(tuple(rows), missing)

    async def _ask(self, search: Search, location: RecordLocation) -> list[Row] | UpstreamFault:
        """The visible rows of one hospital, or why there are none. Never raises for its fault."""
        client = self._hospitals.get(location.facility_id)
        if client is None:
            return UpstreamFault.UNAVAILABLE
        try:
            return await self._read(client, search, location)
        except UpstreamError as error:
            return error.fault

    async def _read(
        self, client: FhirClient, search: Search, location: RecordLocation
    ) -> list[Row]:
        kind = search.kind
        rows: list[Row] = []
        async for resources in client.search(kind.type_name, _query(search, location)):
            page = [
                kind.row(resource, location.facility_id, location.subject_id)
                for resource in resources
            ]
            rows.extend(row for row in page if self._is_visible(row, kind))
            if search.page is not None and kind.sort and _suffices(rows, page, search.page):
                break
        return rows

    def _is_visible(self, row: Row, kind: RowKind) -> bool:
        return self._access.access_to(row.subject).permits_row(
            kind.category.value, row.labels, row.encounter
        )


def _query(search: Search, location: RecordLocation) -> list[tuple[str, str]]:
    kind, page = search.kind, search.page
    query = [(kind.by_patient, f"Patient/{location.local_id}"), *kind.fixed, *search.parameters]
    if kind.sort is None or page is None:
        return [*query, ("_count", str(_MOST_AT_ONCE))]
    query.append(("_sort", f"-{kind.sort}"))
    if page.after is not None and page.after.date:
        # The cursor's own instant is asked for again: several rows may share it.
        query.append((kind.sort, f"le{page.after.date}"))
    return [*query, ("_count", str(min(_PAGE, page.first + 1)))]


def _suffices(rows: Sequence[Row], last_page: Sequence[Row], request: PageRequest) -> bool:
    """Whether enough rows are at hand to cut the page, given that older ones only follow.

    Rows of one instant come in any order, so all of the last one's instant must be there.
    """
    after = request.after
    wanted = sorted(
        (row.date for row in rows if after is None or row_position(row) < after), reverse=True
    )
    if len(wanted) <= request.first or not last_page:
        return False
    return last_page[-1].date < wanted[request.first]
