"""Has keys and ``@requires`` inputs fetched and says where representations find them."""

from dataclasses import dataclass, field, replace

from gateway.federation.plan import TYPENAME_KEY, KeyField, KeyFragment, KeySelection
from gateway.federation.planner.aliases import Aliases
from gateway.federation.planner.choices import (
    FieldChoice,
    HopChoice,
    ObjectChoice,
    PlaceChoice,
    type_text,
)
from gateway.federation.planner.errors import PlanningError
from gateway.federation.planner.places import child_place, objects_at
from gateway.federation.planner.requirements import Requirements
from gateway.federation.planner.sources import join_sources
from gateway.federation.planner.units import (
    Output,
    OutputField,
    Requirement,
    Stand,
    Unit,
    UnitList,
    Waiting,
    fields_in,
    new_output,
)
from gateway.federation.query_graph.graph import QueryGraph
from gateway.federation.selection import SelectionSet

UnitKey = tuple[int, str, str, str, int, bool]


@dataclass(slots=True, eq=False)
class Representations:
    """Connects units: the hops from objects to entities, and what these are sent.

    Attributes:
        graph: The query graph.
        aliases: Reserved response names.
        units: Where new units go.
        requirements: Finds what guards must permit.
    """

    graph: QueryGraph
    aliases: Aliases
    units: UnitList
    requirements: Requirements
    _known: dict[UnitKey, Unit] = field(default_factory=dict)
    _alive: list[object] = field(default_factory=list)

    def enter(self, stand: Stand, found: ObjectChoice, hop: HopChoice) -> Unit:
        """Returns the unit of a hop; one for all hops from the same objects into one type."""
        requires = id(hop.requires) if hop.requires is not None else 0
        move = hop.move
        output = stand.output
        key = (
            id(output),
            found.type_name,
            move.subgraph,
            move.target,
            id(hop) if hop.contexts else requires,
            hop.guarded,
        )
        known = self._known.get(key)
        if known is not None:
            return known
        target = self.units.add(hop.site)
        target.place = stand.place
        target.target = move.target
        target.reentry = move.key is None
        target.needs.add(stand.unit)
        if stand.place.abstract and found.type_name != output.site.type_name:
            target.applies_to = frozenset({found.type_name})
        self._known[key] = target
        self._alive.append((output, hop.requires))
        return target

    def connect(self, stand: Stand, hop: HopChoice, target: Unit) -> None:
        """Has the key and the ``@requires`` input fetched and says where they stand."""
        if hop.move.key is None:
            return
        key = self.find(stand, hop.key, hop.move.selections, target)
        target.sources = _joined(target.sources, key)
        if hop.requires is not None:
            inputs = self.find(stand, hop.requires, hop.required, target)
            known = {source.name for source in target.sources if isinstance(source, KeyField)}
            target.required |= {
                source.name
                for source in inputs
                if isinstance(source, KeyField) and source.name not in known
            }
            target.sources = _joined(target.sources, inputs)

    def find(
        self,
        stand: Stand,
        choice: ObjectChoice,
        selections: SelectionSet,
        target: Waiting,
        *,
        own: bool = False,
    ) -> list[KeySelection]:
        """Has the fields of a FieldSet fetched; returns where they stand.

        Args:
            stand: Where the objects stand.
            choice: How the fields are resolved.
            selections: The FieldSet.
            target: What waits for them.
            own: Whether fields that the client asks for will not do.
        """
        found: list[KeySelection] = []
        for item in choice.local:
            target.needs.add(stand.unit)
            found.append(self._source(stand, choice, item, target, own=own))
        for hop in choice.hops:
            unit = self.enter(stand, choice, hop)
            self.connect(stand, hop, unit)
            target.needs.add(unit)
            there = replace(stand, unit=unit, output=unit.output)
            inputs = self.requirements.groups_of(hop.requires)
            found.extend(
                self._source(there, choice, item, target, inputs, own=own) for item in hop.fields
            )
        names = list(dict.fromkeys(field.name for field in fields_in(selections)))
        order = {name: index for index, name in enumerate(names)}
        found.sort(key=lambda source: order.get(getattr(source, "name", ""), 0))
        return found

    def _source(
        self,
        stand: Stand,
        choice: ObjectChoice,
        item: FieldChoice,
        target: Waiting,
        inputs: frozenset[str] = frozenset(),
        *,
        own: bool = False,
    ) -> KeyField:
        asked = item.field
        output = stand.output
        types = output.types & {choice.type_name} or output.types
        requirements = self.requirements.of(stand, choice, item, inputs)
        # Parts of one value object stand in one place of the merged data, under one name.
        own = own or _is_part(choice, item)
        inside = item.child.site if item.child is not None else None
        name = min(types, default="")
        known = output.find(asked, name, requirements, own=own, below=inside)
        if known is None or (known.child is None) != (item.child is None):
            known = self._own(output, types, item, requirements)
        elif known.own:
            known.types |= types
        known.needers.append(target)
        nested: tuple[KeySelection, ...] | None = None
        if item.child is not None:
            assert known.child is not None  # noqa: S101 - composite fields have an output below
            below = replace(asked, response_name=known.response_name)
            answered = item.child.site.type_name
            above = stand.of_types(types).place
            place = child_place(self.graph, above, below, types, answered)
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
            type_text=type_text(item),
            requirements=requirements,
        )
        output.fields.append(added)
        return added

    def _nested(
        self, stand: Stand, choice: PlaceChoice, target: Waiting
    ) -> tuple[KeySelection, ...]:
        only = only_object(choice)
        if only is not None:
            parts = self.find(stand, only, choice.selections, target)
        else:
            parts = self._by_type(stand, choice, target)
        if choice.reentry is not None:
            then = self._nested(*self.reenter(stand, choice.reentry), target)
            parts.extend(part for part in then if part not in parts)
        return tuple(parts)

    def _by_type(self, stand: Stand, choice: PlaceChoice, target: Waiting) -> list[KeySelection]:
        """Has each concrete type's part of a FieldSet fetched; returns where they stand."""
        stand.output.typename = True
        target.needs.add(stand.unit)
        parts: list[KeySelection] = [KeyField("__typename", TYPENAME_KEY)]
        for type_name, found in objects_at(stand.place, choice).items():
            types = frozenset({type_name})
            narrowed = replace(stand, place=stand.place.narrowed(types))
            fields = self.find(narrowed, found, choice.selections, target)
            if fields:
                parts.append(KeyFragment(types, tuple(fields), type_name))
        return parts

    def reenter(
        self, stand: Stand, reentry: tuple[HopChoice, PlaceChoice]
    ) -> tuple[Stand, PlaceChoice]:
        """Has the concrete types of an interface object's objects found out.

        Returns:
            The objects in the answer that tells them, and the choice for the rest from there.
        """
        hop, then = reentry
        found = ObjectChoice(hop.move.target, stand.output.site)
        entered = self.enter(stand, found, hop)
        self.connect(stand, hop, entered)
        entered.output.typename = True
        return replace(stand, unit=entered, output=entered.output), then


def only_object(choice: PlaceChoice) -> ObjectChoice | None:
    """Returns the choice for the objects of a place if all are of the type that the place has."""
    found = next(iter(choice.objects.values()), None)
    if len(choice.objects) == 1 and found is not None:
        return found if found.type_name == choice.site.type_name else None
    return None


def _is_part(choice: ObjectChoice, item: FieldChoice) -> bool:
    """Tells whether other subgraphs resolve the rest of the field."""
    return any(
        other is not item
        and other.field.name == item.field.name
        and other.field.arguments == item.field.arguments
        for fields in (choice.local, *(hop.fields for hop in choice.hops))
        for other in fields
    )


def _joined(known: list[KeySelection], more: list[KeySelection]) -> list[KeySelection]:
    joined = join_sources(known, more)
    if joined is None:
        raise PlanningError("A representation would need one field from two sources.")
    return joined
