"""Completion of one value: nulls, lists and leaves, and what errors took away.

Source: GraphQL specification (October 2021), sections 6.4.3 "Value Completion" and 6.4.4 "Handling
Field Errors".
"""

from collections.abc import Callable
from typing import Any, Final, TypeAlias

from graphql import GraphQLNonNull, GraphQLOutputType

from gateway.federation.response.errors import (
    ErrorValue,
    ExecutionError,
    Fault,
    MergedValue,
    ResponsePath,
    fault,
)
from gateway.federation.response.leaves import INVALID

NULLED: Final = object()
"""A value that is null because of an error that has been recorded."""

MISSING: Final = fault(
    ErrorValue(
        "A subgraph left a requested field out of its answer",
        {"code": "SUBREQUEST_MALFORMED_RESPONSE"},
    )
)
INVALID_VALUE: Final = ErrorValue(
    "A subgraph answered with a value that the field's type does not have",
    {"code": "INVALID_VALUE"},
)
UNEXPECTED_NULL: Final = ErrorValue(
    "Cannot return null for a non-nullable field", {"code": "UNEXPECTED_NULL"}
)

LinkedPath: TypeAlias = "tuple[LinkedPath, str | int] | None"
Errors: TypeAlias = list[ExecutionError]
Completion: TypeAlias = Callable[[Any, LinkedPath, "str | int", Errors], Any]
"""Completes the value found under a key of the object or list at a path."""


def flat_path(path: LinkedPath, key: str | int) -> ResponsePath:
    """Return the path of ``key`` below ``path`` as a tuple."""
    keys: list[str | int] = [key]
    while path is not None:
        path, parent_key = path
        keys.append(parent_key)
    keys.reverse()
    return tuple(keys)


def record(mark: Fault, path: LinkedPath, key: str | int, errors: Errors) -> None:
    """Record the errors that took away the value at ``key`` below ``path``."""
    place = flat_path(path, key)
    for error, rest in mark.errors:
        errors.append(ExecutionError(error, place + rest))


def nullable(inner: Completion) -> Completion:
    """Complete values that may be null; an error in one makes it null."""

    def complete(
        value: MergedValue, path: LinkedPath, key: str | int, errors: Errors
    ) -> MergedValue:
        if value is None:
            return None
        if value.__class__ is Fault:
            record(value, path, key, errors)
            return None
        completed = inner(value, path, key, errors)
        return None if completed is NULLED else completed

    return complete


def non_null(inner: Completion) -> Completion:
    """Complete values that may not be null; the null of one is that of what it stands in."""

    def complete(
        value: MergedValue, path: LinkedPath, key: str | int, errors: Errors
    ) -> MergedValue:
        if value is None:
            errors.append(ExecutionError(UNEXPECTED_NULL, flat_path(path, key)))
            return NULLED
        if value.__class__ is Fault:
            record(value, path, key, errors)
            return NULLED
        completed = inner(value, path, key, errors)
        if completed is None:
            errors.append(ExecutionError(UNEXPECTED_NULL, flat_path(path, key)))
            return NULLED
        return completed

    return complete


def list_of(item: Completion) -> Completion:
    """Complete lists, item by item."""

    def complete(
        value: MergedValue, path: LinkedPath, key: str | int, errors: Errors
    ) -> MergedValue:
        if value.__class__ is not list:
            return invalid(value, path, key, errors)
        here = (path, key)
        completed = []
        for index, element in enumerate(value):
            result = item(element, here, index, errors)
            if result is NULLED:
                return NULLED
            completed.append(result)
        return completed

    return complete


def leaf(complete_leaf: Callable[[Any], Any]) -> Completion:
    """Complete leaves as ``leaves.leaf_completion`` says."""

    def complete(
        value: MergedValue, path: LinkedPath, key: str | int, errors: Errors
    ) -> MergedValue:
        completed = complete_leaf(value)
        if completed is INVALID:
            return invalid(value, path, key, errors)
        return completed

    return complete


def custom_scalar(
    value: MergedValue, path: LinkedPath, key: str | int, errors: Errors
) -> MergedValue:
    """Complete a custom scalar: as it is, but for what an error took away inside a list."""
    if value.__class__ is not list:
        return value
    completed: list[Any] = []
    for index, item in enumerate(value):
        if item.__class__ is Fault:
            record(item, (path, key), index, errors)
            completed.append(None)
        else:
            completed.append(custom_scalar(item, (path, key), index, errors))
    return completed


def constant(value: str) -> Completion:
    """Complete whatever is there to ``value``."""

    def complete(
        _value: MergedValue, _path: LinkedPath, _key: str | int, _errors: Errors
    ) -> MergedValue:
        return value

    return complete


def as_is(value: MergedValue, _path: LinkedPath, _key: str | int, _errors: Errors) -> MergedValue:
    """Complete what the gateway itself has answered."""
    return value


def invalid(_value: MergedValue, path: LinkedPath, key: str | int, errors: Errors) -> MergedValue:
    """Complete a value that its type does not have: it is null with an error."""
    errors.append(ExecutionError(INVALID_VALUE, flat_path(path, key)))
    return NULLED


def always_denied(mark: Fault, output_type: GraphQLOutputType) -> Completion:
    """Complete a field that the caller may not see: it is null with the errors of ``mark``."""
    answer = NULLED if isinstance(output_type, GraphQLNonNull) else None

    def complete(
        _value: MergedValue, path: LinkedPath, key: str | int, errors: Errors
    ) -> MergedValue:
        record(mark, path, key, errors)
        return answer

    return complete
