"""Identifiers, addresses, representatives and dependants of a patient."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import strawberry
from strawberry import federation

from access.categories import Category
from resolvers.datatypes.directives import consent, subject
from resolvers.datatypes.scalars import date_time
from resolvers.datatypes.values import Address, AdministrativeUnit, Period
from resolvers.patient.records import IdentifierRecord, RepresentativeRecord

if TYPE_CHECKING:
    from resolvers.patient.schema.patient import Patient

PatientReference = Annotated["Patient", strawberry.lazy("resolvers.patient.schema.patient")]


@federation.type(description="A number that some authority gave the person (FHIR Identifier).")
class PatientIdentifier:
    """FHIR Identifier with its history."""

    system: str = federation.field(description="URI of the numbering system.")
    value: str = federation.field(description="The number.")
    period: Period = federation.field(description="When the number was in force.")
    current: bool = federation.field(description="Whether it is in force now.")


@federation.type(
    description="A person who acts for the patient: parent, guardian or delegate.",
    directives=[subject(), consent(Category.REPRESENTATIVES)],
)
class LegalRepresentative:
    """FHIR Patient.contact with a role in law."""

    subject_id: strawberry.ID = federation.field(
        inaccessible=True, description="The patient who is represented."
    )
    kind: str | None = federation.field(
        default=None,
        description="`PARENT` (cha mẹ), `GUARDIAN` (giám hộ) or `DELEGATE` (ủy quyền).",
    )
    relationship: str | None = federation.field(
        default=None, description="In words: mother, grandfather, lawyer."
    )
    full_name: str | None = federation.field(default=None, description="Her name.")
    identifier: str | None = federation.field(
        default=None, description="Number of her identity paper."
    )
    phone: str | None = federation.field(default=None, description="Her telephone number.")
    period: Period | None = federation.field(
        default=None, description="From when until when she acts."
    )


@federation.type(
    description="A person for whom the patient acts.",
    directives=[subject(), consent(Category.REPRESENTATIVES)],
)
class Dependant:
    """The other side of a representation."""

    subject_id: strawberry.ID = federation.field(
        inaccessible=True, description="The patient who represents."
    )
    patient: PatientReference | None = federation.field(
        default=None, description="The dependant's book, as far as the caller may read it."
    )
    kind: str | None = federation.field(
        default=None,
        description=(
            "What the patient is to her: `PARENT` (cha mẹ), `GUARDIAN` (giám hộ) or `DELEGATE` "
            "(ủy quyền)."
        ),
    )
    relationship: str | None = federation.field(
        default=None, description="What the patient is to her, in words: mother, guardian."
    )
    period: Period | None = federation.field(
        default=None, description="From when until when she acts."
    )


def identifier(record: IdentifierRecord, now: datetime) -> PatientIdentifier:
    """The object of a number.

    Args:
        record: The number.
        now: The instant that `current` is told for.
    """
    started = record.start is None or record.start <= now
    return PatientIdentifier(
        system=record.system,
        value=record.value,
        period=period_of(record.start, record.end),
        current=started and (record.end is None or now < record.end),
    )


def legal_representative(
    patient: strawberry.ID, record: RepresentativeRecord
) -> LegalRepresentative:
    """The object of a representative of a patient."""
    return LegalRepresentative(
        subject_id=patient,
        kind=record.kind,
        relationship=record.relationship,
        full_name=record.full_name,
        identifier=record.identifier,
        phone=record.phone,
        period=period_of(record.start, record.end),
    )


def address(stored: Mapping[str, Any] | None) -> Address | None:
    """The object of a stored address."""
    if not stored:
        return None
    return Address(
        text=stored.get("text"),
        line=stored.get("line"),
        commune=_unit(stored.get("commune")),
        district=_unit(stored.get("district")),
        province=_unit(stored.get("province")),
        country=stored.get("country"),
        list_version=stored.get("list_version"),
    )


def _unit(stored: Mapping[str, Any] | None) -> AdministrativeUnit | None:
    if not stored:
        return None
    return AdministrativeUnit(code=stored.get("code"), name=stored.get("name"))


def period_of(start: datetime | None, end: datetime | None) -> Period:
    """The period between two instants, open where one is missing."""
    return Period(
        start=None if start is None else date_time(start),
        end=None if end is None else date_time(end),
    )
