"""A search: parsed from the query string, then asked of resources. No I/O.

https://hl7.org/fhir/R4/search.html; what is not understood is refused, never ignored.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sandbox.hospitals.elements import (
    Resource,
    date_matches,
    element_span,
    folded,
    quantity_matches,
    reference_key,
    reference_matches,
    string_matches,
    strings,
    text_matches,
    token_matches,
    tokens,
    walk,
)
from sandbox.hospitals.outcome import invalid, not_supported
from sandbox.hospitals.parameters import PARAMETERS, Kind, Parameter

DEFAULT_COUNT = 50
MAX_COUNT = 500
_MODIFIERS = {
    Kind.TOKEN: {"missing", "not", "text"},
    Kind.REFERENCE: {"missing", "identifier"},
    Kind.STRING: {"missing", "exact", "contains"},
    Kind.DATE: {"missing"},
    Kind.QUANTITY: {"missing"},
    Kind.URI: {"missing"},
}
_IGNORED = frozenset({"_format", "_pretty", "_total"})


@dataclass(frozen=True, slots=True)
class Criterion:
    """One condition: any of the values must match (comma is OR)."""

    parameter: Parameter
    modifier: str | None
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Inclusion:
    """`_include` or `_revinclude`: resources of `source` that refer by `parameter`."""

    source: str
    parameter: Parameter
    target: str | None
    reverse: bool


@dataclass(frozen=True, slots=True)
class Search:
    """What the client asks for, in the order of evaluation."""

    type: str
    criteria: tuple[Criterion, ...] = ()
    sort: tuple[tuple[Parameter, bool], ...] = ()
    count: int = DEFAULT_COUNT
    after: str | None = None
    inclusions: tuple[Inclusion, ...] = ()
    count_only: bool = False


def parse_search(type_name: str, pairs: Iterable[tuple[str, str]]) -> Search:
    """Read the parameters of one search.

    Raises:
        RefusalError: A parameter, modifier or value is unknown or malformed.
    """
    known = PARAMETERS[type_name]
    criteria: list[Criterion] = []
    inclusions: list[Inclusion] = []
    settings: dict[str, str] = {}
    for name, value in pairs:
        if name in {"_include", "_revinclude"}:
            inclusions.append(_parse_inclusion(value, reverse=name == "_revinclude"))
        elif name in {"_sort", "_count", "_cursor", "_summary"}:
            settings[name] = value
        elif name not in _IGNORED:
            criteria.append(_parse_criterion(known, type_name, name, value))
    return Search(
        type=type_name,
        criteria=tuple(criteria),
        sort=_parse_sort(known, settings.get("_sort")),
        count=_parse_count(settings.get("_count")),
        after=settings.get("_cursor"),
        inclusions=tuple(inclusions),
        count_only=_parse_summary(settings.get("_summary")),
    )


def _parse_criterion(
    known: dict[str, Parameter], type_name: str, name: str, value: str
) -> Criterion:
    base, _, modifier = name.partition(":")
    parameter = known.get(base)
    if parameter is None:
        raise not_supported(f"search parameter {base[:60]} is not known for {type_name}")
    values = tuple(part for part in value.replace("\\,", "\0").split(",") if part)
    values = tuple(part.replace("\0", ",") for part in values)
    if not values:
        raise invalid(f"search parameter {base} has no value")
    if modifier and parameter.kind is Kind.REFERENCE and modifier in PARAMETERS:
        return Criterion(parameter, None, tuple(f"{modifier}/{part}" for part in values))
    if modifier and modifier not in _MODIFIERS[parameter.kind]:
        raise not_supported(f"modifier {modifier[:40]} does not fit search parameter {base}")
    criterion = Criterion(parameter, modifier or None, values)
    matches({"resourceType": type_name}, (criterion,))
    _check_values(criterion)
    return criterion


def _check_values(criterion: Criterion) -> None:
    """Refuse malformed values even when there is no resource to compare them with."""
    if criterion.modifier == "missing":
        if not set(criterion.values) <= {"true", "false"}:
            raise invalid("missing is true or false")
        return
    for value in criterion.values:
        if criterion.parameter.kind is Kind.DATE:
            date_matches("2000", value)
        elif criterion.parameter.kind is Kind.QUANTITY:
            quantity_matches({"value": 0}, value)


def _parse_inclusion(text: str, *, reverse: bool) -> Inclusion:
    source, _, rest = text.partition(":")
    name, _, target = rest.partition(":")
    parameter = PARAMETERS.get(source, {}).get(name)
    if parameter is None or parameter.kind is not Kind.REFERENCE:
        raise not_supported(f"cannot include by {text[:60]}")
    return Inclusion(source, parameter, target or parameter.target, reverse)


def _parse_sort(
    known: dict[str, Parameter], text: str | None
) -> tuple[tuple[Parameter, bool], ...]:
    order = []
    for part in (text or "").split(","):
        name = part.removeprefix("-")
        if not name:
            continue
        if name not in known:
            raise not_supported(f"cannot sort by {name[:60]}")
        order.append((known[name], part.startswith("-")))
    return tuple(order)


def _parse_count(text: str | None) -> int:
    if text is None:
        return DEFAULT_COUNT
    if not text.isdigit():
        raise invalid("_count is a whole number")
    return min(int(text), MAX_COUNT)


def _parse_summary(text: str | None) -> bool:
    if text not in {None, "count", "false"}:
        raise not_supported("only _summary=count is served")
    return text == "count"


def matches(resource: Resource, criteria: Sequence[Criterion]) -> bool:
    """Tell whether a resource meets every criterion."""
    return all(_meets(resource, criterion) for criterion in criteria)


def _meets(resource: Resource, criterion: Criterion) -> bool:
    parameter, modifier = criterion.parameter, criterion.modifier
    found = [value for path in parameter.paths for value in walk(resource, path)]
    if modifier == "missing":
        return (criterion.values[0] == "true") == (not found)
    if modifier == "not":
        return not any(token_matches(v, w) for v in found for w in criterion.values)
    return any(
        _value_matches(parameter, modifier, value, wanted)
        for value in found
        for wanted in criterion.values
    )


def _value_matches(parameter: Parameter, modifier: str | None, value: object, wanted: str) -> bool:
    match parameter.kind:
        case Kind.TOKEN if modifier == "text":
            return text_matches(value, wanted)
        case Kind.TOKEN:
            return token_matches(value, wanted)
        case Kind.REFERENCE if modifier == "identifier":
            identifier = value.get("identifier") if isinstance(value, dict) else None
            return token_matches(identifier, wanted)
        case Kind.REFERENCE:
            return reference_matches(value, wanted, parameter.target)
        case Kind.DATE:
            return date_matches(value, wanted)
        case Kind.STRING:
            return string_matches(value, wanted, modifier)
        case Kind.QUANTITY:
            return quantity_matches(value, wanted)
        case Kind.URI:
            return value == wanted


def in_order(
    resources: Iterable[dict[str, Any]], sort: Sequence[tuple[Parameter, bool]]
) -> list[dict[str, Any]]:
    """Sort resources; the id is the last criterion, so that the order is total."""
    ordered = sorted(resources, key=lambda resource: str(resource["id"]))
    for parameter, descending in reversed(sort):
        present: list[tuple[Any, dict[str, Any]]] = []
        absent: list[tuple[Any, dict[str, Any]]] = []
        for resource in ordered:
            key = _sort_key(resource, parameter, descending=descending)
            (absent if key is None else present).append((key, resource))
        present.sort(key=lambda pair: pair[0], reverse=descending)
        ordered = [resource for _, resource in present + absent]
    return ordered


def _sort_key(resource: Resource, parameter: Parameter, *, descending: bool) -> Any:  # noqa: ANN401  numbers or texts, never mixed within one parameter
    keys: list[Any] = []
    for path in parameter.paths:
        for value in walk(resource, path):
            keys.extend(_comparable(parameter.kind, value))
    if not keys:
        return None
    return max(keys) if descending else min(keys)


def _comparable(kind: Kind, value: object) -> list[Any]:
    if kind is Kind.DATE:
        span = element_span(value)
        return [] if span is None else [span.start]
    if kind is Kind.TOKEN:
        return [code or "" for _, code in tokens(value)]
    if kind is Kind.REFERENCE and isinstance(value, dict):
        return [reference_key(str(value.get("reference", "")))]
    if kind is Kind.QUANTITY and isinstance(value, dict) and "value" in value:
        return [float(value["value"])]
    return [folded(text) for text in strings(value)]
