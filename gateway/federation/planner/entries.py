"""Finds by which hops an object's entity can be entered in other subgraphs.

Forward chaining: first the moves whose keys the site itself resolves, then those whose keys are
resolved by what has been reached so far, and so on. A compound key may come from several
subgraphs.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from gateway.federation.planner.choices import Entry, ObjectChoice, Site
from gateway.federation.planner.ground import Chooser, Ground
from gateway.federation.planner.keys import KeyFinder
from gateway.federation.query_graph.graph import Move, Target


@dataclass(slots=True, eq=False)
class EntryFinder:
    """Finds entries and keeps them, per type and site."""

    ground: Ground
    chooser: Chooser
    keys: KeyFinder = field(init=False)
    _known: dict[tuple[str, Site], Mapping[Target, Entry]] = field(default_factory=dict)
    _active: set[tuple[str, Site]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.keys = KeyFinder(self.ground, self.chooser)

    def of(self, type_name: str, site: Site) -> Mapping[Target, Entry]:
        """Returns the entries of an object of the type at the site, nearest first.

        Those that are as near stand in the order of the moves.
        """
        key = (type_name, site)
        known = self._known.get(key)
        if known is not None:
            return known
        if key in self._active:
            self.ground.cycles += 1
            return {}
        before = self.ground.cycles
        self._active.add(key)
        found = self._at_root(type_name, site) if not site.subgraph else self._find(*key)
        self._active.discard(key)
        if self.ground.cycles == before:
            self._known[key] = found
        return found

    def _at_root(self, type_name: str, site: Site) -> dict[Target, Entry]:
        """Before any fetch, every subgraph's root type is at hand."""
        ground = self.ground
        return {
            (subgraph, type_name): Entry(
                Move(subgraph, type_name, None, ()),
                ObjectChoice(type_name, site),
                0,
                ground.bit(0, subgraph),
            )
            for subgraph in ground.graph.order
            if ground.graph.type(subgraph, type_name) is not None
        }

    def _find(self, type_name: str, site: Site) -> dict[Target, Entry]:
        found: dict[Target, Entry] = {}
        moves = self.ground.graph.moves(type_name)
        while True:
            fresh: dict[Target, Entry] = {}
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
                return found
            nearest = min(entry.level for entry in fresh.values())
            found.update({t: entry for t, entry in fresh.items() if entry.level == nearest})

    def _entry(
        self,
        type_name: str,
        site: Site,
        move: Move,
        found: dict[Target, Entry],
    ) -> Entry | None:
        self.ground.step()
        key = self.keys.find(type_name, site, move.selections, found)
        if key is None:
            return None
        level = 1 + self.ground.depth(key.mask)
        is_back = move.subgraph == site.subgraph and move.target == site.type_name
        mask = key.mask | self.ground.bit(level, move.subgraph)
        return Entry(move, key, level, mask, is_back)


def _cost(entry: Entry) -> tuple[int, int]:
    return entry.level, entry.mask.bit_count()
