"""Takes options for the fields of an object that its site alone does not resolve."""

from collections import Counter
from dataclasses import dataclass, replace

from gateway.federation.planner.choices import FieldChoice, HopChoice, ObjectChoice
from gateway.federation.planner.ground import Ground
from gateway.federation.planner.options import Candidate, Option, OptionFinder
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
        offers = [(asked, here, self.finder.candidates(choice, asked)) for asked, here in pending]
        coverage = Counter(
            (candidate.entry.move.subgraph, candidate.entry.move.target)
            for _, _, candidates in offers
            for candidate in candidates
        )
        missing: list[Field] = []
        for asked, here, candidates in sorted(offers, key=lambda o: len(o[2]) + bool(o[1])):
            options = self._options(choice, asked, here, candidates, coverage)
            rest = self._take(choice, asked, options)
            if rest is not None:
                missing.append(rest)
        choice.missing = tuple(missing)

    def _options(
        self,
        choice: ObjectChoice,
        asked: Field,
        here: Option | None,
        candidates: list[Candidate],
        coverage: Counter[tuple[str, str]],
    ) -> list[Option]:
        """Evaluates options, the promising ones first, until one cannot be beaten."""
        depth = self.ground.depth
        if here is not None and not here.left and depth(here.mask) <= 1:
            return [here]
        options = [here] if here is not None else []

        def promise(candidate: Candidate) -> tuple[int, int, int]:
            entry = candidate.entry
            new = entry.mask & ~choice.mask
            covered = coverage[entry.move.subgraph, entry.move.target]
            return (1 if new else 0, entry.level, -covered)

        for candidate in sorted(candidates, key=promise):
            option = self.finder.after(choice, asked, candidate)
            if option is None:
                continue
            options.append(option)
            new = option.mask & ~choice.mask & ~candidate.entry.mask
            if not option.left and not new and not here:
                break
        return options

    def _take(self, choice: ObjectChoice, asked: Field, options: list[Option]) -> Field | None:
        """Takes options for one field until nothing of it is left; returns what is left.

        An option resolves ever less of what is left. So the best one alone is judged anew: where
        it still is the best by what is left, no other can be better.
        """
        rest = asked.selections
        options = [option for option in options if option.resolves_any()]
        while options:
            best = self._best(choice.mask, options)
            place = options.index(best)
            if best.wanted is not rest:
                again = self.finder.again(choice, asked, rest, best)
                options[place : place + 1] = [again] if again is not None else []
                continue
            del options[place]
            self._add(choice, asked, best)
            rest = best.left
            if not rest:
                return None
        return asked if rest is asked.selections else replace(asked, selections=rest)

    def _best(self, committed: int, options: list[Option]) -> Option:
        """Returns the best option: of those that resolve most, the nearest with fewest fetches."""
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
        choice.mask |= option.mask
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
