"""Values inside a resource and whether they match a search value. Pure functions."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal, InvalidOperation
from typing import Any

from sandbox.hospitals.outcome import invalid

VIETNAM = timezone(timedelta(hours=7))
_FOREVER = float("inf")
_DATE = re.compile(
    r"^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:T(\d{2}):(\d{2})(?::(\d{2})(\.\d+)?)?"
    r"(Z|[+-]\d{2}:\d{2})?)?)?)?$"
)
_PREFIXES = frozenset({"eq", "ne", "lt", "gt", "ge", "le", "sa", "eb", "ap"})
_DAY = 86_400.0

Resource = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time in epoch seconds, end exclusive."""

    start: float
    end: float


def walk(value: object, path: Sequence[str]) -> Iterator[object]:
    """Yield every value at a path, going through lists."""
    if isinstance(value, list):
        for item in value:
            yield from walk(item, path)
    elif not path:
        yield value
    elif isinstance(value, dict) and path[0] in value:
        yield from walk(value[path[0]], path[1:])


def parse_span(text: str) -> Span:
    """Return the span that a FHIR date, dateTime or instant covers at its precision.

    A time without offset, and every date, is meant in Vietnam (+07:00).

    Raises:
        RefusalError: The text is not a FHIR date.
    """
    match = _DATE.match(text.strip().replace(" ", "+"))
    if match is None:
        raise invalid(f"not a FHIR date: {text[:40]}")
    year, month, day, hour, minute, second, fraction, offset = match.groups()
    zone = _zone(offset)
    try:
        start = datetime(
            int(year),
            int(month or 1),
            int(day or 1),
            int(hour or 0),
            int(minute or 0),
            int(second or 0),
            tzinfo=zone,
        ).timestamp()
    except ValueError as problem:
        raise invalid(f"not a date of the calendar: {text[:40]}") from problem
    if fraction:
        start += float(fraction)
        return Span(start, start + 10.0 ** -(len(fraction) - 1))
    if second:
        return Span(start, start + 1)
    if hour:
        return Span(start, start + 60)
    if day:
        return Span(start, start + _DAY)
    following = (int(year) + 1, 1) if not month or month == "12" else (int(year), int(month) + 1)
    if following[0] > 9999:
        return Span(start, _FOREVER)
    return Span(start, datetime(*following, 1, tzinfo=zone).timestamp())


def _zone(offset: str | None) -> timezone:
    if offset is None:
        return VIETNAM
    if offset == "Z":
        return UTC
    hours, minutes = int(offset[1:3]), int(offset[4:6])
    delta = timedelta(hours=hours, minutes=minutes)
    return timezone(-delta if offset[0] == "-" else delta)


def element_span(value: object) -> Span | None:
    """Return the span of a date or Period element; None when it carries no date."""
    if isinstance(value, str):
        return parse_span(value)
    if isinstance(value, dict) and ("start" in value or "end" in value):
        start = parse_span(value["start"]).start if "start" in value else -_FOREVER
        end = parse_span(value["end"]).end if "end" in value else _FOREVER
        return Span(start, end)
    return None


def split_prefix(text: str) -> tuple[str, str]:
    """Split `ge2025-01-01` into the comparison and the value; no prefix means `eq`."""
    if text[:2] in _PREFIXES:
        return text[:2], text[2:]
    return "eq", text


def date_matches(value: object, wanted: str) -> bool:
    """Compare by R4 rules: the search value and the element are both spans.

    `ge` and `le` hold where the spans meet, as servers in the field read them: a period that
    begins at the very instant is not later than it.
    """
    span = element_span(value)
    prefix, text = split_prefix(wanted)
    target = parse_span(text)
    if span is None:
        return False
    inside = target.start <= span.start and span.end <= target.end
    outcomes = {
        "eq": inside,
        "ne": not inside,
        "gt": span.end > target.end,
        "lt": span.start < target.start,
        "ge": span.end > target.start,
        "le": span.start < target.end,
        "sa": span.start >= target.end,
        "eb": span.end <= target.start,
        "ap": span.start < target.end + _DAY and span.end > target.start - _DAY,
    }
    return outcomes[prefix]


def tokens(value: object) -> Iterator[tuple[str | None, str | None]]:
    """Yield (system, code) pairs; a plain code has the system None and matches any."""
    if isinstance(value, bool):
        yield None, "true" if value else "false"
    elif isinstance(value, str):
        yield None, value
    elif isinstance(value, dict):
        if "coding" in value:
            for coding in value["coding"]:
                yield coding.get("system", ""), coding.get("code")
        elif "code" in value:
            yield value.get("system", ""), value["code"]
        elif "value" in value:
            yield value.get("system", ""), value["value"]


def token_matches(value: object, wanted: str) -> bool:
    """Match `code`, `system|code`, `|code` and `system|`."""
    system, bar, code = wanted.rpartition("|")
    for have_system, have_code in tokens(value):
        if code and code != have_code:
            continue
        if not code and not system:
            continue
        if bar and have_system is not None and system != have_system:
            continue
        return True
    return False


def text_matches(value: object, wanted: str) -> bool:
    """Match `:text` of a token: its text or a display starts with the words."""
    if not isinstance(value, dict):
        return False
    texts = [value.get("text"), value.get("display")]
    texts += [coding.get("display") for coding in value.get("coding", [])]
    return any(folded(text).startswith(folded(wanted)) for text in texts if text)


def reference_key(reference: str) -> str:
    """Reduce a literal reference to `Type/id`; anything else stays as it is."""
    parts = reference.split("/_history/", maxsplit=1)[0].split("/")
    if len(parts) >= 2 and parts[-2].isalpha() and parts[-2][0].isupper():
        return f"{parts[-2]}/{parts[-1]}"
    return reference


def reference_matches(value: object, wanted: str, target: str | None) -> bool:
    """Match `id`, `Type/id` and absolute forms; `target` limits the type."""
    reference = value.get("reference") if isinstance(value, dict) else None
    if not isinstance(reference, str):
        return False
    have, want = reference_key(reference), reference_key(wanted)
    kind, slash, identifier = have.partition("/")
    if target is not None and slash and kind != target:
        return False
    return have == want or (slash != "" and identifier == want)


def folded(text: str) -> str:
    """Lower case without accents, as string search compares (đ counts as d)."""
    plain = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return "".join(sign for sign in plain if not unicodedata.combining(sign))


def strings(value: object) -> Iterator[str]:
    """Yield every text inside a string, HumanName or Address."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, part in value.items():
            if name not in {"use", "period", "extension", "system", "type"}:
                yield from strings(part)
    elif isinstance(value, list):
        for part in value:
            yield from strings(part)


def string_matches(value: object, wanted: str, modifier: str | None) -> bool:
    """Match the start of a text, or all of it (`:exact`), or any part (`:contains`)."""
    if modifier == "exact":
        return any(text == wanted for text in strings(value))
    needle = folded(wanted)
    if modifier == "contains":
        return any(needle in folded(text) for text in strings(value))
    return any(folded(text).startswith(needle) for text in strings(value))


def quantity_matches(value: object, wanted: str) -> bool:
    """Match `[prefix]number|system|code`; the unit matches as code or as printed unit.

    Raises:
        RefusalError: What is wanted is not a number.
    """
    if not isinstance(value, dict) or value.get("value") is None:
        return False
    number_text, _, unit_text = wanted.partition("|")
    prefix, number = split_prefix(number_text)
    try:
        target = Decimal(number)
    except InvalidOperation as problem:
        raise invalid(f"not a number: {number[:40]}") from problem
    if unit_text:
        system, _, code = unit_text.rpartition("|")
        if code and code not in {value.get("code"), value.get("unit")}:
            return False
        if system and system != value.get("system"):
            return False
    have = Decimal(str(value["value"]))
    exponent = target.as_tuple().exponent
    half = Decimal(5).scaleb((exponent if isinstance(exponent, int) else 0) - 1)
    near = target - half <= have < target + half
    outcomes = {
        "eq": near,
        "ne": not near,
        "gt": have > target,
        "lt": have < target,
        "ge": have >= target,
        "le": have <= target,
        "sa": have > target,
        "eb": have < target,
        "ap": abs(have - target) <= abs(target) / 10,
    }
    return outcomes[prefix]
