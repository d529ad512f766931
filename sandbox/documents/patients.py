"""A book's person and history as records and rows of the patient subgraph."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from types import MappingProxyType
from typing import Any

from resolvers.datatypes.documents import row_labels
from resolvers.patient.records import IdentifierRecord, PatientRecord, RepresentativeRecord
from resolvers.patient.repository import (
    ALLERGIES,
    CONSENTS,
    IMMUNIZATIONS,
    PAST_CONDITIONS,
    VITALS,
)
from sandbox.population.model import INSURANCE_NUMBER, VIETNAM, Address, Book, Code, Person

ETHNICITIES = "http://fhir.ehealth.gov.vn/core/CodeSystem/vn-core-ethic"
_VITAL_KINDS: Mapping[str, str] = MappingProxyType(
    {
        "8480-6": "SYSTOLIC_BLOOD_PRESSURE",
        "8462-4": "DIASTOLIC_BLOOD_PRESSURE",
        "8867-4": "HEART_RATE",
        "29463-7": "BODY_WEIGHT",
    }
)
_HISTORY_KINDS = {"disease": "disease", "surgery": "surgery", "family": "family-history"}
Row = dict[str, Any]


def concept(code: Code) -> dict[str, Any]:
    """Return a code as subgraphs store it."""
    coding = {"system": code.system, "code": code.code, "display": code.en}
    return {"coding": [coding], "text": code.vi}


def instant(day: date | None) -> datetime | None:
    """Return the beginning of a day in Vietnam."""
    return None if day is None else datetime.combine(day, time(), VIETNAM)


def patient_record(book: Book) -> PatientRecord:
    """Return the person of a book."""
    person = book.person
    return PatientRecord(
        id=person.id,
        full_name=person.name.full,
        birth_date=person.birth_date.isoformat(),
        sex=person.sex.upper(),
        identifiers=tuple(_identifiers(book)),
        ethnicity={
            "coding": [
                {
                    "system": ETHNICITIES,
                    "code": person.ethnicity[0],
                    "display": person.ethnicity[1],
                }
            ],
            "text": person.ethnicity[1],
        },
        nationality={
            "coding": [{"system": "urn:iso:std:iso:3166", "code": "VN", "display": "Viet Nam"}],
            "text": "Việt Nam",
        },
        occupation=None if person.occupation is None else {"text": person.occupation},
        phone=person.phone,
        email=person.email,
        address=address(person.address),
        representatives=tuple(_representatives(person)),
        no_known_allergy=book.no_known_allergy,
    )


def _identifiers(book: Book) -> Iterator[IdentifierRecord]:
    for one in book.person.identifiers:
        value = one.value
        if one.system == INSURANCE_NUMBER and book.card is not None:
            value = book.card.number
        yield IdentifierRecord(one.system, value, instant(one.start), instant(one.end))


def _representatives(person: Person) -> Iterator[RepresentativeRecord]:
    for one in person.representatives:
        yield RepresentativeRecord(
            kind=one.kind,
            relationship=one.relationship,
            patient_id=one.person_id,
            full_name=one.full_name,
            identifier=one.national_id,
            phone=one.phone,
            start=instant(one.start),
            end=instant(one.end),
        )


def address(place: Address) -> dict[str, Any]:
    """Return an address as subgraphs store it."""
    parts = (place.line, place.ward, place.district, place.province)
    district = None if place.district is None else {"code": None, "name": place.district}
    return {
        "text": ", ".join(part for part in parts if part),
        "line": place.line,
        "commune": {"code": place.ward_code, "name": place.ward},
        "district": district,
        "province": {"code": place.province_code, "name": place.province},
        "country": "VN",
        "list_version": place.version.isoformat(),
    }


def patient_rows(book: Book) -> Iterator[tuple[str, Row]]:
    """Yield every row of a book with the name of its collection."""
    subject = book.person.id
    for row in _allergies(book, subject):
        yield ALLERGIES, row
    for row in _past_conditions(book, subject):
        yield PAST_CONDITIONS, row
    for row in _immunizations(book, subject):
        yield IMMUNIZATIONS, row
    for row in _vitals(book, subject):
        yield VITALS, row
    for row in _consents(book, subject):
        yield CONSENTS, row


def _allergies(book: Book, subject: str) -> Iterator[Row]:
    for one in book.allergies:
        code = concept(one.substance)
        yield {
            "_id": one.id,
            "subject_id": subject,
            "date": one.recorded,
            "labels": row_labels([code]),
            "code": code,
            "clinical_status": one.status,
            "verification_status": "confirmed",
            "type": "allergy",
            "categories": [one.category],
            "criticality": one.criticality,
            "onset": one.recorded.date().isoformat(),
            "reactions": [
                {
                    "manifestation": [{"text": one.reaction}],
                    "severity": "severe" if one.criticality == "high" else "mild",
                }
            ],
        }


def _past_conditions(book: Book, subject: str) -> Iterator[Row]:
    for one in book.past_conditions:
        code = concept(one.condition)
        yield {
            "_id": one.id,
            "subject_id": subject,
            "date": one.recorded,
            "labels": row_labels([code]),
            "kind": _HISTORY_KINDS[one.kind],
            "code": code,
            "clinical_status": one.status,
            "relative": "Mẹ" if one.kind == "family" else None,
            "onset": one.onset.isoformat(),
            "abatement": None,
            "note": None,
        }


def _immunizations(book: Book, subject: str) -> Iterator[Row]:
    for one in book.immunizations:
        yield {
            "_id": one.id,
            "subject_id": subject,
            "date": one.given,
            "labels": [],
            "status": "completed",
            "vaccine": concept(one.vaccine),
            "dose_number": one.dose,
            "lot_number": one.lot,
            "facility_id": one.facility,
            "location": None,
        }


def _vitals(book: Book, subject: str) -> Iterator[Row]:
    for one in book.measurements:
        yield {
            "_id": one.id,
            "subject_id": subject,
            "date": one.taken,
            "labels": [],
            "kind": _VITAL_KINDS[one.what.code],
            "value": one.value,
            "device": one.device,
            "recorded": one.taken,
        }


def _consents(book: Book, subject: str) -> Iterator[Row]:
    for one in book.consents:
        yield {
            "_id": one.id,
            "subject_id": subject,
            "date": one.start,
            "labels": [],
            "version": 2 if one.withdrawn else 1,
            "status": one.status,
            "decision": one.decision,
            "grantee": {"type": one.grantee_kind, "id": one.grantee},
            "categories": list(one.categories),
            "consent_labels": list(one.labels),
            "actions": list(one.actions),
            "purpose": one.purpose,
            "period": {"start": one.start, "end": one.end},
            "data_period": {"start": None, "end": None},
            "evidence": one.evidence,
            "withdrawn": one.withdrawn,
        }
