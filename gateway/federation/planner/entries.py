"""Finds by which hops an object's entity can be entered in other subgraphs.

Forward chaining: first the moves whose keys the site itself resolves, then those whose keys are
resolved by what has been reached so far, and so on. A compound key may come from several
subgraphs.
"""

from dataclasses import dataclass, field

from gateway.federation.planner.choices import (
    FieldChoice,
    HopChoice,
    ObjectChoice,
    PlaceChoice,
    Site,
)
from gateway.federation.planner.ground import Chooser, Ground
from gateway.federation.planner.guarding import GuardState
from gateway.federation.query_graph.graph import Move
from gateway.federation.selection import Field
from gateway.federation.supergraph.model import SubgraphField


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """A way into a subgraph from a site.

    Attributes:
        move: The last move.
        key: How its key is resolved at the place.
        level: Hops after the fetch in which the site stands.
        mask: Fetches needed, the target's included.
        is_back: The move leads back to the type in the subgraph where the object stands.
    """

    move: Move
    key: ObjectChoice
    level: int
    mask: int
    is_back: bool = False


@dataclass(slots=True, eq=False)
class EntryFinder:
    """Finds entries and keeps them, per type and site."""

    ground: Ground
    chooser: Chooser
    _known: dict[tuple[str, Site], tuple[Entry, ...]] = field(default_factory=dict)
    _active: set[tuple[str, Site]] = field(default_factory=set)

    def of(self, type_name: str, site: Site) -> tuple[Entry, ...]:
        """Returns the entries of an object of the type at the site, nearest first."""
        key = (type_name, site)
        known = self._known.get(key)
        if known is not None:
            return known
        if key in self._active:
            self.ground.cycles += 1
            return ()
        before = self.ground.cycles
        self._active.add(key)
        found = self._at_root(type_name, site) if not site.subgraph else self._find(*key)
        self._active.discard(key)
        if self.ground.cycles == before:
            self._known[key] = found
        return found

    def _at_root(self, type_name: str, site: Site) -> tuple[Entry, ...]:
        """Before any fetch, every subgraph's root type is at hand."""
        ground = self.ground
        return tuple(
            Entry(
                Move(subgraph, type_name, None, ()),
                ObjectChoice(type_name, site),
                0,
                ground.bit(0, subgraph),
            )
            for subgraph in ground.graph.order
            if ground.graph.type(subgraph, type_name) is not None
        )

    def _find(self, type_name: str, site: Site) -> tuple[Entry, ...]:
        found: dict[tuple[str, str], Entry] = {}
        moves = self.ground.graph.moves(type_name)
        while True:
            fresh: dict[tuple[str, str], Entry] = {}
            for move in moves:
                target = (move.subgraph, move.target)
                if target in found:
                    continue
                entry = self._entry(type_name, site, move, found)
                if entry is not None and (
                    target not in fresh or _cost(entry) < _cost(fresh[target])
                ):
                    fresh[target] = entry
            if not fresh:
                return tuple(found.values())
            nearest = min(entry.level for entry in fresh.values())
            found.update({t: entry for t, entry in fresh.items() if entry.level == nearest})

    def _entry(
        self,
        type_name: str,
        site: Site,
        move: Move,
        found: dict[tuple[str, str], Entry],
    ) -> Entry | None:
        self.ground.step()
        key = ObjectChoice(type_name, site, state=GuardState.EXEMPT)
        for asked in self.ground.fields(move.selections, type_name):
            if not self._add_key_field(key, asked, found):
                return None
        level = 1 + self.ground.depth(key.mask)
        is_back = move.subgraph == site.subgraph and move.target == site.type_name
        mask = key.mask | self.ground.bit(level, move.subgraph)
        return Entry(move, key, level, mask, is_back)

    def _add_key_field(
        self, key: ObjectChoice, asked: Field, found: dict[tuple[str, str], Entry]
    ) -> bool:
        ground = self.ground
        if asked.name == "__typename":
            return True  # a representation has it anyway
        definition = ground.local(key.site, key.type_name, asked.name)
        if definition is not None:
            usable, child = self._below(asked, key.site, key.type_name, definition)
            if usable:
                key.local.append(FieldChoice(asked, asked, definition, child))
                key.mask |= child.mask if child else 0
                return True
        for entry in found.values():
            target = ground.site(entry.move.subgraph, entry.move.target)
            definition = ground.local(target, key.type_name, asked.name)
            if definition is None:
                continue
            usable, child = self._below(asked, target, key.type_name, definition)
            if usable:
                self._add_hop(key, entry, FieldChoice(asked, asked, definition, child))
                return True
        return False

    def _below(
        self, asked: Field, site: Site, type_name: str, definition: SubgraphField
    ) -> tuple[bool, PlaceChoice | None]:
        if not asked.selections:
            return True, None
        child = self.chooser.place(
            asked.selections,
            self.ground.child_site(site, type_name, definition),
            GuardState.EXEMPT,
        )
        return not child.missing, child

    def _add_hop(self, key: ObjectChoice, entry: Entry, chosen: FieldChoice) -> None:
        ground = self.ground
        key.mask |= entry.mask
        if chosen.child is not None:
            key.mask |= chosen.child.mask << (entry.level * ground.width)
        for hop in key.hops:
            if hop.move is entry.move:
                hop.fields.append(chosen)
                return
        site = ground.site(entry.move.subgraph, entry.move.target)
        hop = HopChoice(entry.move, site, entry.level, entry.key, entry.mask, fields=[chosen])
        key.hops.append(hop)


def _cost(entry: Entry) -> tuple[int, int]:
    return entry.level, entry.mask.bit_count()
