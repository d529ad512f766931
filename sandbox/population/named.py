"""The named citizens as persons."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

from sandbox.population import cast
from sandbox.population.households import representatives_of
from sandbox.population.model import (
    INSURANCE_NUMBER,
    NATIONAL_ID,
    Address,
    Identifier,
    Name,
    Person,
)
from sandbox.population.terms import LIST_OF_34, LIST_OF_63

_HANOI = Address(
    "Số 9 tổ 3", "Phường Nghĩa Tân", "00160", None, "Thành phố Hà Nội", "01", LIST_OF_34
)
_HAIPHONG = Address(
    "Số 5 tổ 7", "Xã Thuỷ Đường", "11503", None, "Thành phố Hải Phòng", "31", LIST_OF_34
)


def _person(
    identifier: str,
    name: tuple[str, str, str],
    sex: str,
    birth: date,
    numbers: tuple[str | None, str],
    address: Address,
) -> Person:
    found = [Identifier(INSURANCE_NUMBER, numbers[1], birth)]
    if numbers[0] is not None:
        start = max(birth + timedelta(days=30), date(2021, 6, 1))
        found.insert(0, Identifier(NATIONAL_ID, numbers[0], start))
    district = "Quận Cầu Giấy" if address is _HANOI else "Huyện Thuỷ Nguyên"
    is_adult = birth.year < 2008
    return Person(
        id=identifier,
        name=Name(*name),
        sex=sex,
        birth_date=birth,
        identifiers=tuple(found),
        phone=f"09{numbers[1][-8:]}" if is_adult else None,
        email=None,
        ethnicity=("01", "Kinh"),
        occupation="Nhân viên văn phòng" if is_adult else None,
        address=address,
        former_address=replace(address, district=district, version=LIST_OF_63),
        blood_group="O+",
    )


def named_people(today: date) -> Mapping[str, Person]:
    """Return the named citizens; the children's ages hold whatever day it is."""
    parents = _parents()
    people = (*parents, *_children(today, parents), *_others())
    return {person.id: person for person in people}


def _parents() -> list[Person]:
    return [
        _person(
            cast.MOTHER, ("Nguyễn", "Thị", "Hoa"), "female", date(1990, 5, 12),
            (cast.MOTHER_NATIONAL_ID, cast.MOTHER_INSURANCE_NUMBER), _HANOI),
        _person(
            cast.FATHER, ("Trần", "Văn", "Nam"), "male", date(1988, 9, 3),
            ("001088900003", "0190900003"), _HANOI),
    ]  # fmt: skip


def _children(today: date, parents: list[Person]) -> list[Person]:
    small, older = _years_ago(today, 4, 100), _years_ago(today, 10, 60)
    children = (
        _person(
            cast.YOUNG_CHILD, ("Trần", "Bảo", "An"), "female", small,
            (f"0013{small.year % 100:02d}900004", "0190900004"), _HANOI),
        _person(
            cast.OLDER_CHILD, ("Trần", "Gia", "Huy"), "male", older,
            (f"0012{older.year % 100:02d}900005", "0190900005"), _HANOI),
    )  # fmt: skip
    return [
        replace(child, representatives=representatives_of(child.birth_date, parents, child.name))
        for child in children
    ]


def _others() -> list[Person]:
    return [
        _person(
            cast.LONGITUDINAL_PATIENT, ("Lê", "Văn", "Bình"), "male",
            cast.LONGITUDINAL_BIRTH_DATE,
            (cast.LONGITUDINAL_NATIONAL_ID, cast.LONGITUDINAL_INSURANCE_NUMBER), _HAIPHONG),
        _person(
            cast.STRANGER, ("Đỗ", "Văn", "Khoa"), "male", date(1979, 11, 30),
            ("031079900006", "3190900006"), _HAIPHONG),
        _person(
            cast.HIV_PATIENT, ("Ngô", "Văn", "Sơn"), "male", date(1985, 7, 7),
            ("001085900007", "0190900007"), _HANOI),
        _person(
            cast.REFUSING_PATIENT, ("Phạm", "Thị", "Mai"), "female", date(1972, 4, 18),
            ("001172900008", "0190900008"), _HANOI),
    ]  # fmt: skip


def _years_ago(today: date, years: int, days: int) -> date:
    return date(today.year - years, today.month, min(today.day, 28)) - timedelta(days=days)
