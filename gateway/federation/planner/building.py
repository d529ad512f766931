"""Turns choices into units."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from gateway.federation.plan import FieldStep, KeyField, RootFieldSubject
from gateway.federation.planner.choices import (
    FieldChoice,
    HopChoice,
    ObjectChoice,
    PlaceChoice,
    type_text,
)
from gateway.federation.planner.conditions import set_conditions
from gateway.federation.planner.contexts import Contexts
from gateway.federation.planner.errors import PlanningError
from gateway.federation.planner.guarding import GuardRules, GuardState
from gateway.federation.planner.places import Place, child_place, objects_at
from gateway.federation.planner.representations import Representations
from gateway.federation.planner.requirements import Requirements
from gateway.federation.planner.units import (
    Output,
    OutputField,
    PlannedCheck,
    PlannedGuard,
    Requirement,
    Stand,
    Unit,
    UnitList,
    Waiting,
    fields_in,
    new_output,
)
from gateway.federation.query_graph.graph import QueryGraph
from gateway.federation.selection import Argument, Field


@dataclass(slots=True, eq=False)
class UnitBuilder:
    """Builds the units of one operation (of one root field, for mutations)."""

    graph: QueryGraph
    units: UnitList
    representations: Representations
    requirements: Requirements
    contexts: Contexts
    _roots: dict[str, PlannedGuard] = field(default_factory=dict)

    @property
    def rules(self) -> GuardRules | None:
        """What is guarded."""
        return self.requirements.rules

    def root(self, choice: ObjectChoice) -> None:
        """Builds everything from the choice for the operation's root."""
        possible = frozenset({choice.type_name})
        place = Place((), choice.type_name, abstract=False, possible=possible)
        units: dict[str, Unit] = {}
        for hop in choice.hops:
            if hop.site.subgraph not in units:
                units[hop.site.subgraph] = self.units.add(hop.site)
        for hop in choice.hops:
            unit = units[hop.site.subgraph]
            for item in hop.fields:
                guard = self._root_guard(choice.type_name, item.field)
                stand = Stand(place, unit, unit.output, guard, choice.type_name)
                self._fields(stand, hop, choice, [item])
        for unit in self.units.units:
            for guard in unit.guards:
                unit.needs |= guard.needs
        set_conditions(self.units.units)

    def _root_guard(self, root_type: str, asked: Field) -> PlannedGuard | None:
        if self.rules is None or (root_type, asked.name) not in self.rules.spec.root_fields:
            return None
        if asked.response_name not in self._roots:
            arguments = tuple((argument.name, argument.text) for argument in asked.arguments)
            subject = RootFieldSubject(root_type, asked.name, asked.response_name, arguments)
            self._roots[asked.response_name] = PlannedGuard(root=subject)
        return self._roots[asked.response_name]

    # -- what a fetch resolves where it stands

    def _fields(
        self, stand: Stand, hop: HopChoice, found: ObjectChoice, chosen: list[FieldChoice]
    ) -> None:
        """Adds the fields of one concrete type to the output of a hop's target."""
        types = stand.output.types
        if hop.move.target != found.type_name or stand.output.site.type_name != found.type_name:
            types = stand.output.types & {found.type_name} or stand.output.types
        inputs = self.requirements.groups_of(hop.requires)
        for item in chosen:
            requirements = self.requirements.of(stand, found, item, inputs)
            arguments: tuple[Argument, ...] = ()
            if hop.contexts:
                arguments, more = self.contexts.arguments(stand, hop.contexts)
                requirements = tuple(dict.fromkeys(requirements + more))
            self._field(stand, types, item, requirements, arguments)

    def _field(
        self,
        stand: Stand,
        types: frozenset[str],
        item: FieldChoice,
        requirements: tuple[Requirement, ...],
        more: tuple[Argument, ...] = (),
    ) -> None:
        asked = item.field
        added = OutputField(
            asked.response_name,
            asked.name,
            asked.arguments + more,
            asked.conditions,
            types,
            type_text=type_text(item),
            requirements=requirements,
        )
        if item.child is None:
            stand.output.add(added)
            return
        answered = item.child.site.type_name
        above = stand.of_types(types).place
        place = child_place(self.graph, above, asked, types, answered)
        added.child = new_output(self.graph, item.child.site, typename=place.abstract)
        stand.output.add(added)
        below = Stand(place, stand.unit, added.child, stand.guard, above=stand)
        self.fill(below, item.child)

    def fill(self, stand: Stand, choice: PlaceChoice) -> None:
        """Adds what a choice resolves at its site to an output, and builds its hops."""
        objects = objects_at(stand.place, choice)
        stands = {name: self._stand_of(stand, choice, name) for name in objects}
        resolved: dict[int, list[tuple[str, FieldChoice]]] = {}
        for type_name, found in objects.items():
            for item in found.local:
                resolved.setdefault(id(item.origin), []).append((type_name, item))
        for origin in fields_in(choice.selections):
            self._spread(stands, choice, resolved.get(id(origin), ()))
        for type_name, found in objects.items():
            self._check(stands[type_name], found)
            self._hops(stands[type_name], found)
        if choice.reentry is not None:
            self.fill(*self.representations.reenter(stand, choice.reentry))

    def _stand_of(self, stand: Stand, choice: PlaceChoice, type_name: str) -> Stand:
        """Returns the stand of one concrete type's objects, with the guard that is theirs."""
        found = choice.objects[type_name]
        stand = replace(stand, type_name=type_name, state=found.state)
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
        self.requirements.book.checks.append(check)

    def _subject(self, stand: Stand, found: ObjectChoice, waiting: Waiting) -> tuple[str, ...]:
        """Has an object's subject value fetched; returns where it stands."""
        assert self.rules is not None  # noqa: S101 - there are guards
        if found.subject is None or found.subject.missing:
            message = f"The subject of {found.type_name} cannot be reached."
            raise PlanningError(message)
        selections = self.rules.subject(found.type_name)
        sources = self.representations.find(stand, found.subject, selections, waiting)
        path: list[str] = []
        while sources:
            source = sources[0]
            if not isinstance(source, KeyField) or len(sources) > 1:
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
            ancestor = type_name if self.graph.supergraph.contexts else ""
            group = self.rules.own_group(type_name, item.field.name) if self.rules else None
            key = (
                id(item.child),
                narrowed,
                id(stand.guard),
                group,
                item.definition is None,
                ancestor,
            )
            groups.setdefault(key, (type_name, item, set()))[2].update(types)
        for type_name, item, names in groups.values():
            stand = stands[type_name]
            found = choice.objects[type_name]
            requirements = self.requirements.of(stand, found, item)
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

    def _hops(self, stand: Stand, found: ObjectChoice) -> None:
        entered = [self.representations.enter(stand, found, hop) for hop in found.hops]
        for hop, unit in zip(found.hops, entered, strict=True):
            target = replace(stand, unit=unit, output=unit.output, entered_from=stand)
            self._fields(target, hop, found, hop.fields)
        for hop, unit in zip(found.hops, entered, strict=True):
            self.representations.connect(stand, hop, unit)
