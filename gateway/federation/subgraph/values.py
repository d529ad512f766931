"""Constant values of schemas: reading, comparing, building and printing them.

Source: GraphQL specification (October 2021), section 2.9 "Input Values".
"""

import json
from collections.abc import Mapping, Sequence
from decimal import Context, Decimal
from typing import TypeAlias

from graphql import (
    BooleanValueNode,
    ConstListValueNode,
    ConstObjectFieldNode,
    ConstObjectValueNode,
    ConstValueNode,
    EnumValueNode,
    FloatValueNode,
    IntValueNode,
    NameNode,
    NullValueNode,
    ObjectValueNode,
    StringValueNode,
    ValueNode,
)
from graphql.language import ListValueNode

Plain: TypeAlias = "bool | int | str | Sequence[Plain] | Mapping[str, Plain] | None"
"""A value as Python's own types; enum values are strings."""


def string_value(node: ValueNode | None) -> str | None:
    """The text of a string value, or ``None`` for every other value."""
    return node.value if isinstance(node, StringValueNode) else None


def strings(node: ValueNode | None) -> tuple[str, ...]:
    """The strings of a list value, or of a single string; everything else is left out."""
    if isinstance(node, ListValueNode):
        return tuple(v.value for v in node.values if isinstance(v, StringValueNode))
    return (node.value,) if isinstance(node, StringValueNode) else ()


def string_groups(node: ValueNode | None) -> tuple[tuple[str, ...], ...]:
    """The strings of a list of lists, such as ``scopes: [["a", "b"], ["c"]]``."""
    if not isinstance(node, ListValueNode):
        return (strings(node),) if isinstance(node, StringValueNode) else ()
    return tuple(strings(inner) for inner in node.values)


def int_value(node: ValueNode | None) -> int | None:
    """The number of an integer value, or ``None``."""
    return int(node.value) if isinstance(node, IntValueNode) else None


def value_text(node: ValueNode) -> str:
    """The value as GraphQL text, on one line."""
    match node:
        case StringValueNode(value=value):
            return json.dumps(value, ensure_ascii=False)
        case ListValueNode(values=values):
            return "[" + ", ".join(value_text(v) for v in values) + "]"
        case ObjectValueNode(fields=fields):
            inner = (f"{f.name.value}: {value_text(f.value)}" for f in fields)
            return "{" + ", ".join(inner) + "}"
        case BooleanValueNode(value=flag):
            return "true" if flag else "false"
        case NullValueNode():
            return "null"
        case IntValueNode(value=text) | FloatValueNode(value=text) | EnumValueNode(value=text):
            return str(text)
    message = f"not a constant value: {node.kind}"
    raise TypeError(message)


def canonical_text(node: ValueNode | None) -> str | None:
    """A text that is equal for equal values: object fields sorted, numbers in one form."""
    if isinstance(node, ObjectValueNode):
        inner = sorted(f"{f.name.value}: {canonical_text(f.value)}" for f in node.fields)
        return "{" + ", ".join(inner) + "}"
    if isinstance(node, ListValueNode):
        return "[" + ", ".join(canonical_text(v) or "" for v in node.values) + "]"
    if isinstance(node, FloatValueNode | IntValueNode):
        return _number_text(node.value)
    return None if node is None else value_text(node)


def _number_text(text: str) -> str:
    """A text that is equal for equal numbers; numbers beyond all bounds keep their own."""
    try:
        return str(Decimal(text).normalize(Context(prec=len(text))))
    except ArithmeticError:
        return text


def same_value(left: ValueNode | None, right: ValueNode | None) -> bool:
    """Whether two values, or their absence, are the same."""
    return canonical_text(left) == canonical_text(right)


def string_node(text: str) -> ConstValueNode:
    """A string value."""
    return StringValueNode(value=text)


def enum_node(name: str) -> ConstValueNode:
    """An enum value."""
    return EnumValueNode(value=name)


def constant(value: Plain) -> ConstValueNode:
    """The value node of a Python value (strings become string values)."""
    if value is None:
        return NullValueNode()
    if isinstance(value, bool):
        return BooleanValueNode(value=value)
    if isinstance(value, int):
        return IntValueNode(value=str(value))
    if isinstance(value, str):
        return string_node(value)
    if isinstance(value, Mapping):
        return ConstObjectValueNode(
            fields=tuple(
                ConstObjectFieldNode(name=NameNode(value=k), value=constant(v))
                for k, v in value.items()
            )
        )
    return ConstListValueNode(values=tuple(constant(v) for v in value))
