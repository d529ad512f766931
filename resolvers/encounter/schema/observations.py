"""Observations of hospitals: laboratory, vital signs and any other."""

from collections.abc import Mapping
from typing import Any

import strawberry
from strawberry import federation

from resolvers.datatypes.scalars import DateTime
from resolvers.datatypes.values import CodeableConcept, Period, Quantity
from resolvers.encounter.dates import to_date_time
from resolvers.encounter.elements import (
    concept,
    concepts,
    earliest,
    notes,
    objects,
    period,
    quantity,
    text,
)
from resolvers.encounter.kinds import OBSERVATIONS, Row
from resolvers.encounter.schema.institutions import (
    Practitioner,
    referenced_practitioners,
)
from resolvers.encounter.schema.observation_values import (
    ObservationValue,
    observation_value,
)
from resolvers.encounter.schema.rows import HospitalRow, held, row_type


@strawberry.type(description="Which values are expected (FHIR Observation.referenceRange).")
class ReferenceRange:
    """FHIR Observation.referenceRange."""

    low: Quantity | None = strawberry.field(description="The lower limit.")
    high: Quantity | None = strawberry.field(description="The upper limit.")
    type: CodeableConcept | None = strawberry.field(
        description="What kind of range it is; normal where it is absent."
    )
    applies_to: list[CodeableConcept] = strawberry.field(description="For whom it holds.")
    text: str | None = strawberry.field(description="The range in words.")


@strawberry.type(description="A part of an observation (FHIR Observation.component).")
class ObservationComponent:
    """FHIR Observation.component."""

    code: CodeableConcept | None = strawberry.field(description="What was observed.")
    value: ObservationValue | None = strawberry.field(description="What was found.")
    data_absent_reason: CodeableConcept | None = strawberry.field(
        description="Why there is no value."
    )
    interpretation: list[CodeableConcept] = strawberry.field(
        description="Whether it is high, low, normal, …"
    )
    reference_ranges: list[ReferenceRange] = strawberry.field(
        description="Which values are expected."
    )


@row_type(
    OBSERVATIONS,
    "A laboratory result, vital sign or other finding (FHIR Observation).",
)
class Observation(HospitalRow):
    """FHIR Observation."""

    status: str | None = federation.field(
        default=None,
        description=(
            "`registered`, `preliminary`, `final`, `amended`, `corrected`, `cancelled`, "
            "`entered-in-error` or `unknown`."
        ),
    )
    categories: list[CodeableConcept] | None = federation.field(
        default=None, description="`laboratory`, `vital-signs`, `social-history`, …"
    )
    code: CodeableConcept | None = federation.field(default=None, description="What was observed.")
    effective: DateTime | None = federation.field(
        default=None, description="When it was observed, or when that began."
    )
    effective_period: Period | None = federation.field(
        default=None, description="From when until when, where it took time."
    )
    issued: DateTime | None = federation.field(
        default=None, description="When the result was released."
    )
    value: ObservationValue | None = federation.field(default=None, description="What was found.")
    data_absent_reason: CodeableConcept | None = federation.field(
        default=None, description="Why there is no value."
    )
    interpretation: list[CodeableConcept] | None = federation.field(
        default=None, description="Whether it is high, low, normal, …"
    )
    reference_ranges: list[ReferenceRange] | None = federation.field(
        default=None, description="Which values are expected."
    )
    components: list[ObservationComponent] | None = federation.field(
        default=None, description="Its parts, e.g. the two values of a blood pressure."
    )
    body_site: CodeableConcept | None = federation.field(
        default=None, description="Where in the body."
    )
    method: CodeableConcept | None = federation.field(default=None, description="How.")
    performers: list[Practitioner] | None = federation.field(
        default=None, description="Who observed it."
    )
    note: str | None = federation.field(default=None, description="Remarks.")


def observation_of(row: Row) -> Observation:
    """The object of a FHIR Observation."""
    given = row.resource
    performers = given.get("performer")
    return Observation(
        **held(row),
        status=text(given.get("status")),
        categories=concepts(given.get("category")),
        code=concept(given.get("code")),
        effective=earliest(
            given, ("effectiveDateTime", "effectivePeriod.start", "effectiveInstant")
        ),
        effective_period=period(given.get("effectivePeriod")),
        issued=to_date_time(given.get("issued")),
        value=observation_value(given),
        data_absent_reason=concept(given.get("dataAbsentReason")),
        interpretation=concepts(given.get("interpretation")),
        reference_ranges=_ranges(given),
        components=[_component(each) for each in objects(given.get("component"))],
        body_site=concept(given.get("bodySite")),
        method=concept(given.get("method")),
        performers=referenced_practitioners(
            performers if isinstance(performers, list) else [], row.facility
        ),
        note=notes(given.get("note")),
    )


def _component(given: Mapping[str, Any]) -> ObservationComponent:
    return ObservationComponent(
        code=concept(given.get("code")),
        value=observation_value(given),
        data_absent_reason=concept(given.get("dataAbsentReason")),
        interpretation=concepts(given.get("interpretation")),
        reference_ranges=_ranges(given),
    )


def _ranges(given: Mapping[str, Any]) -> list[ReferenceRange]:
    return [
        ReferenceRange(
            low=quantity(each.get("low")),
            high=quantity(each.get("high")),
            type=concept(each.get("type")),
            applies_to=concepts(each.get("appliesTo")),
            text=text(each.get("text")),
        )
        for each in objects(given.get("referenceRange"))
    ]
