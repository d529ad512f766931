"""From a document's text to one operation that can be planned.

Source: GraphQL specification, sections 5 "Validation" and 6.1 "Executing requests".
"""

from collections.abc import Iterable

from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLError,
    OperationDefinitionNode,
    parse,
    print_ast,
    validate,
)

from gateway.federation.normalization.measuring import expanded_size, overlapping_pairs
from gateway.federation.normalization.normalizing import SelectionLimitError, normalize
from gateway.federation.operation.errors import (
    LIMIT_EXCEEDED,
    PARSE_FAILED,
    RESOLUTION_FAILURE,
    VALIDATION_FAILED,
    OperationError,
    RequestError,
)
from gateway.federation.operation.model import Operation, OperationLimits, VariableDefinition
from gateway.federation.plan import RESERVED_PREFIX, OperationKind
from gateway.federation.selection import Field, SelectionSet
from gateway.federation.supergraph.model import Supergraph

_DEFAULT_LIMITS = OperationLimits()
_TOO_DEEP = "The document is nested too deeply."


def prepare_operation(
    supergraph: Supergraph,
    text: str,
    operation_name: str | None = None,
    limits: OperationLimits = _DEFAULT_LIMITS,
) -> Operation:
    """Parses, limits, selects, validates and normalizes an operation.

    Args:
        supergraph: Whose API schema the operation must fit.
        text: The document.
        operation_name: Which of its operations; may be ``None`` where there is one only.
        limits: Caps on its size.

    Raises:
        OperationError: The client's document cannot be executed.
    """
    document = parse_document(text, limits)
    return prepare_document(supergraph, document, operation_name, limits)


def prepare_document(
    supergraph: Supergraph,
    document: DocumentNode,
    operation_name: str | None = None,
    limits: OperationLimits = _DEFAULT_LIMITS,
) -> Operation:
    """Limits, selects, validates and normalizes an operation of a parsed document.

    Raises:
        OperationError: The client's document cannot be executed.
    """
    fragments = {
        node.name.value: node
        for node in document.definitions
        if isinstance(node, FragmentDefinitionNode)
    }
    operations = [n for n in document.definitions if isinstance(n, OperationDefinitionNode)]
    try:
        for operation in operations:
            _check_size(operation, fragments, limits)
        _validate(supergraph, document, limits)
        return _normalize(supergraph, _select(operations, operation_name), fragments, limits)
    except RecursionError as error:
        raise _limit(_TOO_DEEP) from error


def parse_document(text: str, limits: OperationLimits = _DEFAULT_LIMITS) -> DocumentNode:
    """Parses a document.

    Raises:
        OperationError: It is not GraphQL, or has too many tokens or too deep nesting.
    """
    try:
        return parse(text, max_tokens=limits.tokens)
    except GraphQLError as error:
        raise OperationError(_request_errors([error], PARSE_FAILED)) from error
    except RecursionError as error:
        raise _limit(_TOO_DEEP) from error


def _check_size(
    operation: OperationDefinitionNode,
    fragments: dict[str, FragmentDefinitionNode],
    limits: OperationLimits,
) -> None:
    size = expanded_size(operation.selection_set, fragments)
    if size.depth > limits.depth:
        raise _limit(f"The operation is {size.depth} fields deep; {limits.depth} are allowed.")
    if size.fields > limits.fields:
        raise _limit(f"The operation selects {size.fields} fields; {limits.fields} are allowed.")
    if size.is_cyclic:
        return  # validation says so
    if overlapping_pairs(operation.selection_set, fragments) > limits.overlaps:
        raise _limit("The operation selects the same fields over and over.")


def _validate(supergraph: Supergraph, document: DocumentNode, limits: OperationLimits) -> None:
    errors = validate(
        supergraph.api_schema,
        document,
        max_errors=limits.errors,
        hide_suggestions=not limits.suggestions,
    )
    if errors:
        raise OperationError(_request_errors(errors, VALIDATION_FAILED))


def _select(
    operations: list[OperationDefinitionNode], name: str | None
) -> OperationDefinitionNode:
    if name is None:
        if len(operations) == 1:
            return operations[0]
        message = (
            "The document holds several operations: operationName must name one of them."
            if operations
            else "The document holds no operation."
        )
        raise OperationError([RequestError(RESOLUTION_FAILURE, message)])
    for operation in operations:
        if operation.name is not None and operation.name.value == name:
            return operation
    message = f'The document has no operation named "{name}".'
    raise OperationError([RequestError(RESOLUTION_FAILURE, message)])


def _normalize(
    supergraph: Supergraph,
    node: OperationDefinitionNode,
    fragments: dict[str, FragmentDefinitionNode],
    limits: OperationLimits,
) -> Operation:
    schema = supergraph.api_schema
    root = schema.get_root_type(node.operation)
    assert root is not None  # noqa: S101 - validation has seen to it
    try:
        selections = normalize(schema, root.name, node.selection_set, fragments, limits.fields)
    except SelectionLimitError as error:
        message = f"The operation expands to more than the {limits.fields} fields allowed."
        raise _limit(message) from error
    reserved = _reserved_name(selections)
    if reserved is not None:
        message = (
            f'The response name "{reserved}" is reserved: "{RESERVED_PREFIX}" is the gateway\'s.'
        )
        raise OperationError([RequestError(VALIDATION_FAILED, message)])
    nodes = tuple(node.variable_definitions or ())
    return Operation(
        kind=OperationKind(node.operation.value),
        name=node.name.value if node.name else None,
        root_type=root.name,
        selections=selections,
        variables=tuple(
            VariableDefinition(
                name=variable.variable.name.value,
                type_text=print_ast(variable.type),
                default_text=print_ast(variable.default_value) if variable.default_value else None,
            )
            for variable in nodes
        ),
        schema=schema,
        variable_nodes=nodes,
    )


def _reserved_name(selections: SelectionSet) -> str | None:
    """Returns a response name that the plan's own names could be taken for."""
    for selection in selections:
        if isinstance(selection, Field) and selection.response_name.startswith(RESERVED_PREFIX):
            return selection.response_name
        below = _reserved_name(selection.selections)
        if below is not None:
            return below
    return None


def _limit(message: str) -> OperationError:
    return OperationError([RequestError(LIMIT_EXCEEDED, message)])


def _request_errors(errors: Iterable[GraphQLError], code: str) -> list[RequestError]:
    return [
        RequestError(
            code=code,
            message=error.message,
            locations=tuple((place.line, place.column) for place in error.locations or ()),
        )
        for error in errors
    ]
