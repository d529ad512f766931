"""National prescriptions and what pharmacies handed over."""

from dataclasses import dataclass
from datetime import date, datetime

from sandbox.population.model.codes import Code
from sandbox.population.model.institutions import Drug


@dataclass(frozen=True, slots=True)
class PrescriptionItem:
    """One line of a prescription; `course` counts the courses of a cancer's narcotic."""

    id: str
    drug: Drug
    quantity: int
    dosage: str


@dataclass(frozen=True, slots=True)
class DispenseLine:
    """What was handed over against one item; the drug may be a substitute."""

    item: str
    drug: Drug
    quantity: int


@dataclass(frozen=True, slots=True)
class Dispense:
    """One hand-over by a pharmacy."""

    id: str
    pharmacy: str
    pharmacist: str
    at: datetime
    lines: tuple[DispenseLine, ...]
    invoice: str


@dataclass(frozen=True, slots=True)
class Prescription:
    """A national prescription.

    Args:
        id: Opaque id.
        code: 14 characters, facility + 7 + type.
        kind: N, H, C, T or legacy Y.
        person: Whom it is for.
        facility: Where it was issued.
        practitioner: Who issued it.
        issued: When.
        diagnoses: What it is for.
        items: Drugs.
        weight: Kilograms; always for children under 72 months.
        age_months: Age at issue.
        companion: Adult who accompanies a child under 72 months.
        advice: Words to the patient.
        course: Number, first and last day of the course (narcotics).
        replaces: Code of the prescription that this one corrects.
        replaced_by: Code of the one that corrects this.
        dispenses: What was handed over.
    """

    id: str
    code: str
    kind: str
    person: str
    facility: str
    practitioner: str
    issued: datetime
    diagnoses: tuple[Code, ...]
    items: tuple[PrescriptionItem, ...]
    age_months: int
    weight: str | None = None
    companion: str | None = None
    advice: str | None = None
    course: tuple[int, date, date] | None = None
    replaces: str | None = None
    replaced_by: str | None = None
    dispenses: tuple[Dispense, ...] = ()
