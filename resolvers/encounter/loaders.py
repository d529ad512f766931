"""The loader set of one request to the encounter subgraph."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

from access.context import AccessContext
from resolvers.batching import Loader
from resolvers.datatypes.connections import PageRequest
from resolvers.encounter.diagnoses import Diagnoses, labelled_by_diagnoses, labels_together
from resolvers.encounter.fhir import Resource, is_resource_id
from resolvers.encounter.gathering import (
    DEADLINE_SECONDS,
    Gathered,
    HospitalReader,
    Rows,
    gathered,
    is_visible,
    may_ask,
    may_name,
)
from resolvers.encounter.kinds import CONDITIONS, ENCOUNTERS, Row, RowKind
from resolvers.encounter.locations import (
    EncounterRepository,
    FacilityRecord,
    PractitionerRecord,
    RecordLocation,
)
from resolvers.encounter.locator import Locator, Number
from resolvers.encounter.noticed import noticed_visit
from resolvers.encounter.ports import Hospital
from resolvers.encounter.references import ReferencedRows
from resolvers.encounter.searches import Episode, Search, believed
from resolvers.upstream import UpstreamFault
from storage.documents import Document

ItemT = TypeVar("ItemT")
KeyT = TypeVar("KeyT", bound=Hashable)


class HeldEncounter(NamedTuple):
    """An encounter at its hospital.

    Attributes:
        patient_number: Id of its Patient resource there.
        resource: The Encounter resource.
    """

    patient_number: str
    resource: Resource


@dataclass(frozen=True, slots=True)
class EncounterSources:
    """Where the subgraph's data comes from; shared by all requests.

    Attributes:
        repository: Locator and registers.
        hospitals: Clients by facility code.
        deadline_seconds: What one list may wait for one hospital.
    """

    repository: EncounterRepository
    hospitals: Mapping[str, Hospital]
    deadline_seconds: float = DEADLINE_SECONDS


class EncounterLoaders:
    """One request's loaders; nothing of them outlives it."""

    def __init__(self, sources: EncounterSources, access: AccessContext) -> None:
        """Makes empty loaders.

        Args:
            sources: Where the data comes from.
            access: The caller.
        """
        repository = sources.repository
        self._access = access
        self._reader = HospitalReader(sources.hospitals, access, sources.deadline_seconds)
        self.facilities: Loader[str, FacilityRecord | None] = Loader(
            "FacilityById", repository.facilities
        )
        self._locator = Locator(repository, self.facilities)
        self.practitioners: Loader[str, PractitionerRecord | None] = Loader(
            "PractitionerById", repository.practitioners
        )
        self._by_id: Loader[str, Row | UpstreamFault | None] = Loader(
            "EncounterById", self._encounters
        )
        self._known: dict[str, Row] = {}
        self._searches: Loader[Search, Rows] = Loader("RowsBySearch", self._all_searches)
        self._episodes: Loader[Episode, Rows] = Loader("RowsByEncounter", self._all_episodes)
        self._referenced = ReferencedRows(self._reader)
        self._diagnoses = Diagnoses(self._reader, self._episodes, access)
        self._notices: Loader[str, list[Document]] = Loader(
            "NoticesByPatient", repository.notices_of
        )
        self._notices_by_id = repository.notices

    async def encounter(self, encounter_id: str) -> Row | UpstreamFault | None:
        """The encounter of an id, whatever its labels; from a list that was read, if it is there.

        Args:
            encounter_id: The health book's id.
        """
        known = self._known.get(encounter_id)
        return await self._by_id.load(encounter_id) if known is None else known

    async def of_patient(
        self,
        subject: str,
        kind: RowKind,
        page: PageRequest,
        parameters: tuple[tuple[str, str], ...] = (),
    ) -> Gathered:
        """The visible rows of a patient, at least those of a page.

        Args:
            subject: The patient.
            kind: The kind of row.
            page: Which page will be cut of them.
            parameters: Further search parameters.
        """
        known = await self._locator.by_patient.load(subject)
        asked = [
            one for one in known if may_ask(one, self._access) and may_name(one, self._access)
        ]
        wanted = page if kind.sort is not None else None
        searches = [Search(kind, location, parameters, wanted) for location in asked]
        outcomes = await _all([self._listed(search) for search in searches])
        codes = [location.facility_id for location in asked]
        answers = [*zip(codes, outcomes, strict=True)]
        if kind is ENCOUNTERS:
            answers += await self._noticed(subject, codes)
        return gathered(answers)

    async def _noticed(self, subject: str, facilities: Sequence[str]) -> list[tuple[str, Rows]]:
        """Visible visits to facilities that have no server, by what they gave notice of."""
        without = {code for code in facilities if not self._reader.knows(code)}
        known = await self._notices.load(subject) if without else []
        visits = [noticed_visit(notice) for notice in known if notice["facility_id"] in without]
        visible = [one for one in visits if is_visible(one, ENCOUNTERS, self._access)]
        self._known.update({visit.id: visit for visit in visible})
        return [(visit.facility, (visit,)) for visit in visible]

    async def of_encounter(self, encounter: Row, kind: RowKind) -> Gathered:
        """The visible rows of one encounter."""
        location = await self._location(encounter)
        if location is None:
            return Gathered((), {})
        outcome = await self._of_episode(encounter, kind, location)
        return gathered([(location.facility_id, await self._visible(outcome, kind, location))])

    async def diagnoses_of(self, row: Row) -> Rows:
        """All conditions of the encounter of a row, whatever their labels; never to be shown."""
        location = None if row.encounter is None else await self._location(row)
        if location is None or row.encounter is None:
            return ()
        return await self._diagnoses.of(row.encounter, location)

    async def referenced(self, row: Row, kind: RowKind, path: str) -> Rows:
        """The rows of a kind that a row refers to at a path, whatever their labels."""
        location = await self._location(row)
        return () if location is None else await self._referenced.of(row, kind, path, location)

    async def held(self, facility: str, number: str) -> HeldEncounter | UpstreamFault | None:
        """An encounter as its hospital holds it, whoever's it is; never to be shown.

        Args:
            facility: The hospital's code.
            number: Id of the Encounter resource there.
        """
        if not self._reader.knows(facility) or not is_resource_id(number):
            return None
        answer = await self._reader.encounters(facility, [number])
        if isinstance(answer, UpstreamFault):
            return answer
        found = answer.get(number)
        return None if found is None else HeldEncounter(*found)

    async def _location(self, encounter: Row) -> RecordLocation | None:
        """Where an encounter's rows are, if the caller may ask there."""
        for location in await self._locator.by_patient.load(encounter.subject):
            if location.facility_id == encounter.facility and may_ask(location, self._access):
                return location
        return None

    async def _of_episode(self, encounter: Row, kind: RowKind, location: RecordLocation) -> Rows:
        if kind is CONDITIONS:
            return await self._diagnoses.of(encounter.id, location)
        if kind.by_encounter is not None:
            return await self._episodes.load(Episode(kind, location, encounter.resource["id"]))
        outcome = await self._searches.load(Search(kind, location))
        if isinstance(outcome, UpstreamFault):
            return outcome
        return tuple(row for row in outcome if row.encounter == encounter.id)

    async def _listed(self, search: Search) -> Rows:
        outcome = await self._searches.load(search)
        visible = await self._visible(outcome, search.kind, search.location)
        if search.kind is ENCOUNTERS and not isinstance(visible, UpstreamFault):
            for row in visible:
                self._known[row.id] = row
        return visible

    async def _visible(self, outcome: Rows, kind: RowKind, location: RecordLocation) -> Rows:
        """The rows that the caller may see; none of a narrative whose diagnoses are not known."""
        if isinstance(outcome, UpstreamFault):
            return outcome
        rows: Sequence[Row] = outcome
        if kind.is_narrative:
            labels = await self._labels_of_episodes(rows, location)
            if isinstance(labels, UpstreamFault):
                return labels
            rows = [row.labelled(labels.get(row.encounter or "", ())) for row in rows]
        return tuple(row for row in rows if is_visible(row, kind, self._access))

    async def _labels_of_episodes(
        self, rows: Sequence[Row], location: RecordLocation
    ) -> Mapping[str, frozenset[str]] | UpstreamFault:
        encounters = sorted({row.encounter for row in rows if row.encounter is not None})
        outcomes = await _all([self._diagnoses.of(one, location) for one in encounters])
        labels: dict[str, frozenset[str]] = {}
        for encounter, outcome in zip(encounters, outcomes, strict=True):
            if isinstance(outcome, UpstreamFault):
                return outcome
            labels[encounter] = labels_together(outcome)
        return labels

    async def _encounters(self, ids: Sequence[str]) -> list[Row | UpstreamFault | None]:
        parts = [encounter.partition("~") for encounter in ids]
        wanted = _grouped(
            [(facility, local) for facility, _, local in parts if is_resource_id(local)]
        )
        answers = await _all(
            [self._encounters_at(facility, local_ids) for facility, local_ids in wanted.items()]
        )
        found: dict[str, Row] = {}
        failed: dict[str, UpstreamFault] = {}
        for facility, answer in zip(wanted, answers, strict=True):
            if isinstance(answer, UpstreamFault):
                failed[facility] = answer
            else:
                found.update(answer)
        return [
            found.get(encounter) or failed.get(facility)
            for encounter, (facility, _, _) in zip(ids, parts, strict=True)
        ]

    async def _encounters_at(
        self, facility: str, local_ids: Sequence[str]
    ) -> Mapping[str, Row] | UpstreamFault:
        """The encounters of a hospital that are of patients whom the book knows there."""
        if not self._reader.knows(facility):
            return await self._noticed_at(facility, local_ids)
        # Together, so that a visit that is there takes no longer than one that is not.
        conditions = asyncio.ensure_future(self._reader.conditions(facility, local_ids))
        answer = await self._reader.encounters(facility, local_ids)
        diagnoses = await conditions
        if isinstance(answer, UpstreamFault):
            return answer
        if isinstance(diagnoses, UpstreamFault):
            return diagnoses
        found: dict[str, Row] = {}
        locations = await _all(
            [
                self._locator.by_number.load(Number(facility, patient))
                for patient, _ in answer.values()
            ]
        )
        for location, (_, resource) in zip(locations, answer.values(), strict=True):
            if location is not None and may_ask(location, self._access):
                visit = ENCOUNTERS.row(resource, facility, location.subject_id)
                visits = [visit.labelled(location.labels)]
                [row] = labelled_by_diagnoses(visits, believed(CONDITIONS, location, diagnoses))
                found[row.id] = row
        return found

    async def _noticed_at(self, facility: str, local_ids: Sequence[str]) -> Mapping[str, Row]:
        """Encounters of a facility that has no server, by what it gave notice of."""
        notices = await self._notices_by_id([f"{facility}~{one}" for one in local_ids])
        locations = await _all(
            [
                self._locator.by_number.load(Number(facility, notice["local_id"]))
                for notice in notices
            ]
        )
        return {
            notice["_id"]: noticed_visit(notice)
            for notice, location in zip(notices, locations, strict=True)
            if location is not None
            and location.subject_id == notice["subject_id"]
            and may_ask(location, self._access)
        }

    async def _all_searches(self, searches: Sequence[Search]) -> list[Rows]:
        return await _all([self._searched(search) for search in searches])

    async def _searched(self, search: Search) -> Rows:
        if search.kind is ENCOUNTERS:
            return await self._diagnoses.visits(search)
        if search == Search(CONDITIONS, search.location):
            return await self._diagnoses.all_at(search.location)
        return await self._reader.rows(search)

    async def _all_episodes(self, episodes: Sequence[Episode]) -> list[Rows]:
        """One search for all encounters of one patient at one hospital, per kind."""
        groups = _grouped([((one.kind, one.location), one.encounter) for one in episodes])
        answers = await _all(
            [
                self._reader.rows_of_encounters(kind, location, encounters)
                for (kind, location), encounters in groups.items()
            ]
        )
        by_group = dict(zip(groups, answers, strict=True))
        return [_of_one(by_group[one.kind, one.location], one) for one in episodes]


def _of_one(answer: Rows, episode: Episode) -> Rows:
    if isinstance(answer, UpstreamFault):
        return answer
    encounter = f"{episode.location.facility_id}~{episode.encounter}"
    return tuple(row for row in answer if row.encounter == encounter)


def _grouped(pairs: Sequence[tuple[KeyT, str]]) -> dict[KeyT, list[str]]:
    groups: dict[KeyT, list[str]] = defaultdict(list)
    for group, item in pairs:
        groups[group].append(item)
    return groups


async def _all(operations: Sequence[Awaitable[ItemT]]) -> list[ItemT]:
    """The results of operations that run at the same time, in order."""
    if len(operations) == 1:
        return [await operations[0]]
    tasks = [asyncio.ensure_future(operation) for operation in operations]
    return [await task for task in tasks]
