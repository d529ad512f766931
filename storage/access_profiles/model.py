"""Everything that decides who may read about one subject, as frozen values.

The profile answers a decision without asking anybody: representatives (Law 15/2023 art. 8 and
69), consents and refusals (Law 91/2025 art. 9), care relationships, break-glass entries. All times
are aware; every period includes its start and excludes its end.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from access.categories import Action

WILDCARD = "*"
"""As a category: every category. It never stands for a sensitivity label."""


class RepresentativeKind(StrEnum):
    """Why a person acts for the subject."""

    PARENT = "PARENT"
    GUARDIAN = "GUARDIAN"
    DELEGATE = "DELEGATE"


class Representation(StrEnum):
    """How far a representative reads: the record, or its summary only."""

    FULL = "FULL"
    SUMMARY = "SUMMARY"


class GranteeKind(StrEnum):
    """Whom a consent names."""

    PRACTITIONER = "practitioner"
    ORGANIZATION = "organization"
    ROLE = "role"


class ConsentStatus(StrEnum):
    """Where a consent stands; only an active one has force."""

    PROPOSED = "proposed"
    ACTIVE = "active"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class CareRelationshipKind(StrEnum):
    """What made a facility responsible for the subject."""

    ENCOUNTER = "ENCOUNTER"
    REFERRAL = "REFERRAL"
    APPOINTMENT = "APPOINTMENT"
    PRESCRIPTION = "PRESCRIPTION"


@dataclass(frozen=True, slots=True)
class Period:
    """From `start` (included) to `end` (excluded); None leaves that side open."""

    start: datetime | None = None
    end: datetime | None = None

    def contains(self, moment: datetime) -> bool:
        """Answer whether the moment lies inside."""
        return (self.start is None or self.start <= moment) and (
            self.end is None or moment < self.end
        )


ALWAYS = Period()


@dataclass(frozen=True, slots=True)
class Representative:
    """A person who reads and acts for the subject.

    Attributes:
        person_id: The patient id of the representative.
        kind: Parent, guardian or delegate.
        representation: The whole record or the summary.
        categories: What is covered; `WILDCARD` for all.
        period: When it is in force.
    """

    person_id: str
    kind: RepresentativeKind
    representation: Representation
    categories: frozenset[str]
    period: Period = ALWAYS


@dataclass(frozen=True, slots=True)
class Grantee:
    """Whom a consent names: a practitioner, an organization or a role."""

    kind: GranteeKind
    id: str


@dataclass(frozen=True, slots=True)
class ConsentEntry:
    """What one consent permits (in `grants`) or refuses (in `denies`).

    Attributes:
        consent_id: Id of the consent.
        version: Version of that consent, starting at 1.
        grantee: Whom it names.
        categories: The categories it speaks of; `WILDCARD` for all.
        labels: The sensitivity labels it names. A wildcard does not stand for a label.
        actions: Read, write or both.
        purpose: The one purpose of use it is for (HL7 v3 PurposeOfUse).
        period: When it is in force.
        data_period: The time that the data itself must be about.
        status: Only `ACTIVE` has force.
    """

    consent_id: str
    version: int
    grantee: Grantee
    categories: frozenset[str]
    labels: frozenset[str]
    actions: frozenset[Action]
    purpose: str
    period: Period = ALWAYS
    data_period: Period = ALWAYS
    status: ConsentStatus = ConsentStatus.ACTIVE

    def in_force(self, moment: datetime) -> bool:
        """Answer whether it is active and its period contains the moment."""
        return self.status is ConsentStatus.ACTIVE and self.period.contains(moment)


@dataclass(frozen=True, slots=True)
class CareRelationship:
    """A facility, or one practitioner of it, that cares for the subject.

    Attributes:
        reference: Id of the encounter, referral, appointment or prescription that opened it;
            with `kind` and practitioner it identifies the relationship.
        facility_id: The organization.
        kind: What opened it.
        practitioner_id: The one practitioner it is limited to, or None for the facility's staff.
        encounter_id: The episode whose labelled rows the treating staff may read, or None.
        period: When it is in force; closing it sets the end.
    """

    reference: str
    facility_id: str
    kind: CareRelationshipKind
    practitioner_id: str | None = None
    encounter_id: str | None = None
    period: Period = ALWAYS


@dataclass(frozen=True, slots=True)
class BreakGlassEntry:
    """An emergency access: who, from when, until when, and where the reason is kept."""

    practitioner_id: str
    started: datetime
    until: datetime
    reason_reference: str

    def in_force(self, moment: datetime) -> bool:
        """Answer whether the entry opens the record at that moment."""
        return self.started <= moment < self.until


@dataclass(frozen=True, slots=True)
class AccessProfile:
    """All facts that decide access to one subject.

    Attributes:
        subject_id: The patient id.
        version: Raised by every change; part of every key of a data cache.
        birth_date: Unknown parts count as the first of the year or month, so that the subject
            is never taken for younger than she is. None: unknown, to be treated as adult.
    """

    subject_id: str
    version: int
    birth_date: date | None = None
    representatives: tuple[Representative, ...] = ()
    grants: tuple[ConsentEntry, ...] = ()
    denies: tuple[ConsentEntry, ...] = ()
    care_relationships: tuple[CareRelationship, ...] = ()
    break_glass: tuple[BreakGlassEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class PrescriptionLink:
    """What a prescription code leads to."""

    subject_id: str
    prescription_id: str
