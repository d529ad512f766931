"""What the pharmacy subgraph's mutations are asked to do."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from resolvers.pharmacy.codes import PrescriptionType
from resolvers.pharmacy.validity import Course


@dataclass(frozen=True, slots=True)
class ItemOrder:
    """One drug of a new prescription.

    Attributes:
        drug: Registration number of the drug.
        quantity: How much, as the prescriber wrote it.
        days: For how many days it is meant to last.
        dosage: How to take it, in words.
        quantity_in_words: The quantity in words; narcotics need it.
    """

    drug: str
    quantity: str
    days: int
    dosage: str
    quantity_in_words: str | None = None


@dataclass(frozen=True, slots=True)
class PrescriptionOrder:
    """A prescription that a practitioner wants to issue.

    Attributes:
        subject: The patient.
        type: What kind of prescription it is.
        items: The drugs.
        diagnoses: Stored concepts of why.
        advice: What the practitioner tells the patient.
        weight: The recipient's weight in kilograms.
        age_months: The recipient's age, where no birth date is registered.
        accompanying_adult: Who brings a small child.
        long_term: For a disease of the list that allows supply for 90 days.
        cancer: For pain of cancer, which allows courses of ten days.
        discharge: At the discharge from traditional-medicine treatment.
        course: The course of a narcotic.
        replaces: Code of the prescription that this one corrects.
        encounter: The episode in which it is issued; who treats it sees its labelled rows.
    """

    subject: str
    type: PrescriptionType
    items: tuple[ItemOrder, ...]
    diagnoses: tuple[Mapping[str, Any], ...]
    advice: str | None = None
    weight: str | None = None
    age_months: int | None = None
    accompanying_adult: str | None = None
    long_term: bool = False
    cancer: bool = False
    discharge: bool = False
    course: Course | None = None
    replaces: str | None = None
    encounter: str | None = None


@dataclass(frozen=True, slots=True)
class Author:
    """Who issues, and when.

    Attributes:
        facility: The facility's five-character code, also its id.
        practitioner: The practitioner's id.
        birth_date: The patient's registered birth date.
        now: When.
    """

    facility: str
    practitioner: str | None
    birth_date: date | None
    now: datetime


@dataclass(frozen=True, slots=True)
class SupplyLine:
    """One drug handed over.

    Attributes:
        item: Id of the prescribed item.
        drug: Registration number of the drug that was supplied.
        quantity: How much.
        buyer_consented: Whether the buyer agreed to another drug than the prescribed one.
    """

    item: str
    drug: str
    quantity: str
    buyer_consented: bool = False


@dataclass(frozen=True, slots=True)
class Dispenser:
    """The pharmacy that acts, and when.

    Attributes:
        pharmacy: Id of the pharmacy.
        pharmacist: Id of the person.
        now: When.
    """

    pharmacy: str
    pharmacist: str
    now: datetime
