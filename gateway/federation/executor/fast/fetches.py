"""The fetches of a plan on its outline: which objects they read and which fields they bring."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from graphql import (
    GraphQLEnumType,
    GraphQLScalarType,
    get_nullable_type,
)

from gateway.federation.executor.fast.outline import (
    Origin,
    Outline,
    Position,
    Slot,
    UnsupportedPlanError,
)
from gateway.federation.executor.fast.outlining import OutlineBuilder
from gateway.federation.executor.steps import Step
from gateway.federation.plan import KeyField, KeySelection, Path, Representation
from gateway.federation.selection import InlineFragment, SelectionSet

_EXACT_SCALARS: Final = frozenset({"Int", "String", "Boolean", "ID"})


def is_exact(slot: Slot) -> bool:
    """Return whether Python holds a field's values equal only if their JSON is equal."""
    named = slot.type and get_nullable_type(slot.type)
    return isinstance(named, GraphQLEnumType) or (
        isinstance(named, GraphQLScalarType) and named.name in _EXACT_SCALARS
    )


@dataclass(frozen=True, slots=True)
class KeyValue:
    """One field of a representation as the fast path reads it from an object.

    Attributes:
        name: Name in the representation.
        slot: Where the value stands.
        may_be_null: A null is sent; otherwise it leaves the entity alone.
        selections: For the plan's own objects: what is taken of them; ``None`` for leaves.
    """

    name: str
    slot: Slot
    may_be_null: bool
    selections: tuple[KeySelection, ...] | None

    @property
    def is_nullable(self) -> bool:
        """Whether the value can be null."""
        return self.slot.is_nullable


@dataclass(frozen=True, slots=True)
class EntityTarget:
    """Objects that a representation is made for.

    Attributes:
        number: Number of the representation.
        outline: The objects.
        keys: The representation's fields.
        typename: What is sent as ``__typename``.
    """

    number: int
    outline: Outline
    keys: tuple[KeyValue, ...]
    typename: str

    @property
    def kind(self) -> tuple[str, ...]:
        """What must be equal for representations to be told apart by their values alone."""
        return (self.typename, *(key.name for key in self.keys))

    @property
    def is_flat(self) -> bool:
        """Whether all fields are leaves that can be told apart by value."""
        return all(key.selections is None and is_exact(key.slot) for key in self.keys)


@dataclass(slots=True)
class EntityRequest:
    """What one call of a fetch asks about one type.

    Attributes:
        origin: Its step and number.
        call: Number of the call.
        type_name: The type in the subgraph.
        selections: What is asked.
        targets: The objects it is made for.
        brought: The fields that its entities bring.
    """

    origin: Origin
    call: int
    type_name: str
    selections: SelectionSet
    targets: list[EntityTarget] = field(default_factory=list)
    brought: list[Slot] = field(default_factory=list)

    @property
    def number(self) -> int:
        """Number of its first representation."""
        assert self.origin.representation is not None  # noqa: S101 # of an entity fetch
        return self.origin.representation

    def attributes(self, target: EntityTarget) -> dict[str, str]:
        """Return the attributes of the fields that an entity brings to a target, by name."""
        slots = target.outline.slots
        return {
            slot.name: slot.attribute
            for slot in self.brought
            if slot.is_kept and slots[slot.name].is_kept
        }


@dataclass(slots=True)
class FastFetch:
    """A fetch on the outline.

    Attributes:
        step: Number of its step.
        brought: Root fields that it brings; empty for entity fetches.
        entities: Its representations; empty for root fetches.
    """

    step: int
    brought: list[Slot] = field(default_factory=list)
    entities: list[EntityRequest] = field(default_factory=list)


def outline_fetch(builder: OutlineBuilder, root: Outline, step: Step) -> FastFetch:
    """Place one fetch on the outline; steps must be placed in their order."""
    fetch = step.fetch
    assert fetch is not None  # noqa: S101 # callers look at the kind of step
    if fetch.contexts:
        raise UnsupportedPlanError("context arguments")
    if fetch.selections and step.paths is not None:
        raise UnsupportedPlanError("root type entered below the root")
    if not fetch.representations:
        return FastFetch(step.index, builder.attach(root, fetch.selections, Origin(step.index)))
    placed = FastFetch(step.index)
    requests: dict[tuple[int, str], EntityRequest] = {}
    for number, item in enumerate(fetch.representations):
        request = requests.setdefault(
            (item.call, item.type_name),
            EntityRequest(Origin(step.index, number), item.call, item.type_name, item.selections),
        )
        if request.selections != item.selections:
            raise UnsupportedPlanError("one type asked for differently in one call")
        request.targets += _targets(builder, root, number, item, item.paths or step.paths or ())
    placed.entities = list(requests.values())
    for request in placed.entities:
        _attach_entities(builder, request)
    return placed


def _targets(
    builder: OutlineBuilder,
    root: Outline,
    number: int,
    representation: Representation,
    paths: tuple[Path, ...],
) -> Iterator[EntityTarget]:
    found: dict[int, Outline] = {}
    for path in paths:
        for outline in builder.at_path(root, path):
            applies_to = representation.applies_to
            if applies_to is None or outline.type_name in applies_to:
                found.setdefault(outline.number, outline)
    for outline in found.values():
        try:
            keys = _keys(outline, representation.fields, representation.required)
        except UnsupportedPlanError:
            outline.is_beyond = True
            continue
        sends_own = representation.typename_source is not None
        typename = outline.type_name if sends_own else representation.type_name
        yield EntityTarget(number, outline, tuple(keys), typename)


def _keys(
    outline: Outline, selections: tuple[KeySelection, ...], required: frozenset[str]
) -> list[KeyValue]:
    keys: list[KeyValue] = []
    for selection in selections:
        if not isinstance(selection, KeyField):
            if outline.type_name in selection.types:
                keys += _keys(outline, selection.selections, required)
            continue
        slot = outline.slots.get(selection.source)
        if slot is None or slot.origin is None or slot.requirements:
            raise UnsupportedPlanError("key that is not at hand")
        slot.is_used = True
        _use_below(slot.position, selection.selections)
        keys.append(
            KeyValue(selection.name, slot, selection.name in required, selection.selections)
        )
    if len({key.name for key in keys}) != len(keys):
        raise UnsupportedPlanError("key field twice")
    return keys


def _use_below(position: Position | None, selections: tuple[KeySelection, ...] | None) -> None:
    """Note which fields of the objects below a key field are needed."""
    for selection in selections or ():
        if not isinstance(selection, KeyField):
            raise UnsupportedPlanError("fragment in a nested key")
        _use_below(None, selection.selections)
        for outline in position.outlines.values() if position is not None else ():
            slot = outline.slots.get(selection.source)
            if slot is None or slot.origin is None or slot.requirements:
                raise UnsupportedPlanError("key that is not at hand")
            slot.is_used = True
            _use_below(slot.position, selection.selections)


def _attach_entities(builder: OutlineBuilder, request: EntityRequest) -> None:
    """Note what the entities bring; objects below them are the same at every target."""
    if not request.targets:
        return
    first, *others = list(dict.fromkeys(target.outline for target in request.targets))
    if any(outline.type_name != request.type_name for outline in (first, *others)):
        _check_no_fragments(request.selections)
    request.brought = builder.attach(first, request.selections, request.origin)
    for slot in request.brought:
        _detach(slot.position)
    for outline in others:
        _share(outline, request)


def _check_no_fragments(selections: SelectionSet) -> None:
    if any(isinstance(item, InlineFragment) for item in selections):
        raise UnsupportedPlanError("fragments on entities of several types")


def _detach(position: Position | None) -> None:
    """Let walks begin at the entities of the answer, not at what they are merged into."""
    if position is not None:
        for outline in position.outlines.values():
            outline.parent = None


def _share(outline: Outline, request: EntityRequest) -> None:
    for slot in request.brought:
        own = outline.slots.get(slot.name)
        if own is None:
            own = Slot(slot.name, slot.attribute, slot.type, False, slot.selections)
            outline.slots[slot.name] = own
        same = (own.client, own.selections, str(own.type)) == (
            slot.client,
            slot.selections,
            str(slot.type),
        )
        if not same or own.origin is not None:
            raise UnsupportedPlanError("entities of one fetch that differ by place")
        own.origin = request.origin
        own.requirements = slot.requirements
        own.position = slot.position
    if {name for name, slot in outline.slots.items() if slot.origin == request.origin} != {
        slot.name for slot in request.brought
    }:
        raise UnsupportedPlanError("entities of one fetch that differ by place")
