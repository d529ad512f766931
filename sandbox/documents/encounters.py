"""The record locator and the registers, as documents of the encounter subgraph."""

from collections.abc import Iterator, Mapping, Sequence

from resolvers.encounter.locations import (
    FacilityRecord,
    PractitionerRecord,
    RecordLocation,
)
from sandbox.population.institutions import FACILITIES, PHARMACIES
from sandbox.population.model import Book, Pharmacist, Practitioner

_KINDS: Mapping[str, str] = {
    "central_hospital": "HOSPITAL",
    "provincial_hospital": "HOSPITAL",
    "commune_station": "COMMUNE_STATION",
    "clinic": "CLINIC",
}


def encounter_id(facility: str, visit: str) -> str:
    """Return the health book's id of an encounter.

    Args:
        facility: Code of the facility.
        visit: The id of the Encounter resource there.
    """
    return f"{facility}~{visit}"


def record_locations(book: Book) -> Iterator[RecordLocation]:
    """Yield which facilities hold data of a book's person."""
    for one in book.locations:
        yield RecordLocation(
            book.person.id, one.facility, one.local_id, shares=one.shares, since=one.since
        )


def facility_records() -> list[FacilityRecord]:
    """Return the register of facilities, pharmacies included."""
    found = [
        FacilityRecord(one.code, one.name, one.address, one.phone, _KINDS[one.kind])
        for one in FACILITIES
    ]
    found += [
        FacilityRecord(shop.id, shop.name, shop.address, shop.phone, "PHARMACY")
        for shop in PHARMACIES
    ]
    return found


def practitioner_records(
    doctors: Sequence[Practitioner], pharmacists: Sequence[Pharmacist]
) -> list[PractitionerRecord]:
    """Return the register of practitioners, pharmacists included."""
    found = [
        PractitionerRecord(one.id, one.name, one.licence, one.speciality, one.facility)
        for one in doctors
    ]
    found += [
        PractitionerRecord(one.id, one.name, one.licence, "Dược", one.pharmacy)
        for one in pharmacists
    ]
    return found
