"""Chooses where every field of an operation is resolved.

For a place (a selection set at a site) each field has options: at the site itself, or after a
hop to another subgraph. The search takes, per place, options that need few sequential hops, and
among these options that add few fetches to those already needed. What a site cannot resolve is
handed back as ``missing`` and tried through another option of the field above, so that value
types split over subgraphs are asked for in each. Choices for the same selections at the same
site are made once, which bounds the work by selections times sites.
"""

from dataclasses import dataclass, field, replace

from gateway.federation.planner.choices import (
    FieldChoice,
    HopChoice,
    ObjectChoice,
    PlaceChoice,
    Site,
)
from gateway.federation.planner.entries import Entry, EntryFinder
from gateway.federation.planner.errors import PlanningLimitError
from gateway.federation.query_graph.graph import QueryGraph, provided_below
from gateway.federation.selection import Field, InlineFragment, Selection, SelectionSet
from gateway.federation.supergraph.model import SubgraphField, TypeKind


@dataclass(slots=True, eq=False)
class Option:
    """One way to resolve (a part of) a field.

    Attributes:
        entry: The hop, ``None`` for the site itself.
        requires: How the hop's ``@requires`` input is resolved.
        definition: The field in the option's subgraph.
        child: The choice for the sub-selection.
        mask: All fetches needed.
        missing: Number of fields that this option leaves open.
        weight: Number of fields resolved after hops, and of hops.
        rank: Breaks ties.
    """

    entry: Entry | None
    requires: ObjectChoice | None
    definition: SubgraphField
    child: PlaceChoice | None
    level: int
    mask: int
    missing: int
    weight: int
    rank: int


@dataclass(slots=True, eq=False)
class Search:
    """The search for one operation.

    Attributes:
        graph: The query graph.
        max_steps: Budget of steps.
        steps: Steps done.
        cycles: Number of times that a choice was asked for while it was being made; results found
            in the shadow of such an event are not kept.
    """

    graph: QueryGraph
    max_steps: int
    steps: int = 0
    cycles: int = 0
    width: int = field(init=False)
    entries: EntryFinder = field(init=False)
    _sites: dict[tuple[str, str, SelectionSet], Site] = field(default_factory=dict)
    _fields: dict[tuple[int, str], tuple[Field, ...]] = field(default_factory=dict)
    _objects: dict[tuple[str, int, Site], ObjectChoice] = field(default_factory=dict)
    _places: dict[tuple[int, Site], PlaceChoice] = field(default_factory=dict)
    _active: set[tuple[str, int, Site]] = field(default_factory=set)
    _alive: list[object] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.width = len(self.graph.order)
        self.entries = EntryFinder(self)

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

    def place(self, selections: SelectionSet, site: Site) -> PlaceChoice:
        """Returns the choice for a selection set at a site."""
        key = (id(selections), site)
        known = self._places.get(key)
        if known is not None:
            return known
        before = self.cycles
        choice = self._place(selections, site)
        if self.cycles == before:
            self._alive.append(selections)
            self._places[key] = choice
        return choice

    def _place(self, selections: SelectionSet, site: Site) -> PlaceChoice:
        type_ = self.graph.type(site.subgraph, site.type_name)
        assert type_ is not None  # noqa: S101 - sites are made of types that exist
        if type_.is_interface_object:
            return self._interface_object(selections, site)
        choice = PlaceChoice(site, selections)
        possible = sorted(self.graph.possible(site.subgraph, site.type_name))
        missing: dict[str, tuple[Field, ...]] = {}
        for name in possible:
            concrete = site
            if name != site.type_name:
                concrete = self.site(site.subgraph, name, site.provided)
            found = self.object(name, self.fields(selections, name), concrete)
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

    def _interface_object(self, selections: SelectionSet, site: Site) -> PlaceChoice:
        """A place where the subgraph sees an interface as an object, of unknown concrete type."""
        general = tuple(s for s in selections if isinstance(s, Field) and s.name != "__typename")
        self._alive.append(general)
        found = self.object(site.type_name, general, site)
        choice = PlaceChoice(site, selections, found.mask, {site.type_name: found})
        choice.size, choice.weight = found.size, found.weight
        unresolved = {id(f) for f in general} - {id(f) for f in found.missing}
        rest: list[Selection] = [s for s in selections if id(s) not in unresolved]
        narrowed = {id(f) for f in found.missing} - {id(f) for f in general}
        rest.extend(f for f in found.missing if id(f) in narrowed)
        if not rest:
            return choice
        self._reenter(choice, self._keep(tuple(rest)))
        return choice

    def _keep(self, selections: SelectionSet) -> SelectionSet:
        self._alive.append(selections)
        return selections

    def _reenter(self, choice: PlaceChoice, rest: SelectionSet) -> None:
        best: tuple[tuple[int, int, int], HopChoice, PlaceChoice] | None = None
        for entry in self.entries.of(choice.site.type_name, choice.site):
            type_ = self.graph.type(entry.move.subgraph, entry.move.target)
            if type_ is None or type_.kind is not TypeKind.INTERFACE:
                continue
            site = self.site(entry.move.subgraph, entry.move.target)
            then = self.place(rest, site)
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

    def object(self, type_name: str, fields: tuple[Field, ...], site: Site) -> ObjectChoice:
        """Returns the choice for fields of a concrete type at a site.

        Args:
            type_name: The concrete type; the interface itself at an interface object of unknown
            type.
            fields: What is selected on it; identity matters.
            site: Where the object stands.
        """
        key = (type_name, id(fields), site)
        known = self._objects.get(key)
        if known is not None:
            return known
        if key in self._active:
            self.cycles += 1
            return ObjectChoice(type_name, site, missing=fields)
        before = self.cycles
        self._active.add(key)
        choice = self._object(type_name, fields, site)
        self._active.discard(key)
        if self.cycles == before:
            self._alive.append(fields)
            self._objects[key] = choice
        return choice

    def _object(self, type_name: str, fields: tuple[Field, ...], site: Site) -> ObjectChoice:
        choice = ObjectChoice(type_name, site)
        pending: list[tuple[Field, Option | None]] = []
        for asked in fields:
            self.step()
            if asked.name == "__typename":
                choice.local.append(FieldChoice(asked, asked, None))
                choice.size += 1
                continue
            here = self._at_site(type_name, asked, site)
            if here is not None and not here.mask and not here.missing:
                choice.local.append(FieldChoice(asked, asked, here.definition, here.child))
                choice.size += 1 + (here.child.size if here.child else 0)
            else:
                pending.append((asked, here))
        if pending:
            self._resolve(choice, pending)
            place = {id(asked): index for index, asked in enumerate(fields)}
            choice.local.sort(key=lambda local: place[id(local.origin)])
        return choice

    def _at_site(self, type_name: str, asked: Field, site: Site) -> Option | None:
        definition = self.local(site, type_name, asked.name)
        if definition is None:
            return None
        child: PlaceChoice | None = None
        if asked.selections or self.is_composite(site.subgraph, definition.type_name):
            child = self.place(asked.selections, self.child_site(site, type_name, definition))
        return Option(
            entry=None,
            requires=None,
            definition=definition,
            child=child,
            level=0,
            mask=child.mask if child else 0,
            missing=count_fields(child.missing) if child else 0,
            weight=child.weight if child else 0,
            rank=-1,
        )

    def is_composite(self, subgraph: str, type_name: str) -> bool:
        """Tells whether values of the type have fields."""
        type_ = self.graph.type(subgraph, type_name)
        return type_ is not None and type_.kind in {
            TypeKind.OBJECT,
            TypeKind.INTERFACE,
            TypeKind.UNION,
        }

    def _resolve(self, choice: ObjectChoice, pending: list[tuple[Field, Option | None]]) -> None:
        """Chooses options for the fields that the site alone does not resolve."""
        offers: list[tuple[Field, list[Option]]] = []
        for asked, here in pending:
            options = [here] if here is not None else []
            options.extend(self._remote(choice.type_name, asked, choice.site))
            offers.append((asked, options))
        bound = max((_least_depth(self, options) for _, options in offers), default=0)
        for local in choice.local:
            choice.mask |= local.child.mask if local.child else 0
        missing: list[Field] = []
        for asked, options in sorted(offers, key=lambda offer: len(offer[1])):
            rest = self._take(choice, asked, options, bound)
            if rest is not None:
                missing.append(rest)
        choice.missing = tuple(missing)

    def _take(
        self, choice: ObjectChoice, asked: Field, options: list[Option], bound: int
    ) -> Field | None:
        """Takes options for one field until nothing of it is left; returns what is left."""
        rest = asked
        while options:
            best = min(options, key=lambda option: self._rank(choice.mask, option, bound))
            if best.child is not None and best.child.missing and not makes_progress(best.child):
                return rest
            self._add(choice, asked, rest, best)
            if best.child is None or not best.child.missing:
                return None
            rest = replace(rest, selections=self._keep(best.child.missing))
            others = [o for o in options if o is not best]
            options = [self._again(choice, rest, option) for option in others]
        return rest

    def _rank(self, committed: int, option: Option, bound: int) -> tuple[int, ...]:
        depth = self.depth(option.mask)
        fetches = (committed | option.mask).bit_count()
        late = max(0, depth - bound)
        return (option.missing, late, fetches, depth, option.weight, option.rank)

    def _again(self, choice: ObjectChoice, rest: Field, option: Option) -> Option:
        """Evaluates an option anew for what is left of a field."""
        self.step()
        origin = choice.site
        if option.entry is not None:
            move = option.entry.move
            origin = self.site(move.subgraph, move.target)
        child = self.place(
            rest.selections, self.child_site(origin, choice.type_name, option.definition)
        )
        base = option.entry.mask if option.entry else 0
        base |= option.requires.mask if option.requires else 0
        mask = base | (child.mask << (option.level * self.width))
        return Option(
            option.entry,
            option.requires,
            option.definition,
            child,
            option.level,
            mask,
            count_fields(child.missing),
            _weight(child, option.level),
            option.rank,
        )

    def _add(self, choice: ObjectChoice, asked: Field, rest: Field, option: Option) -> None:
        choice.mask |= option.mask
        choice.weight += option.weight
        if option.entry is None:
            choice.size += 1 + (option.child.size if option.child else 0)
        resolved = rest
        if option.child is not None and option.child.missing:
            resolved = replace(rest, selections=option.child.selections)
        chosen = FieldChoice(asked, resolved, option.definition, option.child)
        if option.entry is None:
            choice.local.append(chosen)
            return
        move = option.entry.move
        for hop in choice.hops:
            if (
                hop.move.subgraph == move.subgraph
                and hop.move.target == move.target
                and hop.requires is option.requires
            ):
                hop.fields.append(chosen)
                return
        choice.hops.append(
            HopChoice(
                move=move,
                site=self.site(move.subgraph, move.target),
                level=option.level,
                key=option.entry.key,
                mask=option.entry.mask,
                requires=option.requires,
                required=self._required(choice.type_name, option.definition),
                fields=[chosen],
            )
        )

    def _required(self, type_name: str, definition: SubgraphField) -> SelectionSet:
        if not definition.requires:
            return ()
        return self.graph.normalized(definition.requires, type_name)

    def _remote(self, type_name: str, asked: Field, site: Site) -> list[Option]:
        """Returns the options of a field after a hop."""
        options: list[Option] = []
        for entry in self.entries.of(type_name, site):
            definition = self.graph.resolvable(entry.move.subgraph, entry.move.target, asked.name)
            if definition is None:
                continue
            here = entry.move.subgraph == site.subgraph and entry.move.target == site.type_name
            if here and not definition.requires and not definition.context_arguments:
                continue
            self.step()
            option = self._after(type_name, asked, site, entry, definition)
            if option is not None:
                options.append(option)
        return options

    def _after(
        self,
        type_name: str,
        asked: Field,
        site: Site,
        entry: Entry,
        definition: SubgraphField,
    ) -> Option | None:
        requires: ObjectChoice | None = None
        level = entry.level
        mask = entry.mask
        if definition.requires:
            required = self._required(type_name, definition)
            requires = self.object(type_name, self.fields(required, type_name), site)
            if requires.missing:
                return None
            level = max(level, 1 + self.depth(requires.mask))
            mask = requires.mask | self.bit(level, entry.move.subgraph) | entry.key.mask
        child: PlaceChoice | None = None
        if asked.selections or self.is_composite(entry.move.subgraph, definition.type_name):
            target = self.site(entry.move.subgraph, entry.move.target)
            child = self.place(asked.selections, self.child_site(target, type_name, definition))
            mask |= child.mask << (level * self.width)
        return Option(
            entry=entry,
            requires=requires,
            definition=definition,
            child=child,
            level=level,
            mask=mask,
            missing=count_fields(child.missing) if child else 0,
            weight=_weight(child, level),
            rank=self.graph.order[entry.move.subgraph],
        )


def _least_depth(search: Search, options: list[Option]) -> int:
    if not options:
        return 0
    least = min(option.missing for option in options)
    return min(search.depth(option.mask) for option in options if option.missing == least)


def count_fields(selections: SelectionSet) -> int:
    """Counts the fields of a selection set, nested ones included."""
    return sum(count_fields(s.selections) + (1 if isinstance(s, Field) else 0) for s in selections)


def makes_progress(place: PlaceChoice) -> bool:
    """Tells whether a choice resolves any leaf at all."""
    if place.reentry is not None and makes_progress(place.reentry[1]):
        return True
    for choice in place.objects.values():
        chosen = choice.local + [field for hop in choice.hops for field in hop.fields]
        for item in chosen:
            if item.child is None:
                if item.definition is not None:
                    return True
            elif not item.child.missing or makes_progress(item.child):
                return True
    return False


def _weight(child: PlaceChoice | None, level: int) -> int:
    """Returns the weight of an option after a hop; a root fetch is none."""
    within = child.weight if child else 0
    return within + (2 + (child.size if child else 0) if level else 0)
