"""Takes options for the fields of an object that its site alone does not resolve."""

from collections import Counter
from dataclasses import dataclass, replace

from gateway.federation.planner.choices import FieldChoice, HopChoice, ObjectChoice
from gateway.federation.planner.ground import Ground
from gateway.federation.planner.offers import Offers
from gateway.federation.planner.options import Candidate, Option, OptionFinder
from gateway.federation.planner.revision import Taken, revise
from gateway.federation.query_graph.graph import Target
from gateway.federation.selection import Field


@dataclass(frozen=True, slots=True, eq=False)
class Resolver:
    """Takes options: few sequential hops first, then few fetches, then few fields elsewhere."""

    ground: Ground
    finder: OptionFinder

    def resolve(self, choice: ObjectChoice, pending: list[tuple[Field, Option | None]]) -> None:
        """Completes a choice.

        Args:
            choice: The choice, with what its site resolves at no cost.
            pending: The other fields, with the option of the site itself if there is one.
        """
        ways = [(asked, here, self.finder.candidates(choice, asked)) for asked, here in pending]
        coverage = Counter(
            (candidate.entry.move.subgraph, candidate.entry.move.target)
            for _, _, candidates in ways
            for candidate in candidates
        )
        before = choice.mask
        missing: list[Field] = []
        taken: list[Taken] = []
        for asked, here, candidates in sorted(ways, key=lambda way: len(way[2]) + bool(way[1])):
            found, rest = self._resolve(choice, asked, here, candidates, coverage)
            choice.mask |= found.mask
            taken.append(found)
            if rest is not None:
                missing.append(rest)
        choice.missing = tuple(missing)
        choice.mask = before | revise(self.ground, before, taken)
        for item in taken:
            for option in item.options:
                self._add(choice, item.asked, option)

    def _resolve(
        self,
        choice: ObjectChoice,
        asked: Field,
        here: Option | None,
        candidates: list[Candidate],
        coverage: Counter[Target],
    ) -> tuple[Taken, Field | None]:
        """Takes options for one field; returns them and what is left of it."""
        is_near = here is not None and not here.left and self.ground.depth(here.mask) <= 1
        if is_near or not candidates:
            return _only(asked, here)
        if here is None and len(candidates) == 1:
            return _only(asked, self.finder.after(choice, asked, candidates[0]))
        leaves = self.ground.count_leaves(asked.selections)
        offers = Offers(self.finder, choice, asked, coverage, leaves)
        offers.begin(here, candidates)
        return self._take(choice.mask, offers)

    def _take(self, committed: int, offers: Offers) -> tuple[Taken, Field | None]:
        """Takes options for one field until nothing of it is left; returns them and what is left.

        An option resolves ever less of what is left. So the best one alone is judged anew: where
        it still is the best by what is left, no other can be better.
        """
        asked = offers.asked
        rest = asked.selections
        taken = Taken(asked, offers)
        while options := offers.options():
            best = self._best(committed | taken.mask, options)
            if best.wanted is not rest:
                offers.replace(best, self.finder.again(offers.choice, asked, rest, best))
                continue
            offers.replace(best, None)
            taken.add(best)
            rest = best.left
            if not rest:
                return taken, None
        return taken, asked if rest is asked.selections else replace(asked, selections=rest)

    def _best(self, committed: int, options: list[Option]) -> Option:
        """Returns the best option: of those that resolve most, the nearest with fewest fetches."""
        if len(options) == 1:
            return options[0]
        depth = self.ground.depth
        most = max(option.gain for option in options)
        leading = [option for option in options if option.gain == most]
        bound = max(depth(committed), min(depth(option.mask) for option in leading))

        def rank(option: Option) -> tuple[int, int, int, int]:
            hops = depth(option.mask)
            fetches = (committed | option.mask).bit_count()
            return (max(0, hops - bound), fetches, hops, option.weight)

        return min(leading, key=rank)

    def _add(self, choice: ObjectChoice, asked: Field, option: Option) -> None:
        choice.weight += option.weight
        child = option.child
        resolved = asked
        if child is not None and child.selections is not asked.selections:
            resolved = replace(asked, selections=child.selections)
        chosen = FieldChoice(asked, resolved, option.definition, child)
        if option.entry is None:
            choice.size += 1 + (child.size if child else 0)
            choice.local.append(chosen)
            return
        self._hop(choice, option).fields.append(chosen)

    def _hop(self, choice: ObjectChoice, option: Option) -> HopChoice:
        """Returns the choice's hop for an option; one for all fields that can share it."""
        entry = option.entry
        assert entry is not None  # noqa: S101 - the caller has checked it
        for hop in choice.hops:
            if (
                hop.move.subgraph == entry.move.subgraph
                and hop.move.target == entry.move.target
                and hop.requires is option.requires
                and hop.guarded == option.guarded
                and not hop.contexts
                and not option.definition.context_arguments
            ):
                return hop
        hop = HopChoice(
            move=entry.move,
            site=self.ground.site(entry.move.subgraph, entry.move.target),
            level=option.level,
            key=entry.key,
            mask=entry.mask,
            requires=option.requires,
            required=self.finder.required(choice.type_name, option.definition),
            guarded=option.guarded,
            contexts=option.definition.context_arguments,
        )
        choice.hops.append(hop)
        return hop


def _only(asked: Field, option: Option | None) -> tuple[Taken, Field | None]:
    """Takes the one option that there is for a field; returns it and what is left of the field."""
    taken = Taken(asked)
    if option is None or not option.resolves_any():
        return taken, asked
    taken.add(option)
    return taken, replace(asked, selections=option.left) if option.left else None
