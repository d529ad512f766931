"""From the AST of a schema document to types, extensions merged in.

Source: GraphQL specification (October 2021), section 3 "Type System".
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeAlias

from graphql import (
    ConstDirectiveNode,
    DirectiveDefinitionNode,
    DocumentNode,
    EnumTypeDefinitionNode,
    EnumTypeExtensionNode,
    EnumValueDefinitionNode,
    FieldDefinitionNode,
    InputObjectTypeDefinitionNode,
    InputObjectTypeExtensionNode,
    InputValueDefinitionNode,
    InterfaceTypeDefinitionNode,
    InterfaceTypeExtensionNode,
    ObjectTypeDefinitionNode,
    ObjectTypeExtensionNode,
    ScalarTypeDefinitionNode,
    ScalarTypeExtensionNode,
    StringValueNode,
    TypeDefinitionNode,
    TypeExtensionNode,
    UnionTypeDefinitionNode,
    UnionTypeExtensionNode,
)

from gateway.federation.directives import (
    FEDERATION_IDENTITY,
    MERGED_FEATURES,
    SPECIFICATIONS,
    UPGRADED_DIRECTIVES,
    directives_of,
)
from gateway.federation.links import Link, linked_directive
from gateway.federation.subgraph.model import (
    Argument,
    Directive,
    DirectiveDefinition,
    Directives,
    EnumValue,
    Field,
    TypeDefinition,
    TypeKind,
)
from gateway.federation.subgraph.type_reference import from_node

TypeNodeLike: TypeAlias = TypeDefinitionNode | TypeExtensionNode

_KINDS: tuple[tuple[type[TypeDefinitionNode], type[TypeExtensionNode], TypeKind], ...] = (
    (ObjectTypeDefinitionNode, ObjectTypeExtensionNode, TypeKind.OBJECT),
    (InterfaceTypeDefinitionNode, InterfaceTypeExtensionNode, TypeKind.INTERFACE),
    (UnionTypeDefinitionNode, UnionTypeExtensionNode, TypeKind.UNION),
    (EnumTypeDefinitionNode, EnumTypeExtensionNode, TypeKind.ENUM),
    (ScalarTypeDefinitionNode, ScalarTypeExtensionNode, TypeKind.SCALAR),
    (InputObjectTypeDefinitionNode, InputObjectTypeExtensionNode, TypeKind.INPUT),
)


def kind_of(node: TypeNodeLike) -> TypeKind:
    """The kind of type that a definition or extension declares."""
    return next(k for d, e, k in _KINDS if isinstance(node, (d, e)))


class DefinitionReader:
    """Reads definitions of one schema, whose links say what a directive's name stands for.

    Args:
        links: The schema's links; empty for federation 1.
    """

    def __init__(self, links: Sequence[Link]) -> None:
        self._links = tuple(links)
        federation = next((x for x in links if x.identity == FEDERATION_IDENTITY), None)
        self._federation_2 = federation is not None
        self._known = (
            frozenset(d.name for d in directives_of(federation.version))
            if federation is not None
            else UPGRADED_DIRECTIVES
        )

    def types(self, document: DocumentNode) -> dict[str, TypeDefinition]:
        """All named types of the document, in order of first appearance."""
        types: dict[str, TypeDefinition] = {}
        extensions = 0
        for node in document.definitions:
            if isinstance(node, TypeExtensionNode):
                extensions += 1
                added = self._type(node, extensions)
            elif isinstance(node, TypeDefinitionNode):
                added = self._type(node, None)
            else:
                continue
            known = types.get(added.name)
            types[added.name] = added if known is None else _joined(known, added)
        return types

    def directive_definitions(self, document: DocumentNode) -> dict[str, DirectiveDefinition]:
        """All directive definitions of the document."""
        return {
            node.name.value: DirectiveDefinition(
                node.name.value,
                {a.name.value: self._argument(a) for a in node.arguments or ()},
                tuple(x.value for x in node.locations),
                node.repeatable,
                _text(node.description),
            )
            for node in document.definitions
            if isinstance(node, DirectiveDefinitionNode)
        }

    def directives(
        self, nodes: Iterable[ConstDirectiveNode] | None, extension: int | None = None
    ) -> Directives:
        """Applied directives."""
        return tuple(
            Directive(
                node.name.value,
                {a.name.value: a.value for a in node.arguments or ()},
                self._specified(node.name.value),
                extension,
            )
            for node in nodes or ()
        )

    def _specified(self, name: str) -> str | None:
        if not self._federation_2:
            return name if name in self._known else None
        element = linked_directive(self._links, name)
        if element is None:
            return None
        if element.link.identity == FEDERATION_IDENTITY:
            return element.name if element.name in self._known else None
        feature = element.link.identity.removeprefix(f"{SPECIFICATIONS}/")
        return element.name if feature in MERGED_FEATURES else None

    def _type(self, node: TypeNodeLike, extension: int | None) -> TypeDefinition:
        kind = kind_of(node)
        fields: Mapping[str, Field] = {}
        if kind in {TypeKind.OBJECT, TypeKind.INTERFACE}:
            fields = {f.name.value: self._field(f, extension) for f in _list(node, "fields")}
        elif kind is TypeKind.INPUT:
            fields = {f.name.value: self._input_field(f, extension) for f in _list(node, "fields")}
        return TypeDefinition(
            kind,
            node.name.value,
            _text(getattr(node, "description", None)),
            self.directives(node.directives, extension),
            tuple(i.name.value for i in _list(node, "interfaces")),
            fields,
            tuple(m.name.value for m in _list(node, "types")),
            {v.name.value: self._enum_value(v) for v in _list(node, "values")},
            has_definition=extension is None,
            has_extension=extension is not None,
        )

    def _field(self, node: FieldDefinitionNode, extension: int | None) -> Field:
        return Field(
            node.name.value,
            from_node(node.type),
            {a.name.value: self._argument(a) for a in node.arguments or ()},
            None,
            _text(node.description),
            self.directives(node.directives, extension),
            extension,
        )

    def _input_field(self, node: InputValueDefinitionNode, extension: int | None) -> Field:
        return Field(
            node.name.value,
            from_node(node.type),
            {},
            node.default_value,
            _text(node.description),
            self.directives(node.directives, extension),
            extension,
        )

    def _argument(self, node: InputValueDefinitionNode) -> Argument:
        return Argument(
            node.name.value,
            from_node(node.type),
            node.default_value,
            _text(node.description),
            self.directives(node.directives),
        )

    def _enum_value(self, node: EnumValueDefinitionNode) -> EnumValue:
        return EnumValue(
            node.name.value, _text(node.description), self.directives(node.directives)
        )


def _list(node: TypeNodeLike, attribute: str) -> tuple[Any, ...]:
    return tuple(getattr(node, attribute, None) or ())


def _text(node: StringValueNode | None) -> str | None:
    return None if node is None else node.value


def _joined(known: TypeDefinition, added: TypeDefinition) -> TypeDefinition:
    """One type of two declarations; the order of fields is the definition's, then extensions'."""
    first, second = (known, added) if known.has_definition else (added, known)
    if not added.has_definition:
        first, second = known, added
    return replace(
        first,
        description=first.description if first.description is not None else second.description,
        directives=first.directives + second.directives,
        interfaces=tuple(dict.fromkeys(first.interfaces + second.interfaces)),
        fields={**second.fields, **first.fields}
        if not first.fields
        else {**first.fields, **{k: v for k, v in second.fields.items() if k not in first.fields}},
        members=tuple(dict.fromkeys(first.members + second.members)),
        values={**first.values, **second.values},
        has_definition=known.has_definition or added.has_definition,
        has_extension=known.has_extension or added.has_extension,
    )
