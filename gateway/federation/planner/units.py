"""Units: what is fetched from one subgraph for the objects of one place.

Each unit knows which units bring the data that it needs; fetches are units put together later.
"""

from dataclasses import dataclass, field, replace
from typing import Protocol

from graphql import get_named_type, is_abstract_type

from gateway.federation.plan import ContextValue, FieldStep, KeySelection, Path
from gateway.federation.planner.choices import FieldChoice, Site
from gateway.federation.planner.errors import PlanningLimitError
from gateway.federation.planner.guarding import GuardState
from gateway.federation.planner.guards import PlannedGuard
from gateway.federation.planner.outputs import Output, new_output
from gateway.federation.query_graph.graph import QueryGraph
from gateway.federation.selection import Condition, Field, SelectionSet


@dataclass(frozen=True, slots=True)
class Place:
    """Where objects stand in the answer.

    Attributes:
        path: Path from the root.
        type_name: Their type in the API schema, for the plan's own data in the supergraph.
        abstract: The type is abstract, so that objects bear their typename.
        conditions: Conditions of the fields on the path.
    """

    path: Path
    type_name: str
    abstract: bool
    conditions: tuple[Condition, ...] = ()

    def narrowed(self, types: frozenset[str]) -> "Place":
        """Returns the place of those objects only that have one of the concrete types."""
        if not self.path:
            return self
        last = FieldStep(self.path[-1].response_name, types)
        return replace(self, path=(*self.path[:-1], last))


@dataclass(frozen=True, slots=True)
class PlannedContext:
    """A variable of a unit that is filled from an ancestor.

    Attributes:
        value: Where the value stands.
        type_text: The variable's type.
    """

    value: ContextValue
    type_text: str


@dataclass(slots=True, eq=False)
class Unit:
    """What is fetched from one subgraph for the objects of one place.

    Attributes:
        number: Order of creation.
        subgraph: The subgraph.
        output: What is selected.
        place: Where the objects stand; ``None`` for the operation's root.
        target: The entity's type in the subgraph.
        applies_to: Concrete types of the objects, ``None`` for whatever stands there.
        sources: How representations are made; empty for root fetches and re-entry.
        required: Names of ``@requires`` inputs among the sources.
        reentry: The unit enters the subgraph's query type anew.
        needs: Units whose data this one needs.
        level: Hops after the root fetches.
        guards: Guards of its fields.
        contexts: Variables filled from ancestors.
    """

    number: int
    subgraph: str
    output: Output
    place: Place | None = None
    target: str = ""
    applies_to: frozenset[str] | None = None
    sources: list[KeySelection] = field(default_factory=list)
    required: set[str] = field(default_factory=set)
    reentry: bool = False
    needs: set["Unit"] = field(default_factory=set)
    level: int = 0
    guards: set[PlannedGuard] = field(default_factory=set)
    contexts: list[PlannedContext] = field(default_factory=list)


@dataclass(frozen=True, slots=True, eq=False)
class Stand:
    """Objects of a place as they stand in the answer of one unit.

    Attributes:
        place: The place.
        unit: The unit.
        output: What the unit selects there.
        guard: The guard that decides on these objects, if one does.
        type_name: Their concrete type, or the common one.
        above: The objects in whose fields these stand.
        state: What is known of their guard in the unit's fetch.
    """

    place: Place
    unit: Unit
    output: Output
    guard: PlannedGuard | None = None
    type_name: str = ""
    above: "Stand | None" = None
    state: GuardState = GuardState.NONE

    def of_types(self, types: frozenset[str]) -> "Stand":
        """Returns the stand of those objects only that have one of the types."""
        if types >= self.output.types:
            return self
        return replace(self, place=self.place.narrowed(types))


class Waiting(Protocol):
    """What waits for units: another unit, a guard, a check."""

    needs: set[Unit]


@dataclass(slots=True, eq=False)
class UnitList:
    """The units of one operation (of one root field, for mutations), in order of creation."""

    graph: QueryGraph
    max_units: int
    units: list[Unit] = field(default_factory=list)

    def add(self, site: Site) -> Unit:
        """Adds a unit.

        Raises:
            PlanningLimitError: There are too many.
        """
        if len(self.units) >= self.max_units:
            message = f"The plan needs more than the {self.max_units} fetches allowed."
            raise PlanningLimitError(message)
        unit = Unit(len(self.units), site.subgraph, new_output(self.graph, site))
        self.units.append(unit)
        return unit


def child_place(graph: QueryGraph, place: Place, asked: Field, types: frozenset[str]) -> Place:
    """Returns the place below a field of objects of the given types."""
    candidates = [*types] if len(types) == 1 else [place.type_name, *sorted(types)]
    names = (_type_of(graph, name, asked.name) for name in candidates)
    name = next(name for name in names if name is not None)
    step = FieldStep(asked.response_name)
    return Place(
        path=(*place.path, step),
        type_name=name,
        abstract=is_abstract_type(graph.schema.type_map[name]),
        conditions=tuple(dict.fromkeys(place.conditions + asked.conditions)),
    )


def _type_of(graph: QueryGraph, type_name: str, field_name: str) -> str | None:
    type_ = graph.schema.type_map.get(type_name)
    definition = getattr(type_, "fields", {}).get(field_name)
    return get_named_type(definition.type).name if definition is not None else None


def type_text(item: FieldChoice) -> str:
    """Returns the type of a field in its subgraph as text."""
    return item.definition.type_text if item.definition is not None else "String!"


def fields_in(selections: SelectionSet) -> list[Field]:
    """Returns the fields of one level, in order, whatever type conditions they stand under."""
    found: list[Field] = []
    for selection in selections:
        if isinstance(selection, Field):
            found.append(selection)
        else:
            found.extend(fields_in(selection.selections))
    return found
