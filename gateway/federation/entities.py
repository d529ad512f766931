"""Representations: how the gateway names an entity when it asks a subgraph for more of it.

Source: Apollo Federation subgraph specification, "Resolving entity fields": a representation is
the entity's ``__typename``, its key fields and the fields that ``@requires`` names.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from gateway.federation.plan import (
    TYPENAME_KEY,
    KeyField,
    KeyFragment,
    KeySelection,
    Representation,
)
from gateway.federation.response.completion import TYPE_SLOT
from gateway.federation.response.errors import Fault, MergedValue, fault
from gateway.federation.response.values import INVALID_VALUE

InputPlace: TypeAlias = tuple[str, ...]
"""Where a value stands in a representation: names of fields from its top."""

Inputs: TypeAlias = frozenset[InputPlace]
"""The leaves of what a field requires."""

IsObjectType: TypeAlias = Callable[[str], bool]
"""Tells whether a name is that of a concrete type, and not that of an interface object."""

_TYPENAME = "__typename"
_UNTOLD: Final = fault(INVALID_VALUE)
"""Takes away an object whose concrete type its subgraph has not told."""


@dataclass(frozen=True, slots=True)
class BuiltRepresentation:
    """The outcome of building one representation.

    Attributes:
        value: The representation, or ``None`` if a key is null or missing.
        lost: The errors that took keys or required fields away, by place in the representation.
    """

    value: dict[str, Any] | None
    lost: dict[InputPlace, Fault]


def leads_to(place: InputPlace, inputs: Inputs) -> bool:
    """Return whether one of some inputs stands at a place or below it."""
    return any(leaf[: len(place)] == place for leaf in inputs)


class _NoKeyError(Exception):
    """A key field is null or missing, or nothing tells which fields an object has."""


def build_representation(
    representation: Representation, entity: dict[Any, Any], is_object_type: IsObjectType
) -> BuiltRepresentation:
    """Build the representation of an object.

    Keys must be there; what ``@requires`` names is sent as null where it is null.

    Args:
        representation: What it is built of.
        entity: The object in merged data.
        is_object_type: Whether a name is that of a concrete type.
    """
    typename = representation.type_name
    if representation.typename_source is not None:
        found = entity.get(representation.typename_source)
        typename = found if found and found.__class__ is str else typename
    value: dict[str, Any] = {_TYPENAME: typename}
    lost: dict[InputPlace, Fault] = {}
    is_complete = True
    for selection in representation.fields:
        if selection.__class__ is KeyField and selection.selections is None:
            # The common case, written out: this runs for every object of every entity fetch.
            found = entity.get(selection.source)
            if found is not None and found.__class__ is not Fault and found.__class__ is not list:
                value[selection.name] = found
                continue
        builder = _Builder(is_object_type)
        try:
            builder.add(value, (selection,), entity, representation.required)
        except _NoKeyError:
            is_complete = False
        if builder.cause is not None:
            for place, cause in _Losses(is_object_type).of((selection,), entity, ()):
                lost.setdefault(place, cause)
    return BuiltRepresentation(value if is_complete else None, lost)


@dataclass(frozen=True, slots=True)
class _Losses:
    """Finds what errors took away."""

    is_object_type: IsObjectType

    def of(
        self,
        selections: tuple[KeySelection, ...],
        source: dict[Any, Any],
        above: InputPlace,
    ) -> Iterator[tuple[InputPlace, Fault]]:
        """Yield where errors took something away of what is selected, each with the first."""
        for selection in selections:
            if isinstance(selection, KeyField):
                value = source.get(selection.source)
                yield from self._in(selection, value, (*above, selection.name))
            elif source.get(TYPE_SLOT) in selection.types:
                yield from self.of(selection.selections, source, above)

    def _in(
        self, selection: KeyField, value: MergedValue, place: InputPlace
    ) -> Iterator[tuple[InputPlace, Fault]]:
        if value.__class__ is Fault:
            yield place, as_cause(value)
        elif value.__class__ is list:
            for item in value:
                yield from self._in(selection, item, place)
        elif value.__class__ is dict and selection.selections is not None:
            if _is_untold(selection.selections, value, self.is_object_type):
                cause = _why_untold(value)
                if cause is not None:
                    yield place, cause
            else:
                yield from self.of(selection.selections, value, place)


def _is_untold(
    selections: tuple[KeySelection, ...], value: dict[Any, Any], is_object_type: IsObjectType
) -> bool:
    """Return whether nothing tells which of some fragments an object is about."""
    if _told_type(value, is_object_type) is not None:
        return False
    return any(isinstance(selection, KeyFragment) for selection in selections)


def _told_type(value: dict[Any, Any], is_object_type: IsObjectType) -> str | None:
    """Return an object's concrete type; ``None`` where nothing tells it."""
    told: str | None = value.get(TYPE_SLOT)
    return told if told is not None and is_object_type(told) else None


def _why_untold(value: dict[Any, Any]) -> Fault | None:
    """Return why nobody told an object's type; ``None``: nobody knows it, which is no error."""
    lost = value.get(TYPENAME_KEY, _UNTOLD)
    if lost is None:
        return None
    return as_cause(lost) if lost.__class__ is Fault else _UNTOLD


def as_cause(lost: Fault) -> Fault:
    """Return what stands for the effect of a lost input: its first error.

    The path below the input means nothing where its effect is shown.
    """
    return fault(lost.errors[0][0])


class _Builder:
    """Copies key fields out of merged data and remembers the first error in their place.

    ``lenient`` names the fields that may be null; ``None`` stands for all of them.
    """

    def __init__(self, is_object_type: IsObjectType) -> None:
        self.cause: Fault | None = None
        self.is_told = True
        self._is_object_type = is_object_type

    def add(
        self,
        target: dict[str, Any],
        selections: tuple[KeySelection, ...],
        source: dict[Any, Any],
        lenient: frozenset[str] | None,
    ) -> None:
        for selection in selections:
            if not isinstance(selection, KeyField):
                told = _told_type(source, self._is_object_type)
                if told is None:
                    raise _NoKeyError
                if told in selection.types:
                    self.add(target, selection.selections, source, lenient)
                continue
            below = None if lenient is None or selection.name in lenient else frozenset[str]()
            value = self._value(selection, source.get(selection.source), below)
            known = target.get(selection.name)
            if known.__class__ is dict and value.__class__ is dict:
                known.update(value)
            else:
                target[selection.name] = value

    def _value(
        self, selection: KeyField, value: MergedValue, lenient: frozenset[str] | None
    ) -> MergedValue:
        if value.__class__ is Fault:
            self._note(value)
            value = None
        if value is None:
            if lenient is None:
                return None
            raise _NoKeyError
        if selection.selections is None:
            return self._without_faults(value)
        return self.composite(selection.selections, value, lenient)

    def _note(self, lost: Fault) -> None:
        self.cause = self.cause or as_cause(lost)

    def _without_faults(self, value: MergedValue) -> MergedValue:
        """Return a leaf or a list of leaves with nulls where errors took items away."""
        if value.__class__ is list:
            return [self._without_faults(item) for item in value]
        if value.__class__ is Fault:
            self._note(value)
            return None
        return value

    def composite(
        self,
        selections: tuple[KeySelection, ...],
        value: MergedValue,
        lenient: frozenset[str] | None,
    ) -> MergedValue:
        if value.__class__ is list:
            return [self._item(selections, item, lenient) for item in value]
        if value.__class__ is not dict:
            raise _NoKeyError
        if _is_untold(selections, value, self._is_object_type):
            self.is_told = False
            self.cause = self.cause or _why_untold(value)
            if lenient is not None:
                raise _NoKeyError
            return None
        built: dict[str, Any] = {}
        self.add(built, selections, value, lenient)
        return built

    def _item(
        self,
        selections: tuple[KeySelection, ...],
        item: MergedValue,
        lenient: frozenset[str] | None,
    ) -> MergedValue:
        if item.__class__ is Fault:
            self._note(item)
            return None
        return None if item is None else self.composite(selections, item, lenient)


def build_value(
    selections: tuple[KeySelection, ...], value: MergedValue, may_be_null: bool
) -> MergedValue:
    """Build the part of a representation below one composite field.

    Returns ``None`` if a key is missing, an error took something away, or it takes an object's
    concrete type.

    Args:
        selections: What the representation takes of the value.
        value: An object or a list of objects.
        may_be_null: Nulls inside are sent.
    """
    builder = _Builder(_no_object_type)
    try:
        built = builder.composite(selections, value, None if may_be_null else frozenset())
    except _NoKeyError:
        return None
    return built if builder.cause is None and builder.is_told else None


def _no_object_type(_name: str) -> bool:
    return False
