"""Writes the walks over the response: gather objects, exchange tagged classes, clear up."""

from collections.abc import Callable
from typing import Any, Final

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
        self.initial_state: list[Any] = [None]
        self._gathered: dict[int, int] = {}
        self._entities: dict[tuple[int, int], int] = {}
        self._shared: dict[Position, int] = {}

    def state(self, initial: object = None) -> int:
        """Return the index of a new piece of state, which begins as ``initial``."""
        self.initial_state.append(initial)
        return len(self.initial_state) - 1

    def entities(self, step: int, representation: int) -> int:
        """Return the index of the entities that a representation brought."""
        key = (step, representation)
        if key not in self._entities:
            self._entities[key] = self.state()
        return self._entities[key]

    def shared(self, position: Position) -> int:
        """Return the index of the objects that the places of a position share."""
        if position not in self._shared:
            self._shared[position] = self.state(())
        return self._shared[position]

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

        position = _shared_position(outline)
        if position is not None:
            name = self.source.name()
            with self.source.block(f"for {name} in S[{self.shared(position)}]:"):
                self._recognise((name, ""), outline, position, found)
            return
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
            self._recognise((name, place), outline, position, found)

        source.each(f"{parent}.{slot.attribute}", slot.type, body, exchanges, self._careful)

    def _recognise(
        self,
        met: tuple[str, str],
        outline: Outline,
        position: Position,
        found: Callable[[str, str], None],
    ) -> None:
        """Write the visit of an object that is met at a position if it is one of an outline."""
        if not position.is_abstract:
            found(*met)
            return
        wanted = self.source.value(self.structs.struct(outline))
        with self.source.block(f"if {met[0]}.__class__ is {wanted}:"):
            found(*met)

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
            self._settle_object(name, position)

        expression = f"{parent}.{slot.attribute}"
        source.each(expression, slot.type, body, careful=self._careful)

    def settle_shared(self, position: Position) -> None:
        """Write the exchange of tagged classes in newly decoded objects that places share."""
        if _is_tagged(position):
            name = self.source.name()
            with self.source.block(f"for {name} in S[{self.shared(position)}]:"):
                self._settle_object(name, position)

    def _settle_object(self, name: str, position: Position) -> None:
        """Write the exchange of the classes of one object at a position, and of those below."""
        if position.is_abstract:
            table = self.source.value(self.structs.exchange)
            self.source.line(f"{name}.__class__ = {table}[{name}.__class__]")
        else:
            self.source.line("pass")
        for outline in position.outlines.values():
            self._settle_below(name, outline, position.is_abstract)

    def _settle_below(self, name: str, outline: Outline, is_abstract: bool) -> None:
        below = [slot for slot in outline.brought if _has_tags(slot.position)]
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
    exchanged: the entity's fields have been copied to all its places by then. One that is shared
    stands for its equals already.
    """
    if outline.parent is None and not _is_list(outline.parent_slot):
        return []
    if _shared_position(outline) is not None:
        return []
    brought = [slot for slot in outline.brought if slot.is_kept and not slot.is_typename]
    if not 0 < len(brought) <= MAX_INTERNED_FIELDS:
        return []
    return brought if all(slot.position is None and is_exact(slot) for slot in brought) else []


def _shared_position(outline: Outline) -> Position | None:
    """Return the position of an object if it is shared there."""
    slot = outline.parent_slot
    if slot is None or slot.position is None or not slot.position.is_shared:
        return None
    return slot.position


def _is_list(slot: Slot | None) -> bool:
    return slot is not None and isinstance(get_nullable_type(slot.type), GraphQLList)


def _has_tags(position: Position | None) -> bool:
    """Return whether anything in a position is decoded into tagged classes with the answer."""
    return position is not None and not position.is_shared and _is_tagged(position)


def _is_tagged(position: Position) -> bool:
    """Return whether objects at a position, or below, are decoded into tagged classes."""
    return position.is_abstract or any(
        _has_tags(slot.position)
        for outline in position.outlines.values()
        for slot in outline.brought
    )
