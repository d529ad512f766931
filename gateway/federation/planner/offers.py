"""The options for one field of an object, the promising ones first.

What a subgraph can resolve at most is known before a search. So an option is judged only when it
may resolve as much as the best of those that are judged already.
"""

from bisect import insort
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from gateway.federation.planner.choices import ObjectChoice
from gateway.federation.planner.options import Candidate, Option, OptionFinder
from gateway.federation.query_graph.graph import Target
from gateway.federation.selection import Field

Order: TypeAlias = tuple[int, int, int, int]


@dataclass(slots=True, eq=False)
class Offers:
    """The options for one field.

    Attributes:
        finder: Judges candidates.
        choice: The choice for the object; what it needs changes while options are taken.
        asked: The field.
        coverage: How many fields of the object each entry may resolve.
        leaves: Number of leaves of the field's sub-selection.
        judged: The options that are judged and resolve anything, with their order.
        deferred: The candidates that are not judged yet, with their order.
        whole: The candidates that may resolve all, in order.
        here: The option of the site itself.
    """

    finder: OptionFinder
    choice: ObjectChoice
    asked: Field
    coverage: Counter[Target]
    leaves: int
    judged: list[tuple[Order, Option]] = field(default_factory=list)
    deferred: list[tuple[int, int, Candidate]] = field(default_factory=list)
    whole: list[tuple[Order, Candidate]] = field(default_factory=list)
    here: Option | None = None
    _known: dict[Order, Option | None] = field(default_factory=dict)
    _mask: int = field(init=False)

    def __post_init__(self) -> None:
        self._mask = self.choice.mask

    def begin(self, here: Option | None, candidates: list[Candidate]) -> None:
        """Judges what may resolve all, until an option cannot be beaten.

        Args:
            here: The option of the site itself.
            candidates: The others.
        """
        self.here = here
        if here is not None:
            self._add((-1, 0, 0, 0), here)
        for index, candidate in enumerate(candidates):
            if candidate.leaves >= self.leaves:
                self.whole.append((self._order(index, candidate), candidate))
            elif candidate.leaves:
                self.deferred.append((candidate.leaves, -index, candidate))
        self.whole.sort(key=lambda item: item[0])
        for order, candidate in self.whole:
            option = self._judge(order, candidate)
            if option is None or option.left or here is not None:
                continue
            if not option.mask & ~self._mask & ~candidate.entry.mask:
                break
        self.deferred.sort(key=lambda item: item[:2])

    def options(self) -> list[Option]:
        """Returns the options of which one is the best, in order."""
        while self.deferred:
            most = max((option.gain for _, option in self.judged), default=0)
            if self.deferred[-1][0] < most:
                break
            _, place, candidate = self.deferred.pop()
            self._judge(self._order(-place, candidate), candidate)
        return [option for _, option in self.judged]

    def within(self, mask: int) -> Iterator[Option]:
        """Yields the options that resolve all and enter by fetches of a mask alone, in order."""
        if self.here is not None and not self.here.left:
            yield self.here
        for order, candidate in self.whole:
            if candidate.entry.mask & ~mask:
                continue
            is_known = order in self._known
            option = self._known[order] if is_known else self._judge(order, candidate)
            if option is not None and not option.left:
                yield option

    def replace(self, option: Option, judged: Option | None) -> None:
        """Puts an option that was judged anew in its place; ``None`` takes the option away."""
        place = next(p for p, (_, known) in enumerate(self.judged) if known is option)
        order = self.judged[place][0]
        self.judged[place : place + 1] = [(order, judged)] if judged is not None else []

    def _order(self, index: int, candidate: Candidate) -> Order:
        entry = candidate.entry
        covered = self.coverage[entry.move.subgraph, entry.move.target]
        return (1 if entry.mask & ~self._mask else 0, entry.level, -covered, index)

    def _judge(self, order: Order, candidate: Candidate) -> Option | None:
        option = self.finder.after(self.choice, self.asked, candidate)
        self._known[order] = option
        if option is not None:
            self._add(order, option)
        return option

    def _add(self, order: Order, option: Option) -> None:
        if option.resolves_any():
            insort(self.judged, (order, option), key=lambda item: item[0])
