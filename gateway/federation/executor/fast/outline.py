"""The outline of a response: which object stands where, and which fetch brings which field.

Made once per plan by running it symbolically. Where something is beyond it,
:class:`UnsupportedPlanError` says so and neither the fast path nor the careful one is compiled.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from graphql import (
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    get_named_type,
    get_nullable_type,
    is_composite_type,
    is_object_type,
)

from gateway.federation.plan import FieldStep, Path
from gateway.federation.response.fields import TypeConditions, collect_fields, merged_selections
from gateway.federation.selection import (
    Denial,
    Field,
    GroupRequirement,
    SelectionSet,
)

MAX_OUTLINES: Final = 400
"""Objects of the response, by position and type, up to which a plan is compiled."""


class UnsupportedPlanError(Exception):
    """The plan has something that only the general path does."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where values come from: a step's root answer, or one of its representations.

    Attributes:
        step: Number of the step.
        representation: Number of the representation; ``None`` for root fetches.
    """

    step: int
    representation: int | None = None


@dataclass(eq=False, slots=True)
class Slot:
    """One field of an outline.

    Attributes:
        name: Response name.
        attribute: Name of the attribute in the structs, the same for a response name everywhere.
        type: The field's type; ``None`` where it is constant.
        client: The client asked for it.
        selections: What is selected below: by the client, or by the fetch that brings one of the
            plan's own fields.
        origin: Which fetch brings it; ``None`` if none has been seen.
        constant: The value, where it is known at plan time (``__typename``).
        is_typename: The field is ``__typename``.
        denial: Why it is always null.
        position: What stands below; ``None`` for leaves and for the plan's own objects.
        is_used: One of the plan's own fields that a representation needs.
        requirements: The groups that guards must permit for it to be asked.
    """

    name: str
    attribute: str
    type: GraphQLOutputType | None
    client: bool
    selections: SelectionSet = ()
    origin: Origin | None = None
    constant: str | None = None
    is_typename: bool = False
    denial: Denial | None = None
    position: "Position | None" = None
    is_used: bool = False
    requirements: tuple[GroupRequirement, ...] = ()

    @property
    def is_nullable(self) -> bool:
        """Whether the field may be null."""
        return not isinstance(self.type, GraphQLNonNull)

    @property
    def item_type(self) -> GraphQLOutputType | None:
        """The type of what stands in the field, be it in lists or not."""
        item_type = self.type
        while isinstance(inner := get_nullable_type(item_type), GraphQLList):
            item_type = inner.of_type
        return item_type

    @property
    def is_kept(self) -> bool:
        """Whether the structs need the field."""
        return self.client or self.is_used


@dataclass(eq=False, slots=True)
class Outline:
    """An object of the response at one position and of one concrete type.

    Attributes:
        number: Its number.
        type_name: Its concrete type.
        slots: Its fields: the client's in order, then the plan's own.
        origin: The fetch that brings the object itself.
        parent: The outline above; ``None`` at the root and at the top of an entity fetch's answer.
        parent_slot: The field of ``parent`` under which it stands.
        is_beyond: The plan does something with it that only the general path does. Answers that
            bring such an object are left to the general path.
    """

    number: int
    type_name: str
    slots: dict[str, Slot] = field(default_factory=dict)
    origin: Origin | None = None
    parent: "Outline | None" = None
    parent_slot: Slot | None = None
    is_beyond: bool = False

    @property
    def brought(self) -> "Iterator[Slot]":
        """The fields that the fetch brings which brings the object itself."""
        return (slot for slot in self.slots.values() if slot.origin == self.origin)


@dataclass(eq=False, slots=True)
class Position:
    """The value of a composite field.

    Attributes:
        outlines: Possible objects by concrete type.
        is_abstract: The concrete type is only known at run time.
        tag: Response name under which the fetch brings the typename; ``None`` if it is not needed.
        is_shared: Equal objects of an answer are decoded once and stand at all their places.
    """

    outlines: dict[str, Outline]
    is_abstract: bool
    tag: str | None = None
    is_shared: bool = False


class OutlineBuilder:
    """Builds the outline of an operation and fills in which fetch brings what.

    Args:
        schema: The API schema.
        full_schema: The supergraph's schema, inaccessible elements included.
        types: Which concrete types a composite type has.
        denied_types: Object types that the caller may not see; answers that have them are left to
            the general path.
    """

    def __init__(
        self,
        schema: GraphQLSchema,
        full_schema: GraphQLSchema,
        types: TypeConditions,
        denied_types: frozenset[str],
    ) -> None:
        self._denied_types = denied_types
        self._schema = schema
        self._full_schema = full_schema
        self._types = types
        self._attributes: dict[str, str] = {}
        self.outlines: list[Outline] = []

    def attribute(self, name: str) -> str:
        """Return the attribute that stands for a response name."""
        return self._attributes.setdefault(name, f"f{len(self._attributes)}")

    def outline(self, type_name: str, selections: SelectionSet) -> Outline:
        """Build the outline of an object of a concrete type."""
        if len(self.outlines) >= MAX_OUTLINES:
            raise UnsupportedPlanError("too many objects")
        outline = Outline(len(self.outlines), type_name)
        self.outlines.append(outline)
        for name, group in collect_fields(selections, type_name, self._types).items():
            outline.slots[name] = self._client_slot(outline, name, group)
        return outline

    def _client_slot(self, outline: Outline, name: str, group: list[Field]) -> Slot:
        first, attribute = group[0], self.attribute(name)
        if first.name == "__typename":
            return Slot(name, attribute, None, True, constant=outline.type_name, is_typename=True)
        if first.name.startswith("__"):
            raise UnsupportedPlanError("introspection")
        output_type = _field_type(self._schema, outline.type_name, first.name)
        allowed = [item for item in group if item.denial is None]
        if not allowed:
            if isinstance(output_type, GraphQLNonNull):
                raise UnsupportedPlanError("a denied field that may not be null")
            return Slot(name, attribute, output_type, True, denial=first.denial)
        selections = merged_selections(allowed)
        slot = Slot(name, attribute, output_type, True, selections)
        named = get_named_type(output_type)
        if is_composite_type(named):
            slot.position = self._position(outline, slot, named.name)
        return slot

    def _position(self, parent: Outline, slot: Slot, declared: str) -> Position:
        names = sorted(
            name
            for name in self._types.of(declared)
            if is_object_type(self._schema.type_map.get(name))
        )
        is_abstract = declared not in names
        if is_abstract:
            names = [name for name in names if name not in self._denied_types]
        outlines = {name: self.outline(name, slot.selections) for name in names}
        position = Position(outlines, is_abstract)
        for outline in position.outlines.values():
            outline.parent, outline.parent_slot = parent, slot
        return position

    def attach(self, outline: Outline, selections: SelectionSet, origin: Origin) -> list[Slot]:
        """Note that a fetch brings ``selections`` on an object; return the fields it brings."""
        brought: list[Slot] = []
        for name, group in collect_fields(selections, outline.type_name, self._types).items():
            if any(item.output_name not in (None, name) for item in group):
                raise UnsupportedPlanError("renamed field")
            slot = outline.slots.get(name)
            if group[0].name == "__typename":
                if slot is not None and slot.is_typename:
                    slot.origin = slot.origin or origin
                continue
            below = merged_selections(group)
            if slot is None:
                slot = self._own_slot(outline, name, group[0], below)
            elif slot.is_typename or slot.denial is not None:
                raise UnsupportedPlanError("fetched although constant")
            elif slot.origin is not None:
                # If one fetch fails the other's values count.
                raise UnsupportedPlanError("brought twice")
            slot.origin = origin
            slot.requirements = _requirements(slot, group)
            brought.append(slot)
            if slot.position is not None:
                self._attach_position(slot.position, below, origin)
        return brought

    def _attach_position(
        self, position: Position, selections: SelectionSet, origin: Origin
    ) -> None:
        if position.is_abstract:
            position.tag = _tag(selections)
            if position.tag is None:
                raise UnsupportedPlanError("no typename")
        for outline in position.outlines.values():
            outline.origin = origin
            self.attach(outline, selections, origin)

    def _own_slot(
        self, outline: Outline, name: str, field_: Field, selections: SelectionSet
    ) -> Slot:
        output_type = _field_type(self._full_schema, outline.type_name, field_.name)
        slot = Slot(name, self.attribute(name), output_type, False, selections)
        outline.slots[name] = slot
        return slot

    def at_path(self, root: Outline, path: Path) -> list[Outline]:
        """Return the outlines that stand at a path."""
        found = [root]
        for step in path:
            found = [below for outline in found for below in _enter(outline, step)]
        return found


def _requirements(slot: Slot, group: list[Field]) -> tuple[GroupRequirement, ...]:
    requirements = group[0].requirements
    if any(item.requirements != requirements for item in group):
        raise UnsupportedPlanError("one field behind different guards")
    if requirements and (isinstance(slot.type, GraphQLNonNull) or not slot.client):
        raise UnsupportedPlanError("a guarded field that may not be null")
    return requirements


def _enter(outline: Outline, step: FieldStep) -> Iterator[Outline]:
    slot = outline.slots.get(step.response_name)
    if slot is None:
        return
    if slot.position is None or slot.origin is None:
        raise UnsupportedPlanError("path through the plan's own object")
    for type_name, below in slot.position.outlines.items():
        if step.types is None or type_name in step.types:
            yield below


def _tag(selections: SelectionSet) -> str | None:
    """Return the response name of a ``__typename`` that is asked for every type."""
    for selection in selections:
        if isinstance(selection, Field) and selection.name == "__typename":
            return selection.output_name or selection.response_name
    return None


def _field_type(schema: GraphQLSchema, type_name: str, name: str) -> GraphQLOutputType:
    parent = schema.type_map.get(type_name)
    if not isinstance(parent, GraphQLObjectType | GraphQLInterfaceType):
        raise UnsupportedPlanError("unknown type")
    definition = parent.fields.get(name)
    if definition is None:
        raise UnsupportedPlanError("unknown field")
    output_type: GraphQLOutputType = definition.type
    return output_type
