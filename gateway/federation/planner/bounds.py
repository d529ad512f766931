"""How much a subgraph can resolve at most of what is selected on an object, told without a search.

Values have no key: what the subgraph where one stands does not resolve, no other resolves there.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from gateway.federation.planner.ground import Ground
from gateway.federation.query_graph.graph import Target
from gateway.federation.selection import Field, SelectionSet
from gateway.federation.supergraph.model import SubgraphField, TypeKind

Homes: TypeAlias = Mapping[Target, tuple[SubgraphField, int]]


@dataclass(slots=True, eq=False)
class Bounds:
    """Tells bounds and keeps them."""

    ground: Ground
    _known: dict[tuple[int, str, str], int] = field(default_factory=dict)
    _homes: dict[tuple[str, str, int], Homes] = field(default_factory=dict)

    def homes(self, type_name: str, asked: Field) -> Homes:
        """Returns where a field is resolved for objects of a type that were moved.

        Each with the number of leaves of the sub-selection that can be resolved there at most.
        """
        key = (type_name, asked.name, id(asked.selections))
        known = self._homes.get(key)
        if known is None:
            known = self._homes[key] = {
                home: (definition, self.leaves(asked.selections, home[0], definition))
                for home, definition in self.ground.graph.homes(type_name, asked.name).items()
            }
            self.ground.keep(asked.selections)
        return known

    def leaves(self, selections: SelectionSet, subgraph: str, definition: SubgraphField) -> int:
        """Returns how many leaves of a field's sub-selection can be resolved at most.

        Args:
            selections: The sub-selection; identity matters.
            subgraph: Where the field is resolved.
            definition: The field there.
        """
        if definition.provides:
            return self.ground.count_leaves(selections)
        key = (id(selections), subgraph, definition.type_name)
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self._leaves(selections, subgraph, definition.type_name)
            self.ground.keep(selections)
        return known

    def _leaves(self, selections: SelectionSet, subgraph: str, type_name: str) -> int:
        if not self._is_value(subgraph, type_name):
            return self.ground.count_leaves(selections)
        found = 0
        for asked in selections:
            if not isinstance(asked, Field):
                return self.ground.count_leaves(selections)
            definition = self.ground.graph.resolvable(subgraph, type_name, asked.name)
            if definition is not None and asked.selections:
                found += self.leaves(asked.selections, subgraph, definition)
            elif definition is not None or asked.name == "__typename":
                found += 1
        return found

    def _is_value(self, subgraph: str, type_name: str) -> bool:
        """Tells whether nothing leads from an object of the type to other subgraphs."""
        type_ = self.ground.graph.type(subgraph, type_name)
        return (
            type_ is not None
            and type_.kind is TypeKind.OBJECT
            and not type_.is_interface_object
            and not self.ground.graph.moves(type_name)
        )
