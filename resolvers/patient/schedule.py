"""A child's vaccination schedule: what was given, what is due, what is overdue."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from resolvers.datatypes.scalars import VIETNAM
from resolvers.patient.programme import PROGRAMME, PROGRAMME_UNTIL_YEARS, Name, Series, Span

CVX = "http://hl7.org/fhir/sid/cvx"


class DoseStatus(StrEnum):
    """Where a dose of the schedule stands on a day."""

    GIVEN = "GIVEN"
    UPCOMING = "UPCOMING"
    DUE = "DUE"
    OVERDUE = "OVERDUE"


@dataclass(frozen=True, slots=True)
class ScheduledDose:
    """A dose of the schedule on a day.

    Attributes:
        vaccine: Name of the vaccine.
        diseases: Against which it protects.
        number: Which dose of its series, from 1.
        due: From when it is due.
        overdue: From when it is overdue.
        status: Where it stands.
        immunization_id: The immunization that gave it.
    """

    vaccine: Name
    diseases: tuple[Name, ...]
    number: int
    due: date
    overdue: date
    status: DoseStatus
    immunization_id: str | None = None


def schedule(
    birth: date, today: date, immunizations: Iterable[Mapping[str, Any]]
) -> list[ScheduledDose]:
    """The schedule of a child, by due date.

    A dose after one that was given late is due later: never before the least time between them.

    Args:
        birth: Birth date.
        today: The day that it is asked for.
        immunizations: Stored immunizations of the child.

    Returns:
        Every dose of the programme; nothing for anybody who has outgrown it.
    """
    if today >= add_months(birth, 12 * PROGRAMME_UNTIL_YEARS):
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
    return sorted(doses, key=lambda dose: (dose.due, dose.vaccine.english, dose.number))


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
    before = birth
    for index, dose in enumerate(series.doses):
        due = _later(birth, dose.age)
        if dose.after is not None:
            due = max(due, _later(before, dose.after))
        overdue = _later(due, dose.grace)
        row = given[index] if index < len(given) else None
        before = row["date"].astimezone(VIETNAM).date() if row else due
        doses.append(
            ScheduledDose(
                vaccine=series.name,
                diseases=series.diseases,
                number=index + 1,
                due=due,
                overdue=overdue,
                status=DoseStatus.GIVEN if row else _pending(today, due, overdue),
                immunization_id=row["_id"] if row else None,
            )
        )
    return doses


def _later(day: date, span: Span) -> date:
    return add_months(day, span.months) + timedelta(days=span.days)


def _pending(today: date, due: date, overdue: date) -> DoseStatus:
    if today < due:
        return DoseStatus.UPCOMING
    return DoseStatus.DUE if today < overdue else DoseStatus.OVERDUE


def _counts(row: Mapping[str, Any], series: Series) -> bool:
    codings = (row.get("vaccine") or {}).get("coding", ())
    return any(
        coding.get("system") == CVX and coding.get("code") in series.cvx for coding in codings
    )
