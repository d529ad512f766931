"""The supergraph as values: subgraphs, what each of them knows, and the schemas clients see.

Source: join specification (https://specs.apollo.dev/join/v0.5).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from graphql import GraphQLSchema

from gateway.federation.selection import SelectionSet


class TypeKind(StrEnum):
    """Kind of a type in a subgraph."""

    OBJECT = "object"
    INTERFACE = "interface"
    UNION = "union"
    ENUM = "enum"
    INPUT_OBJECT = "input object"
    SCALAR = "scalar"


@dataclass(frozen=True, slots=True)
class Key:
    """One ``@key`` of a type in a subgraph.

    Attributes:
        text: The FieldSet as it is written.
        selections: The FieldSet, parsed.
        resolvable: Whether the subgraph resolves entities by this key.
    """

    text: str
    selections: SelectionSet
    resolvable: bool = True


@dataclass(frozen=True, slots=True)
class ContextArgument:
    """An argument that the gateway fills from an ancestor (``@fromContext``).

    Attributes:
        context: Name of the context, as the supergraph qualifies it.
        name: Name of the argument in the subgraph.
        type_text: Its type as GraphQL text.
        selections: What is selected on the type that sets the context.
        selection_text: The same as written.
    """

    context: str
    name: str
    type_text: str
    selections: SelectionSet
    selection_text: str


@dataclass(frozen=True, slots=True)
class SubgraphField:
    """A field of an object, interface or input type as one subgraph knows it.

    Attributes:
        name: The field's name.
        type_name: Its named type.
        type_text: Its type in this subgraph as GraphQL text, with lists and non-null.
        external: The subgraph names the field but does not resolve it.
        requires: What must be sent along for the subgraph to resolve it; empty if nothing.
        provides: What the subgraph resolves below this field although it is external there.
        requires_text: The ``@requires`` FieldSet as written, or ``None``.
        provides_text: The ``@provides`` FieldSet as written, or ``None``.
        overrides: Name of the subgraph from which this field is taken over, or ``None``.
        override_label: Label that switches the override on, or ``None`` (always on).
        overridden_labels: Labels that, when on, take the field from this subgraph.
        overridden: The field is taken from this subgraph, whatever the labels.
        context_arguments: Arguments that the gateway fills.
    """

    name: str
    type_name: str
    type_text: str
    external: bool = False
    requires: SelectionSet = ()
    provides: SelectionSet = ()
    requires_text: str | None = None
    provides_text: str | None = None
    overrides: str | None = None
    override_label: str | None = None
    overridden_labels: frozenset[str] = frozenset()
    overridden: bool = False
    context_arguments: tuple[ContextArgument, ...] = ()


@dataclass(frozen=True, slots=True)
class SubgraphType:
    """A type as one subgraph knows it.

    Attributes:
        name: The type's name.
        kind: Its kind in this subgraph.
        keys: Its keys, in the order of the supergraph.
        fields: Its fields by name (objects, interfaces, input objects).
        interfaces: Names of the interfaces that it implements here.
        members: Names of the members (unions).
        values: Names of the values (enums).
        is_interface_object: The subgraph sees an interface as an object (``@interfaceObject``).
        extension: The subgraph only extends the type.
    """

    name: str
    kind: TypeKind
    keys: tuple[Key, ...] = ()
    fields: Mapping[str, SubgraphField] = field(default_factory=dict)
    interfaces: frozenset[str] = frozenset()
    members: frozenset[str] = frozenset()
    values: frozenset[str] = frozenset()
    is_interface_object: bool = False
    extension: bool = False


@dataclass(frozen=True, slots=True)
class Subgraph:
    """One subgraph.

    Attributes:
        name: Its name, as plans and errors show it.
        graph: Its value in the ``join__Graph`` enum.
        url: Where it is reached; may be empty.
        types: What it knows, by type name.
    """

    name: str
    graph: str
    url: str
    types: Mapping[str, SubgraphType]


@dataclass(frozen=True, slots=True)
class Supergraph:
    """A whole supergraph.

    Attributes:
        sdl: The text that was read.
        subgraphs: All subgraphs by name, in the order of ``join__Graph``.
        schema: The supergraph's schema with all its directives (authorization reads them).
        api_schema: What clients see: without inaccessible elements and without machinery.
        features: Local name of each directive that came by ``@link``, by ``(feature, name)``:
            ``("authenticated", "authenticated") -> "authenticated"``. Features that are none of
            federation's go by their identity, the URL without its version.
        contexts: Names of the types that set a context, by the context's qualified name.
        possible_types: Concrete object types by the name of every composite type, with the
            inaccessible ones.
        demands: URLs of linked features, none of federation's, that must be understood by
            whoever serves the supergraph (``for: SECURITY`` or ``EXECUTION``).
        unlinked: Local names of applied directives that would protect data, and pass for nothing
            because no link of their specification gives them these names; by each its name there.
    """

    sdl: str
    subgraphs: Mapping[str, Subgraph]
    schema: GraphQLSchema
    api_schema: GraphQLSchema
    features: Mapping[tuple[str, str], str] = field(default_factory=dict)
    contexts: Mapping[str, frozenset[str]] = field(default_factory=dict)
    possible_types: Mapping[str, frozenset[str]] = field(default_factory=dict)
    demands: tuple[str, ...] = ()
    unlinked: Mapping[str, str] = field(default_factory=dict)
