"""Turns choices into units: what is fetched from one subgraph for the objects of one place.

Each unit knows which units bring the data that it needs; fetches are units put together later.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from graphql import is_abstract_type

from gateway.federation.plan import FieldStep, KeyField, KeyFragment, KeySelection, Path
from gateway.federation.planner.choices import (
    FieldChoice,
    HopChoice,
    ObjectChoice,
    PlaceChoice,
    Site,
)
from gateway.federation.planner.errors import PlanningError, PlanningLimitError
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


UnitKey = tuple[int, str, str, str, int]


@dataclass(slots=True, eq=False)
class UnitBuilder:
    """Builds the units of one operation (of one root field, for mutations)."""

    graph: QueryGraph
    aliases: Aliases
    max_units: int
    units: list[Unit] = field(default_factory=list)
    _known: dict[UnitKey, Unit] = field(default_factory=dict)
    _alive: list[object] = field(default_factory=list)

    def root(self, choice: ObjectChoice) -> None:
        """Builds everything from the choice for the operation's root."""
        place = Place((), choice.type_name, abstract=False)
        units: list[tuple[Unit, HopChoice]] = []
        for hop in choice.hops:
            unit = next((u for u, _ in units if u.subgraph == hop.site.subgraph), None)
            if unit is None:
                unit = self._unit(hop.site)
            units.append((unit, hop))
        for unit, hop in units:
            self._fields(place, unit, unit.output, choice.type_name, hop.fields)

    def _unit(self, site: Site) -> Unit:
        if len(self.units) >= self.max_units:
            message = f"The plan needs more than the {self.max_units} fetches allowed."
            raise PlanningLimitError(message)
        unit = Unit(len(self.units), site.subgraph, new_output(self.graph, site))
        self.units.append(unit)
        return unit

    # -- what a fetch resolves where it stands

    def _fields(
        self, place: Place, unit: Unit, output: Output, type_name: str, chosen: list[FieldChoice]
    ) -> None:
        """Adds the fields of one concrete type to an output."""
        types = frozenset({type_name}) if output.types != {type_name} else output.types
        if type_name == output.site.type_name:
            types = output.types
        for item in chosen:
            self._field(place, unit, output, types, item)

    def _field(
        self, place: Place, unit: Unit, output: Output, types: frozenset[str], item: FieldChoice
    ) -> None:
        child: Output | None = None
        if item.child is not None:
            inside = place if types >= output.types else place.narrowed(types)
            below = self._child_place(inside, item.field, types)
            child = new_output(self.graph, item.child.site, typename=below.abstract)
            output.add(item.field, types, child, _type_text(item))
            self.fill(below, unit, child, item.child)
        else:
            output.add(item.field, types, None, _type_text(item))

    def _child_place(self, place: Place, asked: Field, types: frozenset[str]) -> Place:
        parent = place.type_name
        if len(types) == 1:
            parent = next(iter(types))
        name = self._type_of(parent, asked.name) or self._type_of(min(types), asked.name) or ""
        type_ = self.graph.schema.type_map[name]
        step = FieldStep(asked.response_name)
        return Place((*place.path, step), name, is_abstract_type(type_))

    def _type_of(self, type_name: str, field_name: str) -> str | None:
        type_ = self.graph.schema.type_map.get(type_name)
        definition = getattr(type_, "fields", {}).get(field_name)
        if definition is None:
            return None
        named = definition.type
        while hasattr(named, "of_type"):
            named = named.of_type
        return str(named.name)

    def fill(self, place: Place, unit: Unit, output: Output, choice: PlaceChoice) -> None:
        """Adds what a choice resolves at its site to an output, and builds its hops."""
        if len(output.types) != 1 or output.site.type_name not in output.types:
            output.typename = output.typename or place.abstract
        resolved: dict[int, list[tuple[str, FieldChoice]]] = {}
        for type_name, found in choice.objects.items():
            for item in found.local:
                resolved.setdefault(id(item.origin), []).append((type_name, item))
        for origin in _origins(choice.selections):
            self._spread(place, unit, output, resolved.get(id(origin), ()))
        for type_name, found in choice.objects.items():
            narrowed = place
            if place.abstract and type_name != choice.site.type_name:
                narrowed = place.narrowed(frozenset({type_name}))
            self._hops(narrowed, unit, output, found)
        if choice.reentry is not None:
            self._reentry(place, unit, output, choice.reentry)

    def _spread(
        self,
        place: Place,
        unit: Unit,
        output: Output,
        resolved: Sequence[tuple[str, FieldChoice]],
    ) -> None:
        """Adds one field for all concrete types that resolve it here, alike ones together."""
        groups: dict[tuple[int, int], tuple[FieldChoice, set[str]]] = {}
        for type_name, item in resolved:
            types = {type_name} if type_name in output.types else set(output.types)
            key = (id(item.child), id(item.field) if item.field is not item.origin else 0)
            groups.setdefault(key, (item, set()))[1].update(types)
        for item, names in groups.values():
            self._field(place, unit, output, frozenset(names), item)

    # -- hops

    def _reentry(
        self, place: Place, unit: Unit, output: Output, reentry: tuple[HopChoice, PlaceChoice]
    ) -> None:
        hop, then = reentry
        found = ObjectChoice(hop.move.target, output.site)
        entered = self._entered(place, unit, output, found, hop)
        self._connect(place, unit, output, hop, entered)
        entered.output.typename = True
        self.fill(place, entered, entered.output, then)

    def _hops(self, place: Place, unit: Unit, output: Output, found: ObjectChoice) -> None:
        entered = [self._entered(place, unit, output, found, hop) for hop in found.hops]
        for hop, target in zip(found.hops, entered, strict=True):
            self._fields(place, target, target.output, self._inside(hop, found), hop.fields)
        for hop, target in zip(found.hops, entered, strict=True):
            self._connect(place, unit, output, hop, target)

    def _inside(self, hop: HopChoice, found: ObjectChoice) -> str:
        """Returns the type under which fields stand in a hop's target."""
        return found.type_name if hop.move.target == found.type_name else hop.move.target

    def _entered(
        self, place: Place, unit: Unit, output: Output, found: ObjectChoice, hop: HopChoice
    ) -> Unit:
        """Returns the unit of a hop; one for all hops from the same objects into the same type."""
        requires = id(hop.requires) if hop.requires is not None else 0
        key = (id(output), found.type_name, hop.move.subgraph, hop.move.target, requires)
        known = self._known.get(key)
        if known is not None:
            return known
        target = self._unit(hop.site)
        target.place = place
        target.target = hop.move.target
        target.reentry = hop.move.key is None
        target.needs.add(unit)
        if place.abstract and found.type_name != output.site.type_name:
            target.applies_to = frozenset({found.type_name})
        self._known[key] = target
        self._alive.append((output, hop.requires))
        return target

    def _connect(
        self,
        place: Place,
        unit: Unit,
        output: Output,
        hop: HopChoice,
        target: Unit,
    ) -> None:
        """Has the key and the ``@requires`` input fetched and says where they stand."""
        if hop.move.key is None:
            return
        key = self._sources(place, unit, output, hop.key, hop.move.selections, target)
        target.sources = _joined(target.sources, key)
        if hop.requires is not None:
            inputs = self._sources(place, unit, output, hop.requires, hop.required, target)
            known = {source.name for source in target.sources if isinstance(source, KeyField)}
            target.required |= {
                source.name
                for source in inputs
                if isinstance(source, KeyField) and source.name not in known
            }
            target.sources = _joined(target.sources, inputs)

    def _sources(
        self,
        place: Place,
        unit: Unit,
        output: Output,
        choice: ObjectChoice,
        selections: SelectionSet,
        target: Unit,
    ) -> list[KeySelection]:
        """Has the fields of a FieldSet fetched; returns where they stand."""
        found: list[KeySelection] = []
        for item in choice.local:
            target.needs.add(unit)
            found.append(self._source(place, unit, output, choice.type_name, item, target))
        for hop in choice.hops:
            entered = self._entered(place, unit, output, choice, hop)
            self._connect(place, unit, output, hop, entered)
            target.needs.add(entered)
            inside = self._inside(hop, choice)
            found.extend(
                self._source(place, entered, entered.output, inside, item, target)
                for item in hop.fields
            )
        order = {name: index for index, name in enumerate(_names(selections))}
        found.sort(key=lambda source: order.get(getattr(source, "name", ""), 0))
        return found

    def _source(
        self,
        place: Place,
        unit: Unit,
        output: Output,
        type_name: str,
        item: FieldChoice,
        target: Unit,
    ) -> KeyField:
        asked = item.field
        types = frozenset({type_name}) if type_name in output.types else output.types
        known = output.find(asked, min(types) if types else "")
        if known is None or (known.child is not None and item.child is None):
            known = self._own(output, asked, types, item)
        elif known.own:
            known.types |= types
        nested: tuple[KeySelection, ...] | None = None
        if item.child is not None:
            assert known.child is not None  # noqa: S101 - composite fields have an output below
            below = replace(asked, response_name=known.response_name)
            inside = place if types >= output.types else place.narrowed(types)
            child_place = self._child_place(inside, below, types)
            nested = self._nested(child_place, unit, known.child, item.child, target)
        return KeyField(asked.name, known.response_name, nested)

    def _own(
        self, output: Output, asked: Field, types: frozenset[str], item: FieldChoice
    ) -> OutputField:
        child: Output | None = None
        if item.child is not None:
            child = new_output(self.graph, item.child.site)
        added = OutputField(
            self.aliases.of(asked),
            asked.name,
            asked.arguments,
            (),
            types,
            child,
            own=True,
            type_text=_type_text(item),
        )
        output.fields.append(added)
        return added

    def _nested(
        self, place: Place, unit: Unit, output: Output, choice: PlaceChoice, target: Unit
    ) -> tuple[KeySelection, ...]:
        if len(choice.objects) == 1:
            (found,) = choice.objects.values()
            if found.type_name == choice.site.type_name:
                return tuple(self._sources(place, unit, output, found, choice.selections, target))
        output.typename = True
        found_parts: list[KeySelection] = []
        for type_name, found in choice.objects.items():
            narrowed = place.narrowed(frozenset({type_name}))
            fields = self._sources(narrowed, unit, output, found, choice.selections, target)
            if fields:
                found_parts.append(KeyFragment(frozenset({type_name}), tuple(fields), type_name))
        return tuple(found_parts)


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
