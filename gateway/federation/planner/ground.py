"""What the parts of the search stand on: sites and what they resolve, masks, the budget."""

from dataclasses import dataclass, field
from typing import Protocol

from gateway.federation.planner.choices import ObjectChoice, PlaceChoice, Site
from gateway.federation.planner.errors import PlanningLimitError
from gateway.federation.planner.guarding import GuardRules, GuardState
from gateway.federation.planner.parts import without
from gateway.federation.query_graph.graph import QueryGraph, provided_below
from gateway.federation.selection import Field, SelectionSet
from gateway.federation.supergraph.model import SubgraphField, TypeKind


class Chooser(Protocol):
    """Makes the choices for what stands below a field or is needed beside it."""

    def place(
        self, selections: SelectionSet, site: Site, state: GuardState = GuardState.NONE
    ) -> PlaceChoice:
        """Returns the choice for a selection set at a site."""

    def object(
        self,
        type_name: str,
        fields: tuple[Field, ...],
        site: Site,
        state: GuardState = GuardState.NONE,
    ) -> ObjectChoice:
        """Returns the choice for fields of a concrete type at a site."""


@dataclass(slots=True, eq=False)
class Ground:
    """The query graph as one search sees it.

    Attributes:
        graph: The query graph.
        max_steps: Budget of steps.
        rules: What is guarded, ``None`` if nothing is.
        steps: Steps done.
        cycles: Number of times that a choice was asked for while it was being made; results found
            in the shadow of such an event are not kept.
        width: Number of subgraphs: the bits of one level in a mask.
    """

    graph: QueryGraph
    max_steps: int
    rules: GuardRules | None = None
    steps: int = 0
    cycles: int = 0
    width: int = field(init=False)
    _sites: dict[tuple[str, str, SelectionSet], Site] = field(default_factory=dict)
    _fields: dict[tuple[int, str], tuple[Field, ...]] = field(default_factory=dict)
    _without: dict[tuple[int, int], SelectionSet] = field(default_factory=dict)
    _leaves: dict[int, int] = field(default_factory=dict)
    _alive: list[object] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.width = len(self.graph.order)

    def step(self) -> None:
        """Counts one step.

        Raises:
            PlanningLimitError: The budget is used up.
        """
        self.steps += 1
        if self.steps > self.max_steps:
            message = f"Planning takes more than the {self.max_steps} steps allowed."
            raise PlanningLimitError(message)

    def depth(self, mask: int) -> int:
        """Returns the level of the last fetch in a mask, 0 for none."""
        return (mask.bit_length() - 1) // self.width if mask else 0

    def bit(self, level: int, subgraph: str) -> int:
        """Returns the mask of one fetch."""
        return 1 << (level * self.width + self.graph.order[subgraph])

    def site(self, subgraph: str, type_name: str, provided: SelectionSet = ()) -> Site:
        """Returns the site; the same object every time."""
        key = (subgraph, type_name, provided)
        if key not in self._sites:
            self._sites[key] = Site(subgraph, type_name, provided)
        return self._sites[key]

    def local(self, site: Site, type_name: str, name: str) -> SubgraphField | None:
        """Returns the field if the site resolves it for an object of the type as it stands."""
        if not site.subgraph:
            return None
        found = self.graph.resolvable(site.subgraph, site.type_name, name)
        if found is not None and not found.requires and not found.context_arguments:
            return found
        if (
            site.provided
            and provided_below(self.graph, site.provided, type_name, name) is not None
        ):
            return self.graph.field(site.subgraph, site.type_name, name)
        return None

    def child_site(self, site: Site, type_name: str, definition: SubgraphField) -> Site:
        """Returns where the value of a field resolved at a site stands."""
        below: SelectionSet = ()
        if site.provided:
            below = provided_below(self.graph, site.provided, type_name, definition.name) or ()
        return self.site(site.subgraph, definition.type_name, below + definition.provides)

    def fields(self, selections: SelectionSet, type_name: str) -> tuple[Field, ...]:
        """Returns the fields of a selection set that apply to a type; the same object always."""
        key = (id(selections), type_name)
        known = self._fields.get(key)
        if known is None:
            known = self._applicable(selections, type_name)
            self._fields[key] = known
            self._alive.append(selections)
        return known

    def _applicable(self, selections: SelectionSet, type_name: str) -> tuple[Field, ...]:
        found: list[Field] = []
        for selection in selections:
            if isinstance(selection, Field):
                found.append(selection)
            elif type_name in self.graph.possible_in_supergraph(selection.type_condition or ""):
                found.extend(self._applicable(selection.selections, type_name))
        return tuple(found)

    def without(self, selections: SelectionSet, others: SelectionSet) -> SelectionSet:
        """Returns selections without others; the same object every time."""
        key = (id(selections), id(others))
        known = self._without.get(key)
        if known is None:
            known = without(selections, others)
            self._without[key] = known
            self._alive.append((selections, others))
        return known

    def count_leaves(self, selections: SelectionSet) -> int:
        """Returns the number of leaves; a selection set used again is not looked at again."""
        key = id(selections)
        if key not in self._leaves:
            self._leaves[key] = sum(
                self.count_leaves(s.selections) if s.selections else 1 for s in selections
            )
            self._alive.append(selections)
        return self._leaves[key]

    def keep(self, selections: SelectionSet) -> SelectionSet:
        """Keeps selections alive as long as choices know them by identity."""
        self._alive.append(selections)
        return selections

    def is_composite(self, subgraph: str, type_name: str) -> bool:
        """Tells whether values of the type have fields."""
        type_ = self.graph.type(subgraph, type_name)
        return type_ is not None and type_.kind in {
            TypeKind.OBJECT,
            TypeKind.INTERFACE,
            TypeKind.UNION,
        }
