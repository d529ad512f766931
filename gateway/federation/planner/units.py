"""Units: what is fetched from one subgraph for the objects of one place.

Each unit knows which units bring the data that it needs; fetches are units put together later. A
unit has an output, the fields of an output need guards, and a guard needs the units that bring its
subject: so these stand together.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Protocol, TypeAlias

from gateway.federation.plan import (
    ContextValue,
    Guard,
    KeySelection,
    ObjectSubject,
    Path,
    RootFieldSubject,
    SubjectCheck,
)
from gateway.federation.planner.choices import Site
from gateway.federation.planner.errors import PlanningLimitError
from gateway.federation.planner.guarding import GuardState
from gateway.federation.planner.places import Place
from gateway.federation.query_graph.graph import QueryGraph
from gateway.federation.selection import Argument, Condition, Field, SelectionSet


@dataclass(slots=True, eq=False)
class PlannedGuard:
    """A guard that a plan may need; it gets its number when it is first needed.

    Attributes:
        root: The root field whose subject it is about, or ``None``.
        path: Where its subjects' objects stand, for guards of objects.
        find_source: Has the subject's value fetched; returns where it stands.
        number: The guard's number in the plan; -1 until it is needed.
        groups: Groups asked for.
        source: Where the subject's value stands, from the object.
        needs: Units that bring the subject's value.
    """

    root: RootFieldSubject | None = None
    path: Path = ()
    find_source: "Callable[[PlannedGuard], tuple[str, ...]] | None" = None
    number: int = -1
    groups: set[str] = field(default_factory=set)
    source: tuple[str, ...] = ()
    needs: set["Unit"] = field(default_factory=set)

    def made(self) -> Guard:
        """Returns the plan's node."""
        subject = self.root or ObjectSubject((self.path,), self.source)
        return Guard(self.number, subject, tuple(sorted(self.groups)))


Requirement: TypeAlias = tuple[PlannedGuard, str]
"""A guard and the group that it must permit."""


@dataclass(slots=True, eq=False)
class PlannedCheck:
    """A check of an inherited guard.

    Attributes:
        guard: The inherited guard.
        path: Where the objects stand.
        source: Where their own subject value stands, from the object.
        needs: Units that bring it.
    """

    guard: PlannedGuard
    path: Path
    source: tuple[str, ...] = ()
    needs: set["Unit"] = field(default_factory=set)

    def made(self) -> SubjectCheck:
        """Returns the plan's check."""
        return SubjectCheck(self.guard.number, self.path, self.source)


@dataclass(slots=True, eq=False)
class OutputField:
    """A field that a fetch asks for.

    Attributes:
        response_name: The response name.
        name: The field's name.
        arguments: Its arguments.
        conditions: Its conditions.
        types: Concrete types that need it; all of the output's types, or some.
        child: The sub-selection, ``None`` for leaves.
        own: The plan needs it for itself.
        type_text: The field's type in the subgraph as GraphQL text.
        output_name: Name in the merged data, where the response name had to change.
        requirements: What guards must permit before the field is requested.
        needers: Units, guards and checks that need a field of the plan's own.
    """

    response_name: str
    name: str
    arguments: tuple[Argument, ...]
    conditions: tuple[Condition, ...]
    types: frozenset[str]
    child: "Output | None" = None
    own: bool = False
    type_text: str = ""
    output_name: str | None = None
    requirements: tuple[Requirement, ...] = ()
    needers: list[object] = field(default_factory=list)

    def is_like(self, other: "OutputField") -> bool:
        """Tells whether both ask for the same thing, for whatever types."""
        return (
            self.response_name == other.response_name
            and self.name == other.name
            and self.conditions == other.conditions
            and self.arguments == other.arguments
            and self.requirements == other.requirements
            and self.type_text == other.type_text
            and (self.child is None) == (other.child is None)
        )


@dataclass(slots=True, eq=False)
class Output:
    """A selection set of a fetch.

    Attributes:
        site: The type in the subgraph.
        types: Concrete types that are possible there.
        typename: The plan needs the concrete type's name here.
        fields: The fields, the client's first.
    """

    site: Site
    types: frozenset[str]
    typename: bool = False
    fields: list[OutputField] = field(default_factory=list)
    _by_name: dict[str, list[OutputField]] = field(default_factory=dict)

    def add(self, added: OutputField) -> OutputField:
        """Adds a client's field, unless it is there already for all the types that need it."""
        alike = self._by_name.setdefault(added.response_name, [])
        for known in alike:
            if known.is_like(added) and added.types <= known.types and known.child is added.child:
                return known
        alike.append(added)
        self.fields.append(added)
        return added

    def find(
        self,
        asked: Field,
        type_name: str,
        requirements: tuple[Requirement, ...] = (),
        *,
        own: bool = False,
        below: Site | None = None,
    ) -> OutputField | None:
        """Returns a field whose value is the plan's ``asked`` for objects of the type, if any.

        Args:
            asked: The field of the plan.
            type_name: The type of the objects.
            requirements: What guards must permit for it.
            own: Whether a field that the client asks for will not do.
            below: Where the value stands, ``None`` for leaves: one of the plan's own fields may
                have been asked for another type, where the value is of another type or more is
                provided of it: what is asked there may be invalid here.
        """
        for known in self.fields:
            if (
                known.name != asked.name
                or known.arguments != asked.arguments
                or known.requirements != requirements
            ):
                continue
            plain = known.response_name == known.name and not known.conditions
            if known.own and (known.child is None or known.child.site == below):
                return known
            if not known.own and plain and type_name in known.types and not own:
                return known
        return None


def new_output(graph: QueryGraph, site: Site, *, typename: bool = False) -> Output:
    """Returns an empty selection set at a site."""
    return Output(site, graph.possible(site.subgraph, site.type_name), typename)


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
        sources: How representations are made; empty for root fetches and re-entry, and for
            entities whose key is their type alone.
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

    @property
    def is_of_entities(self) -> bool:
        """Whether entities are fetched, and not root fields."""
        return self.target != "" and not self.reentry


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
        entered_from: The same objects in the answer that the unit's entities are entered from.
        state: What is known of their guard in the unit's fetch.
    """

    place: Place
    unit: Unit
    output: Output
    guard: PlannedGuard | None = None
    type_name: str = ""
    above: "Stand | None" = None
    entered_from: "Stand | None" = None
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


def fields_in(selections: SelectionSet) -> list[Field]:
    """Returns the fields of one level, in order, whatever type conditions they stand under."""
    found: list[Field] = []
    for selection in selections:
        if isinstance(selection, Field):
            found.append(selection)
        else:
            found.extend(fields_in(selection.selections))
    return found
