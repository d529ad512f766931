"""The way back: from a supergraph to the subgraphs that it was composed of.

What composition does not keep is inferred: a field that several subgraphs resolve must have been
``@shareable``. Arguments and directives are those of the supergraph.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from graphql import (
    ConstDirectiveNode,
    DirectiveDefinitionNode,
    DocumentNode,
    EnumTypeDefinitionNode,
    FieldDefinitionNode,
    InputObjectTypeDefinitionNode,
    InputValueDefinitionNode,
    InterfaceTypeDefinitionNode,
    NameNode,
    ObjectTypeDefinitionNode,
    ScalarTypeDefinitionNode,
    TypeDefinitionNode,
    TypeNode,
    UnionTypeDefinitionNode,
    parse,
    parse_type,
    print_ast,
)

from gateway.federation.supergraph.links import Feature, read_features
from gateway.federation.supergraph.model import (
    ContextArgument,
    Key,
    Subgraph,
    SubgraphField,
    SubgraphType,
    Supergraph,
    TypeKind,
)

_FEDERATION = "https://specs.apollo.dev/federation/v2.7"
_LATER_FEDERATION = "https://specs.apollo.dev/federation/v2.11"
_IMPORTED = (
    "@key",
    "@requires",
    "@provides",
    "@external",
    "@shareable",
    "@override",
    "@interfaceObject",
    "@inaccessible",
    "@tag",
    "@authenticated",
    "@requiresScopes",
    "@policy",
)
_IMPORTED_LATER = ("@context", "@fromContext", "@cost", "@listSize")
_KEPT_FEATURES = frozenset(
    {"inaccessible", "tag", "authenticated", "requiresScopes", "policy", "cost"}
)


def extract_subgraphs(supergraph: Supergraph) -> dict[str, str]:
    """Returns the SDL of each subgraph by name, in the federation 2 form.

    Args:
        supergraph: The supergraph; its text is read again for descriptions and arguments.
    """
    document = parse(supergraph.sdl, no_location=True)
    features = read_features(document)
    return {
        name: _Extractor(supergraph, subgraph, document, features).sdl()
        for name, subgraph in supergraph.subgraphs.items()
    }


@dataclass(frozen=True, slots=True)
class _Extractor:
    supergraph: Supergraph
    subgraph: Subgraph
    document: DocumentNode
    features: tuple[Feature, ...]

    def sdl(self) -> str:
        later = any(feature.name in {"context", "cost"} for feature in self.features)
        names = _IMPORTED + _IMPORTED_LATER if later else _IMPORTED
        url = _LATER_FEDERATION if later else _FEDERATION
        imports = ", ".join(f'"{name}"' for name in names)
        head = f'extend schema @link(url: "{url}", import: [{imports}])'
        parts = [head, *self._directive_definitions()]
        for node in self.document.definitions:
            if isinstance(node, TypeDefinitionNode):
                type_ = self.subgraph.types.get(node.name.value)
                if type_ is not None and self._is_worth_printing(type_):
                    parts.append(print_ast(self._type(node, type_)))
        return "\n\n".join(parts) + "\n"

    def _is_worth_printing(self, type_: SubgraphType) -> bool:
        """Root types stand in every subgraph, with or without fields there."""
        composite = type_.kind in {TypeKind.OBJECT, TypeKind.INTERFACE, TypeKind.INPUT_OBJECT}
        return bool(type_.fields) or not composite

    def _directive_definitions(self) -> Iterator[str]:
        for node in self.document.definitions:
            if isinstance(node, DirectiveDefinitionNode) and not any(
                feature.owns(node.name.value, directive=True) for feature in self.features
            ):
                yield print_ast(node)

    def _type(self, node: TypeDefinitionNode, type_: SubgraphType) -> TypeDefinitionNode:
        directives = (*self._keys(type_), *self._kept(node.directives))
        match node:
            case ScalarTypeDefinitionNode():
                return ScalarTypeDefinitionNode(
                    description=node.description, name=node.name, directives=directives
                )
            case EnumTypeDefinitionNode():
                return EnumTypeDefinitionNode(
                    description=node.description,
                    name=node.name,
                    directives=directives,
                    values=tuple(
                        type(value)(
                            description=value.description,
                            name=value.name,
                            directives=self._kept(value.directives),
                        )
                        for value in node.values or ()
                        if value.name.value in type_.values
                    ),
                )
            case UnionTypeDefinitionNode():
                return UnionTypeDefinitionNode(
                    description=node.description,
                    name=node.name,
                    directives=directives,
                    types=tuple(t for t in node.types or () if t.name.value in type_.members),
                )
            case InputObjectTypeDefinitionNode():
                return InputObjectTypeDefinitionNode(
                    description=node.description,
                    name=node.name,
                    directives=directives,
                    fields=tuple(self._input_fields(node, type_)),
                )
            case _:
                return self._composite(node, type_, directives)

    def _composite(
        self,
        node: TypeDefinitionNode,
        type_: SubgraphType,
        directives: tuple[ConstDirectiveNode, ...],
    ) -> TypeDefinitionNode:
        assert isinstance(node, ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode)  # noqa: S101
        if type_.is_interface_object:
            directives = (*directives, _directive("interfaceObject"))
        contexts = sorted(
            name.removeprefix(f"{_word(self.subgraph.name)}__")
            for name, types in self.supergraph.contexts.items()
            if type_.name in types and name.startswith(f"{_word(self.subgraph.name)}__")
        )
        directives += tuple(_directive("context", name=name) for name in contexts)
        kind = (
            InterfaceTypeDefinitionNode
            if type_.kind is TypeKind.INTERFACE
            else ObjectTypeDefinitionNode
        )
        return kind(
            description=node.description,
            name=node.name,
            directives=directives,
            interfaces=tuple(i for i in node.interfaces or () if i.name.value in type_.interfaces),
            fields=tuple(self._fields(node, type_)),
        )

    def _fields(
        self, node: ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode, type_: SubgraphType
    ) -> Iterator[FieldDefinitionNode]:
        for child in node.fields or ():
            known = type_.fields.get(child.name.value)
            if known is not None:
                contexts = tuple(_context_argument(a) for a in known.context_arguments)
                yield FieldDefinitionNode(
                    description=child.description,
                    name=child.name,
                    arguments=tuple(self._input(a, None) for a in child.arguments or ())
                    + contexts,
                    type=_type_node(known, child.type),
                    directives=(
                        *self._federation(type_, known),
                        *self._kept(child.directives),
                    ),
                )

    def _input_fields(
        self, node: InputObjectTypeDefinitionNode, type_: SubgraphType
    ) -> Iterator[InputValueDefinitionNode]:
        for child in node.fields or ():
            known = type_.fields.get(child.name.value)
            if known is not None:
                yield self._input(child, known)

    def _input(
        self, node: InputValueDefinitionNode, known: SubgraphField | None
    ) -> InputValueDefinitionNode:
        return InputValueDefinitionNode(
            description=node.description,
            name=node.name,
            type=_type_node(known, node.type) if known else node.type,
            default_value=node.default_value,
            directives=self._kept(node.directives),
        )

    def _keys(self, type_: SubgraphType) -> tuple[ConstDirectiveNode, ...]:
        return tuple(_key(key) for key in type_.keys)

    def _federation(
        self, type_: SubgraphType, known: SubgraphField
    ) -> Iterator[ConstDirectiveNode]:
        if known.external:
            yield _directive("external")
        if known.requires_text is not None:
            yield _directive("requires", fields=known.requires_text)
        if known.provides_text is not None:
            yield _directive("provides", fields=known.provides_text)
        if known.overrides is not None:
            label = {"label": known.override_label} if known.override_label else {}
            yield _directive("override", **{"from": known.overrides}, **label)
        if self._is_shared(type_, known):
            yield _directive("shareable")

    def _is_shared(self, type_: SubgraphType, known: SubgraphField) -> bool:
        if known.external or type_.kind is not TypeKind.OBJECT:
            return False
        if any(known.name in _names(key) for key in type_.keys):
            return False
        others = (
            subgraph.types[type_.name].fields.get(known.name)
            for name, subgraph in self.supergraph.subgraphs.items()
            if name != self.subgraph.name and type_.name in subgraph.types
        )
        return any(other is not None for other in others)

    def _kept(self, nodes: Iterable[ConstDirectiveNode] | None) -> tuple[ConstDirectiveNode, ...]:
        """Returns the directives that belong to the schema, not to the join machinery."""
        kept: list[ConstDirectiveNode] = []
        for node in nodes or ():
            name = node.name.value
            owner = next((f for f in self.features if f.owns(name, directive=True)), None)
            if owner is None or owner.name in _KEPT_FEATURES:
                kept.append(node)
        return tuple(kept)


def _names(key: Key) -> set[str]:
    return {name for s in key.selections if (name := getattr(s, "name", None)) is not None}


def _key(key: Key) -> ConstDirectiveNode:
    node = _directive("key", fields=key.text)
    if key.resolvable:
        return node
    return _parsed(f"@key(fields: {_quoted(key.text)}, resolvable: false)")


def _directive(name: str, /, **arguments: str) -> ConstDirectiveNode:
    given = ", ".join(f"{key}: {_quoted(value)}" for key, value in arguments.items())
    return _parsed(f"@{name}({given})" if given else f"@{name}")


def _parsed(text: str) -> ConstDirectiveNode:
    definition = parse(f"scalar S {text}", no_location=True).definitions[0]
    assert isinstance(definition, ScalarTypeDefinitionNode)  # noqa: S101 - it is one
    assert definition.directives is not None  # noqa: S101 - it has one
    return definition.directives[0]


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")
    return f'"{escaped}"'


def _type_node(known: SubgraphField, node: TypeNode) -> TypeNode:
    if print_ast(node) == known.type_text:
        return node
    return parse_type(known.type_text, no_location=True)


def _context_argument(argument: ContextArgument) -> InputValueDefinitionNode:
    context = argument.context.split("__", 1)[-1]
    source = f"${context} {argument.selection_text}"
    return InputValueDefinitionNode(
        name=NameNode(value=argument.name),
        type=parse_type(argument.type_text, no_location=True),
        directives=(_directive("fromContext", field=source),),
    )


def _word(text: str) -> str:
    return "".join(c if c.isalnum() else "_" for c in text)
