"""Finds how an object's key is had: at its site, or in subgraphs that it was entered in before.

A composite field may come in parts from several subgraphs, where none of them has all that the key
needs of it. A field that its subgraph computes (``@requires``) can be a key's field too; what it
is computed from is then had in the same ways.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from gateway.federation.planner.choices import (
    Entry,
    FieldChoice,
    HopChoice,
    ObjectChoice,
    PlaceChoice,
    Site,
)
from gateway.federation.planner.ground import Chooser, Ground
from gateway.federation.planner.guarding import GuardState
from gateway.federation.planner.units import fields_in
from gateway.federation.query_graph.graph import Target
from gateway.federation.selection import Field, SelectionSet
from gateway.federation.supergraph.model import SubgraphField

Entries: TypeAlias = Mapping[Target, Entry]
"""The entries found so far, by subgraph and type."""


@dataclass(frozen=True, slots=True, eq=False)
class _Offer:
    """A place where a field of the key is resolved; ``entry`` is ``None`` for the site itself."""

    site: Site
    entry: Entry | None
    definition: SubgraphField


@dataclass(slots=True, eq=False)
class KeyFinder:
    """Finds how keys are had."""

    ground: Ground
    chooser: Chooser
    _computing: set[tuple[str, str, str]] = field(default_factory=set)

    def find(
        self, type_name: str, site: Site, selections: SelectionSet, found: Entries
    ) -> ObjectChoice | None:
        """Returns the choice for a key of an object; ``None`` if it cannot be had.

        Args:
            type_name: The object's concrete type.
            site: Where it stands.
            selections: The key's fields, normalized for the type.
            found: Where else it can be entered.
        """
        key = ObjectChoice(type_name, site, state=GuardState.EXEMPT)
        for asked in self.ground.fields(selections, type_name):
            if asked.name == "__typename":
                continue  # a representation has it anyway
            if not self._add(key, asked, found):
                return None
        return key

    def _add(self, key: ObjectChoice, asked: Field, found: Entries) -> bool:
        offers: list[_Offer] = []
        for offer in self._offers(key, asked, found):
            child = self._below(asked, key.type_name, offer)
            if child is None or not child.missing:
                self._take(key, offer, FieldChoice(asked, asked, offer.definition, child))
                return True
            offers.append(offer)
        return self._add_computed(key, asked, found) or self._add_parts(key, asked, offers)

    def _offers(self, key: ObjectChoice, asked: Field, found: Entries) -> Iterator[_Offer]:
        here = self.ground.local(key.site, key.type_name, asked.name)
        if here is not None:
            yield _Offer(key.site, None, here)
        for entry in found.values():
            site = self.ground.site(entry.move.subgraph, entry.move.target)
            there = self.ground.local(site, key.type_name, asked.name)
            if there is not None:
                yield _Offer(site, entry, there)

    def _below(self, asked: Field, type_name: str, offer: _Offer) -> PlaceChoice | None:
        if not asked.selections:
            return None
        target = self.ground.child_site(offer.site, type_name, offer.definition)
        return self.chooser.place(asked.selections, target, GuardState.EXEMPT)

    def _add_parts(self, key: ObjectChoice, asked: Field, offers: list[_Offer]) -> bool:
        """Adds what each place resolves of a composite field, until nothing of it is left."""
        rest = asked
        for offer in offers:
            child = self._below(rest, key.type_name, offer)
            if child is None or not child.resolves_any():
                continue
            self._take(key, offer, FieldChoice(asked, rest, offer.definition, child))
            if not child.missing:
                return True
            rest = replace(rest, selections=self.ground.keep(child.missing))
        return False

    def _take(self, key: ObjectChoice, offer: _Offer, chosen: FieldChoice) -> None:
        below = chosen.child.mask if chosen.child is not None else 0
        entry = offer.entry
        if entry is None:
            key.local.append(chosen)
            key.mask |= below
            return
        key.mask |= entry.mask | (below << (entry.level * self.ground.width))
        for hop in key.hops:
            if hop.move is entry.move and hop.requires is None:
                hop.fields.append(chosen)
                return
        key.hops.append(
            HopChoice(entry.move, offer.site, entry.level, entry.key, entry.mask, fields=[chosen])
        )

    def _add_computed(self, key: ObjectChoice, asked: Field, found: Entries) -> bool:
        """Adds a field that a subgraph computes from others.

        A key is exempt from guards, so nothing that it is computed from may need a permission.
        """
        ground = self.ground
        for entry in found.values():
            move = entry.move
            definition = ground.graph.resolvable(move.subgraph, move.target, asked.name)
            if definition is None or not definition.requires or definition.context_arguments:
                continue
            if self._is_gated(definition.requires):
                continue
            required = ground.graph.normalized(definition.requires, key.type_name)
            inputs = self._inputs(key, (move.subgraph, move.target, asked.name), required, found)
            offer = _Offer(ground.site(move.subgraph, move.target), entry, definition)
            child = self._below(asked, key.type_name, offer)
            if inputs is None or (child is not None and child.missing):
                continue
            level = max(entry.level, 1 + ground.depth(inputs.mask))
            mask = entry.key.mask | inputs.mask | ground.bit(level, move.subgraph)
            hop = HopChoice(
                move, offer.site, level, entry.key, mask, requires=inputs, required=required
            )
            hop.fields.append(FieldChoice(asked, asked, definition, child))
            key.hops.append(hop)
            key.mask |= mask | ((child.mask if child is not None else 0) << (level * ground.width))
            return True
        return False

    def _is_gated(self, selections: SelectionSet) -> bool:
        """Tells whether a field of such a name needs a permission in any type."""
        rules = self.ground.rules
        if rules is None:
            return False
        gated = {name for _, name in rules.spec.groups}
        return not gated.isdisjoint(_names(selections))

    def _inputs(
        self,
        key: ObjectChoice,
        mark: tuple[str, str, str],
        required: SelectionSet,
        found: Entries,
    ) -> ObjectChoice | None:
        if mark in self._computing:
            self.ground.cycles += 1
            return None
        self._computing.add(mark)
        inputs = self.find(key.type_name, key.site, required, found)
        self._computing.discard(mark)
        return inputs


def _names(selections: SelectionSet) -> Iterator[str]:
    """Yields the names of all fields, at any depth."""
    for asked in fields_in(selections):
        yield asked.name
        yield from _names(asked.selections)
