"""The root fields of the patient subgraph that change something."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

import strawberry

from resolvers.datatypes.directives import consent, scopes
from resolvers.datatypes.fields import resolved
from resolvers.datatypes.inputs import PeriodInput
from resolvers.datatypes.problems import Problem, problems_of
from resolvers.datatypes.scalars import DateTime, Decimal, to_instant
from resolvers.errors import ErrorCode, SubgraphError
from resolvers.idempotency import attempt
from resolvers.patient.commands import ConsentWish, Measurement
from resolvers.patient.schema.consents import (
    Consent,
    ConsentDecision,
    GranteeType,
    consent_of,
)
from resolvers.patient.schema.context import PatientInfo
from resolvers.patient.schema.enums import Action, Category, Label, Purpose
from resolvers.patient.schema.vitals import SelfReportedVital, VitalKind, vital


@strawberry.input(description="Whom a consent names.")
class GranteeInput:
    """A practitioner, an organization or a role."""

    type: GranteeType = strawberry.field(description="What kind of grantee.")
    id: strawberry.ID = strawberry.field(description="Its id, or the role's name.")


@strawberry.input(
    description="A consent or refusal. Nothing has a default: each part is what the citizen chose."
)
class GrantConsentInput:
    """Input of grantConsent."""

    idempotency_key: str = strawberry.field(description="Chosen by the caller, kept 30 days.")
    patient_id: strawberry.ID = strawberry.field(description="Whose data it is about.")
    decision: ConsentDecision = strawberry.field(description="Whether it permits or denies.")
    grantee: GranteeInput = strawberry.field(description="Whom it names.")
    categories: list[Category] = strawberry.field(description="Which groups of fields.")
    labels: list[Label] = strawberry.field(description="Which sensitive rows, by name.")
    actions: list[Action] = strawberry.field(description="What may be done.")
    purpose: Purpose = strawberry.field(description="The one purpose that it is for.")
    period: PeriodInput = strawberry.field(description="When it is in force; `start` is required.")
    data_period: PeriodInput | None = strawberry.field(
        default=None, description="The time that the data must be from."
    )
    evidence: str = strawberry.field(
        description="Reference of the proof: a signature or a VNeID authentication."
    )


@strawberry.input(description="A consent or refusal to take back.")
class WithdrawConsentInput:
    """Input of withdrawConsent."""

    idempotency_key: str = strawberry.field(description="Chosen by the caller, kept 30 days.")
    patient_id: strawberry.ID = strawberry.field(description="Whose consent it is.")
    consent_id: strawberry.ID = strawberry.field(description="The consent.")


@strawberry.input(description="One measurement, in the unit of its kind.")
class MeasurementInput:
    """A value that a citizen measured."""

    kind: VitalKind = strawberry.field(description="What was measured.")
    value: Decimal = strawberry.field(description="The result, in the unit of its kind.")
    measured: DateTime = strawberry.field(description="When it was taken.")
    device: str | None = strawberry.field(
        default=None, description="Make and model of the device."
    )


@strawberry.input(description="Measurements, recorded all or none.")
class RecordVitalsInput:
    """Input of recordVitals."""

    idempotency_key: str = strawberry.field(description="Chosen by the caller, kept 30 days.")
    patient_id: strawberry.ID = strawberry.field(description="Whose measurements they are.")
    measurements: list[MeasurementInput] = strawberry.field(description="1 to 500 measurements.")


@strawberry.type(description="Outcome of a mutation of consents.")
class ConsentPayload:
    """The consent, or why there is none."""

    consent: Consent | None = strawberry.field(description="The consent as it stands.")
    problems: list[Problem] = strawberry.field(description="Why nothing was done.")


@strawberry.type(description="Outcome of recordVitals.")
class RecordVitalsPayload:
    """The measurements, or why there are none."""

    vitals: list[SelfReportedVital] | None = strawberry.field(description="What was recorded.")
    problems: list[Problem] = strawberry.field(description="Why nothing was done.")


_CONSENT_WRITE = [consent(Category.CONSENTS, Action.WRITE)]


@strawberry.type
class Mutation:
    """Changes of the patient subgraph."""

    @resolved(
        description="Records a consent or refusal; it is in force when the answer arrives.",
        directives=_CONSENT_WRITE,
        requires_scopes=scopes("Consent", "c", ("patient",)),
    )
    async def grant_consent(
        self,
        info: PatientInfo,
        input: GrantConsentInput,  # noqa: A002
    ) -> ConsentPayload | None:
        """Permits or denies."""
        context = info.context
        context.demand(input.patient_id, Category.CONSENTS)
        wish = replace(_wish(input), is_own=context.access.patient == input.patient_id)
        trial = attempt("grantConsent", input.idempotency_key, asdict(wish), context.access)
        outcome = await context.commands.grant_consent(wish, trial, context.now)
        return _consent_payload(outcome, context.now)

    @resolved(
        description="Takes a consent or refusal back; it has no force when the answer arrives.",
        directives=_CONSENT_WRITE,
        requires_scopes=scopes("Consent", "u", ("patient",)),
    )
    async def withdraw_consent(
        self,
        info: PatientInfo,
        input: WithdrawConsentInput,  # noqa: A002
    ) -> ConsentPayload | None:
        """Withdraws."""
        context = info.context
        context.demand(input.patient_id, Category.CONSENTS)
        content = {"patient": input.patient_id, "consent": input.consent_id}
        trial = attempt("withdrawConsent", input.idempotency_key, content, context.access)
        outcome = await context.commands.withdraw_consent(
            input.patient_id, input.consent_id, trial, context.now
        )
        return _consent_payload(outcome, context.now)

    @resolved(
        description="Records measurements that the citizen took with devices of her own.",
        directives=[consent(Category.VITALS, Action.WRITE)],
        requires_scopes=scopes("Observation", "c", ("patient",)),
    )
    async def record_vitals(
        self,
        info: PatientInfo,
        input: RecordVitalsInput,  # noqa: A002
    ) -> RecordVitalsPayload | None:
        """Records."""
        context = info.context
        context.demand(input.patient_id, Category.VITALS)
        measurements = tuple(
            Measurement(one.kind.value, one.value, to_instant(one.measured), one.device)
            for one in input.measurements
        )
        content = {
            "patient": input.patient_id,
            "measurements": [asdict(one) for one in measurements],
        }
        trial = attempt("recordVitals", input.idempotency_key, content, context.access)
        outcome = await context.commands.record_vitals(
            input.patient_id, measurements, trial, context.now
        )
        return RecordVitalsPayload(
            vitals=[vital(row) for row in outcome["vitals"]], problems=problems_of(outcome)
        )


def _wish(given: GrantConsentInput) -> ConsentWish:
    if given.period.start is None:
        raise SubgraphError(ErrorCode.BAD_USER_INPUT, "period.start is required")
    data = given.data_period
    return ConsentWish(
        subject=given.patient_id,
        decision=str(given.decision.value),
        grantee_type=str(given.grantee.type.value),
        grantee_id=given.grantee.id,
        categories=tuple(sorted({one.value for one in given.categories})),
        labels=tuple(sorted({one.value for one in given.labels})),
        actions=tuple(sorted({one.value for one in given.actions})),
        purpose=given.purpose.value,
        start=to_instant(given.period.start),
        end=_instant(given.period.end),
        data_start=_instant(data.start) if data else None,
        data_end=_instant(data.end) if data else None,
        evidence=given.evidence,
    )


def _instant(value: DateTime | None) -> datetime | None:
    return None if value is None else to_instant(value)


def _consent_payload(outcome: Mapping[str, Any], now: datetime) -> ConsentPayload:
    row = outcome["consent"]
    return ConsentPayload(
        consent=None if row is None else consent_of(row, now), problems=problems_of(outcome)
    )
