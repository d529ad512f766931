"""Writes the walks over the response: gather objects, exchange tagged classes, clear up."""

from collections.abc import Callable
from typing import Final

import msgspec
from graphql import GraphQLList, get_nullable_type

from gateway.federation.executor.fast.fetches import is_exact
from gateway.federation.executor.fast.outline import Outline, Position, Slot
from gateway.federation.executor.fast.source import Source
from gateway.federation.executor.fast.structs import StructBuilder

ROOT: Final = 0
"""Index of the response's root object in an execution's state."""

MAX_INTERNED_FIELDS: Final = 3


class WalkWriter:
    """Writes the walks of one plan into one source.

    An execution's state is a list ``S``; each piece of it has a fixed index.

    Args:
        structs: The classes of the plan's objects.
        root: The response's root.
        targets: Objects that entity fetches are about. Their lists are gathered once, and walks to
            what stands below begin there.
        interns: Equal objects may stand for each other.
        careful: Marks and faults may stand in the place of values.
    """

    def __init__(
        self,
        structs: StructBuilder,
        root: Outline,
        targets: list[Outline],
        interns: bool = True,
        careful: bool = False,
    ) -> None:
        self._interns = interns
        self._careful = careful
        self.source = Source()
        self.structs = structs
        self._root = root
        self._targets = {outline.number for outline in targets}
        self._size = 1
        self._gathered: dict[int, int] = {}
        self._entities: dict[tuple[int, int], int] = {}

    @property
    def state_size(self) -> int:
        """Number of pieces of state."""
        return self._size

    def state(self) -> int:
        """Return the index of a new piece of state."""
        self._size += 1
        return self._size - 1

    def entities(self, step: int, representation: int) -> int:
        """Return the index of the entities that a representation brought."""
        key = (step, representation)
        if key not in self._entities:
            self._entities[key] = self.state()
        return self._entities[key]

    def gather(self, outline: Outline) -> str:
        """Return an expression for the list of all objects of an outline.

        May write a function: not to be called inside a block.
        """
        if outline is self._root:
            return f"(S[{ROOT}],)"
        if outline.number not in self._gathered:
            self._gathered[outline.number] = self.state()
            self._write_gather(outline)
        return f"gather_{outline.number}(S)"

    def _write_gather(self, outline: Outline) -> None:
        self._prepare_lineage(outline.parent)
        source, index = self.source, self._gathered[outline.number]
        interned = _interned(outline) if self._interns else []
        with source.block(f"def gather_{outline.number}(S):"):
            source.line(f"L = S[{index}]")
            with source.block("if L is not None:"):
                source.line("return L")
            source.line("D = {}" if interned else f"L = S[{index}] = []")
            source.line("known = D.setdefault" if interned else "add = L.append")

            def found(name: str, place: str) -> None:
                if not interned:
                    source.line(f"add({name})")
                    return
                same = source.name()
                key = ", ".join(f"{name}.{item.attribute}" for item in interned)
                key = f"({key})" if len(interned) > 1 else key
                source.line(f"{same} = known({key}, {name})")
                with source.block(f"if {same} is not {name}:"):
                    source.line(f"{place} = {same}")

            self._enter_from_above(outline, found, exchanges=bool(interned))
            if interned:
                source.line(f"L = S[{index}] = list(D.values())")
            source.line("return L")

    def _prepare_lineage(self, outline: Outline | None) -> None:
        while outline is not None and outline is not self._root:
            if outline.number in self._targets:
                self.gather(outline)
                return
            outline = outline.parent

    def _visit(self, outline: Outline, found: Callable[[str, str], None]) -> None:
        """Write the visit of all objects of an outline."""
        if outline is self._root or outline.number in self._targets:
            name = self.source.name()
            with self.source.block(f"for {name} in {self.gather(outline)}:"):
                found(name, "")
        else:
            self._enter_from_above(outline, found)

    def _enter_from_above(
        self, outline: Outline, found: Callable[[str, str], None], exchanges: bool = False
    ) -> None:
        def enter(parent: str, _place: str) -> None:
            self.enter(parent, outline, found, exchanges)

        if outline.parent is not None:
            self._visit(outline.parent, enter)
            return
        origin = outline.origin
        assert origin is not None  # noqa: S101 # it stands in an entity's answer
        assert origin.representation is not None  # noqa: S101 # else it had a parent
        name = self.source.name()
        entities = self.entities(origin.step, origin.representation)
        with self.source.block(f"for {name} in S[{entities}]:"):
            enter(name, "")

    def enter(
        self,
        parent: str,
        outline: Outline,
        found: Callable[[str, str], None],
        exchanges: bool = False,
    ) -> None:
        """Write the visit of the objects of an outline in its parent's field."""
        slot = outline.parent_slot
        assert slot is not None  # noqa: S101 # only the root has none
        source, position = self.source, slot.position
        assert position is not None  # noqa: S101 # an outline stands there
        assert slot.type is not None  # noqa: S101 # only constants have none

        def body(name: str, place: str) -> None:
            if not position.is_abstract:
                found(name, place)
                return
            wanted = source.value(self.structs.struct(outline))
            with source.block(f"if {name}.__class__ is {wanted}:"):
                found(name, place)

        source.each(f"{parent}.{slot.attribute}", slot.type, body, exchanges, self._careful)

    def settle(self, objects: str, slots: list[Slot]) -> None:
        """Write the exchange of tagged classes in newly decoded objects for those of encoding."""
        slots = [slot for slot in slots if _has_tags(slot.position)]
        if not slots:
            return
        name = self.source.name()
        with self.source.block(f"for {name} in {objects}:"):
            for slot in slots:
                self._settle_slot(name, slot)

    def _settle_slot(self, parent: str, slot: Slot) -> None:
        source, position = self.source, slot.position
        assert position is not None  # noqa: S101 # callers look
        assert slot.type is not None  # noqa: S101 # only constants have none

        def body(name: str, _place: str) -> None:
            if position.is_abstract:
                table = source.value(self.structs.exchange)
                source.line(f"{name}.__class__ = {table}[{name}.__class__]")
            else:
                source.line("pass")
            for outline in position.outlines.values():
                self._settle_below(name, outline, position.is_abstract)

        expression = f"{parent}.{slot.attribute}"
        source.each(expression, slot.type, body, careful=self._careful)

    def _settle_below(self, name: str, outline: Outline, is_abstract: bool) -> None:
        below = [
            slot
            for slot in outline.slots.values()
            if slot.origin == outline.origin and _has_tags(slot.position)
        ]
        if not below:
            return
        wanted = self.source.value(self.structs.struct(outline))
        head = f"if {name}.__class__ is {wanted}:"
        with self.source.optional_block(head, is_abstract):
            for slot in below:
                self._settle_slot(name, slot)

    def write_clearing(self, outlines: list[Outline]) -> None:
        """Write ``clear(S)``, which takes the plan's own fields out of the response."""
        source = self.source
        own: list[tuple[str, list[Slot]]] = []
        for outline in outlines:
            slots = [slot for slot in outline.slots.values() if slot.is_kept and not slot.client]
            if slots:
                own.append((self.gather(outline), slots))
        unset = source.value(msgspec.UNSET)
        with source.block("def clear(S):"):
            for gathered, slots in own:
                name = source.name()
                with source.block(f"for {name} in {gathered}:"):
                    for slot in slots:
                        source.line(f"{name}.{slot.attribute} = {unset}")
            source.line(f"return S[{ROOT}]")


def _interned(outline: Outline) -> list[Slot]:
    """Return the fields by which equal objects of an outline can stand for each other.

    That is so where all that an object brings are a few leaves: what is merged into it later
    depends on nothing else. An object that stands directly under a field of an entity cannot be
    exchanged: the entity's fields have been copied to all its places by then.
    """
    if outline.parent is None and not _is_list(outline.parent_slot):
        return []
    brought = [
        slot for slot in outline.slots.values() if slot.origin == outline.origin and slot.is_kept
    ]
    brought = [slot for slot in brought if not slot.is_typename]
    if not 0 < len(brought) <= MAX_INTERNED_FIELDS:
        return []
    return brought if all(slot.position is None and is_exact(slot) for slot in brought) else []


def _is_list(slot: Slot | None) -> bool:
    return slot is not None and isinstance(get_nullable_type(slot.type), GraphQLList)


def _has_tags(position: Position | None) -> bool:
    """Return whether anything in a position is decoded into tagged classes."""
    if position is None:
        return False
    return position.is_abstract or any(
        slot.origin == outline.origin and _has_tags(slot.position)
        for outline in position.outlines.values()
        for slot in outline.slots.values()
    )
