"""What stands on a prescription: drugs with what is left of them, courses, dispenses."""

from collections.abc import Mapping
from typing import Any

import strawberry
from strawberry import federation

from resolvers.datatypes.scalars import DateTime, PartialDate, date_time
from resolvers.datatypes.values import Quantity
from resolvers.pharmacy.quantities import from_thousandths
from resolvers.pharmacy.schema.drugs import Drug, drug_of


@federation.type(description="One course (đợt) of a narcotic.")
class PrescriptionCourse:
    """A course."""

    number: int = federation.field(description="Which of the consecutive courses, from 1.")
    start: PartialDate = federation.field(description="Its first day.")
    days: int = federation.field(description="How many days it lasts.")


@federation.type(description="One drug of a prescription, with what is left of it.")
class PrescriptionItem:
    """A prescribed drug."""

    id: strawberry.ID = federation.field(description="Id within the prescription.")
    drug: Drug = federation.field(description="The drug, as it was registered when prescribed.")
    prescribed: Quantity = federation.field(description="How much was prescribed.")
    dispensed: Quantity = federation.field(description="How much was handed over.")
    remaining: Quantity = federation.field(description="How much is left.")
    dosage: str = federation.field(description="How to take it.")
    days: int = federation.field(description="For how many days it is meant to last.")
    quantity_in_words: str | None = federation.field(
        default=None, description="The quantity in words, for narcotics."
    )


@federation.type(description="One drug that was handed over.")
class DispenseLine:
    """A supplied drug."""

    item_id: strawberry.ID = federation.field(description="The prescribed item it was for.")
    drug: Drug = federation.field(description="The drug that was supplied.")
    quantity: Quantity = federation.field(description="How much.")
    substituted: bool = federation.field(
        description="Whether it is another drug than the prescribed one."
    )


@federation.type(description="Drugs handed over at one time (FHIR MedicationDispense).")
class Dispense:
    """A dispense."""

    id: strawberry.ID = federation.field(description="Opaque id.")
    handed_over: DateTime = federation.field(description="When it was.")
    pharmacy_id: strawberry.ID = federation.field(description="Id of the pharmacy.")
    lines: list[DispenseLine] = federation.field(description="The drugs.")
    reversed: DateTime | None = federation.field(
        default=None, description="When it was taken back."
    )


def dispense_of(row: Mapping[str, Any], dispense: Mapping[str, Any]) -> Dispense:
    """The object of a dispense of a prescription."""
    taken_back = dispense["reversed"]
    return Dispense(
        id=strawberry.ID(dispense["id"]),
        handed_over=date_time(dispense["handed_over"]),
        pharmacy_id=strawberry.ID(dispense["pharmacy_id"]),
        lines=[
            DispenseLine(
                item_id=strawberry.ID(line["item"]),
                drug=drug_of(line["drug"]),
                quantity=_quantity(line["count"], row["items"][line["index"]]),
                substituted=line["substituted"],
            )
            for line in dispense["lines"]
        ],
        reversed=None if taken_back is None else date_time(taken_back),
    )


def item_of(item: Mapping[str, Any]) -> PrescriptionItem:
    """The object of a prescribed drug."""
    return PrescriptionItem(
        id=strawberry.ID(item["id"]),
        drug=drug_of(item["drug"]),
        prescribed=_quantity(item["prescribed"], item),
        dispensed=_quantity(item["prescribed"] - item["remaining"], item),
        remaining=_quantity(item["remaining"], item),
        dosage=item["dosage"],
        days=item["days"],
        quantity_in_words=item["quantity_in_words"],
    )


def _quantity(count: int, item: Mapping[str, Any]) -> Quantity:
    return Quantity(value=from_thousandths(count), unit=item["drug"]["unit"])


def course_of(course: Mapping[str, Any] | None) -> PrescriptionCourse | None:
    """The object of a course, if there is one."""
    if course is None:
        return None
    return PrescriptionCourse(
        number=course["number"], start=PartialDate(course["start"]), days=course["days"]
    )
