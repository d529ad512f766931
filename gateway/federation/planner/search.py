"""Chooses where every field of an operation is resolved.

For a place (a selection set at a site) each field has options: at the site itself, or after a
hop to another subgraph. The search takes, per place, options that need few sequential hops, and
among these options that add few fetches to those already needed. What a site cannot resolve is
handed back as ``missing`` and tried through another option of the field above, so that value
types split over subgraphs are asked for in each. Choices for the same selections at the same
site are made once, which bounds the work by selections times sites.
"""

from dataclasses import dataclass, field

from gateway.federation.planner.bounds import Bounds
from gateway.federation.planner.choices import (
    FieldChoice,
    HopChoice,
    ObjectChoice,
    PlaceChoice,
    Site,
)
from gateway.federation.planner.entries import EntryFinder
from gateway.federation.planner.errors import PlanningError
from gateway.federation.planner.ground import Ground
from gateway.federation.planner.guarding import GuardRules, GuardState
from gateway.federation.planner.options import Option, OptionFinder
from gateway.federation.planner.resolution import Resolver
from gateway.federation.selection import (
    Field,
    InlineFragment,
    Selection,
    SelectionSet,
    count_fields,
)
from gateway.federation.supergraph.model import TypeKind


@dataclass(slots=True, eq=False)
class Search:
    """The search for one operation.

    Attributes:
        ground: The query graph as the search sees it.
    """

    ground: Ground
    entries: EntryFinder = field(init=False)
    options: OptionFinder = field(init=False)
    resolver: Resolver = field(init=False)
    _objects: dict[tuple[str, int, Site, int], ObjectChoice] = field(default_factory=dict)
    _places: dict[tuple[int, Site, int], PlaceChoice] = field(default_factory=dict)
    _active: set[tuple[str, int, Site, int]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.entries = EntryFinder(self.ground, self)
        self.options = OptionFinder(self.ground, self, self.entries, Bounds(self.ground))
        self.resolver = Resolver(self.ground, self.options)

    def place(
        self, selections: SelectionSet, site: Site, state: GuardState = GuardState.NONE
    ) -> PlaceChoice:
        """Returns the choice for a selection set at a site.

        Args:
            selections: What is selected; identity matters.
            site: Where the objects stand.
            state: What is known of their guard.
        """
        key = (id(selections), site, int(state))
        known = self._places.get(key)
        if known is not None:
            return known
        ground = self.ground
        before = ground.cycles
        choice = self._place(selections, site, state)
        choice.gain = ground.count_leaves(selections) - ground.count_leaves(choice.missing)
        if ground.cycles == before:
            ground.keep(selections)
            self._places[key] = choice
        return choice

    def _place(self, selections: SelectionSet, site: Site, state: GuardState) -> PlaceChoice:
        type_ = self.ground.graph.type(site.subgraph, site.type_name)
        if type_ is None:
            message = f"{site.subgraph} answers with {site.type_name}, which it does not know."
            raise PlanningError(message)
        if type_.is_interface_object:
            return self._interface_object(selections, site, state)
        choice = PlaceChoice(site, selections)
        possible = sorted(self.ground.graph.possible(site.subgraph, site.type_name))
        missing: dict[str, tuple[Field, ...]] = {}
        for name in possible:
            concrete = site
            if name != site.type_name:
                concrete = self.ground.site(site.subgraph, name, site.provided)
            fields = self.ground.fields(selections, name)
            found = self.object(name, fields, concrete, self._entered(name, state))
            choice.objects[name] = found
            choice.mask |= found.mask
            choice.size += found.size
            choice.weight += found.weight
            if found.missing:
                missing[name] = found.missing
        if not possible:
            choice.missing = self._nothing_possible(selections, site)
        elif missing:
            choice.missing = self._join_missing(selections, type_.kind, missing)
        return choice

    def _entered(self, type_name: str, state: GuardState) -> GuardState:
        return (
            self.ground.rules.enter(type_name, state) if self.ground.rules is not None else state
        )

    def _nothing_possible(self, selections: SelectionSet, site: Site) -> SelectionSet:
        """An interface without implementers in its subgraph: only its own fields can be asked."""
        return tuple(
            s
            for s in selections
            if isinstance(s, Field)
            and s.name != "__typename"
            and not self.ground.graph.field(site.subgraph, site.type_name, s.name)
        )

    def _join_missing(
        self, selections: SelectionSet, kind: TypeKind, missing: dict[str, tuple[Field, ...]]
    ) -> SelectionSet:
        """Says what is missing at a place; what was asked of the abstract type stays whole."""
        if kind is TypeKind.OBJECT:
            (fields,) = missing.values()
            return fields
        general = {id(s) for s in selections if isinstance(s, Field)}
        lacking = {id(f) for fields in missing.values() for f in fields}
        found: list[Selection] = [s for s in selections if id(s) in general and id(s) in lacking]
        for name, fields in missing.items():
            special = tuple(f for f in fields if id(f) not in general)
            if special:
                found.append(InlineFragment(name, special))
        return tuple(found)

    def _interface_object(
        self, selections: SelectionSet, site: Site, state: GuardState
    ) -> PlaceChoice:
        """A place where the subgraph sees an interface as an object, of unknown concrete type."""
        general = tuple(s for s in selections if isinstance(s, Field) and s.name != "__typename")
        self.ground.keep(general)
        found = self.object(site.type_name, general, site, self._entered(site.type_name, state))
        choice = PlaceChoice(site, selections, found.mask, {site.type_name: found})
        choice.size, choice.weight = found.size, found.weight
        unresolved = {id(f) for f in general} - {id(f) for f in found.missing}
        rest: list[Selection] = [s for s in selections if id(s) not in unresolved]
        narrowed = {id(f) for f in found.missing} - {id(f) for f in general}
        rest.extend(f for f in found.missing if id(f) in narrowed)
        if not rest:
            return choice
        self._reenter(choice, self.ground.keep(tuple(rest)), state)
        return choice

    def _reenter(self, choice: PlaceChoice, rest: SelectionSet, state: GuardState) -> None:
        best: tuple[tuple[int, int, int], HopChoice, PlaceChoice] | None = None
        for entry in self.entries.of(choice.site.type_name, choice.site).values():
            type_ = self.ground.graph.type(entry.move.subgraph, entry.move.target)
            if type_ is None or type_.kind is not TypeKind.INTERFACE:
                continue
            site = self.ground.site(entry.move.subgraph, entry.move.target)
            then = self.place(rest, site, state)
            mask = entry.mask | (then.mask << (entry.level * self.ground.width))
            rank = (count_fields(then.missing), self.ground.depth(mask), mask.bit_count())
            if best is None or rank < best[0]:
                hop = HopChoice(entry.move, site, entry.level, entry.key, entry.mask)
                best = (rank, hop, then)
        if best is None:
            choice.missing = rest
            return
        _, hop, then = best
        choice.reentry = (hop, then)
        choice.missing = then.missing
        choice.mask |= hop.mask | (then.mask << (hop.level * self.ground.width))
        choice.weight += 1 + then.size + then.weight

    def object(
        self,
        type_name: str,
        fields: tuple[Field, ...],
        site: Site,
        state: GuardState = GuardState.NONE,
    ) -> ObjectChoice:
        """Returns the choice for fields of a concrete type at a site.

        Args:
            type_name: The concrete type; the interface itself at an interface object of unknown
                type.
            fields: What is selected on it; identity matters.
            site: Where the object stands.
            state: What is known of its guard.
        """
        key = (type_name, id(fields), site, int(state))
        known = self._objects.get(key)
        if known is not None:
            return known
        if key in self._active:
            self.ground.cycles += 1
            return ObjectChoice(type_name, site, missing=fields)
        before = self.ground.cycles
        self._active.add(key)
        choice = self._object(ObjectChoice(type_name, site, state=state), fields)
        self._active.discard(key)
        if self.ground.cycles == before:
            self.ground.keep(fields)
            self._objects[key] = choice
        return choice

    def _object(self, choice: ObjectChoice, fields: tuple[Field, ...]) -> ObjectChoice:
        if self.ground.rules is not None:
            self._set_subject(self.ground.rules, choice, fields)
        pending: list[tuple[Field, Option | None]] = []
        for asked in fields:
            self.ground.step()
            if asked.name == "__typename":
                choice.local.append(FieldChoice(asked, asked, None))
                choice.size += 1
                continue
            here = self.options.at_site(choice, asked)
            if here is not None and not here.mask and not here.left:
                choice.local.append(FieldChoice(asked, asked, here.definition, here.child))
                choice.size += 1 + (here.child.size if here.child else 0)
            else:
                pending.append((asked, here))
        if pending:
            self.resolver.resolve(choice, pending)
            place = {id(asked): index for index, asked in enumerate(fields)}
            for chosen in (choice.local, *(hop.fields for hop in choice.hops)):
                chosen.sort(key=lambda item: place[id(item.origin)])
        return choice

    def _set_subject(
        self, rules: GuardRules, choice: ObjectChoice, fields: tuple[Field, ...]
    ) -> None:
        """Finds how an object's own subject value is resolved; it is decided on or checked."""
        type_name = choice.type_name
        if type_name not in rules.spec.subjects or choice.state is GuardState.EXEMPT:
            return
        wanted = self.ground.fields(rules.subject(type_name), type_name)
        choice.subject = self.object(type_name, wanted, choice.site, GuardState.EXEMPT)
        gated = any(rules.group(type_name, asked.name) is not None for asked in fields)
        if choice.subject.missing and (gated or choice.state is not GuardState.OWN):
            message = f"The subject of {type_name} cannot be reached in {choice.site.subgraph}."
            raise PlanningError(message)
        choice.mask |= choice.subject.mask
