"""The diagnoses of visits, which label the visits and what is told of them in words.

They are read here for their labels, whether or not the caller may see them, and never shown.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from access.context import AccessContext
from access.labels import HIDDEN_BY_LAW, Label
from resolvers.batching import Loader
from resolvers.encounter.gathering import HospitalReader, Rows
from resolvers.encounter.kinds import CONDITIONS, ENCOUNTERS, Row
from resolvers.encounter.locations import RecordLocation
from resolvers.encounter.searches import Episode, Search
from resolvers.upstream import UpstreamError, UpstreamFault

LABELS_OF_DIAGNOSES = frozenset(label.value for label in Label) - HIDDEN_BY_LAW
"""What a diagnosis may be labelled with."""


class Diagnoses:
    """One request's diagnoses.

    Whoever may see every label is told what her encounters hold and nothing has to be labelled:
    only the episodes that she asks for are read. For anybody else all diagnoses of the patient at
    a hospital are, once, beside the list of her visits.
    """

    def __init__(
        self, reader: HospitalReader, episodes: Loader[Episode, Rows], access: AccessContext
    ) -> None:
        """Takes what it works with.

        Args:
            reader: Asks hospitals for the caller.
            episodes: Reads the rows of single encounters.
            access: The caller.
        """
        self._reader = reader
        self._episodes = episodes
        self._access = access
        self._begun: dict[RecordLocation, asyncio.Task[Rows]] = {}

    def begin(self, location: RecordLocation) -> "asyncio.Task[Rows]":
        """Reading of all conditions of a patient at one hospital; there is one of each."""
        task = self._begun.get(location)
        if task is None:
            task = asyncio.ensure_future(self._reader.rows(Search(CONDITIONS, location)))
            self._begun[location] = task
        return task

    async def all_at(self, location: RecordLocation) -> Rows:
        """All conditions of a patient at one hospital."""
        # Several wait for the same answer: who gives up does not take it from the others.
        return await asyncio.shield(self.begin(location))

    async def of(self, encounter: str, location: RecordLocation) -> Rows:
        """All conditions of one encounter.

        Args:
            encounter: Its id in the health book.
            location: The patient at its hospital.
        """
        if self._sees_every_label(location.subject_id):
            number = encounter.partition("~")[2]
            return await self._episodes.load(Episode(CONDITIONS, location, number))
        found = await self.all_at(location)
        if isinstance(found, UpstreamFault):
            return found
        return tuple(row for row in found if row.encounter == encounter)

    async def visits(self, search: Search) -> Rows:
        """Visits of a patient at one hospital with the labels of what was diagnosed at them.

        Args:
            search: For encounters.
        """
        location = search.location
        if self._sees_every_label(location.subject_id):
            return await self._reader.rows(search)
        self.begin(location)

        async def labelled(page: Sequence[Row]) -> Sequence[Row]:
            found = await self.all_at(location)
            if isinstance(found, UpstreamFault):
                raise UpstreamError(location.facility_id, found)
            return labelled_by_diagnoses(page, found)

        return await self._reader.rows(search, labelled)

    def _sees_every_label(self, subject: str) -> bool:
        permitted = self._access.access_to(subject).groups.get(ENCOUNTERS.category.value)
        return permitted is not None and permitted >= LABELS_OF_DIAGNOSES


def labels_together(rows: Sequence[Row]) -> frozenset[str]:
    """All labels of several rows."""
    return frozenset(label for row in rows for label in row.labels)


def labelled_by_diagnoses(visits: Sequence[Row], conditions: Iterable[Row]) -> list[Row]:
    """Visits with the labels of what was diagnosed at them.

    A visit that is shown while every diagnosis of it is hidden tells that something is hidden,
    and its place, practitioner and kind tell what. So a visit bears the labels of its least
    sensitive diagnosis: it is there where anything that was diagnosed may be shown.

    Args:
        visits: Encounters.
        conditions: Conditions of the same patient at the same hospital, of any encounter.
    """
    labels: dict[str, list[frozenset[str]]] = defaultdict(list)
    for row in conditions:
        if row.encounter is not None:
            labels[row.encounter].append(row.labels)
    return [visit.labelled(_least(labels, visit.id)) for visit in visits]


def _least(labels: Mapping[str, Sequence[frozenset[str]]], visit: str) -> frozenset[str]:
    known = labels.get(visit, ())
    return min(known, key=lambda one: (len(one), sorted(one)), default=frozenset())
