"""The record locator as one request reads it, in batches."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from resolvers.batching import Loader
from resolvers.encounter.locations import EncounterRepository, FacilityRecord, RecordLocation


class Number(NamedTuple):
    """A patient's number at a facility."""

    facility: str
    local: str


class Locator:
    """One request's loaders of record locations, with the labels that the register gives them.

    Attributes:
        by_patient: Where a patient's record lies.
        by_number: Whose record a facility's number is.
    """

    def __init__(
        self, repository: EncounterRepository, facilities: Loader[str, FacilityRecord | None]
    ) -> None:
        """Makes empty loaders.

        Args:
            repository: The locator.
            facilities: The register.
        """
        self._repository = repository
        self._facilities = facilities
        self.by_patient: Loader[str, list[RecordLocation]] = Loader(
            "LocationsByPatient", self._by_patient
        )
        self.by_number: Loader[Number, RecordLocation | None] = Loader(
            "LocationByNumber", self._by_number
        )

    async def _by_patient(self, subjects: Sequence[str]) -> list[list[RecordLocation]]:
        found = await self._repository.locations(subjects)
        labels = await self._labels(one for locations in found for one in locations)
        return [[_labelled(one, labels) for one in locations] for locations in found]

    async def _by_number(self, numbers: Sequence[Number]) -> list[RecordLocation | None]:
        by_facility: dict[str, list[str]] = defaultdict(list)
        for number in numbers:
            by_facility[number.facility].append(number.local)
        found: dict[Number, RecordLocation] = {}
        for facility, local_ids in by_facility.items():
            for location in await self._repository.locations_at(facility, local_ids):
                if location is not None:
                    found[Number(facility, location.local_id)] = location
        labels = await self._labels(found.values())
        known = {number: _labelled(location, labels) for number, location in found.items()}
        return [known.get(number) for number in numbers]

    async def _labels(self, locations: Iterable[RecordLocation]) -> dict[str, frozenset[str]]:
        """The labels of facilities that have some, by code."""
        loads = {
            code: self._facilities.load(code) for code in {one.facility_id for one in locations}
        }
        records = {code: await load for code, load in loads.items()}
        return {
            code: frozenset(record.labels)
            for code, record in records.items()
            if record is not None and record.labels
        }


def _labelled(location: RecordLocation, labels: Mapping[str, frozenset[str]]) -> RecordLocation:
    known = labels.get(location.facility_id)
    return location if known is None else replace(location, labels=known)
