"""Visits with what was found, done, given and paid."""

from dataclasses import dataclass
from datetime import date, datetime

from sandbox.population.model.codes import Code
from sandbox.population.model.institutions import Drug


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """A diagnosis of a visit."""

    id: str
    condition: Code
    is_main: bool
    status: str


@dataclass(frozen=True, slots=True)
class Result:
    """A laboratory result or vital sign.

    Args:
        id: Opaque id.
        category: laboratory or vital-signs.
        what: LOINC code.
        value: Decimal text, or None for a result in words or with components.
        unit: Printed unit.
        ucum: UCUM code.
        low: Lower reference limit, or None.
        high: Upper reference limit, or None.
        taken: When.
        text: Result in words.
        components: Code, value, unit, UCUM for results of several parts.
    """

    id: str
    category: str
    what: Code
    value: str | None
    unit: str
    ucum: str
    low: str | None
    high: str | None
    taken: datetime
    text: str | None = None
    components: tuple[tuple[Code, str, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Imaging:
    """An imaging study with its DICOM numbers."""

    id: str
    modality: str
    description: str
    body_site: str
    study_uid: str
    series_uid: str
    images: int
    taken: datetime
    conclusion: str


@dataclass(frozen=True, slots=True)
class Operation:
    """A procedure or operation."""

    id: str
    what: Code
    performed: datetime
    outcome: str


@dataclass(frozen=True, slots=True)
class Medication:
    """A drug that a facility gave or ordered without a national prescription code."""

    id: str
    drug: Drug
    quantity: int
    dosage: str
    ordered: datetime


@dataclass(frozen=True, slots=True)
class Referral:
    """A referral paper (giấy chuyển tuyến): valid 10 working days, some diseases one year."""

    id: str
    number: str
    to_facility: str
    reason: Code
    signed: datetime
    valid_until: date


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A paper for re-examination (giấy hẹn khám lại)."""

    id: str
    number: str
    at: datetime
    reason: Code


@dataclass(frozen=True, slots=True)
class Visit:
    """An episode of care at one facility.

    Args:
        id: The encounter's id at the facility.
        number: MA_LK of the facility.
        kind: MA_LOAI_KCB.
        facility: Code of the facility.
        practitioner: Id of the doctor.
        start: Begin.
        end: End; None while it lasts.
        reason: Why the patient came.
        diagnoses: The first is the main one.
        results: Vital signs and laboratory.
        imaging: Studies.
        operations: Procedures.
        medications: What the facility gave.
        summary: Discharge summary; None for a plain outpatient visit.
        outcome: KET_QUA_DTRI 1 to 5; None while it lasts.
        referral: Paper for another facility.
        follow_up: Paper for the next visit.
    """

    id: str
    number: str
    kind: str
    facility: str
    practitioner: str
    start: datetime
    end: datetime | None
    reason: str
    diagnoses: tuple[Diagnosis, ...]
    results: tuple[Result, ...] = ()
    imaging: tuple[Imaging, ...] = ()
    operations: tuple[Operation, ...] = ()
    medications: tuple[Medication, ...] = ()
    summary: str | None = None
    outcome: str | None = None
    referral: Referral | None = None
    follow_up: FollowUp | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """What a visit cost, in dong with two decimals."""

    id: str
    visit: str
    facility: str
    total: str
    paid_by_fund: str
    co_payment: str
    self_payment: str
    other_sources: str
    settled: datetime
