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

    @property
    def may_change(self) -> bool:
        """Whether another option may be taken instead."""
        return self.offers is not None and len(self.options) == 1 and not self.options[0].left

    def add(self, option: Option) -> None:
        """Takes one more option."""
        self.options.append(option)
        self.mask |= option.mask


def revise(ground: Ground, before: int, taken: list[Taken]) -> int:
    """Takes other options where they save fetches or hops; returns all fetches needed.

    Each fetch that might be saved is tried once: all who need it take what is best without it.

    Args:
        ground: Tells the depth of masks.
        before: Fetches that are needed anyway.
        taken: What was taken for each field.
    """
    needed = fixed = before
    for item in taken:
        needed |= item.mask
        if not item.may_change:
            fixed |= item.mask
    open_ = needed & ~fixed
    while open_:
        fetch = open_ & -open_
        open_ ^= fetch
        if needed & fetch:
            needed = _try_without(ground, fetch, before, taken, needed)
    return needed


def _try_without(ground: Ground, fetch: int, before: int, taken: list[Taken], needed: int) -> int:
    """Takes other options for those who need a fetch, if that is better; returns all needed."""
    mask = before
    users: list[Taken] = []
    for item in taken:
        if item.mask & fetch:
            users.append(item)
        else:
            mask |= item.mask
    found: list[tuple[Taken, Option]] = []
    for item in users:
        option = _best(ground, item, mask)
        if option is None:
            return needed
        mask |= option.mask
        found.append((item, option))
    if _cost(ground, mask) >= _cost(ground, needed):
        return needed
    for item, option in found:
        item.options, item.mask = [option], option.mask
    return mask


def _best(ground: Ground, item: Taken, mask: int) -> Option | None:
    """Returns the best option of those that enter by fetches of a mask alone."""
    options = item.offers.within(mask) if item.offers is not None else ()
    return min(options, key=lambda option: _cost(ground, mask | option.mask), default=None)


def _cost(ground: Ground, mask: int) -> tuple[int, int]:
    return ground.depth(mask), mask.bit_count()
