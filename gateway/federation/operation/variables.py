"""Coercion of variable values (GraphQL specification, section 6.1.2)."""

from collections.abc import Mapping
from typing import Any

from graphql.execution.values import get_variable_values

from gateway.federation.operation.errors import BAD_USER_INPUT, OperationError, RequestError
from gateway.federation.operation.model import Operation

_MAX_ERRORS = 20


def coerce_variables(operation: Operation, values: Mapping[str, object]) -> dict[str, Any]:
    """Returns the coerced values of the operation's variables, defaults filled in.

    Args:
        operation: The operation.
        values: What the client sent, as decoded JSON. Names that the operation does not define are
            ignored.

    Raises:
        OperationError: A value is missing or has the wrong type.
    """
    if not operation.variable_nodes:
        return {}
    result = get_variable_values(
        operation.schema, operation.variable_nodes, dict(values), max_errors=_MAX_ERRORS
    )
    if isinstance(result, list):
        raise OperationError(
            [
                RequestError(
                    code=BAD_USER_INPUT,
                    message=error.message,
                    locations=tuple((p.line, p.column) for p in error.locations or ()),
                )
                for error in result
            ]
        )
    return result.coerced
