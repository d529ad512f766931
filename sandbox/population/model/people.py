"""A citizen with her numbers, address, representatives and insurance card."""

from dataclasses import dataclass
from datetime import date

from sandbox.population.model.codes import INSURANCE_NUMBER, NATIONAL_ID


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
