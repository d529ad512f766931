"""Everything about one person."""

from dataclasses import dataclass
from datetime import datetime

from sandbox.population.model.history import (
    Allergy,
    Consent,
    Immunization,
    Measurement,
    PastCondition,
)
from sandbox.population.model.people import Card, Person
from sandbox.population.model.prescriptions import Prescription
from sandbox.population.model.visits import Claim, Visit


@dataclass(frozen=True, slots=True)
class RecordLocation:
    """A facility that holds records of a person, under an id of its own."""

    facility: str
    local_id: str
    shares: bool
    since: datetime


@dataclass(frozen=True, slots=True)
class Book:
    """Everything about one person.

    Args:
        person: Who.
        card: Insurance card; None for the uninsured.
        allergies: Allergies on record.
        no_known_allergy: When a doctor recorded that none is known; None when nobody asked.
        past_conditions: History.
        immunizations: Doses given.
        measurements: Own vital signs.
        visits: Oldest first.
        claims: One per settled visit of the insured.
        prescriptions: National prescriptions.
        consents: Consents and refusals.
        locations: Which facilities hold records.
    """

    person: Person
    card: Card | None
    allergies: tuple[Allergy, ...]
    no_known_allergy: datetime | None
    past_conditions: tuple[PastCondition, ...]
    immunizations: tuple[Immunization, ...]
    measurements: tuple[Measurement, ...]
    visits: tuple[Visit, ...]
    claims: tuple[Claim, ...]
    prescriptions: tuple[Prescription, ...]
    consents: tuple[Consent, ...]
    locations: tuple[RecordLocation, ...]
