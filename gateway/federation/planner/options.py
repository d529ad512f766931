"""Options: the ways to resolve one field from one site."""

from dataclasses import dataclass, replace
from typing import NamedTuple

from gateway.federation.planner.bounds import Bounds
from gateway.federation.planner.choices import Entry, ObjectChoice, PlaceChoice, Site
from gateway.federation.planner.entries import EntryFinder
from gateway.federation.planner.ground import Chooser, Ground
from gateway.federation.planner.guarding import GuardState, below, below_guarded
from gateway.federation.selection import Field, SelectionSet
from gateway.federation.supergraph.model import SubgraphField

_SETTLED = frozenset({GuardState.ROOT, GuardState.DECIDED, GuardState.EXEMPT})


@dataclass(slots=True, eq=False)
class Option:
    """One way to resolve (a part of) a field.

    Attributes:
        entry: The hop, ``None`` for the site itself.
        requires: How the hop's ``@requires`` input is resolved.
        definition: The field in the option's subgraph.
        child: The choice for the sub-selection.
        level: Hops after the fetch of the site.
        base: Fetches needed without those below the field.
        mask: All fetches needed.
        wanted: The sub-selection, or what was left of it when the option was judged.
        left: What of that this option leaves open.
        guarded: The field may be fetched only after the object's guard was asked.
    """

    entry: Entry | None
    requires: ObjectChoice | None
    definition: SubgraphField
    child: PlaceChoice | None
    level: int
    base: int
    mask: int
    wanted: SelectionSet
    left: SelectionSet
    guarded: bool = False

    @property
    def gain(self) -> int:
        """Number of leaves of the sub-selection that this option resolves."""
        return self.child.gain if self.child else 0

    def resolves_any(self) -> bool:
        """Tells whether this option resolves the field, or any leaf of its sub-selection."""
        return self.child is None or not self.child.missing or self.child.resolves_any()

    @property
    def weight(self) -> int:
        """Number of fields resolved after hops, and of hops; root fetches are none."""
        within = self.child.weight if self.child else 0
        return within + (2 + (self.child.size if self.child else 0) if self.level else 0)


class Candidate(NamedTuple):
    """A hop after which a field can be resolved; there are many of them.

    Attributes:
        entry: The hop.
        definition: The field there.
        leaves: Number of leaves of the sub-selection that can be resolved there at most.
        guarded: It may be taken only after the object's guard was asked.
    """

    entry: Entry
    definition: SubgraphField
    leaves: int
    guarded: bool


@dataclass(frozen=True, slots=True, eq=False)
class OptionFinder:
    """Finds the options of fields."""

    ground: Ground
    chooser: Chooser
    entries: EntryFinder
    bounds: Bounds

    def at_site(self, choice: ObjectChoice, asked: Field) -> Option | None:
        """Returns the option to resolve a field where the object stands."""
        ground = self.ground
        definition = ground.local(choice.site, choice.type_name, asked.name)
        if definition is None or self._must_wait(choice, asked):
            return None
        child = self._child(choice, asked, choice.site, definition, below(choice.state))
        mask = child.mask if child else 0
        return Option(None, None, definition, child, 0, 0, mask, asked.selections, _left(child))

    def _must_wait(self, choice: ObjectChoice, asked: Field) -> bool:
        rules = self.ground.rules
        if rules is None or choice.state in _SETTLED or not choice.site.subgraph:
            return False
        return rules.group(choice.type_name, asked.name) is not None

    def _child(
        self,
        choice: ObjectChoice,
        asked: Field,
        site: Site,
        definition: SubgraphField,
        state: GuardState,
    ) -> PlaceChoice | None:
        ground = self.ground
        if not asked.selections and not ground.is_composite(site.subgraph, definition.type_name):
            return None
        if not choice.site.subgraph and ground.rules is not None:
            state = ground.rules.below_root(choice.type_name, asked.name)
        target = ground.child_site(site, choice.type_name, definition)
        return self.chooser.place(asked.selections, target, state)

    def candidates(self, choice: ObjectChoice, asked: Field) -> list[Candidate]:
        """Returns the hops after which a field can be resolved."""
        found: list[Candidate] = []
        entries = self.entries.of(choice.type_name, choice.site)
        if not entries:
            return found
        ground = self.ground
        guarded = self._must_wait(choice, asked)
        may_wait = not guarded and self._may_wait(choice, asked)
        homes = self.bounds.homes(choice.type_name, asked)
        reached = [
            (entries[home], *homes[home])
            for home in homes
            if home in entries and ground.graph.takes(home[1], asked.name, asked.arguments)
        ]
        for entry, definition, leaves in sorted(reached, key=lambda item: item[0].level):
            waits = guarded or definition.requires or definition.context_arguments
            if not entry.is_back or waits:
                found.append(Candidate(entry, definition, leaves, guarded))
            if may_wait:
                found.append(Candidate(entry, definition, leaves, guarded=True))
        return found

    def _may_wait(self, choice: ObjectChoice, asked: Field) -> bool:
        """Tells whether a field may wait for the guard for the sake of what is below it."""
        unsettled = choice.state in {GuardState.OWN, GuardState.PENDING}
        return self.ground.rules is not None and unsettled and bool(asked.selections)

    def after(self, choice: ObjectChoice, asked: Field, candidate: Candidate) -> Option | None:
        """Returns the option to resolve a field after a hop, if its input can be had."""
        ground = self.ground
        ground.step()
        entry, definition, guarded = candidate.entry, candidate.definition, candidate.guarded
        requires: ObjectChoice | None = None
        level = entry.level
        base = entry.key.mask
        if definition.requires:
            required = self.required(choice.type_name, definition)
            fields = ground.fields(required, choice.type_name)
            requires = self.chooser.object(choice.type_name, fields, choice.site, choice.state)
            if requires.missing:
                return None
            level = max(level, 1 + ground.depth(requires.mask))
            base |= requires.mask
        if guarded and choice.subject is not None:
            level = max(level, 1 + ground.depth(choice.subject.mask))
            base |= choice.subject.mask
        base |= ground.bit(level, entry.move.subgraph)
        target = ground.site(entry.move.subgraph, entry.move.target)
        state = below_guarded(choice.state) if guarded else below(choice.state)
        child = self._child(choice, asked, target, definition, state)
        mask = base | (child.mask << (level * ground.width) if child else 0)
        return Option(
            entry,
            requires,
            definition,
            child,
            level,
            base,
            mask,
            asked.selections,
            _left(child),
            guarded,
        )

    def required(self, type_name: str, definition: SubgraphField) -> SelectionSet:
        """Returns the ``@requires`` input of a field, normalized for a type."""
        if not definition.requires:
            return ()
        return self.ground.graph.normalized(definition.requires, type_name)

    def again(
        self, choice: ObjectChoice, asked: Field, rest: SelectionSet, option: Option
    ) -> Option | None:
        """Returns an option anew for what is left of a field; ``None`` if it resolves none of it.

        Only what it is not known to leave open is asked of it again.

        Args:
            choice: The choice for the object.
            asked: The field.
            rest: What is left of its sub-selection.
            option: The option, judged by more than that.
        """
        ground = self.ground
        ground.step()
        part = ground.without(rest, option.left)
        if not part:
            return None
        left = ground.without(rest, part)
        child = self._again_below(choice, asked, part, option)
        if child.missing:  # some types lack what others have: the parts do not tell that
            child = self._again_below(choice, asked, rest, option)
            left = child.missing
        mask = option.base | (child.mask << (option.level * ground.width))
        judged = replace(option, child=child, mask=mask, wanted=rest, left=left)
        return judged if judged.resolves_any() else None

    def _again_below(
        self, choice: ObjectChoice, asked: Field, part: SelectionSet, option: Option
    ) -> PlaceChoice:
        origin = choice.site
        if option.entry is not None:
            origin = self.ground.site(option.entry.move.subgraph, option.entry.move.target)
        state = below_guarded(choice.state) if option.guarded else below(choice.state)
        child = self._child(
            choice, replace(asked, selections=part), origin, option.definition, state
        )
        assert child is not None  # noqa: S101 - something of the sub-selection is left
        return child


def _left(child: PlaceChoice | None) -> SelectionSet:
    return child.missing if child is not None else ()
