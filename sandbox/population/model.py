"""People and what is recorded about them, as frozen values.

Times are aware and meant in Vietnam (+07:00). Codes are those of the named systems; who stores or
serves these values translates them into its own form.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone

VIETNAM = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")

NATIONAL_ID = "http://fhir.ehealth.gov.vn/core/sid/national_id"
OLD_CITIZEN_ID = "http://fhir.ehealth.gov.vn/core/sid/citizen_id"
INSURANCE_NUMBER = "http://fhir.ehealth.gov.vn/core/sid/insurance_number"
LICENCE_NUMBER = "http://fhir.ehealth.gov.vn/core/sid/provider-license-number"
ICD10 = "http://hl7.org/fhir/sid/icd-10"
ICD9CM = "http://hl7.org/fhir/sid/icd-9-cm"
LOINC = "http://loinc.org"
ATC = "http://www.whocc.no/atc"
CVX = "http://hl7.org/fhir/sid/cvx"
DICOM = "http://dicom.nema.org/resources/ontology/DCM"


@dataclass(frozen=True, slots=True)
class Code:
    """A code with its Vietnamese and English names."""

    system: str
    code: str
    vi: str
    en: str


@dataclass(frozen=True, slots=True)
class Facility:
    """A hospital, clinic or commune station.

    Args:
        code: 5-character facility code (mã CSKCB).
        name: Printed name.
        kind: central_hospital, provincial_hospital, commune_station or clinic.
        province_code: Code of the 63-province list, as facility codes begin with it.
        address: One line.
        phone: Telephone number.
        serves_fhir: Whether a sandbox hospital with its records runs.
    """

    code: str
    name: str
    kind: str
    province_code: str
    address: str
    phone: str
    serves_fhir: bool


@dataclass(frozen=True, slots=True)
class Practitioner:
    """A doctor with a licence.

    Args:
        id: Opaque id, the same in every system of the sandbox.
        name: Full name.
        sex: female or male.
        licence: Licence to practise (CCHN or GPHN).
        speciality: Speciality in words.
        facility: Code of the facility where she works.
    """

    id: str
    name: str
    sex: str
    licence: str
    speciality: str
    facility: str


@dataclass(frozen=True, slots=True)
class Pharmacy:
    """A pharmacy of a chain."""

    id: str
    name: str
    chain: str
    address: str
    phone: str


@dataclass(frozen=True, slots=True)
class Pharmacist:
    """A pharmacist with a licence, working in one pharmacy."""

    id: str
    name: str
    licence: str
    pharmacy: str


@dataclass(frozen=True, slots=True)
class Drug:
    """A registered drug.

    Args:
        registration: 12-digit registration number.
        generic: Active ingredients.
        brand: Invented brand name.
        strength: Strength as printed; may be empty.
        form: Dosage form in Vietnamese.
        unit: Unit that is counted.
        route: Route in Vietnamese.
        atc: ATC code; empty for traditional medicine.
        prescription_only: Whether a prescription is needed.
        control: N narcotic, H psychotropic, T traditional, else empty.
        price: Dong for one unit.
    """

    registration: str
    generic: str
    brand: str
    strength: str
    form: str
    unit: str
    route: str
    atc: str
    prescription_only: bool
    control: str
    price: int


@dataclass(frozen=True, slots=True)
class Name:
    """A name by Vietnamese order: family, middle, given."""

    family: str
    middle: str
    given: str

    @property
    def full(self) -> str:
        """The name in one line."""
        return " ".join(part for part in (self.family, self.middle, self.given) if part)


@dataclass(frozen=True, slots=True)
class Identifier:
    """A number that an authority gave, with the time it was in force."""

    system: str
    value: str
    start: date | None = None
    end: date | None = None


@dataclass(frozen=True, slots=True)
class Address:
    """An address by one version of the administrative list.

    Args:
        line: House and street.
        ward: Commune or ward.
        ward_code: 5-digit code of the list.
        district: None since 01/07/2025, when districts ended.
        province: Name of the province.
        province_code: Its code.
        version: First day on which the list is in force.
    """

    line: str
    ward: str
    ward_code: str
    district: str | None
    province: str
    province_code: str
    version: date


@dataclass(frozen=True, slots=True)
class Representative:
    """Somebody who acts for a person.

    Args:
        person_id: Her own book.
        kind: PARENT, GUARDIAN or DELEGATE.
        relationship: In words, Vietnamese.
        full_name: Her name.
        national_id: Number of her identity card.
        phone: Her telephone number.
        start: From when.
        representation: FULL or SUMMARY.
        end: Until when; None while it lasts.
    """

    person_id: str
    kind: str
    relationship: str
    full_name: str
    national_id: str | None
    phone: str | None
    start: date
    representation: str = "FULL"
    end: date | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """A citizen.

    Args:
        id: Opaque id, stable through renumbering.
        name: Her name.
        sex: female or male.
        birth_date: Day of birth.
        identifiers: Present and past numbers; a newborn may have none.
        phone: None for small children.
        email: Often None.
        ethnicity: Code of the list of ethnic groups and its name.
        occupation: In words; None for children.
        address: Where she lives, by the list of today.
        former_address: The same place by the list before 01/07/2025.
        blood_group: ABO and Rh, e.g. O+.
        representatives: Who acts for her.
    """

    id: str
    name: Name
    sex: str
    birth_date: date
    identifiers: tuple[Identifier, ...]
    phone: str | None
    email: str | None
    ethnicity: tuple[str, str]
    occupation: str | None
    address: Address
    former_address: Address
    blood_group: str
    representatives: tuple[Representative, ...] = ()

    @property
    def national_id(self) -> str | None:
        """The 12-digit number in force; None for those who have none yet."""
        for identifier in self.identifiers:
            if identifier.system == NATIONAL_ID and identifier.end is None:
                return identifier.value
        return None

    @property
    def insurance_number(self) -> str | None:
        """The 10-digit BHXH number."""
        for identifier in self.identifiers:
            if identifier.system == INSURANCE_NUMBER:
                return identifier.value
        return None


@dataclass(frozen=True, slots=True)
class Card:
    """A health insurance card.

    Args:
        number: 15 characters.
        insurance_number: The 10-digit BHXH number inside it.
        benefit_percent: Share that the fund pays.
        valid_from: First day.
        valid_until: Last day.
        facility: Code of the facility of initial registration.
        status: The portal's `maKetQua` for its state; 000 when nothing is special.
        five_years_from: From when 5 continuous years are reached.
        new_number: The card that replaced it.
    """

    number: str
    insurance_number: str
    benefit_percent: int
    valid_from: date
    valid_until: date
    facility: str
    status: str = "000"
    five_years_from: date | None = None
    new_number: str | None = None


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
