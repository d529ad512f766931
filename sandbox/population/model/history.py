"""What is recorded of a citizen beside visits, and what she consents to."""

from dataclasses import dataclass
from datetime import date, datetime

from sandbox.population.model.codes import Code


@dataclass(frozen=True, slots=True)
class Allergy:
    """An allergy.

    Args:
        id: Opaque id.
        substance: What it is against; a drug's is an ATC code.
        category: medication, food or environment.
        criticality: low or high.
        reaction: In words.
        recorded: When it was recorded.
        status: active or resolved.
    """

    id: str
    substance: Code
    category: str
    criticality: str
    reaction: str
    recorded: datetime
    status: str = "active"


@dataclass(frozen=True, slots=True)
class PastCondition:
    """A disease, operation or family history of the past.

    Args:
        id: Opaque id.
        kind: disease, surgery or family.
        condition: What it was.
        onset: From when.
        status: active, remission or resolved.
        recorded: When it was recorded.
    """

    id: str
    kind: str
    condition: Code
    onset: date
    status: str
    recorded: datetime


@dataclass(frozen=True, slots=True)
class Immunization:
    """A dose that was given."""

    id: str
    vaccine: Code
    given: datetime
    dose: int
    lot: str
    facility: str


@dataclass(frozen=True, slots=True)
class Measurement:
    """A vital sign that the citizen took at home."""

    id: str
    what: Code
    value: str
    unit: str
    ucum: str
    taken: datetime
    device: str


@dataclass(frozen=True, slots=True)
class Consent:
    """A consent or refusal by the citizen.

    Args:
        id: Opaque id.
        person: Whose.
        decision: permit or deny.
        grantee_kind: practitioner, organization or role.
        grantee: Whom it names.
        categories: Categories of the book.
        labels: Sensitivity labels that it names.
        actions: read, write.
        purpose: One purpose of use.
        start: From when.
        end: Until when.
        status: active or withdrawn.
        withdrawn: When it was withdrawn.
        evidence: How the citizen confirmed it.
    """

    id: str
    person: str
    decision: str
    grantee_kind: str
    grantee: str
    categories: tuple[str, ...]
    labels: tuple[str, ...]
    actions: tuple[str, ...]
    purpose: str
    start: datetime
    end: datetime | None
    status: str
    withdrawn: datetime | None
    evidence: str
