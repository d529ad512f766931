"""What the patient subgraph knows of a person, opened from its stored form."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from resolvers.datatypes.connections import Position


@dataclass(frozen=True, slots=True)
class IdentifierRecord:
    """A number that some authority gave the person.

    Attributes:
        system: URI of the numbering system.
        value: The number as it was written.
        start: From when it was in force.
        end: Until when; ``None`` while it is.
    """

    system: str
    value: str
    start: datetime | None = None
    end: datetime | None = None


@dataclass(frozen=True, slots=True)
class RepresentativeRecord:
    """A person who acts for the patient by law or by her will.

    Attributes:
        kind: ``PARENT``, ``GUARDIAN`` or ``DELEGATE``.
        relationship: In words: mother, grandfather, lawyer.
        patient_id: Her own book, if she has one.
        full_name: Her name.
        identifier: Number of her identity paper.
        phone: Her telephone number.
        start: From when.
        end: Until when; ``None`` while it lasts.
    """

    kind: str
    relationship: str | None = None
    patient_id: str | None = None
    full_name: str | None = None
    identifier: str | None = None
    phone: str | None = None
    start: datetime | None = None
    end: datetime | None = None

    def in_force(self, now: datetime) -> bool:
        """Whether she acts for the patient at an instant."""
        return (self.start is None or self.start <= now) and (self.end is None or now < self.end)


@dataclass(frozen=True, slots=True)
class PatientRecord:
    """A person.

    Attributes:
        id: Opaque id, stable through renumbering.
        full_name: Name in one line, as the civil register writes it.
        birth_date: Known to the year, month or day.
        sex: ``MALE``, ``FEMALE``, ``OTHER`` or ``UNKNOWN``.
        identifiers: Present and past numbers.
        ethnicity: Stored concept (QĐ 121-TCTK/PPCĐ codes 01 Kinh … 54).
        nationality: Stored concept (ISO 3166).
        occupation: Stored concept.
        phone: Telephone number.
        email: Mail address.
        address: Stored address.
        representatives: Who acts for her.
        no_known_allergy: When a practitioner last recorded that no allergy is known.
    """

    id: str
    full_name: str | None = None
    birth_date: str | None = None
    sex: str | None = None
    identifiers: tuple[IdentifierRecord, ...] = ()
    ethnicity: Mapping[str, Any] | None = None
    nationality: Mapping[str, Any] | None = None
    occupation: Mapping[str, Any] | None = None
    phone: str | None = None
    email: str | None = None
    address: Mapping[str, Any] | None = None
    representatives: tuple[RepresentativeRecord, ...] = ()
    no_known_allergy: datetime | None = None


@dataclass(frozen=True, slots=True)
class DependantRecord:
    """A person whom somebody represents.

    Attributes:
        patient: The dependant.
        representative: How she is represented.
    """

    patient: PatientRecord
    representative: RepresentativeRecord


@dataclass(frozen=True, slots=True)
class AccessEntry:
    """One access to somebody's book, permitted or denied.

    Attributes:
        position: Where it stands in the log.
        recorded: When.
        actor: Stable id of who asked.
        role: In which role.
        organization: For which facility, pharmacy or insurer.
        purpose: Purpose of use.
        category: What was asked for.
        action: ``read`` or ``write``.
        permitted: Whether it was permitted.
        basis: By which rule, or why not.
    """

    position: Position
    recorded: datetime
    actor: str | None
    role: str | None
    organization: str | None
    purpose: str | None
    category: str | None
    action: str | None
    permitted: bool
    basis: str | None = None
