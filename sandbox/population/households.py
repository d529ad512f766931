"""Families: who lives together, how old, with which numbers."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sandbox.population.model import (
    INSURANCE_NUMBER,
    NATIONAL_ID,
    OLD_CITIZEN_ID,
    Identifier,
    Name,
    Person,
    Representative,
)
from sandbox.population.names import family_name, full_name, latin
from sandbox.population.seeds import chance, derived_id
from sandbox.population.terms import Place, Terms

MOST_MEMBERS = 8
_PHONE_STARTS = ("090", "091", "093", "094", "096", "097", "098", "032", "033", "035", "070")
_ETHNICITIES = (("01", "Kinh"),) * 17 + (("02", "Tày"), ("03", "Thái"), ("08", "Mường"))
_OCCUPATIONS = (
    "Công nhân", "Nông dân", "Nhân viên văn phòng", "Giáo viên", "Buôn bán", "Lái xe", "Kỹ sư",
    "Nội trợ", "Thợ xây", "Công chức", "Kế toán", "Lao động tự do",
)  # fmt: skip
_BLOOD_GROUPS = ("O+",) * 42 + ("B+",) * 30 + ("A+",) * 21 + ("AB+",) * 6 + ("O-",)


@dataclass(frozen=True, slots=True)
class Member:
    """One place in a household before it has a person."""

    sex: str
    birth_date: date
    family: str
    is_child: bool


def years_between(birth: date, day: date) -> int:
    """Return the completed years of age on a day."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def months_between(birth: date, day: date) -> int:
    """Return the completed months of age on a day."""
    months = (day.year - birth.year) * 12 + day.month - birth.month
    return months - (day.day < birth.day)


def national_id(province: str, sex: str, birth: date, slot: int) -> str:
    """Return a 12-digit number: province, century and sex, year, six digits from a free slot.

    Law on Identification 26/2023 art. 12; there is no check digit.

    Args:
        province: Two digits of the province where the birth was registered.
        sex: ``female`` or ``male``.
        birth: Birth date.
        slot: Which of the million last numbers; nobody shares it.
    """
    century = (birth.year // 100 - 19) * 2 + (sex == "female")
    return f"0{province}{century}{birth.year % 100:02d}{slot * 611_953 % 1_000_000:06d}"


def insurance_number(province: str, slot: int) -> str:
    """Return a 10-digit BHXH number; different slots of a province never collide."""
    return f"{province}{slot * 61_195_301 % 100_000_000:08d}"


class Households:
    """The families of a population, one after the other, each from the seed and its number."""

    def __init__(self, seed: int, today: date, terms: Terms) -> None:
        self._seed = seed
        self._today = today
        self._terms = terms

    def household(self, number: int) -> tuple[Person, ...]:
        """Return the members of a household, adults first."""
        rnd = chance(self._seed, "household", number)
        place = rnd.choice(self._terms.places)
        line = f"Số {rnd.randint(1, 400)} tổ {rnd.randint(1, 30)}"
        members = list(self._members(rnd))[:MOST_MEMBERS]
        ethnicity = rnd.choice(_ETHNICITIES)
        adults: list[Person] = []
        people: list[Person] = []
        for at, member in enumerate(members):
            slot = number * MOST_MEMBERS + at + 1_000
            person = self._person(rnd, member, place, slot, (line, ethnicity, adults))
            person = self._delegating(rnd, person, adults)
            people.append(person)
            if not member.is_child:
                adults.append(person)
        return tuple(people)

    def _delegating(self, rnd: random.Random, person: Person, adults: list[Person]) -> Person:
        """Let some of the old have their book read by the first adult of the household."""
        is_old = years_between(person.birth_date, self._today) >= 72
        if not adults or not is_old or rnd.random() < 0.4:
            return person
        helper = adults[0]
        if years_between(helper.birth_date, self._today) >= 60:
            return person
        delegate = Representative(
            person_id=helper.id,
            kind="DELEGATE",
            relationship="Con",
            full_name=helper.name.full,
            national_id=helper.national_id,
            phone=helper.phone,
            start=self._today - timedelta(days=rnd.randint(10, 300)),
            representation=rnd.choice(("FULL", "SUMMARY")),
        )
        return replace(person, representatives=(delegate,))

    def _members(self, rnd: random.Random) -> Iterator[Member]:
        shape = rnd.random()
        father, mother = family_name(rnd), family_name(rnd)
        if shape < 0.13:
            yield self._adult(rnd, rnd.choice(("female", "male")), father, (22, 60))
            return
        if shape < 0.26:
            yield self._adult(rnd, "male", father, (60, 88))
            yield self._adult(rnd, "female", mother, (57, 88))
            return
        parent = self._adult(rnd, "female", mother, (21, 48))
        yield parent
        if shape > 0.33:
            years = years_between(parent.birth_date, self._today)
            yield self._adult(rnd, "male", father, (max(21, years - 2), years + 7))
        if shape > 0.86:
            yield self._adult(rnd, "female", family_name(rnd), (66, 90))
        yield from self._children(rnd, parent, father)

    def _adult(self, rnd: random.Random, sex: str, family: str, ages: tuple[int, int]) -> Member:
        days = rnd.randint(ages[0] * 365, ages[1] * 365 + 364)
        return Member(sex, self._today - timedelta(days=days), family, is_child=False)

    def _children(self, rnd: random.Random, mother: Member, family: str) -> Iterator[Member]:
        count = rnd.choices((0, 1, 2, 3, 4), (12, 30, 42, 12, 4))[0]
        first = mother.birth_date + timedelta(days=rnd.randint(19 * 365, 29 * 365))
        for number in range(count):
            birth = first + timedelta(days=number * rnd.randint(400, 1600))
            if birth > self._today - timedelta(days=7):
                birth = self._today - timedelta(days=7 + number)
            if years_between(birth, self._today) >= 23:
                continue
            adult = years_between(birth, self._today) >= 18
            yield Member(rnd.choice(("female", "male")), birth, family, is_child=not adult)

    def _person(
        self,
        rnd: random.Random,
        member: Member,
        place: Place,
        slot: int,
        shared: tuple[str, tuple[str, str], list[Person]],
    ) -> Person:
        line, ethnicity, adults = shared
        name = full_name(rnd, member.sex, member.family)
        address, former = place.addresses(line)
        years = years_between(member.birth_date, self._today)
        phone = f"{rnd.choice(_PHONE_STARTS)}{rnd.randint(0, 9_999_999):07d}"
        mail = f"{latin(name.given)}.{latin(name.family)}{slot}@example.vn"
        return Person(
            id=derived_id(self._seed, "person", slot),
            name=name,
            sex=member.sex,
            birth_date=member.birth_date,
            identifiers=self._identifiers(rnd, member, place, slot),
            phone=phone if years >= 14 else None,
            email=mail if years >= 16 and rnd.random() < 0.3 else None,
            ethnicity=ethnicity,
            occupation=_occupation(rnd, years),
            address=address,
            former_address=former,
            blood_group=rnd.choice(_BLOOD_GROUPS),
            representatives=representatives_of(member.birth_date, adults, name)
            if member.is_child
            else (),
        )

    def _identifiers(
        self, rnd: random.Random, member: Member, place: Place, slot: int
    ) -> tuple[Identifier, ...]:
        birth, province = member.birth_date, place.old_province_code
        insurance = Identifier(INSURANCE_NUMBER, insurance_number(province, slot), birth)
        if (self._today - birth).days < 60:
            return (insurance,)
        number = national_id(province, member.sex, birth, slot)
        issued = max(birth + timedelta(days=30), date(2016, 1, 1))
        found = [Identifier(NATIONAL_ID, number, issued)]
        draw = rnd.random()
        if birth.year < 1998 and draw < 0.4:
            ended = date(rnd.randint(2016, 2021), rnd.randint(1, 12), 15)
            old = Identifier(OLD_CITIZEN_ID, f"{slot * 7919 % 1_000_000_000:09d}",
                             date(2005, 1, 15), ended)  # fmt: skip
            found = [Identifier(NATIONAL_ID, number, ended), old]
        elif draw > 0.99:
            cancelled = date(2024, 8, 1)
            before = national_id(province, member.sex, birth, slot + 500_000)
            found = [
                Identifier(NATIONAL_ID, number, max(cancelled, issued)),
                Identifier(NATIONAL_ID, before, min(issued, cancelled), max(cancelled, issued)),
            ]
        return (*found, insurance)


def representatives_of(
    birth: date, adults: list[Person], child: Name
) -> tuple[Representative, ...]:
    """Return the parents who act for a child: the first woman and man of the household."""
    found = []
    for sex, word in (("female", "Mẹ"), ("male", "Cha")):
        for adult in adults:
            is_parent_age = 17 <= years_between(adult.birth_date, birth) < 50
            if adult.sex == sex and is_parent_age and (sex == "female" or _same(adult, child)):
                found.append(
                    Representative(
                        person_id=adult.id,
                        kind="PARENT",
                        relationship=word,
                        full_name=adult.name.full,
                        national_id=adult.national_id,
                        phone=adult.phone,
                        start=birth,
                    )
                )
                break
    return tuple(found)


def _same(adult: Person, child: Name) -> bool:
    return adult.name.family == child.family


def _occupation(rnd: random.Random, years: int) -> str | None:
    if years < 6:
        return None
    if years < 18:
        return "Học sinh"
    return "Hưu trí" if years >= 62 else rnd.choice(_OCCUPATIONS)
