"""Measurements that citizens take with devices of their own."""

from collections.abc import Mapping
from enum import Enum
from typing import Any

import strawberry
from strawberry import federation

from access.categories import Category
from resolvers.datatypes.directives import consent, subject
from resolvers.datatypes.documents import concept
from resolvers.datatypes.enums import described_enum
from resolvers.datatypes.rows import SubjectRow
from resolvers.datatypes.scalars import DateTime, Decimal, date_time
from resolvers.datatypes.values import CodeableConcept, Quantity
from resolvers.patient.measurements import MEASURES, Measure


class VitalKind(Enum):
    """Kinds of measurement."""

    HEART_RATE = "HEART_RATE"
    RESPIRATORY_RATE = "RESPIRATORY_RATE"
    BODY_TEMPERATURE = "BODY_TEMPERATURE"
    OXYGEN_SATURATION = "OXYGEN_SATURATION"
    SYSTOLIC_BLOOD_PRESSURE = "SYSTOLIC_BLOOD_PRESSURE"
    DIASTOLIC_BLOOD_PRESSURE = "DIASTOLIC_BLOOD_PRESSURE"
    BLOOD_GLUCOSE = "BLOOD_GLUCOSE"
    BODY_WEIGHT = "BODY_WEIGHT"
    BODY_HEIGHT = "BODY_HEIGHT"
    STEPS = "STEPS"


described_enum(
    VitalKind,
    "What citizens measure at home. Values may be added.",
    {name: f"{measure.display} ({measure.text})." for name, measure in MEASURES.items()},
)


@federation.type(
    description="A measurement that the citizen took with a device of her own; nobody checked it.",
    directives=[subject(), consent(Category.VITALS)],
)
class SelfReportedVital(SubjectRow):
    """One measurement."""

    kind: VitalKind | None = federation.field(default=None, description="What was measured.")
    code: CodeableConcept | None = federation.field(
        default=None, description="What was measured, by LOINC code."
    )
    value: Quantity | None = federation.field(default=None, description="The result.")
    measured: DateTime | None = federation.field(default=None, description="When it was taken.")
    device: str | None = federation.field(
        default=None, description="Make and model of the device, as the citizen names it."
    )


def vital(row: Mapping[str, Any]) -> SelfReportedVital:
    """The object of a stored measurement."""
    measure: Measure = MEASURES[row["kind"]]
    return SelfReportedVital(
        id=strawberry.ID(row["_id"]),
        subject_id=strawberry.ID(row["subject_id"]),
        kind=VitalKind(row["kind"]),
        code=concept(measure.concept),
        value=Quantity(
            value=Decimal(row["value"]),
            unit=measure.unit,
            system="http://unitsofmeasure.org",
            code=measure.ucum,
        ),
        measured=date_time(row["date"]),
        device=row.get("device"),
    )
