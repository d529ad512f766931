"""A search of one hospital: what is asked, what of the answer is believed, when it is enough."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from resolvers.datatypes.connections import PageRequest, Position
from resolvers.encounter.elements import first_at, objects
from resolvers.encounter.fhir import Parameters, Resource
from resolvers.encounter.kinds import Row, RowKind, reference_id
from resolvers.encounter.locations import RecordLocation

MOST_AT_ONCE = 500
"""Rows of a hospital's page, where all are read."""

_PAGE = 100
_MARGIN = 20
_DISORDER = timedelta(hours=26)


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


class Episode(NamedTuple):
    """The rows of one kind that belong to one encounter.

    Attributes:
        kind: The kind of row.
        location: The patient at the encounter's hospital.
        encounter: Id of the Encounter resource there.
    """

    kind: RowKind
    location: RecordLocation
    encounter: str


def row_position(row: Row) -> Position:
    """Where a row stands in its list."""
    return Position(row.date, row.facility, row.id)


def query_of(search: Search) -> Parameters:
    """The parameters that a hospital is searched with."""
    kind, page = search.kind, search.page
    query = [
        (kind.by_patient, f"Patient/{search.location.local_id}"),
        *kind.fixed,
        *search.parameters,
    ]
    if kind.included is not None:
        query.append(("_include", f"{kind.type_name}:{kind.included[0]}"))
    if kind.sort is None or page is None:
        return [*query, ("_count", str(MOST_AT_ONCE))]
    # Dates of a cursor are not sent: a hospital would leave out what has no date.
    count = _PAGE if page.after is not None else min(_PAGE, page.first + _MARGIN)
    return [*query, ("_sort", f"-{kind.sort}"), ("_count", str(count))]


def believed(kind: RowKind, location: RecordLocation, resources: Sequence[Resource]) -> list[Row]:
    """The rows of an answer; what is not of the patient and kind that were asked for is dropped.

    A server may ignore a search parameter that it does not know.
    """
    return [
        kind.row(resource, location.facility_id, location.subject_id).labelled(location.labels)
        for resource in _with_included(kind, resources)
        if location.local_id in kind.patients_of(resource) and kind.admits(resource)
    ]


def of_type(kind: RowKind, resources: Sequence[Resource]) -> list[Resource]:
    """The resources of a kind's type among those of an answer."""
    return [resource for resource in resources if resource.get("resourceType") == kind.type_name]


def _with_included(kind: RowKind, resources: Sequence[Resource]) -> list[Resource]:
    """The matches of a page; those that refer to an included resource contain it."""
    matches = of_type(kind, resources)
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


class Enough:
    """Notices when a page can be cut, given that the hospital sends the newest rows first.

    Hospitals read dates without a zone in their own way, so a row may stand a day away from where
    it belongs. If more than that is out of order the hospital does not sort, and all is read.
    """

    def __init__(self, request: PageRequest) -> None:
        """Takes the page that is wanted."""
        self._request = request
        self._dates: list[str] = []
        self._last: str | None = None
        self._is_sorted = True

    def after(self, page: Sequence[Row], visible: Iterable[Row]) -> bool:
        """Whether enough is at hand after another page of the hospital.

        Args:
            page: All rows of the hospital's page.
            visible: Those of them that the caller may see.
        """
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
