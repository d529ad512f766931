"""Formats and computations of prescriptions."""

from datetime import UTC, date, datetime

import pytest

from resolvers.pharmacy.codes import PrescriptionCode, PrescriptionType, new_code, parse_code
from resolvers.pharmacy.issuing import prescription_row
from resolvers.pharmacy.quantities import QuantityError, from_thousandths, to_thousandths
from resolvers.pharmacy.records import Author, Dispenser, ItemOrder, PrescriptionOrder, SupplyLine
from resolvers.pharmacy.supplies import dispense_row
from resolvers.pharmacy.validity import Course, Validity, age_in_months, validity

NARCOTIC, COMMON = PrescriptionType.NARCOTIC, PrescriptionType.COMMON


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("79014a1b2c3d-C", "79014a1b2c3d-C"),
        ("79014a1b2c3d-c", "79014a1b2c3d-C"),
        (" 79014a1b2c3d-N ", "79014a1b2c3d-N"),
        ("79k14a1b2c3d-y", "79K14a1b2c3d-Y"),
        ("790140000000-T", "790140000000-T"),
        ("790140000000-h", "790140000000-H"),
    ],
)
def test_a_code_has_one_stored_form(text: str, expected: str) -> None:
    assert expected == str(parse_code(text))


@pytest.mark.parametrize(
    "text",
    ["", "79014a1b2c3d", "79014a1b2c3d-X", "79014A1B2C3D-C", "7901a1b2c3d-C", "79014a1b2c3d-CC"],
)
def test_a_malformed_code_is_none(text: str) -> None:
    assert parse_code(text) is None


def test_a_new_code_is_facility_random_and_type() -> None:
    letters = iter("a1b2c3d")

    code = new_code("79014", COMMON, lambda alphabet: next(letters))

    assert PrescriptionCode("79014", "a1b2c3d", COMMON) == code


@pytest.mark.parametrize("facility", ["7901", "79 14", "hospital-1", "79o14"])
def test_a_code_is_not_made_for_an_organization_that_is_no_facility(facility: str) -> None:
    with pytest.raises(ValueError, match="five characters"):
        new_code(facility, COMMON, lambda alphabet: alphabet[0])


def vietnam(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}T00:00:00+07:00")


@pytest.mark.parametrize(
    ("issued", "first", "after"),
    [
        ("2026-11-22T10:00:00+07:00", "2026-11-22", "2026-11-27"),
        ("2026-11-21T23:30:00+00:00", "2026-11-22", "2026-11-27"),
        ("2026-11-22T16:59:59+00:00", "2026-11-22", "2026-11-27"),
        ("2026-11-22T17:00:00+00:00", "2026-11-23", "2026-11-28"),
    ],
)
def test_a_prescription_is_valid_for_five_days_of_vietnam(
    issued: str, first: str, after: str
) -> None:
    assert Validity(vietnam(first), vietnam(after)) == validity(
        COMMON, datetime.fromisoformat(issued)
    )


@pytest.mark.parametrize(
    "kind", [PrescriptionType.TRADITIONAL, PrescriptionType.TRADITIONAL_LEGACY]
)
def test_a_traditional_prescription_at_discharge_is_valid_for_two_days(
    kind: PrescriptionType,
) -> None:
    issued = datetime(2026, 11, 22, 3, tzinfo=UTC)

    assert vietnam("2026-11-24") == validity(kind, issued, discharge=True).end


def test_another_prescription_at_discharge_is_valid_for_five_days() -> None:
    issued = datetime(2026, 11, 22, 3, tzinfo=UTC)

    assert vietnam("2026-11-27") == validity(COMMON, issued, discharge=True).end


def test_a_narcotic_may_be_bought_three_days_ahead_of_its_course() -> None:
    issued = datetime(2026, 11, 22, 3, tzinfo=UTC)
    course = Course(2, date(2026, 12, 2), 10)

    assert Validity(vietnam("2026-11-29"), vietnam("2026-12-12")) == validity(
        NARCOTIC, issued, course
    )


def test_a_narcotic_may_not_be_bought_before_it_was_issued() -> None:
    issued = datetime(2026, 11, 22, 3, tzinfo=UTC)

    assert (
        vietnam("2026-11-22") == validity(NARCOTIC, issued, Course(1, date(2026, 11, 23), 7)).start
    )


def test_validity_excludes_its_end() -> None:
    period = Validity(vietnam("2026-11-22"), vietnam("2026-11-27"))

    assert (True, False) == (
        period.contains(vietnam("2026-11-22")),
        period.contains(vietnam("2026-11-27")),
    )


@pytest.mark.parametrize(
    ("birth", "day", "months"),
    [
        (date(2020, 11, 22), date(2026, 11, 22), 72),
        (date(2020, 11, 23), date(2026, 11, 22), 71),
        (date(2026, 11, 22), date(2026, 11, 22), 0),
        (date(2020, 2, 29), date(2021, 2, 28), 11),
    ],
)
def test_age_counts_completed_months(birth: date, day: date, months: int) -> None:
    assert months == age_in_months(birth, day)


@pytest.mark.parametrize("text", ["20", "0.5", "10.125", "1000000"])
def test_a_quantity_comes_back_as_it_was(text: str) -> None:
    count = to_thousandths(text)  # type: ignore[arg-type]

    assert count is not None
    assert text == from_thousandths(count)


@pytest.mark.parametrize("text", ["0", "-1", "0.0001", "1000001"])
def test_a_quantity_that_cannot_be_counted_is_none(text: str) -> None:
    assert to_thousandths(text) is None  # type: ignore[arg-type]


def test_a_row_is_not_made_without_an_item_that_cannot_be_counted() -> None:
    order = PrescriptionOrder(
        subject="p",
        type=PrescriptionType.COMMON,
        items=(ItemOrder("VD-1", "10", 5, "1 viên"), ItemOrder("VD-1", "0", 5, "1 viên")),
        diagnoses=(),
    )
    author = Author("79014", "dr-1", None, vietnam("2026-11-22"))

    with pytest.raises(QuantityError):
        prescription_row("rx", order, author, {"VD-1": {"_id": "VD-1", "atc": None}})


def test_a_dispense_is_not_made_of_a_line_that_cannot_be_counted() -> None:
    row = {"items": [{"id": "1", "drug": {"registration_number": "VD-1"}}]}
    lines = (SupplyLine("1", "VD-1", "0.0001"),)

    with pytest.raises(QuantityError):
        dispense_row("d", row, lines, {}, Dispenser("ph", "f", vietnam("2026-11-22")))
