"""A subgraph's schema, and in the same words a supergraph's, as frozen values.

Extensions are merged into their types; what stood in an extension remembers which one
(``extension``), because federation 2 gives ``@shareable`` and ``@key`` a meaning per declaration.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from dataclasses import field as attribute
from enum import StrEnum
from typing import TypeAlias

from graphql import ConstValueNode, OperationType

from gateway.federation.directives import FEDERATION_2_0, Version
from gateway.federation.links import Link
from gateway.federation.subgraph.type_reference import TypeReference
from gateway.federation.subgraph.values import string_value


class TypeKind(StrEnum):
    """Kind of a named type."""

    OBJECT = "object"
    INTERFACE = "interface"
    UNION = "union"
    ENUM = "enum"
    SCALAR = "scalar"
    INPUT = "input object"


@dataclass(frozen=True, slots=True)
class Directive:
    """An applied directive.

    Attributes:
        name: The name as written in its schema, without ``@``.
        arguments: Values in the order written.
        specified: Name in the federation specifications (``key`` even if imported as
            ``primaryKey``), or ``None`` for all others.
        extension: Number of the type extension it stands in; ``None`` in the definition.
    """

    name: str
    arguments: Mapping[str, ConstValueNode] = attribute(default_factory=dict)
    specified: str | None = None
    extension: int | None = None

    def text(self, argument: str) -> str | None:
        """A string argument's value, or ``None``."""
        return string_value(self.arguments.get(argument))


Directives: TypeAlias = tuple[Directive, ...]


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument of a field or directive."""

    name: str
    type: TypeReference
    default: ConstValueNode | None = None
    description: str | None = None
    directives: Directives = ()

    @property
    def is_required(self) -> bool:
        """Whether a value must be given."""
        return self.type.is_non_null and self.default is None


@dataclass(frozen=True, slots=True)
class Field:
    """A field of an object, interface or input type (``default`` for the last only)."""

    name: str
    type: TypeReference
    arguments: Mapping[str, Argument] = attribute(default_factory=dict)
    default: ConstValueNode | None = None
    description: str | None = None
    directives: Directives = ()
    extension: int | None = None

    @property
    def is_required(self) -> bool:
        """Whether an input field must be given."""
        return self.type.is_non_null and self.default is None


@dataclass(frozen=True, slots=True)
class EnumValue:
    """A value of an enum."""

    name: str
    description: str | None = None
    directives: Directives = ()


@dataclass(frozen=True, slots=True)
class TypeDefinition:
    """A named type with its extensions merged in.

    Attributes:
        has_definition: Whether anything but extensions declares it.
        has_extension: Whether an extension declares part of it.
    """

    kind: TypeKind
    name: str
    description: str | None = None
    directives: Directives = ()
    interfaces: tuple[str, ...] = ()
    fields: Mapping[str, Field] = attribute(default_factory=dict)
    members: tuple[str, ...] = ()
    values: Mapping[str, EnumValue] = attribute(default_factory=dict)
    has_definition: bool = True
    has_extension: bool = False

    @property
    def is_composite(self) -> bool:
        """Whether selections can be made on it."""
        return self.kind in {TypeKind.OBJECT, TypeKind.INTERFACE, TypeKind.UNION}


@dataclass(frozen=True, slots=True)
class DirectiveDefinition:
    """A directive definition."""

    name: str
    arguments: Mapping[str, Argument]
    locations: tuple[str, ...]
    repeatable: bool = False
    description: str | None = None


@dataclass(frozen=True, slots=True)
class Subgraph:
    """One subgraph, read.

    Attributes:
        name: Its name.
        url: Its routing URL.
        types: Its types by name, federation's own and built-in ones left out.
        directive_definitions: Every directive definition that it writes itself, by name.
        roots: The names of its root types, after renaming to the default names.
        links: Its ``@link`` features.
        version: The federation version it links (2.4 after an upgrade from federation 1).
        is_federation_1: Whether it has no federation ``@link``.
        schema_directives: Directives on its schema definition.
        schema_description: Description of its schema definition.
    """

    name: str
    url: str
    types: Mapping[str, TypeDefinition]
    directive_definitions: Mapping[str, DirectiveDefinition]
    roots: Mapping[OperationType, str]
    links: tuple[Link, ...] = ()
    version: Version = FEDERATION_2_0
    is_federation_1: bool = False
    schema_directives: Directives = ()
    schema_description: str | None = None

    def composite_types(self) -> Iterator[TypeDefinition]:
        """Objects and interfaces, in the order of the document."""
        for definition in self.types.values():
            if definition.kind in {TypeKind.OBJECT, TypeKind.INTERFACE}:
                yield definition

    def implementations(self, interface: str) -> tuple[TypeDefinition, ...]:
        """Object types that implement the interface, in the order of the document."""
        return tuple(
            t
            for t in self.types.values()
            if t.kind is TypeKind.OBJECT and interface in t.interfaces
        )

    def runtime_types(self, name: str) -> tuple[str, ...]:
        """Names of the object types that a value of this composite type can have."""
        definition = self.types.get(name)
        if definition is None:
            return ()
        if definition.kind is TypeKind.UNION:
            return definition.members
        if definition.kind is TypeKind.INTERFACE:
            return tuple(t.name for t in self.implementations(name))
        return (name,)


Element: TypeAlias = TypeDefinition | Field | Argument | EnumValue


def specified(directives: Directives, name: str) -> Directives:
    """The applications of a specified directive, whatever the schema calls it."""
    return tuple(d for d in directives if d.specified == name)


def has_specified(directives: Directives, name: str) -> bool:
    """Whether a specified directive is applied."""
    return any(d.specified == name for d in directives)


def is_interface_object(definition: TypeDefinition) -> bool:
    """Whether the type stands for an interface of other subgraphs."""
    return definition.kind is TypeKind.OBJECT and has_specified(
        definition.directives, "interfaceObject"
    )


def is_entity(definition: TypeDefinition) -> bool:
    """Whether the type has a key in its subgraph."""
    return has_specified(definition.directives, "key")


def is_resolvable(key: Directive) -> bool:
    """Whether the subgraph answers entity fetches by this key."""
    node = key.arguments.get("resolvable")
    return getattr(node, "value", True) is not False


def applied_directives(subgraph: Subgraph) -> Iterator[Directive]:
    """Every application of a directive in the subgraph, in the order of the document."""
    yield from subgraph.schema_directives
    for definition in subgraph.types.values():
        yield from definition.directives
        for field in definition.fields.values():
            yield from field.directives
            for argument in field.arguments.values():
                yield from argument.directives
        for value in definition.values.values():
            yield from value.directives
    for directive in subgraph.directive_definitions.values():
        for argument in directive.arguments.values():
            yield from argument.directives
