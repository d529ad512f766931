"""FHIR dates: to instants for ordering, and to the API's scalars for showing.

Source: FHIR R4 data types ``date``, ``dateTime``, ``instant`` (any precision from the year on).
"""

import re
from datetime import UTC, datetime

from resolvers.datatypes.scalars import VIETNAM, DateTime, PartialDate, date_time

_DATE_TIME = re.compile(
    r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(Z|[+-]\d\d:\d\d)?)?)?)?",
    re.ASCII,
)
_FRACTION_DIGITS = 6


def parse_instant(text: object) -> datetime | None:
    """The instant that a FHIR date begins with; ``None`` for what is no date.

    A date without a zone is a Vietnam date. An instant that UTC or Vietnam time cannot name (at
    the edges of the calendar) is no date.
    """
    match = _DATE_TIME.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        return None
    year, month, day, time, zone = match.groups()
    try:
        if time is None:
            instant = datetime(int(year), int(month or 1), int(day or 1), tzinfo=VIETNAM)
        else:
            clock, _, fraction = time.partition(".")
            digits = f".{fraction[:_FRACTION_DIGITS].ljust(3, '0')}" if fraction else ""
            instant = datetime.fromisoformat(f"{year}-{month}-{day}T{clock}{digits}{zone or ''}")
            if zone is None:
                instant = instant.replace(tzinfo=VIETNAM)
        instant.astimezone(VIETNAM)
        instant.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return instant


def sortable(instant: datetime | None) -> str:
    """An instant as text that sorts as time does; what has no date comes last."""
    if instant is None:
        return ""
    return instant.astimezone(UTC).isoformat(timespec="microseconds")


def to_date_time(text: object) -> DateTime | None:
    """A FHIR date as the API's ``DateTime``."""
    instant = parse_instant(text)
    return None if instant is None else date_time(instant)


def to_partial_date(text: object) -> PartialDate | None:
    """A FHIR date as the API's ``PartialDate``, as precise as it is, to the day at most."""
    instant = parse_instant(text)
    if instant is None or not isinstance(text, str):
        return None
    if "T" in text:
        return PartialDate(instant.astimezone(VIETNAM).date().isoformat())
    return PartialDate(text)
