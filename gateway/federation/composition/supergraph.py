"""A composed supergraph, as values."""

from collections.abc import Mapping
from dataclasses import dataclass

from graphql import OperationType

from gateway.federation.subgraph.model import DirectiveDefinition, Directives, TypeDefinition


@dataclass(frozen=True, slots=True)
class Supergraph:
    """A merged schema with its join directives.

    Attributes:
        types: All types, those of linked specifications included.
        directive_definitions: All directive definitions.
        roots: Names of the root types.
        links: The ``@link`` applications.
        schema_directives: What else is applied to the schema.
        schema_description: The schema's description.
        graphs: Subgraph names by their value in ``join__Graph``.
        specified_types: Names of the types that belong to linked specifications.
    """

    types: Mapping[str, TypeDefinition]
    directive_definitions: Mapping[str, DirectiveDefinition]
    roots: Mapping[OperationType, str]
    links: Directives
    schema_directives: Directives
    schema_description: str | None
    graphs: Mapping[str, str]
    specified_types: frozenset[str]
