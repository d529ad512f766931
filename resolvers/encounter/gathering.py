"""Reading rows of hospitals: the searches, and what of their answers is believed.

A hospital that fails or is slow costs its own rows only: every read answers rows or the fault.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias, TypeVar

from access.context import AccessContext
from access.purposes import Role
from resolvers.datatypes.connections import PageRequest, Position
from resolvers.encounter.elements import first_at, objects
from resolvers.encounter.fhir import Parameters, Resource
from resolvers.encounter.kinds import ENCOUNTERS, Row, RowKind, reference_id
from resolvers.encounter.locations import RecordLocation
from resolvers.encounter.ports import Hospital
from resolvers.upstream import UpstreamError, UpstreamFault

DEADLINE_SECONDS = 2.2
"""What one list may wait for one hospital, all pages together; a single request has 2 s."""

ReadT = TypeVar("ReadT")

_PAGE = 100
_MOST_AT_ONCE = 500
_MOST_IDS = 50
_MARGIN = 20
_DISORDER = timedelta(hours=26)

Rows: TypeAlias = tuple[Row, ...] | UpstreamFault
"""What a hospital has, or why it gave nothing."""


@dataclass(frozen=True, slots=True)
class Search:
    """What is asked of one hospital about one patient.

    Attributes:
        kind: The kind of row.
        location: Where, and under which number.
        parameters: Search parameters besides the patient.
        page: Which page is wanted, where the hospital can sort; ``None`` for all rows.
    """

    kind: RowKind
    location: RecordLocation
    parameters: tuple[tuple[str, str], ...] = ()
    page: PageRequest | None = None


@dataclass(frozen=True, slots=True)
class Gathered:
    """Rows of all hospitals that answered.

    Attributes:
        rows: Those that the caller may see, in no order.
        missing: Facilities that did not answer, with the reason.
    """

    rows: tuple[Row, ...]
    missing: Mapping[str, UpstreamFault]


def gathered(outcomes: Iterable[tuple[str, Rows]]) -> Gathered:
    """The rows of several facilities together.

    Args:
        outcomes: Facility code and what it answered.
    """
    rows: list[Row] = []
    missing: dict[str, UpstreamFault] = {}
    for facility, outcome in outcomes:
        if isinstance(outcome, UpstreamFault):
            missing[facility] = outcome
        else:
            rows.extend(outcome)
    return Gathered(tuple(rows), missing)


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


def is_visible(row: Row, kind: RowKind, access: AccessContext) -> bool:
    """Whether the caller may see a row."""
    permitted = access.access_to(row.subject)
    date = datetime.fromisoformat(row.date) if permitted.dated and row.date else None
    return all(
        permitted.permits_row(category.value, row.labels, row.encounter, date)
        for category in kind.categories_of(row)
    )


class HospitalReader:
    """Asks hospitals on behalf of one caller."""

    def __init__(
        self,
        hospitals: Mapping[str, Hospital],
        access: AccessContext,
        deadline_seconds: float = DEADLINE_SECONDS,
    ) -> None:
        """Takes what it works with.

        Args:
            hospitals: Clients by facility code.
            access: The caller.
            deadline_seconds: What a read may take, all pages together.
        """
        self._hospitals = hospitals
        self._access = access
        self._deadline = deadline_seconds

    def knows(self, facility: str) -> bool:
        """Whether there is such a hospital."""
        return facility in self._hospitals

    async def rows(self, search: Search) -> Rows:
        """The rows of a patient, whatever their labels; for a page, enough visible ones."""
        enough = None if search.page is None else _Enough(search.page)
        kind, location = search.kind, search.location

        async def read(client: Hospital) -> tuple[Row, ...]:
            found: list[Row] = []
            async for resources in client.search(kind.type_name, _query(search)):
                page = _believed(kind, location, resources)
                found.extend(page)
                if enough is not None:
                    visible = [row for row in page if is_visible(row, kind, self._access)]
                    if enough.after(page, visible):
                        break
            return tuple(found)

        return await self._read(location.facility_id, read)

    async def rows_of_encounters(
        self, kind: RowKind, location: RecordLocation, encounters: Sequence[str]
    ) -> Rows:
        """All rows of several encounters of one patient at one hospital.

        Args:
            kind: A kind that can be searched by encounter.
            location: The patient there.
            encounters: Ids of Encounter resources there.
        """
        references = [f"Encounter/{encounter}" for encounter in encounters]
        return await self._rows_with(kind, location, kind.by_encounter or "", references)

    async def rows_by_id(
        self, kind: RowKind, location: RecordLocation, ids: Sequence[str]
    ) -> Rows:
        """The rows of one patient at one hospital that have these ids.

        Args:
            kind: Their kind.
            location: The patient there.
            ids: Ids of resources there, well-formed.
        """
        return await self._rows_with(kind, location, "_id", ids)

    async def _rows_with(
        self, kind: RowKind, location: RecordLocation, parameter: str, values: Sequence[str]
    ) -> Rows:
        """All rows that have one of the values of a search parameter."""
        searches = [
            Search(kind, location, ((parameter, ",".join(some)),)) for some in _chunks(values)
        ]
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(self.rows(search)) for search in searches]
        return _together(task.result() for task in tasks)

    async def encounters(
        self, facility: str, ids: Sequence[str]
    ) -> Mapping[str, tuple[str, Resource]] | UpstreamFault:
        """Encounter resources by id, each with the number of its patient there.

        Args:
            facility: The hospital's code.
            ids: Ids of Encounter resources there, well-formed.
        """

        async def read(client: Hospital) -> dict[str, tuple[str, Resource]]:
            found = {}
            for some in _chunks(ids):
                query = (("_id", ",".join(some)), ("_count", str(_MOST_IDS)))
                async for resources in client.search(ENCOUNTERS.type_name, query):
                    for resource in _of_type(ENCOUNTERS, resources):
                        patient = next(ENCOUNTERS.patients_of(resource), None)
                        if patient is not None:
                            found[resource["id"]] = (patient, resource)
            return found

        return await self._read(facility, read)

    async def _read(
        self, facility: str, read: Callable[[Hospital], Awaitable[ReadT]]
    ) -> ReadT | UpstreamFault:
        """What a read gives, or why nothing. Never raises for a fault of the hospital."""
        client = self._hospitals.get(facility)
        if client is None:
            return UpstreamFault.UNAVAILABLE
        try:
            async with asyncio.timeout(self._deadline):
                return await read(client)
        except UpstreamError as error:
            return error.fault
        except TimeoutError:
            return UpstreamFault.TIMEOUT


class _Enough:
    """Notices when a page can be cut, given that the hospital sends the newest rows first.

    Hospitals read dates without a zone in their own way, so a row may stand a day away from where
    it belongs. If more than that is out of order the hospital does not sort, and all is read.
    """

    def __init__(self, request: PageRequest) -> None:
        self._request = request
        self._dates: list[str] = []
        self._last: str | None = None
        self._is_sorted = True

    def after(self, page: Sequence[Row], visible: Iterable[Row]) -> bool:
        """Whether enough is at hand after another page of the hospital."""
        for row in page:
            if self._last is not None and _before(row.date) > self._last:
                self._is_sorted = False
            self._last = row.date
        position = self._request.after
        self._dates += [
            row.date for row in visible if position is None or row_position(row) < position
        ]
        self._dates.sort(reverse=True)
        first = self._request.first
        if not self._is_sorted or len(self._dates) <= first or self._last is None:
            return False
        return self._last < _before(self._dates[first])


def _before(date: str) -> str:
    """The sortable text of an instant that is earlier by more than any disorder of zones."""
    if not date:
        return ""
    try:
        return (datetime.fromisoformat(date) - _DISORDER).isoformat(timespec="microseconds")
    except OverflowError:
        return ""


def _query(search: Search) -> Parameters:
    kind, page = search.kind, search.page
    query = [
        (kind.by_patient, f"Patient/{search.location.local_id}"),
        *kind.fixed,
        *search.parameters,
    ]
    if kind.included is not None:
        query.append(("_include", f"{kind.type_name}:{kind.included[0]}"))
    if kind.sort is None or page is None:
        return [*query, ("_count", str(_MOST_AT_ONCE))]
    # Dates of a cursor are not sent: a hospital would leave out what has no date.
    count = _PAGE if page.after is not None else min(_PAGE, page.first + _MARGIN)
    return [*query, ("_sort", f"-{kind.sort}"), ("_count", str(count))]


def _believed(kind: RowKind, location: RecordLocation, resources: Sequence[Resource]) -> list[Row]:
    """The rows of an answer; what is not of the patient and kind that were asked for is dropped.

    A server may ignore a search parameter that it does not know.
    """
    return [
        kind.row(resource, location.facility_id, location.subject_id)
        for resource in _with_included(kind, resources)
        if location.local_id in kind.patients_of(resource) and kind.admits(resource)
    ]


def _chunks(ids: Sequence[str]) -> list[Sequence[str]]:
    """Ids in as many as one address should hold."""
    return [ids[start : start + _MOST_IDS] for start in range(0, len(ids), _MOST_IDS)]


def _of_type(kind: RowKind, resources: Sequence[Resource]) -> list[Resource]:
    return [resource for resource in resources if resource.get("resourceType") == kind.type_name]


def _with_included(kind: RowKind, resources: Sequence[Resource]) -> list[Resource]:
    """The matches of a page; those that refer to an included resource contain it."""
    matches = _of_type(kind, resources)
    if kind.included is None:
        return matches
    name, type_name = kind.included
    others = {
        resource["id"]: resource
        for resource in resources
        if resource.get("resourceType") == type_name
    }
    joined: list[Resource] = []
    for resource in matches:
        reference = first_at(resource, f"{name}Reference.reference")
        included = others.get(reference_id(reference, type_name) or "")
        if included is None:
            joined.append(resource)
        else:
            contained = [*objects(resource.get("contained")), included]
            joined.append({**resource, "contained": contained})
    return joined


def _together(outcomes: Iterable[Rows]) -> Rows:
    rows: list[Row] = []
    for outcome in outcomes:
        if isinstance(outcome, UpstreamFault):
            return outcome
        rows.extend(outcome)
    return tuple(rows)
