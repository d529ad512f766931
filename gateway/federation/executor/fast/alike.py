"""Finds the places of an answer whose shared objects are of one kind, and lets these be the same.

The author of a review is asked the same wherever it stands. Where all that a plan does with the
objects of two places is the same, too, those of one are as good as those of the other.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

from gateway.federation.executor.fast.fetches import EntityTarget, FastFetch
from gateway.federation.executor.fast.outline import Outline, Position, Slot

_Shape: TypeAlias = tuple[object, ...]
"""What is done with objects: equal shapes are treated alike."""


def join_alike(fetches: Sequence[FastFetch], outlines: Iterable[Outline]) -> None:
    """Let shared objects of an answer that are treated alike have the same outlines.

    Args:
        fetches: The plan's fetches; they are about the outlines that are left.
        outlines: The objects of the response.
    """
    joining = _Joining(fetches)
    for fetch in fetches:
        joining.join(fetch)
    for outline in outlines:
        for slot in outline.slots.values():
            if slot.position is not None:
                slot.position = joining.instead.get(slot.position, slot.position)
    for fetch in fetches:
        for request in fetch.entities:
            request.targets = [
                target for target in request.targets if target.outline not in joining.dropped
            ]


class _Joining:
    """Finds positions that are alike.

    Attributes:
        instead: Those that others stand for.
        dropped: Their outlines.
    """

    def __init__(self, fetches: Sequence[FastFetch]) -> None:
        self.instead: dict[Position, Position] = {}
        self.dropped: set[Outline] = set()
        self._asked: dict[Outline, list[_Shape]] = {}
        for fetch in fetches:
            for request in fetch.entities:
                for target in request.targets:
                    shape = (request.origin, *_target_shape(target))
                    self._asked.setdefault(target.outline, []).append(shape)

    def join(self, fetch: FastFetch) -> None:
        """Join the positions of one fetch's answer."""
        kinds: list[tuple[_Shape, Position]] = []
        for slots in (fetch.brought, *(request.brought for request in fetch.entities)):
            self._join_in(slots, kinds)

    def _join_in(self, slots: Iterable[Slot], kinds: list[tuple[_Shape, Position]]) -> None:
        for slot in slots:
            position = slot.position
            if position is None:
                continue
            if position.is_shared:
                shape = (str(slot.item_type), *self._shape(position))
                known = next((first for kind, first in kinds if kind == shape), None)
                if known is not None:
                    self.instead[position] = known
                    self.dropped.update(_outlines_in(position))
                    continue
                kinds.append((shape, position))
            for outline in position.outlines.values():
                self._join_in(outline.brought, kinds)

    def _shape(self, position: Position) -> _Shape:
        outlines = tuple(map(self._outline_shape, position.outlines.values()))
        return (position.is_abstract, position.tag, position.is_shared, outlines)

    def _outline_shape(self, outline: Outline) -> _Shape:
        slots = tuple(self._slot_shape(slot, outline) for slot in outline.slots.values())
        return (outline.type_name, outline.is_beyond, self._asked.get(outline), slots)

    def _slot_shape(self, slot: Slot, outline: Outline) -> _Shape:
        is_brought = slot.origin == outline.origin
        below: object = slot.selections
        if slot.position is not None:
            # What a later fetch brings is the same object at all places.
            below = self._shape(slot.position) if is_brought else id(slot.position)
        kept = (slot.client, slot.is_used, slot.is_typename, is_brought or slot.origin)
        value = (slot.constant, slot.denial, slot.requirements)
        return (slot.name, str(slot.type), kept, value, below)


def _target_shape(target: EntityTarget) -> _Shape:
    keys = tuple((key.name, key.slot.name, key.may_be_null, key.selections) for key in target.keys)
    return (target.number, target.typename, keys)


def _outlines_in(position: Position) -> Iterator[Outline]:
    """Return the objects at a position and below that come with the same answer."""
    for outline in position.outlines.values():
        yield outline
        for slot in outline.brought:
            if slot.position is not None:
                yield from _outlines_in(slot.position)
