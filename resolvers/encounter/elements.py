"""FHIR elements as the API's value types. What does not have the form of its type is left out.

Hospitals send what they send: a missing or wrong element costs itself, never the row.
Source: FHIR R4 data types (https://hl7.org/fhir/R4/datatypes.html).
"""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal as Number
from decimal import InvalidOperation
from typing import Any

from resolvers.datatypes.scalars import DateTime, Decimal
from resolvers.datatypes.values import CodeableConcept, Coding, Identifier, Period, Quantity
from resolvers.encounter.dates import to_date_time

_LARGEST_INT = 2**31 - 1
_LARGEST_EXPONENT = 30
_LONGEST_NUMBER = 60
_NO_MEMBERS: Mapping[str, Any] = {}


def values_at(resource: object, path: str) -> Iterator[Any]:
    """All values at a dotted path; lists are walked through, at the end too."""
    head, _, rest = path.partition(".")
    value = resource.get(head) if isinstance(resource, dict) else None
    for each in value if isinstance(value, list) else [value]:
        if each is None:
            continue
        if rest:
            yield from values_at(each, rest)
        else:
            yield each


def first_at(resource: object, path: str) -> Any:  # noqa: ANN401 - any JSON value
    """The first value at a path, or ``None``."""
    return next(values_at(resource, path), None)


def members(value: object) -> Mapping[str, Any]:
    """An object's members; none of anything else."""
    return value if isinstance(value, dict) else _NO_MEMBERS


def objects(value: object) -> list[Mapping[str, Any]]:
    """The objects of a list."""
    if not isinstance(value, list):
        return []
    return [each for each in value if isinstance(each, dict)]


def text(value: object) -> str | None:
    """A string that UTF-8 can carry; empty ones are absent."""
    if not isinstance(value, str) or not value:
        return None
    if value.isascii():
        return value
    return value.encode("utf-8", "replace").decode("utf-8")


def integer(value: object) -> int | None:
    """A whole number that GraphQL's Int can carry."""
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if -_LARGEST_INT <= value <= _LARGEST_INT else None


def boolean(value: object) -> bool | None:
    """A boolean."""
    return value if isinstance(value, bool) else None


def decimal(value: object) -> Decimal | None:
    """A FHIR decimal as text with the digits that it was sent with.

    Args:
        value: The text of a number (the client keeps decimals as text), or a whole number.
    """
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    try:
        digits = str(value)
        number = Number(digits) if len(digits) <= _LONGEST_NUMBER else None
    except (InvalidOperation, ValueError):
        return None
    if number is None or not number.is_finite():
        return None
    if abs(number.adjusted()) > _LARGEST_EXPONENT:
        return None
    return Decimal(format(number, "f"))


def coding(value: object) -> Coding | None:
    """A Coding, if it says anything."""
    given = members(value)
    code, display = text(given.get("code")), text(given.get("display"))
    if code is None and display is None:
        return None
    return Coding(
        system=text(given.get("system")),
        version=text(given.get("version")),
        code=code,
        display=display,
    )


def concept(value: object) -> CodeableConcept | None:
    """A CodeableConcept, if it says anything."""
    given = members(value)
    codings = [one for each in objects(given.get("coding")) if (one := coding(each)) is not None]
    words = text(given.get("text"))
    if not codings and words is None:
        return None
    return CodeableConcept(coding=codings, text=words)


def concepts(value: object) -> list[CodeableConcept]:
    """The concepts of a list; a single one counts as a list of one."""
    listed = value if isinstance(value, list) else [value]
    return [one for each in listed if (one := concept(each)) is not None]


def codings_of(value: object) -> list[Coding]:
    """The Codings of a list."""
    return [one for each in objects(value) if (one := coding(each)) is not None]


def code_of(value: object) -> str | None:
    """The code of a concept's first coding that has one: for statuses."""
    for each in objects(members(value).get("coding")):
        code = text(each.get("code"))
        if code is not None:
            return code
    return None


def quantity(value: object) -> Quantity | None:
    """A Quantity (also Age, Duration, SimpleQuantity), if it says anything."""
    given = members(value)
    number, unit = decimal(given.get("value")), text(given.get("unit"))
    code = text(given.get("code"))
    if number is None and unit is None and code is None:
        return None
    return Quantity(
        value=number,
        comparator=text(given.get("comparator")),
        unit=unit,
        system=text(given.get("system")),
        code=code,
    )


def period(value: object) -> Period | None:
    """A Period, if it has a start or an end."""
    given = members(value)
    start, end = to_date_time(given.get("start")), to_date_time(given.get("end"))
    if start is None and end is None:
        return None
    return Period(start=start, end=end)


def identifiers(value: object) -> list[Identifier]:
    """The Identifiers of a list that have a value."""
    return [
        Identifier(
            system=text(each.get("system")),
            value=number,
            period=period(each.get("period")),
        )
        for each in objects(value)
        if (number := text(each.get("value"))) is not None
    ]


def notes(value: object) -> str | None:
    """The texts of a list of Annotations, one paragraph each."""
    found = [words for each in objects(value) if (words := text(each.get("text"))) is not None]
    return "\n".join(found) or None


def earliest(resource: Mapping[str, Any], paths: Sequence[str]) -> DateTime | None:
    """The first date that is found at one of several paths, in their order."""
    for path in paths:
        found = to_date_time(first_at(resource, path))
        if found is not None:
            return found
    return None
