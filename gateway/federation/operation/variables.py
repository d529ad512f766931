"""Coercion of variable values (GraphQL specification, section 6.1.2).

Variables may hold personal data: an error says which variable, where in it and what type was
expected there, never what was found.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from graphql import (
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    VariableDefinitionNode,
    get_nullable_type,
    is_input_object_type,
    is_input_type,
    is_required_input_field,
    type_from_ast,
)
from graphql.execution.values import get_variable_values
from graphql.utilities import validate_input_value

from gateway.federation.operation.errors import BAD_USER_INPUT, OperationError, RequestError
from gateway.federation.operation.model import Operation

_MAX_ERRORS = 20


def coerce_variables(operation: Operation, values: Mapping[str, object]) -> dict[str, Any]:
    """Returns the coerced values of the operation's variables, defaults filled in.

    Args:
        operation: The operation.
        values: What the client sent, as decoded JSON. Names that the operation does not define
            are ignored.

    Raises:
        OperationError: A value is missing or has the wrong type.
    """
    if not operation.variable_nodes:
        return {}
    result = get_variable_values(
        operation.schema, operation.variable_nodes, dict(values), max_errors=_MAX_ERRORS
    )
    if isinstance(result, list):
        errors = [
            RequestError(BAD_USER_INPUT, message, _locations(node))
            for node in operation.variable_nodes
            for message in _problems(operation, node, values)
        ]
        raise OperationError(
            errors[:_MAX_ERRORS] or [RequestError(BAD_USER_INPUT, "The variables are invalid.")]
        )
    return result.coerced


def _locations(node: VariableDefinitionNode) -> tuple[tuple[int, int], ...]:
    if node.loc is None:
        return ()
    return ((node.loc.start_token.line, node.loc.start_token.column),)


def _problems(
    operation: Operation, node: VariableDefinitionNode, values: Mapping[str, object]
) -> Iterator[str]:
    name = node.variable.name.value
    type_ = type_from_ast(operation.schema, node.type)
    assert type_ is not None  # noqa: S101 - the operation is valid
    assert is_input_type(type_)  # noqa: S101 - the operation is valid
    if name not in values:
        if isinstance(type_, GraphQLNonNull) and node.default_value is None:
            yield f'Variable "${name}" of required type "{type_}" was not provided.'
        return
    places: dict[tuple[str | int, ...], None] = {}
    validate_input_value(values[name], type_, lambda _, path: places.setdefault(tuple(path)))
    for place in places:
        where = f' at "{".".join(str(key) for key in place)}"' if place else ""
        expected = _type_at(type_, place)
        problem = f'Variable "${name}" has an invalid value{where}: "{expected}" is expected'
        yield f"{problem}{_what_is_wrong(expected, _value_at(values[name], place))}."


def _what_is_wrong(expected: GraphQLInputType, value: object) -> str:
    """Name what an object lacks; names that the client made up are not repeated."""
    inner = get_nullable_type(expected)
    if not is_input_object_type(inner) or not isinstance(value, Mapping):
        return ""
    required = (name for name, field in inner.fields.items() if is_required_input_field(field))
    missing = [name for name in required if name not in value]
    if missing:
        return f"; it lacks {', '.join(missing)}"
    return "; it has fields of other names" if value.keys() - inner.fields.keys() else ""


def _value_at(value: object, place: tuple[str | int, ...]) -> object:
    for key in place:
        if isinstance(value, Mapping):
            value = value.get(key)
        elif isinstance(value, list) and isinstance(key, int):
            value = value[key]
    return value


def _type_at(type_: GraphQLInputType, place: tuple[str | int, ...]) -> GraphQLInputType:
    for key in place:
        inner = get_nullable_type(type_)
        while isinstance(inner, GraphQLList) and not isinstance(key, int):
            inner = get_nullable_type(inner.of_type)  # a single value for a list
        if isinstance(inner, GraphQLList):
            type_ = inner.of_type
        elif is_input_object_type(inner) and key in inner.fields:
            type_ = inner.fields[str(key)].type
    return type_
