"""Writes how equal objects of an answer are decoded once and shared by their places.

The answer's decoder leaves them as the bytes that they are; equal bytes stand for one object. In
the end each is encoded once too.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final

import msgspec
from graphql import GraphQLList, get_nullable_type

from gateway.federation.executor.fast.equal_objects import EqualObjects
from gateway.federation.executor.fast.fetches import FastFetch
from gateway.federation.executor.fast.outline import Outline, Position, Slot
from gateway.federation.executor.fast.repeats import ObjectPlace
from gateway.federation.executor.fast.walks import WalkWriter
from gateway.federation.executor.requests import encode_json

FUNCTION: Final = "encode_shared"
"""Name of the function that :meth:`SharingWriter.write_encoding` writes."""


def mark_shared(fetch: FastFetch, place: ObjectPlace) -> None:
    """Let the objects at a place of a fetch's answer be shared."""
    _mark(fetch.brought, place)
    for request in fetch.entities:
        _mark(request.brought, place)


def _mark(slots: Iterable[Slot], place: ObjectPlace) -> None:
    first, *rest = place
    for slot in slots:
        if slot.name != first or slot.position is None:
            continue
        if not rest:
            slot.position.is_shared = True
            continue
        for outline in slot.position.outlines.values():
            _mark(_brought_with(outline), tuple(rest))


@dataclass(frozen=True, slots=True)
class _Place:
    """A field where shared objects stand.

    Attributes:
        slot: The field.
        note: Name of the function that notes an object of which it is a field.
        parents: Index of these objects; ``None``: they are not kept, because it holds lists or has
            been copied to other objects by the end.
    """

    slot: Slot
    note: str
    parents: int | None


@dataclass(frozen=True, slots=True)
class _Shared:
    """The objects that are shared at a position.

    Attributes:
        position: The position.
        known: Name of the :class:`EqualObjects`.
        alike: Name of its method.
        places: The fields where they stand.
    """

    position: Position
    known: str
    alike: str
    places: list[_Place] = field(default_factory=list)


class SharingWriter:
    """Writes the sharing of objects into the source of a plan."""

    def __init__(self, walks: WalkWriter) -> None:
        self._walks = walks
        self._source = walks.source
        self._met: dict[Position, _Shared] = {}
        self._written: list[_Shared] = []

    def write(self, objects: str, slots: Iterable[Slot]) -> None:
        """Write the decoding of what is shared in newly decoded and settled objects.

        Args:
            objects: The objects.
            slots: Their fields.
        """
        slots = list(slots)
        places = self._places(slots, slots)
        self._visit(objects, places, lambda parent: self._write_slots(parent, slots, places))

    def write_shared(self) -> None:
        """Write what is done with what an answer's places share, once all of them are written."""
        while self._met:
            shared = next(item for item in self._met.values() if not self._is_inside(item))
            del self._met[shared.position]
            self._written.append(shared)
            position, objects = shared.position, f"S[{self._walks.shared(shared.position)}]"
            self._source.line(f"{objects} = {shared.known}.objects")
            self._walks.settle_shared(position)
            slots = [slot for item in position.outlines.values() for slot in _brought_with(item)]
            places = self._places(slots)
            self._visit(objects, places, partial(self._write_object, position, places))

    def _is_inside(self, shared: _Shared) -> bool:
        """Return whether such objects may also stand in others of which places are written."""
        return any(_holds(other, shared.position) for other in self._met)

    def _places(self, slots: Iterable[Slot], top: Sequence[Slot] = ()) -> dict[int, _Place]:
        """Return the places of shared objects in some fields and below them, by field."""
        return {id(slot): self._place(slot, top) for slot in _shared_in(slots)}

    def _place(self, slot: Slot, top: Sequence[Slot]) -> _Place:
        is_list = isinstance(get_nullable_type(slot.type), GraphQLList)
        is_kept = not is_list and not any(item is slot for item in top)
        parents = self._walks.state(()) if is_kept else None
        place = _Place(slot, self._source.name(), parents)
        position = _position(slot)
        if position not in self._met:
            self._met[position] = self._shared(slot, position)
        self._met[position].places.append(place)
        if parents is not None:
            self._source.line(f"S[{parents}] = []")
            self._source.line(f"{place.note} = S[{parents}].append")
        return place

    def _shared(self, slot: Slot, position: Position) -> _Shared:
        source = self._source
        known, alike = source.name(), source.name()
        decode = msgspec.json.Decoder(self._walks.structs.shared(slot)).decode
        source.line(f"{known} = {source.value(EqualObjects)}({source.value(decode)})")
        source.line(f"{alike} = {known}.alike")
        return _Shared(position, known, alike)

    def _visit(self, objects: str, places: dict[int, _Place], body: Callable[[str], None]) -> None:
        """Write the visit of objects in which there are places of shared ones."""
        if places:
            name = self._source.name()
            with self._source.block(f"for {name} in {objects}:"):
                body(name)

    def _write_slots(self, parent: str, slots: list[Slot], places: dict[int, _Place]) -> None:
        for slot in slots:
            if id(slot) in places:
                self._write_place(parent, places[id(slot)])
            elif any(_shared_in([slot])):
                self._write_above(parent, slot, places)

    def _write_above(self, parent: str, slot: Slot, places: dict[int, _Place]) -> None:
        """Write the visit of objects below which there are shared ones."""
        position = _position(slot)

        def body(name: str, _place: str) -> None:
            self._write_object(position, places, name)

        assert slot.type is not None  # noqa: S101 # only constants have none
        self._source.each(f"{parent}.{slot.attribute}", slot.type, body)

    def _write_object(self, position: Position, places: dict[int, _Place], name: str) -> None:
        """Write the visit of an object at a position in which there may be shared ones."""
        for outline in position.outlines.values():
            below = list(_brought_with(outline))
            if any(_shared_in(below)):
                wanted = self._source.value(self._walks.structs.struct(outline))
                head = f"if {name}.__class__ is {wanted}:"
                with self._source.optional_block(head, position.is_abstract):
                    self._write_slots(name, below, places)

    def _write_place(self, parent: str, written: _Place) -> None:
        source, slot = self._source, written.slot
        shared = self._met[_position(slot)]

        def body(name: str, place: str) -> None:
            text, found = source.name(), source.name()
            with source.block(f"for {text}, {found} in {shared.alike}(len({name}), ()):"):
                source.line(f"if {text} == {name}: break")
            with source.block("else:"):
                source.line(f"{found} = {shared.known}.decoded({name})")
            source.line(f"{place} = {found}")
            if written.parents is not None:
                source.line(f"{written.note}({parent})")

        assert slot.type is not None  # noqa: S101 # only constants have none
        source.each(f"{parent}.{slot.attribute}", slot.type, body, exchanges=True)

    def write_encoding(self) -> None:
        """Write ``encode_shared(S)``, which exchanges complete objects for their encoded text.

        Objects that a later fetch has brought may stand in those of earlier ones, and those that
        were decoded later in those decoded earlier, and not the other way round.
        """
        with self._source.block(f"def {FUNCTION}(S):"):
            for shared in reversed(self._written):
                places = [place for place in shared.places if place.parents is not None]
                if places:
                    self._write_texts(self._walks.shared(shared.position), places)
            self._source.line("return")

    def _write_texts(self, index: int, places: list[_Place]) -> None:
        source = self._source
        encode, raw = source.value(encode_json), source.value(msgspec.Raw)
        texts, item = source.name(), source.name()
        source.line(f"{texts} = {{id({item}): {raw}({encode}({item})) for {item} in S[{index}]}}")
        source.line(f"{texts}[id(None)] = None")
        for place in places:
            value = f"{item}.{place.slot.attribute}"
            with source.block(f"for {item} in S[{place.parents}]:"):
                source.line(f"{value} = {texts}[id({value})]")


def _position(slot: Slot) -> Position:
    assert slot.position is not None  # noqa: S101 # objects stand there
    return slot.position


def _shared_in(slots: Iterable[Slot]) -> Iterator[Slot]:
    """Return the fields of shared objects among these and below them, not inside such objects."""
    for slot in slots:
        if slot.position is None:
            continue
        if slot.position.is_shared:
            yield slot
            continue
        for outline in slot.position.outlines.values():
            yield from _shared_in(_brought_with(outline))


def _brought_with(outline: Outline) -> Iterator[Slot]:
    """Return the fields that come with an object and that the structs need."""
    return (slot for slot in outline.brought if slot.is_kept)


def _holds(shared: Position, position: Position) -> bool:
    """Return whether objects of a position may stand in others, below their fields."""
    return any(
        slot.position is not None
        and (slot.position is position or _holds(slot.position, position))
        for outline in shared.outlines.values()
        for slot in outline.brought
    )
