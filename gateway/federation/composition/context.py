"""What all steps of merging look at: the subgraphs and the outline of the merged schema."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias, TypeVar

from gateway.federation.composition.findings import Findings
from gateway.federation.directives import BUILT_IN_DIRECTIVES, MERGED_FEATURES, specification
from gateway.federation.subgraph.facts import FieldFacts
from gateway.federation.subgraph.model import (
    Directive,
    DirectiveDefinition,
    Field,
    Subgraph,
    TypeDefinition,
    TypeKind,
    is_interface_object,
)

T = TypeVar("T")
U = TypeVar("U")

Sources: TypeAlias = Mapping[int, T | None]
"""What each subgraph, by its index, says of an element; ``None``: it knows the parent only."""


@dataclass(frozen=True, slots=True)
class Source:
    """A subgraph that is being merged.

    Attributes:
        subgraph: Its schema.
        facts: What follows from its federation directives.
        graph: Its value in ``join__Graph``.
        composed: Names of directives that it asks to compose by ``@composeDirective``.
    """

    subgraph: Subgraph
    facts: FieldFacts
    graph: str
    composed: frozenset[str] = frozenset()


@dataclass(slots=True)
class EnumUse:
    """Where an enum is used, by an example for each direction."""

    input: str = ""
    output: str = ""


@dataclass(frozen=True, slots=True)
class MergeContext:
    """The subgraphs, the merged schema's outline, and the findings so far.

    Attributes:
        sources: The subgraphs, sorted by name.
        findings: Where errors and hints are collected.
        kinds: Kind of every merged type; an interface object counts as an interface.
        interfaces: Names of the interfaces that each merged type implements.
        members: Members of each merged union.
        composed: Definitions of the directives composed by ``@composeDirective``.
        access_order: Directives that demand something of the caller, in the order of their links.
        enum_uses: Filled while fields and arguments are merged.
    """

    sources: tuple[Source, ...]
    findings: Findings
    kinds: Mapping[str, TypeKind]
    interfaces: Mapping[str, tuple[str, ...]]
    members: Mapping[str, tuple[str, ...]]
    composed: Mapping[str, DirectiveDefinition] = field(default_factory=dict)
    access_order: tuple[str, ...] = ()
    enum_uses: dict[str, EnumUse] = field(default_factory=dict)

    def name(self, index: int) -> str:
        """The name of a subgraph."""
        return self.sources[index].subgraph.name

    def names(self, indices: Iterable[int]) -> tuple[str, ...]:
        """The names of subgraphs."""
        return tuple(self.name(i) for i in indices)

    def definition(self, index: int, name: str) -> TypeDefinition | None:
        """A subgraph's type of that name."""
        return self.sources[index].subgraph.types.get(name)

    def definitions(self, name: str) -> dict[int, TypeDefinition]:
        """The subgraphs' types of that name, if of the merged kind."""
        found = {}
        for index in range(len(self.sources)):
            definition = self.definition(index, name)
            if definition is not None and merged_kind(definition) is self.kinds[name]:
                found[index] = definition
        return found

    def is_strict_subtype(self, parent: str, child: str) -> bool:
        """Whether a merged type is a member of a union or implements an interface."""
        return child in self.members.get(parent, ()) or parent in self.interfaces.get(child, ())

    def implementations(self, interface: str) -> tuple[str, ...]:
        """Merged object types that implement a merged interface."""
        return tuple(
            name
            for name, kind in self.kinds.items()
            if kind is TypeKind.OBJECT and interface in self.interfaces.get(name, ())
        )

    def is_merged_directive(self, index: int, directive: Directive) -> bool:
        """Whether applications of this directive are carried into the supergraph."""
        if directive.specified is not None:
            known = specification(directive.specified)
            return known is not None and known.feature in MERGED_FEATURES
        return (
            directive.name in BUILT_IN_DIRECTIVES or directive.name in self.sources[index].composed
        )

    def interface_object_fields(self, type_name: str, field_name: str, index: int) -> list[str]:
        """Coordinates by which a subgraph that lacks an object type abstracts a field of it.

        That is: it knows an interface of the type as ``@interfaceObject`` and gives it the field.
        """
        if self.kinds[type_name] is not TypeKind.OBJECT or self.definition(index, type_name):
            return []
        found = []
        for interface in self.interfaces.get(type_name, ()):
            definition = self.definition(index, interface)
            if (
                definition is not None
                and definition.kind is TypeKind.OBJECT
                and field_name in definition.fields
            ):
                found.append(f"{interface}.{field_name}")
        return found


def merged_kind(definition: TypeDefinition) -> TypeKind:
    """The kind that the type has in the supergraph."""
    return TypeKind.INTERFACE if is_interface_object(definition) else definition.kind


def mapped(sources: Sources[T], project: Callable[[T], U | None]) -> dict[int, U | None]:
    """The same sources, each looked at through ``project``."""
    return {i: None if s is None else project(s) for i, s in sources.items()}


def present(sources: Sources[T]) -> dict[int, T]:
    """Only the subgraphs that say something."""
    return {i: s for i, s in sources.items() if s is not None}


def field_sources(context: MergeContext, type_name: str) -> dict[str, dict[int, Field | None]]:
    """For each field of a merged type: what each subgraph concerned says of it.

    A subgraph is concerned if it knows the type, or stands for one of its interfaces.
    """
    definitions = context.definitions(type_name)
    concerned: dict[int, Field | None] = {}
    for index in range(len(context.sources)):
        interface_objects = (
            d
            for d in (context.definition(index, i) for i in context.interfaces.get(type_name, ()))
            if d is not None and is_interface_object(d)
        )
        if context.definition(index, type_name) or next(interface_objects, None):
            concerned[index] = None
    fields: dict[str, dict[int, Field | None]] = {}
    for index, definition in definitions.items():
        for name, declared in definition.fields.items():
            fields.setdefault(name, dict(concerned))[index] = declared
    return fields
