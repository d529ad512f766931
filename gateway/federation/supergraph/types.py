"""What each subgraph knows of one type, from its ``join`` directives."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from graphql import (
    ConstDirectiveNode,
    EnumTypeDefinitionNode,
    FieldDefinitionNode,
    InputObjectTypeDefinitionNode,
    InputValueDefinitionNode,
    InterfaceTypeDefinitionNode,
    ObjectTypeDefinitionNode,
    TypeDefinitionNode,
    UnionTypeDefinitionNode,
    print_ast,
)

from gateway.federation.selection import Field, SelectionSet
from gateway.federation.supergraph.errors import SupergraphError
from gateway.federation.supergraph.field_sets import parse_field_set
from gateway.federation.supergraph.join import (
    JoinField,
    JoinType,
    join_fields,
    join_types,
    named,
    text_of,
)
from gateway.federation.supergraph.model import (
    ContextArgument,
    Key,
    SubgraphField,
    SubgraphType,
    TypeKind,
)


@dataclass(frozen=True, slots=True)
class TypeReader:
    """Reads types of one supergraph.

    Attributes:
        prefix: Local prefix of the join feature.
        graphs: Subgraph names by ``join__Graph`` value.
        owners: The supergraph is of join v0.1, where types have owners.
        definitions: All type definitions by name.
    """

    prefix: str
    graphs: Mapping[str, str]
    owners: bool
    definitions: Mapping[str, TypeDefinitionNode]

    def read(self, node: TypeDefinitionNode) -> dict[str, SubgraphType]:
        """Returns the type as each subgraph knows it, by ``join__Graph`` value.

        Raises:
            SupergraphError: A join directive names an unknown graph or holds no FieldSet.
        """
        joins = join_types(node.directives, self.prefix)
        graphs = list(dict.fromkeys(join.graph for join in joins)) or list(self.graphs)
        for graph in graphs:
            if graph not in self.graphs:
                message = f"{node.name.value} names the graph {graph}, which does not exist."
                raise SupergraphError(message)
        fields = self._fields(node, graphs)
        found = {graph: self._type(node, graph, joins, fields[graph]) for graph in graphs}
        return {graph: _fake_externals(type_) for graph, type_ in found.items()}

    def plain_field(self, type_name: str, name: str) -> SubgraphField | None:
        """Returns a field as the supergraph declares it, whoever resolves it."""
        node = self.definitions.get(type_name)
        children = getattr(node, "fields", None) or ()
        child = next((c for c in children if c.name.value == name), None)
        return None if child is None else self._field(child, None, [], "")

    def _type(
        self,
        node: TypeDefinitionNode,
        graph: str,
        joins: list[JoinType],
        fields: dict[str, SubgraphField],
    ) -> SubgraphType:
        mine = [join for join in joins if join.graph == graph]
        interface_object = any(join.is_interface_object for join in mine)
        kind = TypeKind.OBJECT if interface_object else _kind(node)
        return SubgraphType(
            name=node.name.value,
            kind=kind,
            keys=tuple(
                Key(join.key, parse_field_set(join.key), join.resolvable)
                for join in mine
                if join.key is not None
            ),
            fields=fields,
            interfaces=self._interfaces(node, graph),
            members=self._members(node, graph),
            values=self._values(node, graph),
            is_interface_object=interface_object,
            extension=any(join.extension for join in mine),
        )

    def _interfaces(self, node: TypeDefinitionNode, graph: str) -> frozenset[str]:
        if not isinstance(node, ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode):
            return frozenset()
        joined = named(node.directives, f"{self.prefix}__implements")
        if joined:
            return frozenset(
                text_of(given.get("interface")) or ""
                for given in joined
                if text_of(given.get("graph")) == graph
            )
        return frozenset(interface.name.value for interface in node.interfaces or ())

    def _members(self, node: TypeDefinitionNode, graph: str) -> frozenset[str]:
        if not isinstance(node, UnionTypeDefinitionNode):
            return frozenset()
        joined = named(node.directives, f"{self.prefix}__unionMember")
        if joined:
            return frozenset(
                text_of(given.get("member")) or ""
                for given in joined
                if text_of(given.get("graph")) == graph
            )
        return frozenset(
            member.name.value
            for member in node.types or ()
            if self._knows(graph, member.name.value)
        )

    def _knows(self, graph: str, type_name: str) -> bool:
        node = self.definitions.get(type_name)
        joins = join_types(node.directives, self.prefix) if node else []
        return not joins or any(join.graph == graph for join in joins)

    def _values(self, node: TypeDefinitionNode, graph: str) -> frozenset[str]:
        if not isinstance(node, EnumTypeDefinitionNode):
            return frozenset()
        known: set[str] = set()
        for value in node.values or ():
            joined = named(value.directives, f"{self.prefix}__enumValue")
            if not joined or any(text_of(given.get("graph")) == graph for given in joined):
                known.add(value.name.value)
        return frozenset(known)

    def _fields(
        self, node: TypeDefinitionNode, graphs: list[str]
    ) -> dict[str, dict[str, SubgraphField]]:
        found: dict[str, dict[str, SubgraphField]] = {graph: {} for graph in graphs}
        if not isinstance(
            node,
            ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode | InputObjectTypeDefinitionNode,
        ):
            return found
        for child in node.fields or ():
            joined = join_fields(child.directives, self.prefix)
            for graph in self._graphs_of(node, joined, graphs):
                mine = next((join for join in joined if join.graph == graph), None)
                if graph in found:
                    found[graph][child.name.value] = self._field(child, mine, joined, graph)
        if self.owners:
            self._add_key_fields(node, found)
        implicit = {
            child.name.value
            for child in node.fields or ()
            if not join_fields(child.directives, self.prefix)
        }
        return {graph: _required_externals(fields, implicit) for graph, fields in found.items()}

    def _graphs_of(
        self, node: TypeDefinitionNode, joined: list[JoinField], graphs: list[str]
    ) -> list[str]:
        if joined:
            return [join.graph for join in joined if join.graph is not None]
        owner = self._owner(node.directives)
        return [owner] if owner else graphs

    def _owner(self, directives: tuple[ConstDirectiveNode, ...] | None) -> str | None:
        if not self.owners:
            return None
        given = next(iter(named(directives, f"{self.prefix}__owner")), {})
        return text_of(given.get("graph"))

    def _add_key_fields(
        self, node: TypeDefinitionNode, found: dict[str, dict[str, SubgraphField]]
    ) -> None:
        """Join v0.1 lists key fields at their owner only; every subgraph with the key has them."""
        assert isinstance(  # noqa: S101 - the caller has checked it; tells the type checker
            node,
            ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode | InputObjectTypeDefinitionNode,
        )
        children = {child.name.value: child for child in node.fields or ()}
        for join in join_types(node.directives, self.prefix):
            for name in _names(parse_field_set(join.key or "__typename")):
                if name in children and name not in found[join.graph]:
                    found[join.graph][name] = self._field(children[name], None, [], join.graph)

    def _field(
        self,
        node: FieldDefinitionNode | InputValueDefinitionNode,
        mine: JoinField | None,
        joined: list[JoinField],
        graph: str,
    ) -> SubgraphField:
        type_text = (mine.type_text if mine else None) or print_ast(node.type)
        name = node.name.value
        base = SubgraphField(name, type_text.strip("[]! "), type_text)
        if mine is None:
            return base
        labels = frozenset(
            join.override_label
            for join in joined
            if join.override_label and join.override in {self.graphs[graph], graph}
        )
        taker = mine.override is not None
        if mine.override_label is not None and not taker:
            labels |= {mine.override_label}
        return replace(
            base,
            external=mine.external,
            requires=parse_field_set(mine.requires) if mine.requires else (),
            provides=parse_field_set(mine.provides) if mine.provides else (),
            requires_text=mine.requires,
            provides_text=mine.provides,
            overrides=mine.override,
            override_label=mine.override_label if taker else None,
            overridden_labels=labels,
            overridden=mine.used_overridden and not labels,
            context_arguments=_context_arguments(mine),
        )


def _context_arguments(joined: JoinField) -> tuple[ContextArgument, ...]:
    return tuple(
        ContextArgument(
            context=context.context,
            name=context.name,
            type_text=context.type_text,
            selections=parse_field_set(context.selection),
            selection_text=context.selection,
        )
        for context in joined.context_arguments
    )


def _names(selections: SelectionSet) -> list[str]:
    return [selection.name for selection in selections if isinstance(selection, Field)]


def _required_externals(
    fields: dict[str, SubgraphField], implicit: set[str]
) -> dict[str, SubgraphField]:
    """Makes external what ``@requires`` names, even where no join directive says so.

    Some composers leave out the join directives of fields that stand in every subgraph.
    """
    required = {name for field in fields.values() for name in _names(field.requires)} & implicit
    return {
        name: replace(field, external=True) if name in required else field
        for name, field in fields.items()
    }


def _fake_externals(type_: SubgraphType) -> SubgraphType:
    """Key fields of a type extension are external in name only: the subgraph has their values."""
    if not type_.extension:
        return type_
    names = {name for key in type_.keys for name in _names(key.selections)}
    fields = {
        name: replace(field, external=False) if field.external and name in names else field
        for name, field in type_.fields.items()
    }
    return replace(type_, fields=fields)


def _kind(node: TypeDefinitionNode) -> TypeKind:
    match node:
        case ObjectTypeDefinitionNode():
            return TypeKind.OBJECT
        case InterfaceTypeDefinitionNode():
            return TypeKind.INTERFACE
        case UnionTypeDefinitionNode():
            return TypeKind.UNION
        case EnumTypeDefinitionNode():
            return TypeKind.ENUM
        case InputObjectTypeDefinitionNode():
            return TypeKind.INPUT_OBJECT
        case _:
            return TypeKind.SCALAR
