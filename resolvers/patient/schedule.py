"""A child's vaccination schedule: what was given, what is due, what is overdue.

The table follows the national expanded programme (TT 10/2024/TT-BYT). Its ages were not checked
against the gazette and must be before they are relied upon; a change of the programme is a change
of this table alone. Vaccines are recognised by CVX codes (CDC).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

CVX = "http://hl7.org/fhir/sid/cvx"
SCHEDULE_UNTIL_YEARS = 6


class DoseStatus(StrEnum):
    """Where a dose of the schedule stands on a day."""

    GIVEN = "GIVEN"
    UPCOMING = "UPCOMING"
    DUE = "DUE"
    OVERDUE = "OVERDUE"


@dataclass(frozen=True, slots=True)
class Series:
    """One vaccine of the programme.

    Attributes:
        name: Name of the vaccine.
        antigens: Diseases that it protects against.
        cvx: CVX codes of products that count as a dose of it.
        doses: Age in months at which each dose is due and at which it is overdue.
    """

    name: str
    antigens: tuple[str, ...]
    cvx: frozenset[str]
    doses: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class ScheduledDose:
    """A dose of the schedule on a day.

    Attributes:
        vaccine: Name of the vaccine.
        antigens: Diseases that it protects against.
        number: Which dose of its series, from 1.
        due: From when it is due.
        overdue: From when it is overdue.
        status: Where it stands.
        immunization_id: The immunization that gave it.
    """

    vaccine: str
    antigens: tuple[str, ...]
    number: int
    due: date
    overdue: date
    status: DoseStatus
    immunization_id: str | None = None


PROGRAMME: tuple[Series, ...] = (
    Series("Hepatitis B (birth dose)", ("hepatitis B",), frozenset({"08", "45"}), ((0, 1),)),
    Series("BCG", ("tuberculosis",), frozenset({"19"}), ((0, 2),)),
    Series(
        "DPT-HepB-Hib",
        ("diphtheria", "pertussis", "tetanus", "hepatitis B", "Haemophilus influenzae b"),
        frozenset({"102", "146", "198"}),
        ((2, 3), (3, 4), (4, 6)),
    ),
    Series(
        "Oral polio", ("poliomyelitis",), frozenset({"02", "178", "182"}), ((2, 3), (3, 4), (4, 6))
    ),
    Series("Inactivated polio", ("poliomyelitis",), frozenset({"10", "89"}), ((5, 7), (9, 12))),
    Series("Rotavirus", ("rotavirus",), frozenset({"116", "119", "122"}), ((2, 3), (3, 6))),
    Series("Measles", ("measles",), frozenset({"05"}), ((9, 12),)),
    Series("Measles-rubella", ("measles", "rubella"), frozenset({"03", "04", "94"}), ((18, 24),)),
    Series(
        "DPT booster", ("diphtheria", "pertussis", "tetanus"), frozenset({"01", "20"}), ((18, 24),)
    ),
    Series(
        "Japanese encephalitis",
        ("Japanese encephalitis",),
        frozenset({"39", "129", "134"}),
        ((12, 14), (13, 15), (24, 30)),
    ),
)
"""The programme."""


def schedule(
    birth: date, today: date, immunizations: Iterable[Mapping[str, Any]]
) -> list[ScheduledDose]:
    """The schedule of a child under six, by due date.

    Args:
        birth: Birth date.
        today: The day that it is asked for.
        immunizations: Stored immunizations of the child.

    Returns:
        Every dose of the programme; nothing for anybody older.
    """
    if today >= add_months(birth, 12 * SCHEDULE_UNTIL_YEARS):
        return []
    given = sorted(
        (row for row in immunizations if row.get("status") == "completed"),
        key=lambda row: row["date"],
    )
    doses = [
        dose
        for series in PROGRAMME
        for dose in _doses(series, birth, today, [row for row in given if _counts(row, series)])
    ]
    return sorted(doses, key=lambda dose: (dose.due, dose.vaccine, dose.number))


def add_months(day: date, months: int) -> date:
    """The day so many months later; the month's last day where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    first_of_next = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    last = (first_of_next - timedelta(days=1)).day
    return date(year, month + 1, min(day.day, last))


def _doses(
    series: Series, birth: date, today: date, given: Sequence[Mapping[str, Any]]
) -> list[ScheduledDose]:
    doses = []
    for index, (due_months, overdue_months) in enumerate(series.doses):
        due, overdue = add_months(birth, due_months), add_months(birth, overdue_months)
        row = given[index] if index < len(given) else None
        doses.append(
            ScheduledDose(
                vaccine=series.name,
                antigens=series.antigens,
                number=index + 1,
                due=due,
                overdue=overdue,
                status=DoseStatus.GIVEN if row else _pending(today, due, overdue),
                immunization_id=row["_id"] if row else None,
            )
        )
    return doses


def _pending(today: date, due: date, overdue: date) -> DoseStatus:
    if today < due:
        return DoseStatus.UPCOMING
    return DoseStatus.DUE if today < overdue else DoseStatus.OVERDUE


def _counts(row: Mapping[str, Any], series: Series) -> bool:
    codings = (row.get("vaccine") or {}).get("coding", ())
    return any(
        coding.get("system") == CVX and coding.get("code") in series.cvx for coding in codings
    )
