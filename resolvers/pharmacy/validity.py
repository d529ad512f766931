"""When a prescription may be collected, in days of Vietnam.

Sources: TT 26/2025/TT-BYT art. 12 k9b and TT 55/2025/TT-BYT art. 11 (five days; two for discharge
from traditional-medicine treatment; narcotics per course, to be bought up to three days ahead of
it). The day of prescribing counts as the first, the stricter reading of "from the day of
prescribing".
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from resolvers.datatypes.scalars import VIETNAM
from resolvers.pharmacy.codes import PrescriptionType

DAYS = 5
DISCHARGE_DAYS = 2
AHEAD_OF_COURSE_DAYS = 3
LONGEST_COURSE_DAYS = 10


@dataclass(frozen=True, slots=True)
class Course:
    """One course (đợt) of a narcotic.

    Attributes:
        number: Which of the consecutive courses, from 1.
        start: Its first day.
        days: How many days it lasts.
    """

    number: int
    start: date
    days: int


@dataclass(frozen=True, slots=True)
class Validity:
    """From `start` (included) to `end` (excluded)."""

    start: datetime
    end: datetime

    def contains(self, now: datetime) -> bool:
        """Whether the prescription may be collected at an instant."""
        return self.start <= now < self.end


def validity(
    kind: PrescriptionType,
    issued: datetime,
    course: Course | None = None,
    *,
    discharge: bool = False,
) -> Validity:
    """When a prescription may be collected.

    Args:
        kind: What kind of prescription it is.
        issued: When it was issued.
        course: The course, for a narcotic.
        discharge: Whether it was issued at the discharge from traditional-medicine treatment.
    """
    today = issued.astimezone(VIETNAM).date()
    if kind is PrescriptionType.NARCOTIC and course is not None:
        first = max(today, course.start - timedelta(days=AHEAD_OF_COURSE_DAYS))
        return Validity(_midnight(first), _midnight(course.start + timedelta(days=course.days)))
    traditional = kind in {PrescriptionType.TRADITIONAL, PrescriptionType.TRADITIONAL_LEGACY}
    days = DISCHARGE_DAYS if traditional and discharge else DAYS
    return Validity(_midnight(today), _midnight(today + timedelta(days=days)))


def age_in_months(birth: date, day: date) -> int:
    """Completed months of life on a day."""
    months = (day.year - birth.year) * 12 + day.month - birth.month
    return months - (day.day < birth.day)


def _midnight(day: date) -> datetime:
    """The beginning of a day in Vietnam."""
    return datetime.combine(day, time(), VIETNAM).astimezone(UTC)
