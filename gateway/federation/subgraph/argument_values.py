"""Whether a constant fits the type of the argument that it is given for.

Source: GraphQL specification (October 2021), section 5.6 "Values".
"""

from collections.abc import Iterator, Mapping

from graphql import (
    BooleanValueNode,
    EnumValueNode,
    FloatValueNode,
    IntValueNode,
    NullValueNode,
    ObjectValueNode,
    StringValueNode,
    ValueNode,
    VariableNode,
)
from graphql.language import ListValueNode

from gateway.federation.subgraph.model import TypeDefinition, TypeKind
from gateway.federation.subgraph.type_reference import TypeReference
from gateway.federation.subgraph.values import value_text

_FORMS: Mapping[str, tuple[type[ValueNode], ...]] = {
    "Int": (IntValueNode,),
    "Float": (IntValueNode, FloatValueNode),
    "String": (StringValueNode,),
    "Boolean": (BooleanValueNode,),
    "ID": (StringValueNode, IntValueNode),
}
_INT_BITS = 31


def value_problems(
    types: Mapping[str, TypeDefinition], wanted: TypeReference, node: ValueNode
) -> Iterator[str]:
    """What makes a value unfit for a type; no variable fits anywhere."""
    if isinstance(node, VariableNode):
        yield f'the variable "${node.name.value}" cannot be used here'
    elif isinstance(node, NullValueNode):
        if wanted.is_non_null:
            yield f'null is no "{wanted}"'
    elif wanted.is_list:
        for item in node.values if isinstance(node, ListValueNode) else (node,):
            yield from value_problems(types, wanted.item, item)
    else:
        yield from _named(types, wanted.name, node)


def _named(types: Mapping[str, TypeDefinition], name: str, node: ValueNode) -> Iterator[str]:
    definition = types.get(name)
    if definition is not None and definition.kind is TypeKind.INPUT:
        yield from _input(types, definition, node)
    elif definition is not None and definition.kind is TypeKind.ENUM:
        if not isinstance(node, EnumValueNode) or node.value not in definition.values:
            yield f'{_text(node)} is no value of enum "{name}"'
    elif name in _FORMS:
        fits = isinstance(node, _FORMS[name])
        if name == "Int" and isinstance(node, IntValueNode):
            fits = -(2**_INT_BITS) <= int(node.value) < 2**_INT_BITS
        if not fits:
            yield f'{_text(node)} is no "{name}"'
    else:
        yield from _variables(node)


def _input(
    types: Mapping[str, TypeDefinition], definition: TypeDefinition, node: ValueNode
) -> Iterator[str]:
    if not isinstance(node, ObjectValueNode):
        yield f'{_text(node)} is no "{definition.name}"'
        return
    given = {entry.name.value: entry.value for entry in node.fields}
    for name in sorted(given.keys() - definition.fields.keys()):
        yield f'"{definition.name}" has no field "{name}"'
    for field in definition.fields.values():
        if field.name in given:
            yield from value_problems(types, field.type, given[field.name])
        elif field.is_required:
            yield f'"{definition.name}.{field.name}" needs a value'


def _variables(node: ValueNode) -> Iterator[str]:
    """A custom scalar takes every form of value, but no variable in it."""
    if isinstance(node, VariableNode):
        yield f'the variable "${node.name.value}" cannot be used here'
    elif isinstance(node, ListValueNode):
        for item in node.values:
            yield from _variables(item)
    elif isinstance(node, ObjectValueNode):
        for entry in node.fields:
            yield from _variables(entry.value)


def _text(node: ValueNode) -> str:
    return "a variable" if isinstance(node, VariableNode) else value_text(node)
