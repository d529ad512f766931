"""Revises what was taken for one field in the light of what was taken for later ones.

Options are taken field by field, so one that seemed as good as another may turn out to need a
fetch that no other field needs, where the other would not.
"""

from dataclasses import dataclass, field

from gateway.federation.planner.ground import Ground
from gateway.federation.planner.offers import Offers
from gateway.federation.planner.options import Option
from gateway.federation.selection import Field


@dataclass(slots=True, eq=False)
class Taken:
    """What was taken for one field.

    Attributes:
        asked: The field.
        offers: The options that there were; ``None`` if there was one only.
        options: Those taken.
        mask: Fetches that they need.
    """

    asked: Field
    offers: Offers | None = None
    options: list[Option] = field(default_factory=list)
    mask: int = 0

    def add(self, option: Option) -> None:
        """Takes one more option."""
        self.options.append(option)
        self.mask |= option.mask


def revise(ground: Ground, before: int, taken: list[Taken]) -> int:
    """Takes other options where they save fetches or hops; returns all fetches needed.

    Args:
        ground: Tells the depth of masks.
        before: Fetches that are needed anyway.
        taken: What was taken for each field.
    """
    needed, shared = _needed(before, taken)
    for item in taken:
        alone = item.mask & ~shared
        if alone and _revise(ground, item, needed & ~alone):
            needed, shared = _needed(before, taken)
    return needed


def _needed(before: int, taken: list[Taken]) -> tuple[int, int]:
    """Returns all fetches needed, and those of them that are needed whatever one field takes."""
    needed = shared = before
    for item in taken:
        shared |= needed & item.mask
        needed |= item.mask
    return needed, shared


def _revise(ground: Ground, item: Taken, others: int) -> bool:
    """Takes the option that is best beside what other fields need; returns whether it is new."""
    if item.offers is None or len(item.options) != 1 or item.options[0].left:
        return False

    def cost(option: Option) -> tuple[int, int]:
        mask = others | option.mask
        return ground.depth(mask), mask.bit_count()

    known = best = item.options[0]
    for option in item.offers.within(others):
        if cost(option) < cost(best):
            best = option
    item.options, item.mask = [best], best.mask
    return best is not known
