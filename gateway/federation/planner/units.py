"""Turns choices into units: what is fetched from one subgraph for the objects of one place.

Each unit knows which units bring the data that it needs; fetches are units put together later.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from graphql import get_named_type, is_abstract_type

from gateway.federation.plan import (
    FieldStep,
    KeyField,
    KeyFragment,
    KeySelection,
    Path,
    RootFieldSubject,
)
from gateway.federation.planner.choices import (
    FieldChoice,
    HopChoice,
    ObjectChoice,
    PlaceChoice,
    Site,
)
from gateway.federation.planner.errors import PlanningError, PlanningLimitError
from gateway.federation.planner.guarding import GuardRules, GuardState
from gateway.federation.planner.guards import (
    GuardBook,
    PlannedCheck,
    PlannedGuard,
    Requirement,
)
from gateway.federation.planner.outputs import Aliases, Output, OutputField, new_output
from gateway.federation.planner.sources import join_sources
from gateway.federation.query_graph.graph import QueryGraph
from gateway.federation.selection import Field, SelectionSet


@dataclass(frozen=True, slots=True)
class Place:
    """Where objects stand in the answer.

    Attributes:
        path: Path from the root.
        type_name: Their type in the API schema, for the plan's own data in the supergraph.
        abstract: The type is abstract, so that objects bear their typename.
    """

    path: Path
    type_name: str
    abstract: bool

    def narrowed(self, types: frozenset[str]) -> "Place":
        """Returns the place of those objects only that have one of the concrete types."""
        if not self.path:
            return self
        last = FieldStep(self.path[-1].response_name, types)
        return replace(self, path=(*self.path[:-1], last))


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


@dataclass(frozen=True, slots=True, eq=False)
class Stand:
    """Objects of a place as they stand in the answer of one unit.

    Attributes:
        place: The place.
        unit: The unit.
        output: What the unit selects there.
        guard: The guard that decides on these objects, if one does.
    """

    place: Place
    unit: Unit
    output: Output
    guard: PlannedGuard | None = None

    def of_types(self, types: frozenset[str]) -> "Stand":
        """Returns the stand of those objects only that have one of the types."""
        if types >= self.output.types:
            return self
        return replace(self, place=self.place.narrowed(types))


class Waiting(Protocol):
    """What waits for units: another unit, a guard, a check."""

    needs: set[Unit]


UnitKey = tuple[int, str, str, str, int, bool]


@dataclass(slots=True, eq=False)
class UnitBuilder:
    """Builds the units of one operation (of one root field, for mutations)."""

    graph: QueryGraph
    aliases: Aliases
    max_units: int
    book: GuardBook
    rules: GuardRules | None = None
    units: list[Unit] = field(default_factory=list)
    _known: dict[UnitKey, Unit] = field(default_factory=dict)
    _alive: list[object] = field(default_factory=list)
    _roots: dict[str, PlannedGuard] = field(default_factory=dict)

    def root(self, choice: ObjectChoice) -> None:
        """Builds everything from the choice for the operation's root."""
        place = Place((), choice.type_name, abstract=False)
        units: dict[str, Unit] = {}
        for hop in choice.hops:
            if hop.site.subgraph not in units:
                units[hop.site.subgraph] = self._unit(hop.site)
        for hop in choice.hops:
            unit = units[hop.site.subgraph]
            for item in hop.fields:
                guard = self._root_guard(choice.type_name, item.field)
                self._fields(Stand(place, unit, unit.output, guard), hop, choice, [item])
        for unit in self.units:
            for guard in unit.guards:
                unit.needs |= guard.needs

    def _root_guard(self, root_type: str, asked: Field) -> PlannedGuard | None:
        if self.rules is None or (root_type, asked.name) not in self.rules.spec.root_fields:
            return None
        if asked.response_name not in self._roots:
            arguments = tuple((argument.name, argument.text) for argument in asked.arguments)
            subject = RootFieldSubject(root_type, asked.name, asked.response_name, arguments)
            self._roots[asked.response_name] = PlannedGuard(root=subject)
        return self._roots[asked.response_name]

    def _unit(self, site: Site) -> Unit:
        if len(self.units) >= self.max_units:
            message = f"The plan needs more than the {self.max_units} fetches allowed."
            raise PlanningLimitError(message)
        unit = Unit(len(self.units), site.subgraph, new_output(self.graph, site))
        self.units.append(unit)
        return unit

    # -- what a fetch resolves where it stands

    def _fields(
        self, stand: Stand, hop: HopChoice, found: ObjectChoice, chosen: list[FieldChoice]
    ) -> None:
        """Adds the fields of one concrete type to the output of a hop's target."""
        types = stand.output.types
        if hop.move.target != found.type_name or stand.output.site.type_name != found.type_name:
            types = stand.output.types & {found.type_name} or stand.output.types
        inputs = self._groups_of(hop.requires) if hop.requires is not None else frozenset()
        for item in chosen:
            requirements = self._requirements(stand, found, item, inputs)
            self._field(stand, types, item, requirements)

    def _requirements(
        self,
        stand: Stand,
        found: ObjectChoice,
        item: FieldChoice,
        inputs: frozenset[str] = frozenset(),
    ) -> tuple[Requirement, ...]:
        """Returns what must be permitted before a field is requested."""
        if self.rules is None or found.state is GuardState.EXEMPT:
            return ()
        groups = set(inputs)
        own = self.rules.own_group(found.type_name, item.field.name)
        if own is not None:
            groups.add(own)
        if not groups:
            return ()
        if stand.guard is None:
            message = (
                f"{found.type_name}.{item.field.name} is guarded, but its subject is unknown."
            )
            raise PlanningError(message)
        guard = stand.guard
        stand.unit.guards.add(guard)
        return tuple(self.book.use(guard, group) for group in sorted(groups))

    def _groups_of(self, requires: ObjectChoice) -> frozenset[str]:
        """Returns the groups that ``@requires`` inputs need, through chains of such inputs."""
        if self.rules is None:
            return frozenset()
        items = list(requires.local)
        groups: set[str] = set()
        for hop in requires.hops:
            items.extend(hop.fields)
            if hop.requires is not None:
                groups |= self._groups_of(hop.requires)
        for item in items:
            own = self.rules.group(requires.type_name, item.field.name)
            groups |= {own} if own is not None else set()
            for nested in item.child.objects.values() if item.child is not None else ():
                below = self._groups_of(nested)
                if below and nested.state is GuardState.OWN:
                    message = f"An input of {requires.type_name} is guarded by another subject."
                    raise PlanningError(message)
                groups |= below
        return frozenset(groups)

    def _field(
        self,
        stand: Stand,
        types: frozenset[str],
        item: FieldChoice,
        requirements: tuple[Requirement, ...],
    ) -> None:
        asked = item.field
        added = OutputField(
            asked.response_name,
            asked.name,
            asked.arguments,
            asked.conditions,
            types,
            type_text=_type_text(item),
            requirements=requirements,
        )
        if item.child is None:
            stand.output.add(added)
            return
        place = self._child_place(stand.of_types(types).place, asked, types)
        added.child = new_output(self.graph, item.child.site, typename=place.abstract)
        stand.output.add(added)
        self.fill(Stand(place, stand.unit, added.child, stand.guard), item.child)

    def _child_place(self, place: Place, asked: Field, types: frozenset[str]) -> Place:
        candidates = [*types] if len(types) == 1 else [place.type_name, *sorted(types)]
        names = (self._type_of(name, asked.name) for name in candidates)
        name = next(name for name in names if name is not None)
        type_ = self.graph.schema.type_map[name]
        step = FieldStep(asked.response_name)
        return Place((*place.path, step), name, is_abstract_type(type_))

    def _type_of(self, type_name: str, field_name: str) -> str | None:
        type_ = self.graph.schema.type_map.get(type_name)
        definition = getattr(type_, "fields", {}).get(field_name)
        return get_named_type(definition.type).name if definition is not None else None

    def fill(self, stand: Stand, choice: PlaceChoice) -> None:
        """Adds what a choice resolves at its site to an output, and builds its hops."""
        stands = {name: self._stand_of(stand, choice, name) for name in choice.objects}
        resolved: dict[int, list[tuple[str, FieldChoice]]] = {}
        for type_name, found in choice.objects.items():
            for item in found.local:
                resolved.setdefault(id(item.origin), []).append((type_name, item))
        for origin in _origins(choice.selections):
            self._spread(stands, choice, resolved.get(id(origin), ()))
        for type_name, found in choice.objects.items():
            self._check(stands[type_name], found)
            self._hops(stands[type_name], found)
        if choice.reentry is not None:
            self._reentry(stand, choice.reentry)

    def _stand_of(self, stand: Stand, choice: PlaceChoice, type_name: str) -> Stand:
        """Returns the stand of one concrete type's objects, with the guard that is theirs."""
        found = choice.objects[type_name]
        if stand.place.abstract and type_name != choice.site.type_name:
            stand = replace(stand, place=stand.place.narrowed(frozenset({type_name})))
        if self.rules is None or type_name not in self.rules.spec.subjects:
            return stand
        if found.state is not GuardState.OWN:
            return stand
        guard = PlannedGuard(path=stand.place.path)
        own = replace(stand, guard=guard)
        guard.find_source = lambda waiting: self._subject(own, found, waiting)
        return own

    def _check(self, stand: Stand, found: ObjectChoice) -> None:
        """Has objects checked that inherit their guard: they must be about its subject."""
        if found.subject is None or found.state is GuardState.OWN or stand.guard is None:
            return
        check = PlannedCheck(stand.guard, stand.place.path)
        check.source = self._subject(stand, found, check)
        self.book.checks.append(check)

    def _subject(self, stand: Stand, found: ObjectChoice, waiting: Waiting) -> tuple[str, ...]:
        """Has an object's subject value fetched; returns where it stands."""
        assert self.rules is not None  # noqa: S101 - there are guards
        if found.subject is None or found.subject.missing:
            message = f"The subject of {found.type_name} cannot be reached."
            raise PlanningError(message)
        selections = self.rules.subject(found.type_name)
        sources = self._sources(stand, found.subject, selections, waiting)
        path: list[str] = []
        while sources:
            (source,) = sources
            if not isinstance(source, KeyField):
                message = f"The subject of {found.type_name} stands behind an abstract type."
                raise PlanningError(message)
            path.append(source.source)
            sources = list(source.selections or ())
        return tuple(path)

    def _spread(
        self,
        stands: Mapping[str, Stand],
        choice: PlaceChoice,
        resolved: Sequence[tuple[str, FieldChoice]],
    ) -> None:
        """Adds one field for all concrete types that resolve it here, alike ones together."""
        groups: dict[tuple[object, ...], tuple[str, FieldChoice, set[str]]] = {}
        for type_name, item in resolved:
            stand = stands[type_name]
            output = stand.output
            types = {type_name} if type_name in output.types else set(output.types)
            narrowed = id(item.field) if item.field is not item.origin else 0
            key = (id(item.child), narrowed, id(stand.guard), item.definition is None)
            groups.setdefault(key, (type_name, item, set()))[2].update(types)
        for type_name, item, names in groups.values():
            stand = stands[type_name]
            found = choice.objects[type_name]
            requirements = self._requirements(stand, found, item)
            wide = frozenset(names)
            if len(names) > 1 or wide == stand.output.types:
                stand = replace(stand, place=self._common_place(stands, wide, stand.output))
            self._field(stand, wide, item, requirements)

    def _common_place(
        self, stands: Mapping[str, Stand], types: frozenset[str], output: Output
    ) -> Place:
        """Returns the place of objects of several types; the unfiltered one if it is all types."""
        place = next(iter(stands.values())).place
        if not place.path or not place.abstract:
            return place
        if types >= output.types:
            bare = FieldStep(place.path[-1].response_name)
            return replace(place, path=(*place.path[:-1], bare))
        return place.narrowed(types)

    # -- hops

    def _reentry(self, stand: Stand, reentry: tuple[HopChoice, PlaceChoice]) -> None:
        hop, then = reentry
        found = ObjectChoice(hop.move.target, stand.output.site)
        entered = self._entered(stand, found, hop)
        self._connect(stand, hop, entered)
        entered.output.typename = True
        self.fill(replace(stand, unit=entered, output=entered.output), then)

    def _hops(self, stand: Stand, found: ObjectChoice) -> None:
        entered = [self._entered(stand, found, hop) for hop in found.hops]
        for hop, unit in zip(found.hops, entered, strict=True):
            target = replace(stand, unit=unit, output=unit.output)
            self._fields(target, hop, found, hop.fields)
        for hop, unit in zip(found.hops, entered, strict=True):
            self._connect(stand, hop, unit)

    def _entered(self, stand: Stand, found: ObjectChoice, hop: HopChoice) -> Unit:
        """Returns the unit of a hop; one for all hops from the same objects into one type."""
        requires = id(hop.requires) if hop.requires is not None else 0
        move = hop.move
        output = stand.output
        key = (id(output), found.type_name, move.subgraph, move.target, requires, hop.guarded)
        known = self._known.get(key)
        if known is not None:
            return known
        target = self._unit(hop.site)
        target.place = stand.place
        target.target = move.target
        target.reentry = move.key is None
        target.needs.add(stand.unit)
        if stand.place.abstract and found.type_name != output.site.type_name:
            target.applies_to = frozenset({found.type_name})
        self._known[key] = target
        self._alive.append((output, hop.requires))
        return target

    def _connect(self, stand: Stand, hop: HopChoice, target: Unit) -> None:
        """Has the key and the ``@requires`` input fetched and says where they stand."""
        if hop.move.key is None:
            return
        key = self._sources(stand, hop.key, hop.move.selections, target)
        target.sources = _joined(target.sources, key)
        if hop.requires is not None:
            inputs = self._sources(stand, hop.requires, hop.required, target)
            known = {source.name for source in target.sources if isinstance(source, KeyField)}
            target.required |= {
                source.name
                for source in inputs
                if isinstance(source, KeyField) and source.name not in known
            }
            target.sources = _joined(target.sources, inputs)

    def _sources(
        self, stand: Stand, choice: ObjectChoice, selections: SelectionSet, target: Waiting
    ) -> list[KeySelection]:
        """Has the fields of a FieldSet fetched; returns where they stand."""
        found: list[KeySelection] = []
        for item in choice.local:
            target.needs.add(stand.unit)
            found.append(self._source(stand, choice, item, target))
        for hop in choice.hops:
            unit = self._entered(stand, choice, hop)
            self._connect(stand, hop, unit)
            target.needs.add(unit)
            there = replace(stand, unit=unit, output=unit.output)
            inputs = self._groups_of(hop.requires) if hop.requires is not None else frozenset()
            found.extend(self._source(there, choice, item, target, inputs) for item in hop.fields)
        order = {name: index for index, name in enumerate(_names(selections))}
        found.sort(key=lambda source: order.get(getattr(source, "name", ""), 0))
        return found

    def _source(
        self,
        stand: Stand,
        choice: ObjectChoice,
        item: FieldChoice,
        target: Waiting,
        inputs: frozenset[str] = frozenset(),
    ) -> KeyField:
        asked = item.field
        output = stand.output
        types = output.types & {choice.type_name} or output.types
        requirements = self._requirements(stand, choice, item, inputs)
        known = None
        if not requirements:
            known = output.find(asked, min(types, default=""))
        if known is None or (known.child is None) != (item.child is None):
            known = self._own(output, types, item, requirements)
        elif known.own:
            known.types |= types
        nested: tuple[KeySelection, ...] | None = None
        if item.child is not None:
            assert known.child is not None  # noqa: S101 - composite fields have an output below
            below = replace(asked, response_name=known.response_name)
            place = self._child_place(stand.of_types(types).place, below, types)
            child = replace(stand, place=place, output=known.child)
            nested = self._nested(child, item.child, target)
        return KeyField(asked.name, known.response_name, nested)

    def _own(
        self,
        output: Output,
        types: frozenset[str],
        item: FieldChoice,
        requirements: tuple[Requirement, ...],
    ) -> OutputField:
        """Adds a field that the plan needs for itself."""
        asked = item.field
        added = OutputField(
            self.aliases.of(asked),
            asked.name,
            asked.arguments,
            (),
            types,
            new_output(self.graph, item.child.site) if item.child is not None else None,
            own=True,
            type_text=_type_text(item),
            requirements=requirements,
        )
        for known in output.fields:
            if known.own and known.is_like(added):
                known.types |= types
                return known
        output.fields.append(added)
        return added

    def _nested(
        self, stand: Stand, choice: PlaceChoice, target: Waiting
    ) -> tuple[KeySelection, ...]:
        if len(choice.objects) == 1:
            (found,) = choice.objects.values()
            if found.type_name == choice.site.type_name:
                return tuple(self._sources(stand, found, choice.selections, target))
        stand.output.typename = True
        parts: list[KeySelection] = []
        for type_name, found in choice.objects.items():
            types = frozenset({type_name})
            narrowed = replace(stand, place=stand.place.narrowed(types))
            fields = self._sources(narrowed, found, choice.selections, target)
            if fields:
                parts.append(KeyFragment(types, tuple(fields), type_name))
        return tuple(parts)


def _joined(known: list[KeySelection], more: list[KeySelection]) -> list[KeySelection]:
    joined = join_sources(known, more)
    if joined is None:
        raise PlanningError("A representation would need one field from two sources.")
    return joined


def _type_text(item: FieldChoice) -> str:
    return item.definition.type_text if item.definition is not None else "String!"


def _origins(selections: SelectionSet) -> list[Field]:
    found: list[Field] = []
    for selection in selections:
        if isinstance(selection, Field):
            found.append(selection)
        else:
            found.extend(_origins(selection.selections))
    return found


def _names(selections: SelectionSet) -> list[str]:
    return [field.name for field in _origins(selections)]
