"""Chooses where every field of an operation is resolved.

For a place (a selection set at a site) each field has options: at the site itself, or after a
hop to another subgraph. The search takes, per place, options that need few sequential hops, and
among these options that add few fetches to those already needed. What a site cannot resolve is
handed back as ``missing`` and tried through another option of the field above, so that value
types split over subgraphs are asked for in each. Choices for the same selections at the same
site are made once, which bounds the work by selections times sites.
"""

from dataclasses import dataclass, field

from gateway.federation.planner.choices import (
    FieldChoice,
    HopChoice,
    ObjectChoice,
    PlaceChoice,
    Site,
)
from gateway.federation.planner.entries import EntryFinder
from gateway.federation.planner.errors import PlanningError, PlanningLimitError
from gateway.federation.planner.guarding import GuardRules, GuardState
from gateway.federation.planner.options import Option, OptionFinder, count_fields
from gateway.federation.planner.resolution import Resolver
from gateway.federation.query_graph.graph import QueryGraph, provided_below
from gateway.federation.selection import Field, InlineFragment, Selection, SelectionSet
from gateway.federation.supergraph.model import SubgraphField, TypeKind


@dataclass(slots=True, eq=False)
class Search:
    """The search for one operation.

    Attributes:
        graph: The query graph.
        max_steps: Budget of steps.
        rules: What is guarded, ``None`` if nothing is.
        steps: Steps done.
        cycles: Number of times that a choice was asked for while it was being made; results found
            in the shadow of such an event are not kept.
    """

    graph: QueryGraph
    max_steps: int
    rules: GuardRules | None = None
    steps: int = 0
    cycles: int = 0
    width: int = field(init=False)
    entries: EntryFinder = field(init=False)
    options: OptionFinder = field(init=False)
    resolver: Resolver = field(init=False)
    _sites: dict[tuple[str, str, SelectionSet], Site] = field(default_factory=dict)
    _fields: dict[tuple[int, str], tuple[Field, ...]] = field(default_factory=dict)
    _objects: dict[tuple[str, int, Site, int], ObjectChoice] = field(default_factory=dict)
    _places: dict[tuple[int, Site, int], PlaceChoice] = field(default_factory=dict)
    _active: set[tuple[str, int, Site, int]] = field(default_factory=set)
    _alive: list[object] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.width = len(self.graph.order)
        self.entries = EntryFinder(self)
        self.options = OptionFinder(self)
        self.resolver = Resolver(self, self.options)

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

    # -- places

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
        before = self.cycles
        choice = self._place(selections, site, state)
        if self.cycles == before:
            self._alive.append(selections)
            self._places[key] = choice
        return choice

    def _place(self, selections: SelectionSet, site: Site, state: GuardState) -> PlaceChoice:
        type_ = self.graph.type(site.subgraph, site.type_name)
        if type_ is None:
            message = f"{site.subgraph} answers with {site.type_name}, which it does not know."
            raise PlanningError(message)
        if type_.is_interface_object:
            return self._interface_object(selections, site, state)
        choice = PlaceChoice(site, selections)
        possible = sorted(self.graph.possible(site.subgraph, site.type_name))
        missing: dict[str, tuple[Field, ...]] = {}
        for name in possible:
            concrete = site
            if name != site.type_name:
                concrete = self.site(site.subgraph, name, site.provided)
            fields = self.fields(selections, name)
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
        return self.rules.enter(type_name, state) if self.rules is not None else state

    def _nothing_possible(self, selections: SelectionSet, site: Site) -> SelectionSet:
        """An interface without implementers in its subgraph: only its own fields can be asked."""
        return tuple(
            s
            for s in selections
            if isinstance(s, Field)
            and s.name != "__typename"
            and not self.graph.field(site.subgraph, site.type_name, s.name)
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

    def _interface_object(
        self, selections: SelectionSet, site: Site, state: GuardState
    ) -> PlaceChoice:
        """A place where the subgraph sees an interface as an object, of unknown concrete type."""
        general = tuple(s for s in selections if isinstance(s, Field) and s.name != "__typename")
        self._alive.append(general)
        found = self.object(site.type_name, general, site, self._entered(site.type_name, state))
        choice = PlaceChoice(site, selections, found.mask, {site.type_name: found})
        choice.size, choice.weight = found.size, found.weight
        unresolved = {id(f) for f in general} - {id(f) for f in found.missing}
        rest: list[Selection] = [s for s in selections if id(s) not in unresolved]
        narrowed = {id(f) for f in found.missing} - {id(f) for f in general}
        rest.extend(f for f in found.missing if id(f) in narrowed)
        if not rest:
            return choice
        self._reenter(choice, self.keep(tuple(rest)), state)
        return choice

    def keep(self, selections: SelectionSet) -> SelectionSet:
        """Keeps selections alive as long as choices know them by identity."""
        self._alive.append(selections)
        return selections

    def _reenter(self, choice: PlaceChoice, rest: SelectionSet, state: GuardState) -> None:
        best: tuple[tuple[int, int, int], HopChoice, PlaceChoice] | None = None
        for entry in self.entries.of(choice.site.type_name, choice.site):
            type_ = self.graph.type(entry.move.subgraph, entry.move.target)
            if type_ is None or type_.kind is not TypeKind.INTERFACE:
                continue
            site = self.site(entry.move.subgraph, entry.move.target)
            then = self.place(rest, site, state)
            mask = entry.mask | (then.mask << (entry.level * self.width))
            rank = (count_fields(then.missing), self.depth(mask), mask.bit_count())
            if best is None or rank < best[0]:
                hop = HopChoice(entry.move, site, entry.level, entry.key, entry.mask)
                best = (rank, hop, then)
        if best is None:
            choice.missing = rest
            return
        _, hop, then = best
        choice.reentry = (hop, then)
        choice.missing = then.missing
        choice.mask |= hop.mask | (then.mask << (hop.level * self.width))
        choice.weight += 1 + then.size + then.weight

    # -- objects

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
            self.cycles += 1
            return ObjectChoice(type_name, site, missing=fields)
        before = self.cycles
        self._active.add(key)
        choice = self._object(ObjectChoice(type_name, site, state=state), fields)
        self._active.discard(key)
        if self.cycles == before:
            self._alive.append(fields)
            self._objects[key] = choice
        return choice

    def _object(self, choice: ObjectChoice, fields: tuple[Field, ...]) -> ObjectChoice:
        if self.rules is not None:
            self._set_subject(self.rules, choice, fields)
        pending: list[tuple[Field, Option | None]] = []
        for asked in fields:
            self.step()
            if asked.name == "__typename":
                choice.local.append(FieldChoice(asked, asked, None))
                choice.size += 1
                continue
            here = self.options.at_site(choice, asked)
            if here is not None and not here.mask and not here.missing:
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
        wanted = self.fields(rules.subject(type_name), type_name)
        choice.subject = self.object(type_name, wanted, choice.site, GuardState.EXEMPT)
        gated = any(rules.group(type_name, asked.name) is not None for asked in fields)
        if choice.subject.missing and (gated or choice.state is not GuardState.OWN):
            message = f"The subject of {type_name} cannot be reached in {choice.site.subgraph}."
            raise PlanningError(message)
        choice.mask |= choice.subject.mask

    def is_composite(self, subgraph: str, type_name: str) -> bool:
        """Tells whether values of the type have fields."""
        type_ = self.graph.type(subgraph, type_name)
        return type_ is not None and type_.kind in {
            TypeKind.OBJECT,
            TypeKind.INTERFACE,
            TypeKind.UNION,
        }
