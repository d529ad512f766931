"""FieldSets: what ``@key``, ``@requires``, ``@provides`` and context arguments select.

Source: Federation subgraph specification, scalar ``FieldSet``.
"""

from graphql import (
    FieldNode,
    GraphQLError,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    parse,
    print_ast,
)

from gateway.federation.selection import Argument, Field, InlineFragment, Selection, SelectionSet
from gateway.federation.supergraph.errors import SupergraphError


def parse_field_set(text: str) -> SelectionSet:
    """Parses a FieldSet, with or without braces around it.

    Raises:
        SupergraphError: The text is no FieldSet.
    """
    body = text if text.strip().startswith("{") else "{" + text + "}"
    try:
        document = parse(body, no_location=True)
    except GraphQLError as error:
        message = f'"{text}" is not a field set: {error.message}'
        raise SupergraphError(message) from error
    definition = document.definitions[0]
    if len(document.definitions) != 1 or not isinstance(definition, OperationDefinitionNode):
        message = f'"{text}" is not a field set'
        raise SupergraphError(message)
    return _selections(definition.selection_set, text)


def _selections(node: SelectionSetNode | None, text: str) -> SelectionSet:
    return tuple(_selection(child, text) for child in node.selections) if node else ()


def _selection(node: object, text: str) -> Selection:
    if isinstance(node, FieldNode):
        arguments = tuple(
            Argument(argument.name.value, print_ast(argument.value))
            for argument in node.arguments or ()
        )
        name = node.name.value
        return Field(name, name, arguments, _selections(node.selection_set, text))
    if isinstance(node, InlineFragmentNode):
        condition = node.type_condition.name.value if node.type_condition else None
        return InlineFragment(condition, _selections(node.selection_set, text))
    message = f'"{text}" is not a field set: named fragments are not allowed'
    raise SupergraphError(message)


def print_field_set(selections: SelectionSet) -> str:
    """Prints a FieldSet on one line, without braces."""
    parts: list[str] = []
    for selection in selections:
        if isinstance(selection, Field):
            head = selection.name
            if selection.arguments:
                given = ", ".join(f"{a.name}: {a.text}" for a in selection.arguments)
                head = f"{head}({given})"
        else:
            head = f"... on {selection.type_condition}" if selection.type_condition else "..."
        inner = f" {{ {print_field_set(selection.selections)} }}" if selection.selections else ""
        parts.append(head + inner)
    return " ".join(parts)
