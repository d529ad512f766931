"""The record locator and the registers of facilities and practitioners: documents of our own.

The locator says which facilities hold data of a patient, under which number there, and whether
the facility agreed to share with others (Luật KCB 15/2023 art. 69 k3). Only those are asked.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from storage.documents import Document, DocumentStore, DuplicateKeyError, IndexSpec

LOCATIONS = "record_locations"
FACILITIES = "facilities"
PRACTITIONERS = "practitioners"
NOTICES = "encounter_notices"

FINISHED = "FINISHED"
"""Status of a notice about an episode that is over."""


@dataclass(frozen=True, slots=True)
class RecordLocation:
    """Where a part of a patient's record lies.

    Attributes:
        subject_id: The patient.
        facility_id: Code of the facility that holds it.
        local_id: The Patient resource's id there.
        shares: The facility agreed to share with practitioners of others.
        since: From when it holds data, aware.
        labels: Of all that the facility holds; from the register, not kept with the location.
    """

    subject_id: str
    facility_id: str
    local_id: str
    shares: bool
    since: datetime
    labels: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class FacilityRecord:
    """A facility of the national register.

    Attributes:
        id: Its code (mã CSKCB), or a pharmacy's id.
        name: Its name.
        address: In one line.
        phone: Telephone.
        kind: ``HOSPITAL``, ``CLINIC``, ``COMMUNE_STATION`` or ``PHARMACY``.
        labels: Sensitivity labels of all that it holds, where its name alone tells them: a
            psychiatric hospital, an HIV clinic.
    """

    id: str
    name: str
    address: str | None = None
    phone: str | None = None
    kind: str | None = None
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PractitionerRecord:
    """A licensed practitioner.

    Attributes:
        id: Her id.
        name: Her name.
        licence: Number of the practising licence.
        speciality: In words.
        facility_id: Where she works.
    """

    id: str
    name: str
    licence: str | None = None
    speciality: str | None = None
    facility_id: str | None = None


def indexes() -> list[IndexSpec]:
    """The indexes that the collections need."""
    return [
        IndexSpec(LOCATIONS, (("subject_id", 1),)),
        IndexSpec(LOCATIONS, (("facility_id", 1), ("local_id", 1))),
        IndexSpec(NOTICES, (("subject_id", 1),)),
    ]


class EncounterRepository:
    """Locator and registers."""

    def __init__(self, store: DocumentStore) -> None:
        """Args: store: where the documents are."""
        self._locations = store.collection(LOCATIONS)
        self._facilities = store.collection(FACILITIES)
        self._practitioners = store.collection(PRACTITIONERS)
        self._notices = store.collection(NOTICES)

    async def locations(self, subjects: Sequence[str]) -> list[list[RecordLocation]]:
        """Where each subject's record lies, by facility, in the subjects' order."""
        found = await self._locations.find(
            {"subject_id": {"$in": list(subjects)}}, sort=[("subject_id", 1), ("facility_id", 1)]
        )
        by_subject: dict[str, list[RecordLocation]] = {subject: [] for subject in subjects}
        for document in found:
            by_subject[document["subject_id"]].append(_location(document))
        return [by_subject[subject] for subject in subjects]

    async def locations_at(
        self, facility_id: str, local_ids: Sequence[str]
    ) -> list[RecordLocation | None]:
        """Whose record each number of a facility is, in order."""
        found = await self._locations.find(
            {"facility_id": facility_id, "local_id": {"$in": list(local_ids)}}
        )
        by_number = {document["local_id"]: _location(document) for document in found}
        return [by_number.get(local_id) for local_id in local_ids]

    async def keep_location(
        self, location: RecordLocation, shares: bool | None
    ) -> RecordLocation | None:
        """Adds a location, or takes note of a new number or agreement.

        Args:
            location: Where the record lies.
            shares: Whether the facility shares it; ``None`` leaves what was said before, and does
                not share where nothing was.

        Returns:
            What holds now, or ``None`` if the number is another patient's at this facility.
        """
        inserted: Document = {
            "subject_id": location.subject_id,
            "facility_id": location.facility_id,
            "since": location.since,
        }
        changed: Document = {"local_id": location.local_id}
        if shares is None:
            inserted["shares"] = False
        else:
            changed["shares"] = shares
        condition = {"_id": _location_id(location)}
        update = {"$set": changed, "$setOnInsert": inserted}
        try:
            await self._locations.find_one_and_update(condition, update, upsert=True)
        except DuplicateKeyError:
            # Either the number is taken, or another process has just added the same location.
            [holder] = await self.locations_at(location.facility_id, [location.local_id])
            if holder is not None and holder.subject_id != location.subject_id:
                return None
            await self._locations.find_one_and_update(condition, update)
        document = await self._locations.find_one(condition)
        return None if document is None else _location(document)

    async def keep_notice(self, notice: Document) -> Document | None:
        """Keeps a facility's notice of an episode in place of its earlier one.

        Who was named first as treating stays named: others treat beside her.

        Args:
            notice: `_id` (the encounter), `subject_id`, `status`, `practitioner_id` and what else
                is known of it.

        Returns:
            The earlier notice where it stands against this one: it is about another patient, or
            the episode is finished and would be open again. Else ``None``: the notice is kept.
        """
        kept = {"_id", "practitioner_id"}
        members = {name: value for name, value in notice.items() if name not in kept}
        first = {"practitioner_id": notice["practitioner_id"]}
        update = {"$set": members, "$setOnInsert": first}
        condition: dict[str, Any] = {"_id": notice["_id"], "subject_id": notice["subject_id"]}
        if notice["status"] != FINISHED:
            condition["status"] = {"$ne": FINISHED}
        for _ in range(2):
            try:
                await self._notices.find_one_and_update(condition, update, upsert=True)
            except DuplicateKeyError:
                earlier = await self._notices.find_one({"_id": notice["_id"]})
                if earlier is not None and _stands_against(earlier, notice):
                    return earlier
            else:
                return None
        return None

    async def notices_of(self, subjects: Sequence[str]) -> list[list[Document]]:
        """What facilities gave notice of about each subject, in the subjects' order."""
        found = await self._notices.find(
            {"subject_id": {"$in": list(subjects)}}, sort=[("subject_id", 1)]
        )
        by_subject: dict[str, list[Document]] = {subject: [] for subject in subjects}
        for document in found:
            by_subject[document["subject_id"]].append(document)
        return [by_subject[subject] for subject in subjects]

    async def notices(self, ids: Sequence[str]) -> list[Document]:
        """The notices of encounters, as far as there are any.

        Args:
            ids: The health book's ids of the encounters.
        """
        return await self._notices.find({"_id": {"$in": list(ids)}})

    async def facilities(self, ids: Sequence[str]) -> list[FacilityRecord | None]:
        """The facility of each id, in order."""
        found = await self._facilities.find({"_id": {"$in": list(ids)}})
        by_id = {document["_id"]: _facility(document) for document in found}
        return [by_id.get(facility) for facility in ids]

    async def practitioners(self, ids: Sequence[str]) -> list[PractitionerRecord | None]:
        """The practitioner of each id, in order."""
        found = await self._practitioners.find({"_id": {"$in": list(ids)}})
        by_id = {document["_id"]: PractitionerRecord(**_members(document)) for document in found}
        return [by_id.get(practitioner) for practitioner in ids]

    async def import_locations(self, locations: Sequence[RecordLocation]) -> int:
        """Adds locations in bulk; those that are there stay as they are."""
        documents: list[Document] = [
            {
                "_id": _location_id(location),
                "subject_id": location.subject_id,
                "facility_id": location.facility_id,
                "local_id": location.local_id,
                "shares": location.shares,
                "since": location.since,
            }
            for location in locations
        ]
        return await self._locations.insert_many(documents, ordered=False)

    async def import_facilities(self, facilities: Sequence[FacilityRecord]) -> int:
        """Adds facilities in bulk; those that are there stay as they are."""
        documents: list[Document] = [
            {
                "_id": one.id,
                "name": one.name,
                "address": one.address,
                "phone": one.phone,
                "kind": one.kind,
                "labels": list(one.labels),
            }
            for one in facilities
        ]
        return await self._facilities.insert_many(documents, ordered=False)

    async def import_practitioners(self, practitioners: Sequence[PractitionerRecord]) -> int:
        """Adds practitioners in bulk; those that are there stay as they are."""
        documents: list[Document] = [
            {
                "_id": one.id,
                "name": one.name,
                "licence": one.licence,
                "speciality": one.speciality,
                "facility_id": one.facility_id,
            }
            for one in practitioners
        ]
        return await self._practitioners.insert_many(documents, ordered=False)


def _stands_against(earlier: Document, notice: Document) -> bool:
    if earlier["subject_id"] != notice["subject_id"]:
        return True
    return bool(earlier["status"] == FINISHED and notice["status"] != FINISHED)


def _location_id(location: RecordLocation) -> str:
    return f"{location.subject_id}~{location.facility_id}"


def _location(document: Document) -> RecordLocation:
    return RecordLocation(
        subject_id=document["subject_id"],
        facility_id=document["facility_id"],
        local_id=document["local_id"],
        shares=document["shares"],
        since=document["since"],
    )


def _facility(document: Document) -> FacilityRecord:
    members = _members(document)
    return FacilityRecord(**{**members, "labels": tuple(members.get("labels", ()))})


def _members(document: Document) -> dict[str, Any]:
    return {
        "id" if name == "_id" else name: value
        for name, value in document.items()
        if name != "schema_version"
    }
