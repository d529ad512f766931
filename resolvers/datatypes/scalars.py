"""Scalars: instants with an offset, dates of partial precision, decimals as strings.

All are text in Python, exactly as they leave, so that reading a row costs no conversion.
Sources: RFC 3339; FHIR R4 `date` and `decimal`.
"""

import re
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal as Number
from decimal import InvalidOperation
from typing import NewType

import strawberry
from strawberry.types.scalar import ScalarDefinition

DateTime = NewType("DateTime", str)
"""An instant, RFC 3339 with offset."""

PartialDate = NewType("PartialDate", str)
"""A date known to the year, month or day: ``1987``, ``1987-03``, ``1987-03-30``."""

Decimal = NewType("Decimal", str)
"""A decimal number as text, so that no precision is lost."""

VIETNAM = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")
"""Vietnam has one zone and no daylight saving time."""

_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)")
_PARTIAL_DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?")
_DECIMAL = re.compile(r"-?\d{1,18}(\.\d{1,12})?")


def date_time(instant: datetime) -> DateTime:
    """The text of an aware instant, in Vietnam time (``2026-11-22T17:58:02+07:00``)."""
    precision = "milliseconds" if instant.microsecond else "seconds"
    return DateTime(instant.astimezone(VIETNAM).isoformat(timespec=precision))


def to_instant(value: DateTime) -> datetime:
    """The instant that a ``DateTime`` names, in UTC."""
    return datetime.fromisoformat(value).astimezone(UTC)


def parse_date_time(value: object) -> DateTime:
    """Accepts RFC 3339 with offset.

    Raises:
        ValueError: if the value is anything else. The text does not repeat it.
    """
    if not isinstance(value, str) or not _INSTANT.fullmatch(value):
        raise ValueError("DateTime must be RFC 3339 with an offset")
    try:
        datetime.fromisoformat(value)
    except ValueError:
        raise ValueError("DateTime names no instant of the calendar") from None
    return DateTime(value)


def parse_partial_date(value: object) -> PartialDate:
    """Accepts a year, a month or a day of the calendar.

    Raises:
        ValueError: if the value is anything else. The text does not repeat it.
    """
    match = _PARTIAL_DATE.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise ValueError("PartialDate must be YYYY, YYYY-MM or YYYY-MM-DD")
    year, month, day = match.groups()
    try:
        date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        raise ValueError("PartialDate names no day of the calendar") from None
    return PartialDate(match[0])


def parse_decimal(value: object) -> Decimal:
    """Accepts a plain decimal number as text, or an integer.

    Raises:
        ValueError: if the value is anything else. The text does not repeat it.
    """
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if not isinstance(text, str) or not _DECIMAL.fullmatch(text):
        raise ValueError("Decimal must be a plain decimal number as text")
    return Decimal(text)


def decimal_of(value: Number | float | str) -> Decimal:
    """The plain text of a number, without exponent.

    Raises:
        ValueError: if it is not a finite number.
    """
    try:
        number = Number(str(value))
    except InvalidOperation:
        raise ValueError("not a decimal number") from None
    if not number.is_finite():
        raise ValueError("not a finite number")
    return Decimal(format(number, "f"))


SCALARS: dict[object, ScalarDefinition] = {
    DateTime: strawberry.scalar(
        name="DateTime",
        description="An instant, RFC 3339 with offset: `2026-11-22T17:58:02+07:00`.",
        specified_by_url="https://www.rfc-editor.org/rfc/rfc3339",
        serialize=str,
        parse_value=parse_date_time,
    ),
    PartialDate: strawberry.scalar(
        name="PartialDate",
        description="A date known to the year, month or day: `1987`, `1987-03`, `1987-03-30`.",
        specified_by_url="https://hl7.org/fhir/R4/datatypes.html#date",
        serialize=str,
        parse_value=parse_partial_date,
    ),
    Decimal: strawberry.scalar(
        name="Decimal",
        description="A decimal number as text, so that no precision is lost: `0.50`.",
        specified_by_url="https://hl7.org/fhir/R4/datatypes.html#decimal",
        serialize=str,
        parse_value=parse_decimal,
    ),
}
"""The scalars of every subgraph, for Strawberry's `scalar_map`."""
