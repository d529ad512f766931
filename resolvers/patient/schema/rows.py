"""Allergies, past conditions, immunizations: rows of a patient's history."""

from collections.abc import Mapping
from enum import Enum
from typing import Any

import strawberry
from strawberry import federation

from access.categories import Category
from resolvers.datatypes.directives import consent, subject
from resolvers.datatypes.documents import concept, partial_date
from resolvers.datatypes.enums import described_enum
from resolvers.datatypes.references import Facility, facility
from resolvers.datatypes.rows import SubjectRow
from resolvers.datatypes.scalars import DateTime, PartialDate, date_time
from resolvers.datatypes.values import CodeableConcept
from resolvers.patient import schedule


@strawberry.enum(description="Whether allergies are known. Values may be added.")
class AllergyStatus(Enum):
    """What an empty list of allergies means."""

    RECORDED = strawberry.enum_value(
        "RECORDED", description="At least one allergy is recorded (có dị ứng)."
    )
    NONE_KNOWN = strawberry.enum_value(
        "NONE_KNOWN", description="A practitioner asked, and no allergy is known (không dị ứng)."
    )
    NOT_RECORDED = strawberry.enum_value(
        "NOT_RECORDED",
        description="Nobody recorded anything; it says nothing about allergies (chưa ghi nhận).",
    )


@federation.type(description="One reaction to a substance (FHIR AllergyIntolerance.reaction).")
class AllergyReaction:
    """What happened once."""

    manifestation: list[CodeableConcept] = federation.field(
        default_factory=list, description="The signs and symptoms."
    )
    severity: str | None = federation.field(
        default=None, description="`mild`, `moderate` or `severe`."
    )


@federation.type(
    description="An allergy or intolerance (FHIR AllergyIntolerance).",
    directives=[subject(), consent(Category.ALLERGIES)],
)
class AllergyIntolerance(SubjectRow):
    """FHIR AllergyIntolerance."""

    code: CodeableConcept | None = federation.field(
        default=None, description="The substance or class of substances."
    )
    clinical_status: str | None = federation.field(
        default=None, description="`active`, `inactive` or `resolved`."
    )
    verification_status: str | None = federation.field(
        default=None, description="`unconfirmed`, `confirmed`, `refuted` or `entered-in-error`."
    )
    type: str | None = federation.field(default=None, description="`allergy` or `intolerance`.")
    categories: list[str] | None = federation.field(
        default=None, description="`food`, `medication`, `environment`, `biologic`."
    )
    criticality: str | None = federation.field(
        default=None, description="`low`, `high` or `unable-to-assess`."
    )
    onset: PartialDate | None = federation.field(
        default=None, description="When it was first noticed."
    )
    recorded: DateTime | None = federation.field(default=None, description="When it was recorded.")
    reactions: list[AllergyReaction] | None = federation.field(
        default=None, description="What happened."
    )


@federation.type(
    description="A disease, operation or family disease of the past, as told or recorded.",
    directives=[subject(), consent(Category.HISTORY)],
)
class PastCondition(SubjectRow):
    """A past condition of the patient or her family."""

    kind: str | None = federation.field(
        default=None, description="`disease`, `surgery`, `disability` or `family-history`."
    )
    code: CodeableConcept | None = federation.field(default=None, description="What it was.")
    clinical_status: str | None = federation.field(
        default=None, description="`active`, `inactive`, `remission` or `resolved`."
    )
    relative: str | None = federation.field(
        default=None, description="Whose it was, for family history, in words: mother, father."
    )
    onset: PartialDate | None = federation.field(default=None, description="When it began.")
    abatement: PartialDate | None = federation.field(default=None, description="When it ended.")
    recorded: DateTime | None = federation.field(default=None, description="When it was recorded.")
    note: str | None = federation.field(default=None, description="Remark of who recorded it.")


@federation.type(
    description="A vaccination (FHIR Immunization).",
    directives=[subject(), consent(Category.IMMUNIZATIONS)],
)
class Immunization(SubjectRow):
    """FHIR Immunization."""

    status: str | None = federation.field(
        default=None, description="`completed`, `not-done` or `entered-in-error`."
    )
    vaccine: CodeableConcept | None = federation.field(default=None, description="The vaccine.")
    occurrence: DateTime | None = federation.field(default=None, description="When it was given.")
    dose_number: int | None = federation.field(
        default=None, description="Which dose of its series, from 1."
    )
    lot_number: str | None = federation.field(default=None, description="The vaccine's lot.")
    facility: Facility | None = federation.field(default=None, description="Where it was given.")
    location: str | None = federation.field(
        default=None, description="Name of the place, where no facility is known."
    )


def allergy(row: Mapping[str, Any]) -> AllergyIntolerance:
    """The object of a stored allergy."""
    return AllergyIntolerance(
        id=strawberry.ID(row["_id"]),
        subject_id=strawberry.ID(row["subject_id"]),
        code=concept(row.get("code")),
        clinical_status=row.get("clinical_status"),
        verification_status=row.get("verification_status"),
        type=row.get("type"),
        categories=row.get("categories"),
        criticality=row.get("criticality"),
        onset=partial_date(row.get("onset")),
        recorded=date_time(row["date"]),
        reactions=[
            AllergyReaction(
                manifestation=[
                    meaning
                    for sign in reaction.get("manifestation", ())
                    if (meaning := concept(sign)) is not None
                ],
                severity=reaction.get("severity"),
            )
            for reaction in row.get("reactions", ())
        ],
    )


def past_condition(row: Mapping[str, Any]) -> PastCondition:
    """The object of a stored past condition."""
    return PastCondition(
        id=strawberry.ID(row["_id"]),
        subject_id=strawberry.ID(row["subject_id"]),
        kind=row.get("kind"),
        code=concept(row.get("code")),
        clinical_status=row.get("clinical_status"),
        relative=row.get("relative"),
        onset=partial_date(row.get("onset")),
        abatement=partial_date(row.get("abatement")),
        recorded=date_time(row["date"]),
        note=row.get("note"),
    )


def immunization(row: Mapping[str, Any]) -> Immunization:
    """The object of a stored immunization."""
    return Immunization(
        id=strawberry.ID(row["_id"]),
        subject_id=strawberry.ID(row["subject_id"]),
        status=row.get("status"),
        vaccine=concept(row.get("vaccine")),
        occurrence=date_time(row["date"]),
        dose_number=row.get("dose_number"),
        lot_number=row.get("lot_number"),
        facility=facility(row.get("facility_id")),
        location=row.get("location"),
    )


described_enum(
    schedule.DoseStatus,
    "Where a dose of the programme stands today. Values may be added.",
    {
        "GIVEN": "It was given (đã tiêm).",
        "UPCOMING": "It is not due yet (chưa đến lịch).",
        "DUE": "It is due (đến lịch tiêm).",
        "OVERDUE": "It should have been given before (quá lịch tiêm).",
    },
)


@federation.type(description="A dose of the vaccination programme.")
class ScheduledDose:
    """One dose that the programme asks for."""

    vaccine: str = federation.field(description="Name of the vaccine, in English.")
    vaccine_vi: str = federation.field(description="Name of the vaccine, in Vietnamese.")
    diseases: list[str] = federation.field(description="What it protects against, in English.")
    diseases_vi: list[str] = federation.field(
        description="What it protects against, in Vietnamese."
    )
    dose_number: int = federation.field(description="Which dose of its series, from 1.")
    due: PartialDate = federation.field(description="From which day it is due.")
    overdue: PartialDate = federation.field(description="From which day it is overdue.")
    status: schedule.DoseStatus = federation.field(
        description="Where it stands today, in Vietnam."
    )
    immunization_id: strawberry.ID | None = federation.field(
        default=None, description="The immunization that gave it."
    )


def scheduled_dose(dose: schedule.ScheduledDose) -> ScheduledDose:
    """The object of a dose of the schedule."""
    return ScheduledDose(
        vaccine=dose.vaccine.english,
        vaccine_vi=dose.vaccine.vietnamese,
        diseases=[disease.english for disease in dose.diseases],
        diseases_vi=[disease.vietnamese for disease in dose.diseases],
        dose_number=dose.number,
        due=PartialDate(dose.due.isoformat()),
        overdue=PartialDate(dose.overdue.isoformat()),
        status=dose.status,
        immunization_id=strawberry.ID(dose.immunization_id) if dose.immunization_id else None,
    )
