"""The vaccination schedule, dose by dose."""

from datetime import UTC, date, datetime
from typing import Any

from resolvers.patient.schedule import CVX, ScheduledDose, schedule

BORN = date(2025, 1, 31)


def given(code: str, day: date) -> dict[str, Any]:
    return {
        "_id": f"{code}-{day}",
        "status": "completed",
        "date": datetime(day.year, day.month, day.day, 2, tzinfo=UTC),
        "vaccine": {"coding": [{"system": CVX, "code": code}]},
    }


def dose(vaccine: str, number: int, today: date, *rows: dict[str, Any]) -> ScheduledDose:
    (found,) = [
        each
        for each in schedule(BORN, today, rows)
        if (each.vaccine.english, each.number) == (vaccine, number)
    ]
    return found


def test_the_birth_dose_is_late_after_the_day_that_follows_the_birth() -> None:
    last, after = date(2025, 2, 1), date(2025, 2, 2)

    assert "DUE" == dose("Hepatitis B (birth dose)", 1, last).status
    assert "OVERDUE" == dose("Hepatitis B (birth dose)", 1, after).status


def test_bcg_is_late_after_a_month() -> None:
    assert date(2025, 2, 28) == dose("BCG", 1, BORN).overdue


def test_a_dose_waits_a_month_for_one_that_was_given_late() -> None:
    today = date(2025, 6, 1)
    first = given("102", date(2025, 5, 20))

    second = dose("DPT-HepB-Hib", 2, today, first)

    assert ("UPCOMING", date(2025, 6, 20)) == (second.status, second.due)


def test_a_dose_that_was_given_early_does_not_bring_the_next_one_forward() -> None:
    second = dose("DPT-HepB-Hib", 2, date(2025, 4, 1), given("102", date(2025, 3, 1)))

    assert date(2025, 4, 30) == second.due


def test_the_second_dose_against_encephalitis_follows_after_one_to_two_weeks() -> None:
    second = dose("Japanese encephalitis", 2, date(2026, 2, 1))

    assert (date(2026, 2, 7), date(2026, 2, 14)) == (second.due, second.overdue)


def test_the_third_dose_against_encephalitis_follows_the_second_by_a_year() -> None:
    rows = given("39", date(2026, 2, 10)), given("39", date(2026, 3, 1))

    third = dose("Japanese encephalitis", 3, date(2026, 4, 1), *rows)

    assert date(2027, 3, 1) == third.due


def test_the_schedule_ends_with_the_booster_at_seven() -> None:
    before, after = date(2033, 1, 30), date(2033, 1, 31)

    assert ("DUE", date(2032, 1, 31)) == (
        dose("Td booster", 1, before).status,
        dose("Td booster", 1, before).due,
    )
    assert [] == schedule(BORN, after, [])


def test_every_name_stands_in_vietnamese_too() -> None:
    names = [name for each in schedule(BORN, BORN, []) for name in (each.vaccine, *each.diseases)]

    assert [] == [name for name in names if not name.vietnamese]
    assert "Lao (BCG)" == dose("BCG", 1, BORN).vaccine.vietnamese
