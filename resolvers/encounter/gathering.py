"""Reading rows of hospitals on behalf of one caller, and what she may see of them.

A hospital that fails or is slow costs its own rows only: every read answers rows or the fault.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias, TypeVar

from access.context import AccessContext
from access.purposes import Role
from resolvers.encounter.fhir import Resource
from resolvers.encounter.kinds import CONDITIONS, ENCOUNTERS, Row, RowKind
from resolvers.encounter.locations import RecordLocation
from resolvers.encounter.ports import Hospital
from resolvers.encounter.searches import (
    MOST_AT_ONCE,
    Enough,
    Search,
    believed,
    of_type,
    query_of,
)
from resolvers.upstream import UpstreamError, UpstreamFault

DEADLINE_SECONDS = 2.2
"""What one list may wait for one hospital, all pages together; a single request has 2 s."""

ReadT = TypeVar("ReadT")

_MOST_IDS = 50

Rows: TypeAlias = tuple[Row, ...] | UpstreamFault
"""What a hospital has, or why it gave nothing."""

Labelling: TypeAlias = Callable[[Sequence[Row]], Awaitable[Sequence[Row]]]
"""Adds labels to rows that their own codes do not give."""


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


def may_ask(location: RecordLocation, access: AccessContext) -> bool:
    """Whether the caller may have what a facility holds.

    A practitioner gets what another facility holds only where that facility agreed to share; the
    subject herself, who stands in for her, and the statutory insurer need no such agreement.
    """
    if access.role != Role.PRACTITIONER.value:
        return True
    return location.shares or location.facility_id == access.organization


def may_name(location: RecordLocation, access: AccessContext) -> bool:
    """Whether the caller may know that a facility holds anything of a patient.

    Where its name alone tells something sensitive she may only if she might see a row of it;
    otherwise it is neither asked nor named when it fails.
    """
    permitted = access.access_to(location.subject_id)
    windows = (window for group in permitted.dated.values() for window in group)
    seen = [*permitted.groups.values(), *(window.labels for window in windows)]
    return any(location.labels <= labels for labels in seen) or any(
        encounter.startswith(f"{location.facility_id}~")
        for encounter in permitted.labelled_encounters
    )


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

    async def rows(self, search: Search, labelled: Labelling | None = None) -> Rows:
        """The rows of a patient, whatever their labels; for a page, enough visible ones.

        Args:
            search: What is asked.
            labelled: Labels rows further, before it is counted which of them are visible; may
                raise `UpstreamError`.
        """
        enough = None if search.page is None else Enough(search.page)
        kind, location = search.kind, search.location

        async def read(client: Hospital) -> tuple[Row, ...]:
            found: list[Row] = []
            async for resources in client.search(kind.type_name, query_of(search)):
                page: Sequence[Row] = believed(kind, location, resources)
                if labelled is not None:
                    page = await labelled(page)
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
                    for resource in of_type(ENCOUNTERS, resources):
                        patient = next(ENCOUNTERS.patients_of(resource), None)
                        if patient is not None:
                            found[resource["id"]] = (patient, resource)
            return found

        return await self._read(facility, read)

    async def conditions(
        self, facility: str, encounters: Sequence[str]
    ) -> tuple[Resource, ...] | UpstreamFault:
        """Condition resources of several encounters, whoever's they are.

        Args:
            facility: The hospital's code.
            encounters: Ids of Encounter resources there, well-formed.
        """

        async def read(client: Hospital) -> tuple[Resource, ...]:
            found: list[Resource] = []
            for some in _chunks(encounters):
                references = ",".join(f"Encounter/{one}" for one in some)
                query = (
                    (CONDITIONS.by_encounter or "", references),
                    ("_count", str(MOST_AT_ONCE)),
                )
                async for resources in client.search(CONDITIONS.type_name, query):
                    found.extend(of_type(CONDITIONS, resources))
            return tuple(found)

        return await self._read(facility, read)

    async def _read(
        self, facility: str, read: Callable[[Hospital], Awaitable[ReadT]]
    ) -> ReadT | UpstreamFault:
        """What a read gives, or why nothing. Never raises for a fault of the hospital."""
        client = self._hospitals.get(facility)
        if client is None:
            return UpstreamFault.NOT_CONNECTED
        try:
            async with asyncio.timeout(self._deadline):
                return await read(client)
        except UpstreamError as error:
            return error.fault
        except TimeoutError:
            return UpstreamFault.TIMEOUT


def _chunks(ids: Sequence[str]) -> list[Sequence[str]]:
    """Ids in as many as one address should hold."""
    return [ids[start : start + _MOST_IDS] for start in range(0, len(ids), _MOST_IDS)]


def _together(outcomes: Iterable[Rows]) -> Rows:
    rows: list[Row] = []
    for outcome in outcomes:
        if isinstance(outcome, UpstreamFault):
            return outcome
        rows.extend(outcome)
    return tuple(rows)
