"""Facilities and practitioners: entities of this subgraph, from the registers."""

from collections.abc import Mapping
from typing import Any

import strawberry
from strawberry import federation

from resolvers.datatypes.fields import resolved
from resolvers.encounter.elements import first_at, members, text
from resolvers.encounter.kinds import reference_id
from resolvers.encounter.locations import FacilityRecord, PractitionerRecord
from resolvers.encounter.schema.context import EncounterInfo
from resolvers.federation import text_key


@federation.type(
    keys=["id"],
    description="A facility that examines and treats, a pharmacy or another organization.",
)
class Facility:
    """A facility by its key, with what a hospital calls it."""

    id: strawberry.ID = federation.field(description="Opaque id.")
    display: strawberry.Private[str | None] = None

    @resolved(description="Its name, from the register or as the record names it.")
    async def name(self, info: EncounterInfo) -> str | None:
        """The registered name, or the hospital's."""
        record = await self._record(info)
        return self.display if record is None else record.name

    @resolved(description="Its address in one line.")
    async def address(self, info: EncounterInfo) -> str | None:
        """The registered address."""
        record = await self._record(info)
        return None if record is None else record.address

    @resolved(description="Its telephone number.")
    async def phone(self, info: EncounterInfo) -> str | None:
        """The registered number."""
        record = await self._record(info)
        return None if record is None else record.phone

    @resolved(
        description=(
            "`HOSPITAL` (bệnh viện), `CLINIC` (phòng khám), `COMMUNE_STATION` (trạm y tế) or "
            "`PHARMACY` (nhà thuốc); absent for a facility that is not registered. Values may be "
            "added."
        )
    )
    async def kind(self, info: EncounterInfo) -> str | None:
        """What the register calls it."""
        record = await self._record(info)
        return None if record is None else record.kind

    async def _record(self, info: EncounterInfo) -> FacilityRecord | None:
        return await registered_facility(info, self.id)

    @classmethod
    def resolve_reference(
        cls, _info: EncounterInfo, representation: Mapping[str, object]
    ) -> "Facility":
        """The facility of a representation."""
        return cls(id=text_key(representation))


@federation.type(keys=["id"], description="A licensed practitioner.")
class Practitioner:
    """A practitioner by the number that a hospital or the register gave her."""

    number: strawberry.Private[str]
    issuer: strawberry.Private[str | None] = None
    display: strawberry.Private[str | None] = None

    @resolved(description="Opaque id.")
    async def id(self, info: EncounterInfo) -> strawberry.ID:
        """The register's id; a number that only a hospital knows is good there alone."""
        if self.issuer is None or await self._record(info) is not None:
            return strawberry.ID(self.number)
        return strawberry.ID(f"{self.issuer}~{self.number}")

    @resolved(description="Her name, from the register or as the record names her.")
    async def name(self, info: EncounterInfo) -> str | None:
        """The registered name, or the hospital's."""
        record = await self._record(info)
        return self.display if record is None else record.name

    @resolved(description="Number of her practising licence.")
    async def licence_number(self, info: EncounterInfo) -> str | None:
        """The registered licence."""
        record = await self._record(info)
        return None if record is None else record.licence

    @resolved(description="Her speciality, in words.")
    async def speciality(self, info: EncounterInfo) -> str | None:
        """The registered speciality."""
        record = await self._record(info)
        return None if record is None else record.speciality

    @resolved(description="Where she is registered to work.")
    async def facility(self, info: EncounterInfo) -> Facility | None:
        """The registered workplace."""
        record = await self._record(info)
        return None if record is None else facility(record.facility_id)

    async def _record(self, info: EncounterInfo) -> PractitionerRecord | None:
        return await registered_practitioner(info, self.number)

    @classmethod
    def resolve_reference(
        cls, _info: EncounterInfo, representation: Mapping[str, object]
    ) -> "Practitioner":
        """The practitioner of a representation."""
        return cls(number=text_key(representation))


async def registered_facility(info: EncounterInfo, facility_id: str) -> FacilityRecord | None:
    """The register's entry of a facility."""
    if "\x00" in facility_id:
        return None
    return await info.context.loaders.facilities.load(facility_id)


async def registered_practitioner(info: EncounterInfo, number: str) -> PractitionerRecord | None:
    """The register's entry of a practitioner."""
    if "\x00" in number:
        return None
    return await info.context.loaders.practitioners.load(number)


def facility(facility_id: str | None, display: str | None = None) -> Facility | None:
    """The facility of an id, or nothing where none is known."""
    if facility_id is None:
        return None
    return Facility(id=strawberry.ID(facility_id), display=display)


def referenced_facility(reference: object) -> Facility | None:
    """The facility that a FHIR reference to an Organization names."""
    given = members(reference)
    code = reference_id(given.get("reference"), "Organization")
    return facility(code, text(given.get("display")))


def referenced_practitioner(reference: object, holder: str) -> Practitioner | None:
    """The practitioner whom a FHIR reference names.

    Args:
        reference: The Reference element.
        holder: The facility whose record it stands in.
    """
    given = members(reference)
    number = reference_id(given.get("reference"), "Practitioner")
    if number is None:
        return None
    return Practitioner(number=number, issuer=holder, display=text(given.get("display")))


def referenced_practitioners(references: list[Any], holder: str) -> list[Practitioner]:
    """The practitioners of several references; what names none is left out."""
    found = (referenced_practitioner(reference, holder) for reference in references)
    return [practitioner for practitioner in found if practitioner is not None]


def first_practitioner(resource: object, path: str, holder: str) -> Practitioner | None:
    """The practitioner whom the first reference at a path names."""
    return referenced_practitioner(first_at(resource, path), holder)
