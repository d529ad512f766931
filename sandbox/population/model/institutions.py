"""Facilities, pharmacies, the people who work there, and drugs."""

from dataclasses import dataclass


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
