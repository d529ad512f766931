"""Writes how equal objects of an answer are decoded once and shared by their places.

The answer's decoder leaves them as the bytes that they are; equal bytes stand for one object. In
the end each is encoded once too.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
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
class _Shared:
    """A field whose objects are shared.

    Attributes:
        slot: The field.
        known: Name of the :class:`EqualObjects`.
        alike: Name of its method.
        note: Name of the function that notes an object of which it is a field.
        parents: Index of these objects; ``None``: they are not kept, because it holds lists or has
            been copied to other objects by the end.
    """

    slot: Slot
    known: str
    alike: str
    note: str
    parents: int | None


class SharingWriter:
    """Writes the sharing of objects into the source of a plan."""

    def __init__(self, walks: WalkWriter) -> None:
        self._walks = walks
        self._source = walks.source
        self._written: list[_Shared] = []

    def write(self, objects: str, slots: Iterable[Slot]) -> None:
        """Write the decoding of what is shared in newly decoded and settled objects.

        Args:
            objects: The objects.
            slots: Their fields.
        """
        slots = list(slots)
        shared = {id(slot): self._shared(slot, slots) for slot in _shared_in(slots)}
        self._write_all(objects, shared, lambda parent: self._write_slots(parent, slots, shared))

    def _write_below(self, position: Position) -> None:
        """Write the decoding of what is shared in newly decoded objects that are shared."""
        slots = [slot for item in position.outlines.values() for slot in _brought_with(item)]
        shared = {id(slot): self._shared(slot, ()) for slot in _shared_in(slots)}
        objects = f"S[{self._walks.shared(position)}]"
        self._write_all(objects, shared, lambda name: self._write_object(name, position, shared))

    def _write_all(
        self, objects: str, shared: dict[int, _Shared], body: Callable[[str], None]
    ) -> None:
        """Write the visit of objects in which there are shared ones, and what these share."""
        if not shared:
            return
        source, parent = self._source, self._source.name()
        self._written += shared.values()
        for item in shared.values():
            decode = msgspec.json.Decoder(self._walks.structs.shared(item.slot)).decode
            source.line(f"{item.known} = {source.value(EqualObjects)}({source.value(decode)})")
            source.line(f"{item.alike} = {item.known}.alike")
            if item.parents is not None:
                source.line(f"S[{item.parents}] = []")
                source.line(f"{item.note} = S[{item.parents}].append")
        with source.block(f"for {parent} in {objects}:"):
            body(parent)
        for item in shared.values():
            self._write_found(item)

    def _shared(self, slot: Slot, top: Sequence[Slot]) -> _Shared:
        is_list = isinstance(get_nullable_type(slot.type), GraphQLList)
        is_kept = not is_list and not any(item is slot for item in top)
        known, alike, note = (self._source.name() for _ in range(3))
        return _Shared(slot, known, alike, note, self._walks.state(()) if is_kept else None)

    def _write_slots(self, parent: str, slots: list[Slot], shared: dict[int, _Shared]) -> None:
        for slot in slots:
            if id(slot) in shared:
                self._write_shared(parent, shared[id(slot)])
            elif any(_shared_in([slot])):
                self._write_above(parent, slot, shared)

    def _write_above(self, parent: str, slot: Slot, shared: dict[int, _Shared]) -> None:
        """Write the visit of objects below which there are shared ones."""
        position = _position(slot)

        def body(name: str, _place: str) -> None:
            self._write_object(name, position, shared)

        assert slot.type is not None  # noqa: S101 # only constants have none
        self._source.each(f"{parent}.{slot.attribute}", slot.type, body)

    def _write_object(self, name: str, position: Position, shared: dict[int, _Shared]) -> None:
        """Write the visit of an object at a position in which there may be shared ones."""
        for outline in position.outlines.values():
            below = list(_brought_with(outline))
            if any(_shared_in(below)):
                wanted = self._source.value(self._walks.structs.struct(outline))
                head = f"if {name}.__class__ is {wanted}:"
                with self._source.optional_block(head, position.is_abstract):
                    self._write_slots(name, below, shared)

    def _write_shared(self, parent: str, shared: _Shared) -> None:
        source, slot = self._source, shared.slot

        def body(name: str, place: str) -> None:
            text, found = source.name(), source.name()
            with source.block(f"for {text}, {found} in {shared.alike}(len({name}), ()):"):
                source.line(f"if {text} == {name}: break")
            with source.block("else:"):
                source.line(f"{found} = {shared.known}.decoded({name})")
            source.line(f"{place} = {found}")
            if shared.parents is not None:
                source.line(f"{shared.note}({parent})")

        assert slot.type is not None  # noqa: S101 # only constants have none
        source.each(f"{parent}.{slot.attribute}", slot.type, body, exchanges=True)

    def _write_found(self, shared: _Shared) -> None:
        """Write what is kept of the shared objects, their settling, and what they share."""
        position = _position(shared.slot)
        self._source.line(f"S[{self._walks.shared(position)}] = {shared.known}.objects")
        self._walks.settle_shared(position)
        self._write_below(position)

    def write_encoding(self) -> None:
        """Write ``encode_shared(S)``, which exchanges complete objects for their encoded text.

        Objects that a later fetch has brought may stand in those of earlier ones, and those that
        were decoded later in those decoded earlier, and not the other way round.
        """
        source = self._source
        encode, raw = source.value(encode_json), source.value(msgspec.Raw)
        with source.block(f"def {FUNCTION}(S):"):
            for shared in reversed(self._written):
                if shared.parents is None:
                    continue
                index = self._walks.shared(_position(shared.slot))
                texts, item = source.name(), source.name()
                source.line(
                    f"{texts} = {{id({item}): {raw}({encode}({item})) for {item} in S[{index}]}}"
                )
                source.line(f"{texts}[id(None)] = None")
                place = f"{item}.{shared.slot.attribute}"
                with source.block(f"for {item} in S[{shared.parents}]:"):
                    source.line(f"{place} = {texts}[id({place})]")
            source.line("return")


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
