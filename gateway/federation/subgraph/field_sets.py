"""FieldSets: the selections in ``@key``, ``@requires``, ``@provides`` and ``@fromContext``.

Source: federation specification, "FieldSet".
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from graphql import (
    FieldNode,
    GraphQLSyntaxError,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    parse,
)

from gateway.federation.subgraph.argument_values import value_problems
from gateway.federation.subgraph.model import Field, Subgraph, TypeDefinition, TypeKind
from gateway.federation.subgraph.values import value_text

TYPENAME = "__typename"


@dataclass(frozen=True, slots=True)
class SelectedField:
    """A field that a FieldSet selects, with the type on which it is selected."""

    type_name: str
    field: Field
    node: FieldNode

    @property
    def coordinate(self) -> str:
        """``Type.field``."""
        return f"{self.type_name}.{self.field.name}"


@dataclass(frozen=True, slots=True)
class ParsedFieldSet:
    """A parsed FieldSet, or why it could not be parsed."""

    selections: SelectionSetNode | None
    problem: str = ""


def parse_field_set(text: str) -> ParsedFieldSet:
    """Parse the text of a FieldSet, with or without outer braces."""
    source = text if text.strip().startswith("{") else f"{{{text}}}"
    try:
        document = parse(source, no_location=True)
    except GraphQLSyntaxError as error:
        return ParsedFieldSet(None, error.message)
    definition = document.definitions[0]
    if len(document.definitions) != 1 or not isinstance(definition, OperationDefinitionNode):
        return ParsedFieldSet(None, "Syntax Error: it is not one selection set.")
    if not definition.selection_set.selections:
        return ParsedFieldSet(None, "Syntax Error: nothing is selected.")
    return ParsedFieldSet(definition.selection_set)


def field_set_text(selections: SelectionSetNode) -> str:
    """The FieldSet on one line, without outer braces: equal for equal selections."""
    return " ".join(_selection_text(s) for s in selections.selections)


def _selection_text(node: object) -> str:
    if isinstance(node, FieldNode):
        alias = f"{node.alias.value}: " if node.alias else ""
        arguments = ", ".join(
            f"{a.name.value}: {value_text(a.value)}" for a in node.arguments or ()
        )
        text = f"{alias}{node.name.value}" + (f"({arguments})" if arguments else "")
        inner = node.selection_set
        return text if inner is None else f"{text} {{ {field_set_text(inner)} }}"
    if isinstance(node, InlineFragmentNode):
        condition = f"... on {node.type_condition.name.value}" if node.type_condition else "..."
        return f"{condition} {{ {field_set_text(node.selection_set)} }}"
    return ""


def problems(
    types: Mapping[str, TypeDefinition], parent: str, selections: SelectionSetNode
) -> Iterator[str]:
    """What makes a selection invalid on a type: unknown fields, wrong arguments, no leaves."""
    definition = types.get(parent)
    if definition is None or not definition.is_composite:
        yield f'type "{parent}" has no fields'
        return
    for node in selections.selections:
        if isinstance(node, FieldNode):
            yield from _field_problems(types, definition, node)
        elif isinstance(node, InlineFragmentNode):
            target = node.type_condition.name.value if node.type_condition else parent
            if target not in types or not types[target].is_composite:
                yield f'type condition "{target}" is not a known object, interface or union'
            elif not _overlap(types, parent, target):
                yield f'an object of type "{parent}" can never be of type "{target}"'
            else:
                yield from problems(types, target, node.selection_set)
        else:
            yield "named fragments cannot be used"


def _field_problems(
    types: Mapping[str, TypeDefinition], parent: TypeDefinition, node: FieldNode
) -> Iterator[str]:
    name = node.name.value
    if node.alias is not None:
        yield f'the alias "{node.alias.value}" of field "{name}" cannot be used here'
    if name == TYPENAME:
        return
    field = parent.fields.get(name)
    if field is None:
        yield f'type "{parent.name}" has no field "{name}"'
        return
    yield from _argument_problems(types, parent, field, node)
    target = types.get(field.type.name)
    composite = target is not None and target.is_composite
    if composite and node.selection_set is None:
        yield f'field "{parent.name}.{name}" is of type "{field.type}" and needs a selection'
    elif not composite and node.selection_set is not None:
        yield f'field "{parent.name}.{name}" is of type "{field.type}", which has no fields'
    elif node.selection_set is not None:
        yield from problems(types, field.type.name, node.selection_set)


def _argument_problems(
    types: Mapping[str, TypeDefinition], parent: TypeDefinition, field: Field, node: FieldNode
) -> Iterator[str]:
    name = field.name
    given = {a.name.value: a.value for a in node.arguments or ()}
    for unknown in sorted(given - field.arguments.keys()):
        yield f'field "{parent.name}.{name}" has no argument "{unknown}"'
    for argument in field.arguments.values():
        if argument.is_required and argument.name not in given:
            yield f'field "{parent.name}.{name}" needs a value for argument "{argument.name}"'
        elif argument.name in given:
            for problem in value_problems(types, argument.type, given[argument.name]):
                yield f'argument "{argument.name}" of field "{parent.name}.{name}": {problem}'


def _overlap(types: Mapping[str, TypeDefinition], left: str, right: str) -> bool:
    return left == right or bool(_runtime_types(types, left) & _runtime_types(types, right))


def _runtime_types(types: Mapping[str, TypeDefinition], name: str) -> set[str]:
    definition = types[name]
    if definition.kind is TypeKind.UNION:
        return set(definition.members)
    if definition.kind is TypeKind.INTERFACE:
        return {t.name for t in types.values() if name in t.interfaces}
    return {name}


def selected_fields(
    subgraph: Subgraph,
    parent: str,
    selections: SelectionSetNode,
    *,
    implementations: bool = False,
) -> Iterator[SelectedField]:
    """Every field that the FieldSet selects, at any depth; what is unknown is passed over.

    Args:
        subgraph: Where the types are looked up.
        parent: The type that the FieldSet is about.
        selections: The FieldSet.
        implementations: Whether a field of an interface stands for its implementations too.
    """
    definition = subgraph.types.get(parent)
    if definition is None:
        return
    for node in selections.selections:
        if isinstance(node, InlineFragmentNode):
            target = node.type_condition.name.value if node.type_condition else parent
            yield from selected_fields(
                subgraph, target, node.selection_set, implementations=implementations
            )
        elif isinstance(node, FieldNode):
            field = definition.fields.get(node.name.value)
            if field is None:
                continue
            yield SelectedField(parent, field, node)
            if implementations and definition.kind is TypeKind.INTERFACE:
                for other in subgraph.implementations(parent):
                    if field.name in other.fields:
                        yield SelectedField(other.name, other.fields[field.name], node)
            if node.selection_set is not None:
                yield from selected_fields(
                    subgraph,
                    field.type.name,
                    node.selection_set,
                    implementations=implementations,
                )
