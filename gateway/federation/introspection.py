"""Answers introspection from the API schema; no subgraph is ever asked.

Source: GraphQL specification (October 2021), section 4 "Introspection".
"""

from collections.abc import Mapping
from typing import Any, Final

from graphql import ExecutionResult, execute_sync, parse

from gateway.federation.operation.model import Operation
from gateway.federation.response.errors import ErrorValue, fault
from gateway.federation.selection import Field, SelectionSet
from gateway.federation.selection_text import selection_text, used_variables

INTROSPECTION_FIELDS: Final = frozenset({"__schema", "__type"})
DISABLED: Final = fault(
    ErrorValue("Introspection is switched off", {"code": "INTROSPECTION_DISABLED"})
)


def introspection_fields(selections: SelectionSet) -> SelectionSet:
    """Return the part of a root selection set that asks about the schema."""
    return tuple(
        selection
        for selection in selections
        if isinstance(selection, Field) and selection.name in INTROSPECTION_FIELDS
    )


def introspect(
    operation: Operation, selections: SelectionSet, variables: Mapping[str, Any]
) -> dict[str, Any]:
    """Answer introspection fields from the operation's API schema.

    Args:
        operation: The operation.
        selections: Its introspection fields, without conditions.
        variables: Its coerced variables.

    Returns:
        The fields' values by response name.
    """
    used = set(used_variables(selections))
    definitions = [variable.text for variable in operation.variables if variable.name in used]
    parameters = f"({','.join(definitions)})" if definitions else ""
    document = parse(f"query{parameters}{{{selection_text(selections)}}}")
    values = {name: value for name, value in variables.items() if name in used}
    result = execute_sync(operation.schema, document, variable_values=values)
    assert isinstance(result, ExecutionResult)  # noqa: S101 # its resolvers are synchronous
    return result.data or {}


def refuse_introspection(selections: SelectionSet) -> dict[str, Any]:
    """Return the marks that stand for introspection fields where it is switched off."""
    return {
        selection.response_name: DISABLED
        for selection in selections
        if isinstance(selection, Field)
    }
