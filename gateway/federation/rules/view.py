"""What rules look at."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from gateway.federation.errors import CompositionError
from gateway.federation.subgraph.facts import FieldFacts
from gateway.federation.subgraph.model import (
    DirectiveDefinition,
    Subgraph,
    TypeDefinition,
    TypeKind,
)


@dataclass(frozen=True, slots=True)
class SubgraphView:
    """One subgraph with the facts about its fields."""

    subgraph: Subgraph
    facts: FieldFacts


@dataclass(frozen=True, slots=True)
class MergedView:
    """All subgraphs and what they were merged into.

    Attributes:
        subgraphs: The subgraphs, sorted by name, with the facts about their fields.
        types: The merged types, without those of linked specifications.
        directives: The definitions of executable and composed directives.
    """

    subgraphs: tuple[SubgraphView, ...]
    types: Mapping[str, TypeDefinition]
    directives: Mapping[str, DirectiveDefinition]

    def runtime_types(self, name: str) -> tuple[str, ...]:
        """Names of the object types that a value of this composite type can have."""
        definition = self.types.get(name)
        if definition is None:
            return ()
        if definition.kind is TypeKind.UNION:
            return definition.members
        if definition.kind is TypeKind.INTERFACE:
            return tuple(
                t.name
                for t in self.types.values()
                if t.kind is TypeKind.OBJECT and name in t.interfaces
            )
        return (name,)


SubgraphRule: TypeAlias = Callable[[SubgraphView], Iterable[CompositionError]]
"""Checks one federation 2 subgraph by itself."""

PreMergeRule: TypeAlias = Callable[[Sequence[SubgraphView]], Iterable[CompositionError]]
"""Checks the subgraphs against each other before they are merged."""

CompositionRule: TypeAlias = Callable[[MergedView], Iterable[CompositionError]]
"""Checks what the subgraphs were merged into; callers of ``compose`` may add their own."""
