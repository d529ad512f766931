"""Inputs of the pharmacy subgraph's mutations."""

import strawberry

from resolvers.datatypes.inputs import CodeableConceptInput
from resolvers.datatypes.scalars import Decimal, PartialDate
from resolvers.pharmacy.schema.enums import PrescriptionType

_KEY = "Chosen by the caller, kept 30 days."
_CODE = "Code of the prescription that the citizen presents."


@strawberry.input(description="One drug of a new prescription.")
class PrescriptionItemInput:
    """A drug to prescribe."""

    drug: str = strawberry.field(description="Registration number of the drug.")
    quantity: Decimal = strawberry.field(description="How much, in the drug's unit.")
    days: int = strawberry.field(description="For how many days it is meant to last.")
    dosage: str = strawberry.field(description="How to take it.")
    quantity_in_words: str | None = strawberry.field(
        default=None, description="The quantity in words; narcotics need it."
    )


@strawberry.input(description="The course (đợt) of a narcotic.")
class PrescriptionCourseInput:
    """A course."""

    number: int = strawberry.field(description="Which of three consecutive courses, from 1.")
    start: PartialDate = strawberry.field(description="Its first day.")
    days: int = strawberry.field(description="How many days it lasts.")


@strawberry.input(
    description="A prescription to issue. It never changes; a correction replaces it."
)
class IssuePrescriptionInput:
    """Input of issuePrescription."""

    idempotency_key: str = strawberry.field(description=_KEY)
    patient_id: strawberry.ID = strawberry.field(description="Whom it is for.")
    type: PrescriptionType = strawberry.field(
        description="Kind of prescription, as the drugs' control class asks for."
    )
    diagnoses: list[CodeableConceptInput] = strawberry.field(description="Why, by ICD-10.")
    items: list[PrescriptionItemInput] = strawberry.field(description="1 to 50 drugs.")
    advice: str | None = strawberry.field(
        default=None, description="What the practitioner tells the patient."
    )
    weight: Decimal | None = strawberry.field(
        default=None, description="Weight in kilograms; needed under 72 months of age."
    )
    age_months: int | None = strawberry.field(
        default=None, description="Age in months, where no birth date is registered."
    )
    accompanying_adult: str | None = strawberry.field(
        default=None, description="Who brings the child; needed under 72 months of age."
    )
    long_term: bool = strawberry.field(
        default=False, description="For a disease of the list with supply for up to 90 days."
    )
    cancer: bool = strawberry.field(
        default=False, description="For pain of cancer, with courses of up to ten days."
    )
    discharge: bool = strawberry.field(
        default=False, description="At the discharge from traditional-medicine treatment."
    )
    course: PrescriptionCourseInput | None = strawberry.field(
        default=None, description="The course; a narcotic needs it."
    )
    encounter_id: strawberry.ID | None = strawberry.field(
        default=None, description="The encounter in which it is issued."
    )
    replaces: str | None = strawberry.field(
        default=None, description="Code of the prescription that this one corrects."
    )


@strawberry.input(description="A prescription to claim.")
class ClaimInput:
    """Input of claim."""

    idempotency_key: str = strawberry.field(description=_KEY)
    code: str = strawberry.field(description=_CODE)


@strawberry.input(description="A claim to give up.")
class ReleaseClaimInput:
    """Input of releaseClaim."""

    idempotency_key: str = strawberry.field(description=_KEY)
    code: str = strawberry.field(description=_CODE)


@strawberry.input(description="One drug that is handed over.")
class DispenseLineInput:
    """A supplied drug."""

    item_id: strawberry.ID = strawberry.field(description="The prescribed item.")
    drug: str = strawberry.field(description="Registration number of the drug that is supplied.")
    quantity: Decimal = strawberry.field(description="How much, in the item's unit.")
    buyer_consented: bool = strawberry.field(
        default=False, description="Whether the buyer agreed to another drug than the prescribed."
    )


@strawberry.input(description="Drugs that are handed over, all lines or none.")
class DispenseInput:
    """Input of dispense."""

    idempotency_key: str = strawberry.field(description=_KEY)
    code: str = strawberry.field(description=_CODE)
    lines: list[DispenseLineInput] = strawberry.field(description="The drugs.")


@strawberry.input(description="A dispense to take back.")
class ReverseDispenseInput:
    """Input of reverseDispense."""

    idempotency_key: str = strawberry.field(description=_KEY)
    code: str = strawberry.field(description=_CODE)
    dispense_id: strawberry.ID = strawberry.field(description="The dispense.")
