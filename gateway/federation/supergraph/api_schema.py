"""The API schema: what clients of a supergraph see.

Machinery of linked features and everything ``@inaccessible`` is taken away.
Source: https://specs.apollo.dev/inaccessible/v0.2, "API schema".
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

from graphql import (
    ConstDirectiveNode,
    DefinitionNode,
    DirectiveDefinitionNode,
    DocumentNode,
    EnumTypeDefinitionNode,
    FieldDefinitionNode,
    GraphQLSchema,
    InputObjectTypeDefinitionNode,
    InputValueDefinitionNode,
    InterfaceTypeDefinitionNode,
    Node,
    ObjectTypeDefinitionNode,
    ScalarTypeDefinitionNode,
    SchemaDefinitionNode,
    TypeDefinitionNode,
    UnionTypeDefinitionNode,
    build_ast_schema,
)

from gateway.federation.directives import EXECUTABLE_LOCATIONS
from gateway.federation.supergraph.links import Feature

_SPECIFIED = frozenset({"deprecated", "specifiedBy", "oneOf"})
NodeT = TypeVar("NodeT", bound=Node)


@dataclass(frozen=True, slots=True)
class _Filter:
    """What goes and what stays.

    Attributes:
        inaccessible: Local name of ``@inaccessible``.
        kept: Names of the directives that stay.
        hidden: Names of the types that are inaccessible.
    """

    inaccessible: str
    kept: frozenset[str]
    hidden: frozenset[str]

    def visible(self, nodes: Iterable[NodeT] | None) -> tuple[NodeT, ...]:
        return tuple(
            node
            for node in nodes or ()
            if not _has(getattr(node, "directives", ()), self.inaccessible)
        )

    def directives(
        self, nodes: Iterable[ConstDirectiveNode] | None
    ) -> tuple[ConstDirectiveNode, ...]:
        return tuple(node for node in nodes or () if node.name.value in self.kept)


def build_api_schema(document: DocumentNode, features: Iterable[Feature]) -> GraphQLSchema:
    """Builds the schema that clients see.

    Args:
        document: The supergraph.
        features: Its linked features.
    """
    features = tuple(feature for feature in features if feature.prefix)
    definitions = [node for node in document.definitions if not _is_machinery(node, features)]
    inaccessible = next((f.directive(f.name) for f in features if f.key == "inaccessible"), "")
    rules = _Filter(
        inaccessible=inaccessible,
        kept=_SPECIFIED
        | {n.name.value for n in definitions if isinstance(n, DirectiveDefinitionNode)},
        hidden=frozenset(
            node.name.value
            for node in definitions
            if isinstance(node, TypeDefinitionNode) and _has(node.directives, inaccessible)
        ),
    )
    visible = [
        _definition(node, rules)
        for node in definitions
        if not (isinstance(node, TypeDefinitionNode) and node.name.value in rules.hidden)
    ]
    return build_ast_schema(DocumentNode(definitions=tuple(visible)), assume_valid=True)


def _is_machinery(node: DefinitionNode, features: tuple[Feature, ...]) -> bool:
    if isinstance(node, DirectiveDefinitionNode):
        name = node.name.value
        # Directives that clients write stay, whatever feature they come from.
        if name in _SPECIFIED or any(
            place.value in EXECUTABLE_LOCATIONS for place in node.locations
        ):
            return False
        return any(f.owns(name, directive=True) for f in features)
    if isinstance(node, TypeDefinitionNode):
        return any(f.owns(node.name.value, directive=False) for f in features)
    return False


def _has(directives: Iterable[ConstDirectiveNode] | None, name: str) -> bool:
    return any(node.name.value == name for node in directives or ())


def _definition(node: DefinitionNode, rules: _Filter) -> DefinitionNode:
    match node:
        case SchemaDefinitionNode():
            return SchemaDefinitionNode(
                description=node.description,
                directives=(),
                operation_types=tuple(
                    t for t in node.operation_types if t.type.name.value not in rules.hidden
                ),
            )
        case ObjectTypeDefinitionNode() | InterfaceTypeDefinitionNode():
            return type(node)(
                description=node.description,
                name=node.name,
                interfaces=tuple(
                    i for i in node.interfaces or () if i.name.value not in rules.hidden
                ),
                directives=rules.directives(node.directives),
                fields=tuple(_field(f, rules) for f in rules.visible(node.fields)),
            )
        case UnionTypeDefinitionNode():
            return UnionTypeDefinitionNode(
                description=node.description,
                name=node.name,
                directives=rules.directives(node.directives),
                types=tuple(t for t in node.types or () if t.name.value not in rules.hidden),
            )
        case _:
            return _leaf_or_input(node, rules)


def _leaf_or_input(node: DefinitionNode, rules: _Filter) -> DefinitionNode:
    match node:
        case EnumTypeDefinitionNode():
            return EnumTypeDefinitionNode(
                description=node.description,
                name=node.name,
                directives=rules.directives(node.directives),
                values=tuple(
                    type(value)(
                        description=value.description,
                        name=value.name,
                        directives=rules.directives(value.directives),
                    )
                    for value in rules.visible(node.values)
                ),
            )
        case InputObjectTypeDefinitionNode():
            return InputObjectTypeDefinitionNode(
                description=node.description,
                name=node.name,
                directives=rules.directives(node.directives),
                fields=tuple(_input_value(f, rules) for f in rules.visible(node.fields)),
            )
        case ScalarTypeDefinitionNode():
            return ScalarTypeDefinitionNode(
                description=node.description,
                name=node.name,
                directives=rules.directives(node.directives),
            )
        case _:
            return node


def _field(node: FieldDefinitionNode, rules: _Filter) -> FieldDefinitionNode:
    return FieldDefinitionNode(
        description=node.description,
        name=node.name,
        directives=rules.directives(node.directives),
        arguments=tuple(_input_value(a, rules) for a in rules.visible(node.arguments)),
        type=node.type,
    )


def _input_value(node: InputValueDefinitionNode, rules: _Filter) -> InputValueDefinitionNode:
    return InputValueDefinitionNode(
        description=node.description,
        name=node.name,
        directives=rules.directives(node.directives),
        type=node.type,
        default_value=node.default_value,
    )
