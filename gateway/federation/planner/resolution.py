"""Takes options for the fields of an object that its site alone does not resolve."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from gateway.federation.planner.choices import FieldChoice, HopChoice, ObjectChoice, PlaceChoice
from gateway.federation.planner.options import Option, OptionFinder
from gateway.federation.selection import Field

if TYPE_CHECKING:
    from gateway.federation.planner.search import Search


@dataclass(frozen=True, slots=True, eq=False)
class Resolver:
    """Takes options: few sequential hops first, then few fetches, then few fields elsewhere."""

    search: "Search"
    finder: OptionFinder

    def resolve(self, choice: ObjectChoice, pending: list[tuple[Field, Option | None]]) -> None:
        """Completes a choice.

        Args:
            choice: The choice, with what its site resolves at no cost.
            pending: The other fields, with the option of the site itself if there is one.
        """
        offers: list[tuple[Field, list[Option]]] = []
        for asked, here in pending:
            options = [here] if here is not None else []
            options.extend(self.finder.remote(choice, asked))
            offers.append((asked, options))
        bound = max((self._least_depth(options) for _, options in offers), default=0)
        missing: list[Field] = []
        for asked, options in sorted(offers, key=lambda offer: len(offer[1])):
            rest = self._take(choice, asked, options, bound)
            if rest is not None:
                missing.append(rest)
        choice.missing = tuple(missing)

    def _least_depth(self, options: list[Option]) -> int:
        if not options:
            return 0
        least = min(option.missing for option in options)
        return min(self.search.depth(o.mask) for o in options if o.missing == least)

    def _take(
        self, choice: ObjectChoice, asked: Field, options: list[Option], bound: int
    ) -> Field | None:
        """Takes options for one field until nothing of it is left; returns what is left."""
        rest = asked
        while options:
            best = min(options, key=lambda option: self._rank(choice.mask, option, bound))
            if best.child is not None and best.child.missing and not _makes_progress(best.child):
                return rest
            self._add(choice, asked, rest, best)
            if best.child is None or not best.child.missing:
                return None
            rest = replace(rest, selections=self.search.keep(best.child.missing))
            others = [option for option in options if option is not best]
            options = [self.finder.again(choice, rest, option) for option in others]
        return rest

    def _rank(self, committed: int, option: Option, bound: int) -> tuple[int, ...]:
        depth = self.search.depth(option.mask)
        fetches = (committed | option.mask).bit_count()
        order = self.search.graph.order
        rank = -1 if option.entry is None else order[option.entry.move.subgraph]
        return (option.missing, max(0, depth - bound), fetches, depth, option.weight, rank)

    def _add(self, choice: ObjectChoice, asked: Field, rest: Field, option: Option) -> None:
        choice.mask |= option.mask
        choice.weight += option.weight
        resolved = rest
        if option.child is not None and option.child.missing:
            resolved = replace(rest, selections=option.child.selections)
        chosen = FieldChoice(asked, resolved, option.definition, option.child)
        if option.entry is None:
            choice.size += 1 + (option.child.size if option.child else 0)
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
            ):
                return hop
        hop = HopChoice(
            move=entry.move,
            site=self.search.site(entry.move.subgraph, entry.move.target),
            level=option.level,
            key=entry.key,
            mask=entry.mask,
            requires=option.requires,
            required=self.finder.required(choice.type_name, option.definition),
            guarded=option.guarded,
        )
        choice.hops.append(hop)
        return hop


def _makes_progress(place: PlaceChoice) -> bool:
    """Tells whether a choice resolves any leaf at all."""
    if place.reentry is not None and _makes_progress(place.reentry[1]):
        return True
    for choice in place.objects.values():
        chosen = choice.local + [item for hop in choice.hops for item in hop.fields]
        for item in chosen:
            if item.child is None:
                if item.definition is not None:
                    return True
            elif not item.child.missing or _makes_progress(item.child):
                return True
    return False
