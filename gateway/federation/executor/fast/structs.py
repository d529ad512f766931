"""The structs that answers are decoded into and the response is encoded from.

One class per object of the outline, its fields in the client's order. Attributes have neutral
names (``f0``) and only their encoded names are the client's, so that no response name ever is a
Python name. Types carry the API schema's nullability: decoding is the completion, and what does
not fit is left to a slower path.
"""

from collections.abc import Callable, Hashable, Mapping
from functools import reduce
from operator import or_
from typing import Annotated, Any, Final, Literal, TypeAlias
from weakref import WeakValueDictionary

import msgspec
from graphql import (
    GraphQLEnumType,
    GraphQLLeafType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLOutputType,
    is_leaf_type,
)

from gateway.federation.executor.conditions import Permits, refused_group
from gateway.federation.executor.fast.marks import RefusalMarks
from gateway.federation.executor.fast.outline import (
    Origin,
    Outline,
    Position,
    Slot,
    UnsupportedPlanError,
)
from gateway.federation.response.leaves import MAX_INT, MIN_INT

StructType: TypeAlias = type[msgspec.Struct]
Annotation: TypeAlias = Any

_ABSENT: Final = msgspec.UnsetType
_BUILTIN: Final[dict[str, Annotation]] = {
    "Int": Annotated[int, msgspec.Meta(ge=MIN_INT, le=MAX_INT)],
    "Float": int | float,
    "String": str,
    "Boolean": bool,
    "ID": str,
}
_CUSTOM_SCALAR: Final = bool | int | float | str | list | dict
_NO_ERRORS: Final[Annotation] = (
    Annotated[list[Any], msgspec.Meta(max_length=0)] | None | msgspec.UnsetType
)
"""Some servers tell that there are no errors."""

_NO_NAME: Final = "-"
"""Begins encoded names that no answer has: a GraphQL name has no hyphen."""


def leaf_annotation(leaf_type: GraphQLLeafType) -> Annotation:
    """Return the Python type of a non-null leaf."""
    if isinstance(leaf_type, GraphQLEnumType):
        return Literal[tuple(leaf_type.values)]
    return _BUILTIN.get(leaf_type.name, _CUSTOM_SCALAR)


class StructBuilder:
    """Makes the structs of an outline.

    Args:
        pool: The classes that plans share.
        permits: What guards permit; ``None``: all that is guarded is asked.
        refused: What stands for a field whose group is not permitted, by group.
        base: The builder of the classes that tagged ones are exchanged for; ``None``: this one.
    """

    def __init__(
        self,
        pool: "StructPool",
        permits: Permits | None = None,
        refused: "RefusalMarks | None" = None,
        base: "StructBuilder | None" = None,
    ) -> None:
        self.pool = pool
        self._permits = permits
        self.refused = refused or RefusalMarks()
        self._base = base
        self.exchange: dict[StructType, StructType] = {} if base is None else base.exchange
        self._classes: dict[int, StructType] = {}
        self._decoded: dict[int, StructType] = {}

    def permitting(self, permits: Permits) -> "StructBuilder":
        """Return the builder of the classes of answers under a set of permits."""
        return StructBuilder(self.pool, permits, self.refused, self._base or self)

    def struct(self, outline: Outline) -> StructType:
        """Return the class from which an object is encoded."""
        known = self._classes.get(outline.number)
        if known is None:
            fields, names = self._fields(outline, None)
            known = self.pool.define(fields, names, kind=outline.type_name)
            self._classes[outline.number] = known
        return known

    def decoded(self, outline: Outline, tag: str | None) -> StructType:
        """Return the class into which an object is decoded.

        It is the same as that of encoding unless the object's type must be recognised by a tag: a
        tag would be encoded first, so the class is exchanged after decoding.
        """
        if tag is None:
            return self.struct(outline)
        known = self._decoded.get(outline.number)
        if known is None:
            fields, names = self._fields(outline, tag)
            # One class for each place: it says for which class it is exchanged.
            kind = f"{outline.type_name} {outline.number}"
            known = self.pool.define(fields, names, (tag, outline.type_name), kind)
            self._decoded[outline.number] = known
            self.exchange[known] = (self._base or self).struct(outline)
        return known

    def brought(self, slots: list[Slot], tag: tuple[str, str] | None = None) -> StructType:
        """Return a class for the fields that a fetch brings to objects that are there already."""
        slots = [slot for slot in slots if slot.is_kept]
        fields: list[Any] = [(slot.attribute, *self._asked(slot)) for slot in slots]
        names = {slot.attribute: slot.name for slot in slots}
        return self.pool.define(fields, names, tag)

    def _fields(self, outline: Outline, tag: str | None) -> tuple[list[Any], dict[str, str]]:
        fields: list[Any] = []
        names: dict[str, str] = {}
        for slot in outline.slots.values():
            if not slot.is_kept:
                continue
            fields.append((slot.attribute, *self._slot(slot, outline.origin, tag)))
            hidden = slot.name == tag
            names[slot.attribute] = f"{_NO_NAME}{slot.attribute}" if hidden else slot.name
        return fields, names

    def _slot(self, slot: Slot, origin: Origin | None, tag: str | None) -> tuple[Annotation, ...]:
        """Return a slot's annotation and, where answers need not have it, its default."""
        if slot.constant is not None:
            if slot.origin == origin and slot.name != tag and slot.origin is not None:
                return (Literal[slot.constant],)
            return (_ABSENT, slot.constant)
        if slot.denial is not None:
            return (_ABSENT, None)
        if slot.origin == origin:
            return self._asked(slot)
        return (_ABSENT, msgspec.UNSET)

    def _asked(self, slot: Slot) -> tuple[Annotation, ...]:
        """Return the annotation of a field that a fetch asks for if it is permitted."""
        if self._permits is not None:
            group = refused_group(slot.requirements, self._permits)
            if group is not None:
                return (_ABSENT, self.refused.mark(group))
        return (self.annotation(slot),)

    def annotation(self, slot: Slot) -> Annotation:
        """Return the Python type of a field's value."""
        assert slot.type is not None  # noqa: S101 # constants have no annotation
        return self._annotate(slot.type, slot.position)

    def shared(self, slot: Slot) -> Annotation:
        """Return the Python type of one of the objects that stand in a field."""
        assert slot.position is not None  # noqa: S101 # objects stand there
        classes = self._objects(slot.position)
        return classes if isinstance(slot.item_type, GraphQLNonNull) else classes | None

    def _annotate(self, output_type: GraphQLOutputType, position: Position | None) -> Annotation:
        if isinstance(output_type, GraphQLNonNull):
            return self._inner(output_type.of_type, position)
        inner = self._inner(output_type, position)
        return inner if inner in (Any, msgspec.Raw) else inner | None

    def _inner(self, output_type: GraphQLOutputType, position: Position | None) -> Annotation:
        if isinstance(output_type, GraphQLList):
            item = self._annotate(output_type.of_type, position)
            return list[item]  # type: ignore[valid-type] # made at run time
        if is_leaf_type(output_type):
            return leaf_annotation(output_type)
        if position is None:
            return dict[str, Any]
        return msgspec.Raw if position.is_shared else self._objects(position)

    def _objects(self, position: Position) -> Annotation:
        classes = [self.decoded(item, position.tag) for item in position.outlines.values()]
        if not classes:
            raise UnsupportedPlanError("no possible type")
        if position.tag is not None and len(classes) == 1:
            classes.append(self.pool.untold(position.tag))
        return reduce(or_, classes)


class StructPool:
    """Struct classes that several plans share: equal ones are made once and kept while in use.

    Attributes:
        made: Classes made so far; each takes a few kilobytes.
    """

    def __init__(self) -> None:
        self.made = 0
        self._known: WeakValueDictionary[Hashable, StructType] = WeakValueDictionary()

    def untold(self, tag: str) -> StructType:
        """Return a class that no object is decoded into.

        Beside it the tag of another class is required: that of a class alone may be left out.
        """
        return self.define([], {}, (tag, _NO_NAME))

    def define(
        self,
        fields: list[Any],
        names: Mapping[str, str],
        tag: tuple[str, str] | None = None,
        kind: str = "",
        is_key: bool = False,
    ) -> StructType:
        """Return the class with these fields.

        Args:
            fields: Attribute, annotation and perhaps a default of each field.
            names: Encoded names by attribute.
            tag: Name and value of the tag by which objects are recognised.
            kind: Keeps classes apart whose fields are equal: objects of two types are told from
                each other by their class.
            is_key: Instances are keys of dictionaries, never change, and are made by position.
        """
        key = (tuple(map(_field_key, fields)), tuple(names.items()), tag, kind, is_key)
        known = self._known.get(key)
        if known is None:
            self.made += 1
            tag_field, tag_value = tag or (None, None)
            known = self._known[key] = msgspec.defstruct(
                "Answer",
                fields,
                rename=names,
                gc=False,
                kw_only=not is_key,
                frozen=is_key,
                tag_field=tag_field,
                tag=tag_value,
            )
        return known


def _field_key(field: tuple[Any, ...]) -> Hashable:
    # Marks are told apart by identity, all other defaults by value.
    default = field[2] if len(field) > 2 else ...
    return (*field[:2], id(default) if isinstance(default, msgspec.Raw) else default)


def answer_decoder(pool: StructPool, data: StructType) -> Callable[[bytes], Any]:
    """Return the decoder of answers: their ``data``, and no ``errors``."""
    errors = ("errors", _NO_ERRORS, msgspec.UNSET)
    envelope = pool.define([("data", data), errors], {})
    return msgspec.json.Decoder(envelope).decode
