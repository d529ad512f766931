"""Filters as values: parsed once, compiled by an adapter or evaluated here."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from storage.documents import Filter, UnsupportedQueryError
from storage.values import Scalar, Value, check_scalar, kind_of, parse_path, to_milliseconds

Path: TypeAlias = tuple[str, ...]

_RANGES = frozenset({"$gt", "$gte", "$lt", "$lte"})
_SELF: Path = ()


@dataclass(frozen=True, slots=True)
class Equals:
    """The value at the path is this scalar; None also where nothing is."""

    path: Path
    value: Scalar


@dataclass(frozen=True, slots=True)
class Compares:
    """The value at the path is of the operand's kind and lies on that side of it."""

    path: Path
    operator: str
    value: int | float | str | datetime


@dataclass(frozen=True, slots=True)
class IsIn:
    """The value at the path equals one of these scalars."""

    path: Path
    values: tuple[Scalar, ...]


@dataclass(frozen=True, slots=True)
class Exists:
    """Something, be it null, is at the path."""

    path: Path


@dataclass(frozen=True, slots=True)
class HasElement:
    """The value at the path is a list with a member that meets the condition."""

    path: Path
    condition: "Predicate"


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: "Predicate"


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every part holds."""

    parts: "tuple[Predicate, ...]"


@dataclass(frozen=True, slots=True)
class AnyOf:
    """One part holds."""

    parts: "tuple[Predicate, ...]"


Predicate: TypeAlias = Equals | Compares | IsIn | Exists | HasElement | Not | AllOf | AnyOf


def parse_filter(filter: Filter) -> AllOf:  # noqa: A002
    """Read a filter.

    Raises:
        UnsupportedQueryError: It uses something outside the port.
    """
    parts: list[Predicate] = []
    for key, operand in filter.items():
        if key in {"$and", "$or"}:
            if not isinstance(operand, list | tuple) or not operand:
                raise UnsupportedQueryError(f"{key} needs a list of filters")
            members = tuple(parse_filter(member) for member in operand)
            parts.append(AllOf(members) if key == "$and" else AnyOf(members))
        elif key.startswith("$"):
            raise UnsupportedQueryError(f"operator {key} is not supported")
        else:
            parts.extend(_conditions(parse_path(key), operand))
    return AllOf(tuple(parts))


def parse_element_condition(operand: Value) -> Predicate:
    """Read what a member of a list must meet: operators on itself, or a filter on its fields.

    Raises:
        UnsupportedQueryError: It uses something outside the port.
    """
    if not isinstance(operand, Mapping) or not operand:
        raise UnsupportedQueryError("a condition on list members is a filter")
    if any(key in {"$and", "$or"} for key in operand):
        raise UnsupportedQueryError("a condition on list members has no $and or $or")
    if all(key.startswith("$") for key in operand):
        return AllOf(tuple(_conditions(_SELF, operand)))
    return parse_filter(operand)


def equalities(predicate: Predicate) -> dict[Path, Scalar]:
    """Answer the equalities that must hold, from which an upsert begins its document."""
    if isinstance(predicate, Equals):
        return {predicate.path: predicate.value}
    if isinstance(predicate, AllOf):
        return {
            path: value for part in predicate.parts for path, value in equalities(part).items()
        }
    return {}


def matches(value: Value, predicate: Predicate) -> bool:
    """Answer whether a document, or a member of a list, meets the predicate."""
    match predicate:
        case AllOf(parts):
            return all(matches(value, part) for part in parts)
        case AnyOf(parts):
            return any(matches(value, part) for part in parts)
        case Not(part):
            return not matches(value, part)
        case Exists(path):
            return _look_up(value, path)[0]
        case HasElement(path, condition):
            members = _look_up(value, path)[1]
            return isinstance(members, list) and any(matches(each, condition) for each in members)
        case IsIn(path, values):
            return any(_same(_look_up(value, path)[1], each) for each in values)
        case Equals(path, operand):
            return _same(_look_up(value, path)[1], operand)
        case Compares(path, operator, operand):
            return _compare(_look_up(value, path)[1], operator, operand)


def _conditions(path: Path, operand: Value) -> list[Predicate]:
    if not isinstance(operand, Mapping):
        return [Equals(path, _scalar(operand))]
    if not operand or not all(str(key).startswith("$") for key in operand):
        raise UnsupportedQueryError("a path is compared with scalars or by operators")
    return [_condition(path, operator, value) for operator, value in operand.items()]


def _condition(path: Path, operator: str, operand: Value) -> Predicate:
    if operator == "$eq":
        return Equals(path, _scalar(operand))
    if operator == "$ne":
        return Not(Equals(path, _scalar(operand)))
    if operator in _RANGES:
        value = _scalar(operand)
        if value is None or isinstance(value, bool):
            raise UnsupportedQueryError(f"{operator} needs a number, string or datetime")
        return Compares(path, operator, value)
    if operator == "$in":
        if not isinstance(operand, list | tuple):
            raise UnsupportedQueryError("$in needs a list of scalars")
        return IsIn(path, tuple(_scalar(value) for value in operand))
    if operator == "$exists":
        if not isinstance(operand, bool):
            raise UnsupportedQueryError("$exists needs a boolean")
        return Exists(path) if operand else Not(Exists(path))
    if operator == "$elemMatch":
        return HasElement(path, parse_element_condition(operand))
    raise UnsupportedQueryError(f"operator {operator} is not supported")


def _scalar(value: Value) -> Scalar:
    check_scalar(value)
    return to_milliseconds(value) if isinstance(value, datetime) else value


def _look_up(value: Value, path: Path) -> tuple[bool, Value]:
    for part in path:
        if isinstance(value, dict) and part in value:
            value = value[part]
        elif isinstance(value, list) and part.isdigit() and int(part) < len(value):
            value = value[int(part)]
        else:
            return False, None
    return True, value


def _same(value: Value, operand: Scalar) -> bool:
    return kind_of(value) == kind_of(operand) and bool(value == operand)


def _compare(value: Value, operator: str, operand: Value) -> bool:
    if kind_of(value) != kind_of(operand):
        return False
    if operator == "$gt":
        return bool(value > operand)
    if operator == "$gte":
        return bool(value >= operand)
    return bool(value < operand) if operator == "$lt" else bool(value <= operand)
