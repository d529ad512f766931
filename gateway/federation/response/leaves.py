"""Completion of leaf values that subgraphs answered.

Subgraphs have completed their values already, so this only makes sure that what leaves the
gateway is a value of the API schema's type: an inaccessible enum value, a number out of range or
a value of another kind is an error of its field, never another value.

Source: GraphQL specification (October 2021), sections 3.5 "Scalars" and 3.9 "Enums".
"""

from collections.abc import Callable
from typing import Any, Final

from graphql import GraphQLEnumType, GraphQLLeafType

from gateway.federation.response.errors import MergedValue

MAX_INT: Final = 2**31 - 1
MIN_INT: Final = -(2**31)

INVALID: Final = object()
"""What a leaf completion returns for a value that its type does not have."""

LeafCompletion = Callable[[Any], Any]


def _int(value: MergedValue) -> MergedValue:
    if value.__class__ is float and value.is_integer():
        value = int(value)
    if value.__class__ is int and MIN_INT <= value <= MAX_INT:
        return value
    return INVALID


def _float(value: MergedValue) -> MergedValue:
    return value if value.__class__ is float or value.__class__ is int else INVALID


def _string(value: MergedValue) -> MergedValue:
    return value if value.__class__ is str else INVALID


def _boolean(value: MergedValue) -> MergedValue:
    return value if value.__class__ is bool else INVALID


def _id(value: MergedValue) -> MergedValue:
    if value.__class__ is str:
        return value
    return str(value) if value.__class__ is int else INVALID


def as_it_is(value: MergedValue) -> MergedValue:
    """Complete a custom scalar."""
    return value


def leaf_completion(leaf_type: GraphQLLeafType) -> LeafCompletion:
    """Return the function that completes non-null values of ``leaf_type``.

    Values of custom scalars pass as they are. The function returns ``INVALID`` for a value that
    the type does not have.
    """
    if isinstance(leaf_type, GraphQLEnumType):
        names = frozenset(leaf_type.values)

        def _enum(value: MergedValue) -> MergedValue:
            return value if value.__class__ is str and value in names else INVALID

        return _enum
    builtin: dict[str, LeafCompletion] = {
        "Int": _int,
        "Float": _float,
        "String": _string,
        "Boolean": _boolean,
        "ID": _id,
    }
    return builtin.get(leaf_type.name, as_it_is)
