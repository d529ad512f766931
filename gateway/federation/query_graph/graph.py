"""The query graph of a supergraph.

Nodes are types in subgraphs; edges are fields, key moves, downcasts to concrete types, moves into
interface objects and re-entry of the query type. Edges are not materialized: the graph answers
what a node can resolve and which moves lead into a type, and keeps those answers.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from graphql import GraphQLInterfaceType, GraphQLObjectType, GraphQLSchema

from gateway.federation.normalization.normalizing import Normalizer
from gateway.federation.selection import Argument, Field, SelectionSet
from gateway.federation.supergraph.model import (
    Key,
    SubgraphField,
    SubgraphType,
    Supergraph,
    TypeKind,
)

_STATIC_FIELDS = 100_000
"""Cap on the fields of one normalized FieldSet; they come from the supergraph, not from
clients."""


_RELABELLED = 64
"""Combinations of override labels that are kept."""


Target: TypeAlias = tuple[str, str]
"""What a move enters: a subgraph, and the name of the type there."""


@dataclass(frozen=True, slots=True, eq=False)
class Move:
    """An edge by which the object of a type is entered in a subgraph.

    Attributes:
        subgraph: The subgraph entered.
        target: Name of the type entered there: the type itself, or an interface object for it.
        key: The key to send, ``None`` for re-entry of the query type.
        selections: The key's fields, normalized for the type that moves.
    """

    subgraph: str
    target: str
    key: Key | None
    selections: SelectionSet


@dataclass(slots=True, eq=False)
class QueryGraph:
    """Answers of one supergraph under one set of override labels.

    Attributes:
        supergraph: The supergraph.
        labels: Override labels that are on.
        order: Position of each subgraph, for masks and for ties.
        all_labels: Override labels that the supergraph has.
    """

    supergraph: Supergraph
    labels: frozenset[str]
    order: Mapping[str, int]
    all_labels: frozenset[str]
    _moves: dict[str, tuple[Move, ...]] = field(default_factory=dict)
    _possible: dict[tuple[str, str], frozenset[str]] = field(default_factory=dict)
    _resolvable: dict[tuple[str, str, str], SubgraphField | None] = field(default_factory=dict)
    _normalized: dict[tuple[int, str], SelectionSet] = field(default_factory=dict)
    _known_targets: dict[str, tuple[tuple[Target, SubgraphType], ...]] = field(
        default_factory=dict
    )
    _homes: dict[tuple[str, str], Mapping[Target, SubgraphField]] = field(default_factory=dict)
    _relabelled: dict[frozenset[str], "QueryGraph"] = field(default_factory=dict)

    @property
    def schema(self) -> GraphQLSchema:
        """The supergraph's schema, inaccessible elements included."""
        return self.supergraph.schema

    def under(self, labels: frozenset[str]) -> "QueryGraph":
        """Returns the graph with other override labels on."""
        known = labels & self.all_labels
        if known == self.labels:
            return self
        if known not in self._relabelled:
            if len(self._relabelled) >= _RELABELLED:
                self._relabelled.clear()
            graph = QueryGraph(self.supergraph, known, self.order, self.all_labels)
            self._relabelled[known] = graph
        return self._relabelled[known]

    def type(self, subgraph: str, name: str) -> SubgraphType | None:
        """Returns the type as the subgraph knows it, or ``None``."""
        return self.supergraph.subgraphs[subgraph].types.get(name)

    def field(self, subgraph: str, type_name: str, name: str) -> SubgraphField | None:
        """Returns the field as the subgraph knows it, resolvable or not."""
        type_ = self.type(subgraph, type_name)
        return type_.fields.get(name) if type_ else None

    def possible(self, subgraph: str, type_name: str) -> frozenset[str]:
        """Returns the concrete types that a value of the type may have in the subgraph.

        For an interface object these are all implementers that the supergraph knows.
        """
        key = (subgraph, type_name)
        if key not in self._possible:
            self._possible[key] = self._find_possible(subgraph, type_name)
        return self._possible[key]

    def _find_possible(self, subgraph: str, type_name: str) -> frozenset[str]:
        types = self.supergraph.subgraphs[subgraph].types
        type_ = types[type_name]
        if type_.is_interface_object:
            return self.supergraph.possible_types.get(type_name, frozenset())
        if type_.kind is TypeKind.UNION:
            return type_.members
        if type_.kind is TypeKind.INTERFACE:
            return frozenset(
                t.name
                for t in types.values()
                if t.kind is TypeKind.OBJECT
                and type_name in t.interfaces
                and not t.is_interface_object
            )
        return frozenset({type_name})

    def resolvable(self, subgraph: str, type_name: str, name: str) -> SubgraphField | None:
        """Returns the field if the subgraph resolves it for an object that stands there.

        What needs ``@requires`` is resolvable in this sense; the caller looks at it. A field of an
        interface is resolvable if it is so for each implementer of the subgraph.
        """
        key = (subgraph, type_name, name)
        if key not in self._resolvable:
            self._resolvable[key] = self._find_resolvable(subgraph, type_name, name)
        return self._resolvable[key]

    def _find_resolvable(self, subgraph: str, type_name: str, name: str) -> SubgraphField | None:
        found = self.field(subgraph, type_name, name)
        if found is None or found.external or found.overridden:
            return None
        if found.override_label is not None and found.override_label not in self.labels:
            return None
        if found.overridden_labels & self.labels:
            return None
        type_ = self.type(subgraph, type_name)
        if type_ is not None and type_.kind is TypeKind.INTERFACE:
            for implementer in self.possible(subgraph, type_name):
                own = self.resolvable(subgraph, implementer, name)
                if own is None or own.requires or own.context_arguments:
                    return None
        return found

    def homes(self, type_name: str, name: str) -> Mapping[Target, SubgraphField]:
        """Returns where a field is resolved for objects that were moved, in the order of moves."""
        key = (type_name, name)
        if key not in self._homes:
            found: dict[Target, SubgraphField] = {}
            for target, type_ in self._targets(type_name):
                known = self.resolvable(*target, name) if name in type_.fields else None
                if known is not None:
                    found[target] = known
            self._homes[key] = found
        return self._homes[key]

    def takes(self, type_name: str, name: str, arguments: Sequence[Argument]) -> bool:
        """Tells whether a field of an interface takes all arguments that it is asked with.

        The same field of an implementer may take more of them.
        """
        type_ = self.schema.type_map.get(type_name)
        if not arguments or not isinstance(type_, GraphQLInterfaceType):
            return True
        definition = type_.fields.get(name)
        return definition is None or all(a.name in definition.args for a in arguments)

    def _targets(self, type_name: str) -> tuple[tuple[Target, SubgraphType], ...]:
        """Returns what objects of a type may move to: the type itself, or interface objects."""
        if type_name not in self._known_targets:
            type_ = self.schema.type_map.get(type_name)
            names = [type_name]
            if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType):
                names += [interface.name for interface in type_.interfaces]
            found = (((s, name), self.type(s, name)) for s in self.order for name in names)
            self._known_targets[type_name] = tuple(
                (target, known)
                for target, known in found
                if known is not None and (target[1] == type_name or known.is_interface_object)
            )
        return self._known_targets[type_name]

    def moves(self, type_name: str) -> tuple[Move, ...]:
        """Returns all moves into the type ``type_name``, in the order of the subgraphs."""
        if type_name not in self._moves:
            self._moves[type_name] = tuple(self._find_moves(type_name))
        return self._moves[type_name]

    def _find_moves(self, type_name: str) -> Iterator[Move]:
        query = self.schema.query_type
        is_query = query is not None and query.name == type_name
        for (subgraph, target), type_ in self._targets(type_name):
            if is_query and target == type_name:
                yield Move(subgraph, type_name, None, ())
            for key in type_.keys:
                if key.resolvable:
                    selections = self.normalized(key.selections, type_name)
                    yield Move(subgraph, target, key, selections)

    def normalized(self, selections: SelectionSet, type_name: str) -> SelectionSet:
        """Returns a FieldSet normalized for a type; the same object every time."""
        key = (id(selections), type_name)
        if key not in self._normalized:
            normalizer = Normalizer(self.schema, _STATIC_FIELDS)
            self._normalized[key] = normalizer.selections(type_name, selections)
        return self._normalized[key]

    def possible_in_supergraph(self, type_name: str) -> frozenset[str]:
        """Returns the concrete types of a composite type in the whole supergraph."""
        return self.supergraph.possible_types.get(type_name, frozenset())


def build_query_graph(supergraph: Supergraph) -> QueryGraph:
    """Builds the query graph of a supergraph, with no override label on."""
    order = {name: index for index, name in enumerate(supergraph.subgraphs)}
    return QueryGraph(supergraph, frozenset(), order, override_labels(supergraph))


def override_labels(supergraph: Supergraph) -> frozenset[str]:
    """Labels of all progressive overrides of a supergraph."""
    return frozenset(label for field in _fields(supergraph) for label in _labels(field))


def labelled_fields(supergraph: Supergraph) -> frozenset[str]:
    """Names of the fields whose override, in any type, is under a label."""
    return frozenset(field.name for field in _fields(supergraph) if _labels(field))


def _fields(supergraph: Supergraph) -> Iterator[SubgraphField]:
    for subgraph in supergraph.subgraphs.values():
        for type_ in subgraph.types.values():
            yield from type_.fields.values()


def _labels(field: SubgraphField) -> frozenset[str]:
    own = frozenset() if field.override_label is None else frozenset({field.override_label})
    return own | field.overridden_labels


def provided_below(
    graph: QueryGraph, provided: SelectionSet, type_name: str, name: str
) -> SelectionSet | None:
    """Returns what ``@provides`` grants below the field ``name`` of a concrete type.

    ``None`` means that the field itself is not provided.
    """
    below: SelectionSet = ()
    found = False
    for selection in provided:
        if isinstance(selection, Field):
            if selection.name == name:
                found = True
                below += selection.selections
            continue
        condition = selection.type_condition
        if condition is None or type_name in graph.possible_in_supergraph(condition):
            inner = provided_below(graph, selection.selections, type_name, name)
            if inner is not None:
                found = True
                below += inner
    return below if found else None
