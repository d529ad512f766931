"""Updates as values: parsed once, applied to a document here where the database cannot."""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from storage.documents import Document, UnsupportedQueryError, Update
from storage.filters import (
    AllOf,
    Equals,
    Path,
    Predicate,
    equalities,
    matches,
    parse_element_condition,
)
from storage.values import Value, check_scalar, check_value, kind_of, normalize, parse_path

_OPERATORS = frozenset(
    {"$set", "$unset", "$inc", "$min", "$max", "$push", "$pull", "$setOnInsert"}
)
_KINDS = ("null", "number", "string", "compound", "bool", "datetime")


@dataclass(frozen=True, slots=True)
class Change:
    """One operator on one path; the operand is normalized, for `$pull` a predicate."""

    operator: str
    path: Path
    operand: Value


Changes: TypeAlias = tuple[Change, ...]


def parse_update(update: Update) -> Changes:
    """Read an update.

    Raises:
        UnsupportedQueryError: It uses something outside the port, or touches a path twice.
    """
    changes: list[Change] = []
    for operator, operands in update.items():
        if operator not in _OPERATORS:
            raise UnsupportedQueryError(f"update operator {operator} is not supported")
        if not isinstance(operands, Mapping) or not operands:
            raise UnsupportedQueryError(f"{operator} needs paths")
        changes += [
            Change(operator, parse_path(path), _operand(operator, operand))
            for path, operand in operands.items()
        ]
    if not changes:
        raise UnsupportedQueryError("an update needs an operator")
    _refuse_conflicts(changes)
    return tuple(changes)


def apply_changes(document: Document, changes: Changes, *, inserting: bool = False) -> Document:
    """Change a document that nobody else holds, and answer it.

    Args:
        document: Owned by the call.
        changes: What to do.
        inserting: Whether `$setOnInsert` counts.

    Raises:
        UnsupportedQueryError: A change does not fit what the document holds.
    """
    for change in changes:
        if change.operator != "$setOnInsert" or inserting:
            _apply(document, change)
    return document


def inserted_document(predicate: Predicate, changes: Changes) -> Document:
    """Answer the document that an upsert inserts.

    Raises:
        UnsupportedQueryError: The filter does not name `_id`, or a change does not fit.
    """
    document: Document = {}
    for path, value in equalities(predicate).items():
        _apply(document, Change("$set", path, value))
    require_id(predicate)
    return apply_changes(document, changes, inserting=True)


def require_id(predicate: Predicate) -> None:
    """Refuse an upsert whose filter does not say which document it means.

    Raises:
        UnsupportedQueryError: `_id` is not bound to a string.
    """
    if not isinstance(equalities(predicate).get(("_id",)), str):
        raise UnsupportedQueryError("an upsert names _id in its filter")


def _operand(operator: str, operand: Value) -> Value:
    if operator == "$pull":
        if isinstance(operand, Mapping):
            return parse_element_condition(operand)
        check_scalar(operand)
        return AllOf((Equals((), normalize(operand)),))
    if operator == "$push" and isinstance(operand, Mapping) and "$each" in operand:
        if set(operand) != {"$each"} or not isinstance(operand["$each"], list | tuple):
            raise UnsupportedQueryError("$push takes a value or $each with a list")
        check_value(operand["$each"])
        return normalize(operand["$each"])
    if operator == "$unset":
        return None
    check_value(operand)
    if operator == "$inc" and kind_of(operand) != "number":
        raise UnsupportedQueryError("$inc needs a number")
    if operator in {"$min", "$max"} and kind_of(operand) not in {"number", "string", "datetime"}:
        raise UnsupportedQueryError(f"{operator} needs a number, string or datetime")
    return [normalize(operand)] if operator == "$push" else normalize(operand)


def _refuse_conflicts(changes: list[Change]) -> None:
    paths = sorted(change.path for change in changes)
    if any(path[0] == "_id" for path in paths):
        raise UnsupportedQueryError("_id never changes")
    for shorter, longer in itertools.pairwise(paths):
        if longer[: len(shorter)] == shorter:
            raise UnsupportedQueryError("an update touches a path twice")


def _apply(document: Document, change: Change) -> None:
    create = change.operator not in {"$unset", "$pull"}
    parent = _parent(document, change.path, create=create)
    if parent is None:
        return
    present, current = _member(parent, change.path[-1])
    if change.operator == "$unset":
        if present and isinstance(parent, dict):
            del parent[change.path[-1]]
        return
    if change.operator == "$pull" and not present:
        return
    _put(parent, change.path[-1], _changed(change, current, present=present))


def _changed(change: Change, current: Value, *, present: bool) -> Value:
    operand: Value = change.operand
    if change.operator in {"$set", "$setOnInsert"}:
        return operand
    if change.operator in {"$push", "$pull"}:
        return _changed_list(change, current, present=present)
    if not present:
        return operand
    if change.operator == "$inc":
        if kind_of(current) != "number":
            raise UnsupportedQueryError("$inc does not fit the value that is there")
        return current + operand
    greater = _is_greater(operand, current)
    return operand if greater == (change.operator == "$max") else current


def _is_greater(one: Value, other: Value) -> bool:
    """Compare as MongoDB orders values, first by kind; one of them is no compound."""
    ranks = (_KINDS.index(kind_of(one)), _KINDS.index(kind_of(other)))
    return ranks[0] > ranks[1] if ranks[0] != ranks[1] else bool(one > other)


def _changed_list(change: Change, current: Value, *, present: bool) -> list[Value]:
    if present and not isinstance(current, list):
        raise UnsupportedQueryError(f"{change.operator} needs a list")
    if change.operator == "$push":
        return [*(current or ()), *change.operand]
    return [member for member in current if not matches(member, change.operand)]


def _parent(document: Document, path: Path, *, create: bool) -> Value:
    value: Value = document
    for part in path[:-1]:
        present, member = _member(value, part)
        if not present:
            if not create:
                return None
            member = {}
            _put(value, part, member)
        value = member
    if create and not isinstance(value, dict | list):
        raise UnsupportedQueryError("a path leads through a scalar")
    return value if isinstance(value, dict | list) else None


def _member(value: Value, part: str) -> tuple[bool, Value]:
    if isinstance(value, dict):
        return part in value, value.get(part)
    if isinstance(value, list) and part.isdigit() and int(part) < len(value):
        return True, value[int(part)]
    return False, None


def _put(parent: Value, part: str, value: Value) -> None:
    if isinstance(parent, dict):
        if part.isdigit():
            raise UnsupportedQueryError("a position is used where no list is")
        parent[part] = value
    elif isinstance(parent, list) and part.isdigit() and int(part) <= len(parent):
        parent[int(part) : int(part) + 1] = [value]
    else:
        raise UnsupportedQueryError("a path leads through a scalar or past the end of a list")
