"""Diagnoses and procedures of hospitals."""

from strawberry import federation

from resolvers.datatypes.scalars import DateTime, PartialDate
from resolvers.datatypes.values import CodeableConcept, Period
from resolvers.encounter.dates import to_date_time, to_partial_date
from resolvers.encounter.elements import (
    code_of,
    concept,
    concepts,
    earliest,
    first_at,
    notes,
    period,
    quantity,
    text,
    values_at,
)
from resolvers.encounter.kinds import CONDITIONS, PROCEDURES, Row
from resolvers.encounter.schema.institutions import (
    Practitioner,
    first_practitioner,
    referenced_practitioners,
)
from resolvers.encounter.schema.rows import HospitalRow, ReasonedRow, held, row_type


@row_type(
    CONDITIONS,
    "A diagnosis, problem or finding (FHIR Condition).",
)
class Condition(HospitalRow):
    """FHIR Condition."""

    code: CodeableConcept | None = federation.field(default=None, description="What it is.")
    categories: list[CodeableConcept] | None = federation.field(
        default=None, description="Diagnosis of an encounter, item of a problem list, …"
    )
    clinical_status: str | None = federation.field(
        default=None,
        description="`active`, `recurrence`, `relapse`, `inactive`, `remission` or `resolved`.",
    )
    verification_status: str | None = federation.field(
        default=None,
        description=(
            "`unconfirmed`, `provisional`, `differential`, `confirmed`, `refuted` or "
            "`entered-in-error`."
        ),
    )
    severity: CodeableConcept | None = federation.field(
        default=None, description="How severe it is."
    )
    body_sites: list[CodeableConcept] | None = federation.field(
        default=None, description="Where in the body."
    )
    onset: PartialDate | None = federation.field(default=None, description="When it began.")
    onset_text: str | None = federation.field(
        default=None, description="When it began, where only words or an age are known."
    )
    abatement: PartialDate | None = federation.field(default=None, description="When it ended.")
    recorded: DateTime | None = federation.field(default=None, description="When it was recorded.")
    note: str | None = federation.field(default=None, description="Remarks.")
    recorder: Practitioner | None = federation.field(
        default=None, description="Who recorded or asserted it."
    )


def condition_of(row: Row) -> Condition:
    """The object of a FHIR Condition."""
    given = row.resource
    return Condition(
        **held(row),
        code=concept(given.get("code")),
        categories=concepts(given.get("category")),
        clinical_status=code_of(given.get("clinicalStatus")),
        verification_status=code_of(given.get("verificationStatus")),
        severity=concept(given.get("severity")),
        body_sites=concepts(given.get("bodySite")),
        onset=_day(given, "onset"),
        onset_text=_moment_in_words(given, "onset"),
        abatement=_day(given, "abatement"),
        recorded=to_date_time(given.get("recordedDate")),
        note=notes(given.get("note")),
        recorder=first_practitioner(given, "recorder", row.facility)
        or first_practitioner(given, "asserter", row.facility),
    )


@row_type(
    PROCEDURES,
    "A procedure or an operation (FHIR Procedure).",
)
class Procedure(ReasonedRow):
    """FHIR Procedure."""

    status: str | None = federation.field(
        default=None,
        description=(
            "`preparation`, `in-progress`, `not-done`, `on-hold`, `stopped`, `completed`, "
            "`entered-in-error` or `unknown`."
        ),
    )
    code: CodeableConcept | None = federation.field(default=None, description="What was done.")
    category: CodeableConcept | None = federation.field(
        default=None, description="Surgical, diagnostic, counselling, …"
    )
    performed: DateTime | None = federation.field(
        default=None, description="When it was done, or when it began."
    )
    performed_period: Period | None = federation.field(
        default=None, description="From when until when, where it took time."
    )
    performers: list[Practitioner] | None = federation.field(
        default=None, description="Who did it."
    )
    body_sites: list[CodeableConcept] | None = federation.field(
        default=None, description="Where in the body."
    )
    outcome: CodeableConcept | None = federation.field(
        default=None, description="What came of it."
    )
    complications: list[CodeableConcept] | None = federation.field(
        default=None, description="What went wrong."
    )
    note: str | None = federation.field(default=None, description="Remarks.")


def procedure_of(row: Row) -> Procedure:
    """The object of a FHIR Procedure."""
    given = row.resource
    return Procedure(
        **held(row),
        status=text(given.get("status")),
        code=concept(given.get("code")),
        category=concept(given.get("category")),
        performed=earliest(given, ("performedDateTime", "performedPeriod.start")),
        performed_period=period(given.get("performedPeriod")),
        performers=referenced_practitioners(
            list(values_at(given, "performer.actor")), row.facility
        ),
        body_sites=concepts(given.get("bodySite")),
        outcome=concept(given.get("outcome")),
        complications=concepts(given.get("complication")),
        note=notes(given.get("note")),
    )


def _day(given: object, element: str) -> PartialDate | None:
    """The date of a choice element: ``[x]DateTime`` or the start of ``[x]Period``."""
    found = to_partial_date(first_at(given, f"{element}DateTime"))
    return found or to_partial_date(first_at(given, f"{element}Period.start"))


def _moment_in_words(given: object, element: str) -> str | None:
    """The text of a choice element: ``[x]String``, or the age of ``[x]Age``."""
    words = text(first_at(given, f"{element}String"))
    if words is not None:
        return words
    age = quantity(first_at(given, f"{element}Age"))
    if age is None or age.value is None:
        return None
    return f"{age.value} {age.unit or age.code or ''}".strip()
