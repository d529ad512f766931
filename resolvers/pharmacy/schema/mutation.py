"""The root fields of the pharmacy subgraph that change something."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

import strawberry

from access.categories import Action, Category
from resolvers.datatypes.directives import consent, scopes
from resolvers.datatypes.fields import resolved
from resolvers.datatypes.inputs import concept_document
from resolvers.datatypes.problems import Problem, problems_of
from resolvers.datatypes.scalars import DateTime, PartialDate, date_time
from resolvers.errors import ErrorCode, SubgraphError
from resolvers.idempotency import attempt
from resolvers.pharmacy.records import (
    Dispenser,
    ItemOrder,
    PrescriptionOrder,
    SupplyLine,
)
from resolvers.pharmacy.schema.context import PharmacyInfo
from resolvers.pharmacy.schema.inputs import (
    ClaimInput,
    DispenseInput,
    IssuePrescriptionInput,
    ReleaseClaimInput,
    ReverseDispenseInput,
)
from resolvers.pharmacy.schema.items import Dispense, dispense_of
from resolvers.pharmacy.schema.prescription import Prescription, prescription_of
from resolvers.pharmacy.state import claim_in_force
from resolvers.pharmacy.validity import Course

_WRITE = [consent(Category.PRESCRIPTIONS, Action.WRITE)]
_ISSUE = scopes("MedicationRequest", "c", ("user",))
_DISPENSE = scopes("MedicationDispense", "c", ("user",))
_CORRECT = scopes("MedicationDispense", "u", ("user",))


@strawberry.type(description="Outcome of issuePrescription.")
class IssuePrescriptionPayload:
    """The prescription, or why there is none."""

    prescription: Prescription | None = strawberry.field(description="What was issued.")
    problems: list[Problem] = strawberry.field(description="Why nothing was issued.")


@strawberry.type(description="Outcome of claim and releaseClaim.")
class ClaimPayload:
    """The prescription with its claim, or why there is none."""

    prescription: Prescription | None = strawberry.field(description="The prescription now.")
    claimed_until: DateTime | None = strawberry.field(
        description="Until when the caller's pharmacy claims it."
    )
    problems: list[Problem] = strawberry.field(description="Why nothing was done.")


@strawberry.type(description="Outcome of dispense and reverseDispense.")
class DispensePayload:
    """The dispense and the prescription after it, or why there is none."""

    dispense: Dispense | None = strawberry.field(description="What was handed over or taken back.")
    prescription: Prescription | None = strawberry.field(description="The prescription after it.")
    problems: list[Problem] = strawberry.field(description="Why nothing was done.")


@strawberry.type
class Mutation:
    """Changes of the pharmacy subgraph."""

    @resolved(
        description="Issues a prescription, also in place of one that it corrects.",
        directives=_WRITE,
        requires_scopes=_ISSUE,
    )
    async def issue_prescription(
        self,
        info: PharmacyInfo,
        input: IssuePrescriptionInput,  # noqa: A002
    ) -> IssuePrescriptionPayload | None:
        """Issues."""
        context = info.context
        context.demand(input.patient_id, Category.PRESCRIPTIONS)
        issuing = context.commands.issuing
        order = _order(input)
        access = context.access
        author = await issuing.author(
            order.subject, access.organization or "", access.practitioner, context.now
        )
        trial = attempt("issuePrescription", input.idempotency_key, asdict(order), context.access)
        outcome = await issuing.issue(order, author, trial)
        return IssuePrescriptionPayload(
            prescription=_prescription(info, outcome), problems=problems_of(outcome)
        )

    @resolved(
        description="Reserves a prescription for the caller's pharmacy for 30 minutes.",
        directives=_WRITE,
        requires_scopes=_DISPENSE,
    )
    async def claim(
        self,
        info: PharmacyInfo,
        input: ClaimInput,  # noqa: A002
    ) -> ClaimPayload | None:
        """Claims, or prolongs a claim of one's own."""
        context = info.context
        trial = attempt("claim", input.idempotency_key, {"code": input.code}, context.access)
        outcome = await context.commands.dispensing.claim(
            input.code, _dispenser(info), _permitted(info), trial
        )
        return _claim_payload(info, outcome)

    @resolved(
        description="Gives a claim of the caller's pharmacy up before it lapses.",
        directives=_WRITE,
        requires_scopes=_CORRECT,
    )
    async def release_claim(
        self,
        info: PharmacyInfo,
        input: ReleaseClaimInput,  # noqa: A002
    ) -> ClaimPayload | None:
        """Releases."""
        context = info.context
        content = {"code": input.code}
        trial = attempt("releaseClaim", input.idempotency_key, content, context.access)
        outcome = await context.commands.dispensing.release(
            input.code, _dispenser(info), _permitted(info), trial
        )
        return _claim_payload(info, outcome)

    @resolved(
        description=(
            "Records drugs that are handed over, whole or in part, all lines or none. It ends the "
            "pharmacy's claim; what is left may be collected elsewhere."
        ),
        directives=_WRITE,
        requires_scopes=_DISPENSE,
    )
    async def dispense(
        self,
        info: PharmacyInfo,
        input: DispenseInput,  # noqa: A002
    ) -> DispensePayload | None:
        """Dispenses."""
        context = info.context
        lines = tuple(
            SupplyLine(line.item_id, line.drug, line.quantity, line.buyer_consented)
            for line in input.lines
        )
        content = {"code": input.code, "lines": [asdict(line) for line in lines]}
        trial = attempt("dispense", input.idempotency_key, content, context.access)
        outcome = await context.commands.dispensing.dispense(
            input.code, lines, _dispenser(info), _permitted(info), trial
        )
        return _dispense_payload(info, outcome)

    @resolved(
        description="Takes a dispense of the caller's pharmacy back.",
        directives=_WRITE,
        requires_scopes=_CORRECT,
    )
    async def reverse_dispense(
        self,
        info: PharmacyInfo,
        input: ReverseDispenseInput,  # noqa: A002
    ) -> DispensePayload | None:
        """Reverses."""
        context = info.context
        content = {"code": input.code, "dispense": input.dispense_id}
        trial = attempt("reverseDispense", input.idempotency_key, content, context.access)
        outcome = await context.commands.dispensing.reverse(
            input.code, input.dispense_id, _dispenser(info), _permitted(info), trial
        )
        return _dispense_payload(info, outcome)


def _order(given: IssuePrescriptionInput) -> PrescriptionOrder:
    course = given.course
    return PrescriptionOrder(
        subject=given.patient_id,
        type=given.type,
        items=tuple(
            ItemOrder(item.drug, item.quantity, item.days, item.dosage, item.quantity_in_words)
            for item in given.items
        ),
        diagnoses=tuple(concept_document(diagnosis) for diagnosis in given.diagnoses),
        advice=given.advice,
        weight=given.weight,
        age_months=given.age_months,
        accompanying_adult=given.accompanying_adult,
        long_term=given.long_term,
        cancer=given.cancer,
        discharge=given.discharge,
        course=None if course is None else Course(course.number, _day(course.start), course.days),
        replaces=given.replaces,
        encounter=given.encounter_id,
    )


def _day(value: PartialDate) -> date:
    try:
        return date.fromisoformat(value)
    except ValueError:
        message = "course.start must be known to the day"
        raise SubgraphError(ErrorCode.BAD_USER_INPUT, message) from None


def _dispenser(info: PharmacyInfo) -> Dispenser:
    """The caller as a pharmacy.

    Raises:
        SubgraphError: ``BAD_USER_INPUT`` where the caller acts for no organization.
    """
    access = info.context.access
    if access.organization is None:
        raise SubgraphError(ErrorCode.BAD_USER_INPUT, "the caller acts for no pharmacy")
    return Dispenser(access.organization, access.actor, info.context.now)


def _permitted(info: PharmacyInfo) -> Callable[[str], bool]:
    context = info.context
    return lambda subject: context.permits(subject, Category.PRESCRIPTIONS, Action.WRITE)


def _prescription(info: PharmacyInfo, outcome: Mapping[str, Any]) -> Prescription | None:
    row = outcome["prescription"]
    if row is None:
        return None
    return prescription_of(row, info.context.now, info.context.access.organization)


def _claim_payload(info: PharmacyInfo, outcome: Mapping[str, Any]) -> ClaimPayload:
    row = outcome["prescription"]
    claim = None if row is None else claim_in_force(row, info.context.now)
    mine = claim is not None and claim["pharmacy_id"] == info.context.access.organization
    return ClaimPayload(
        prescription=_prescription(info, outcome),
        claimed_until=date_time(claim["until"]) if claim is not None and mine else None,
        problems=problems_of(outcome),
    )


def _dispense_payload(info: PharmacyInfo, outcome: Mapping[str, Any]) -> DispensePayload:
    row, dispense = outcome["prescription"], outcome["dispense"]
    return DispensePayload(
        dispense=None if dispense is None else dispense_of(row, dispense),
        prescription=_prescription(info, outcome),
        problems=problems_of(outcome),
    )
