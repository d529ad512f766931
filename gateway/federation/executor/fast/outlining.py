"""Makes the outline of a response.

Once per plan, by running it symbolically. Where something is beyond it,
:class:`UnsupportedPlanError` says so and neither the fast path nor the careful one is compiled.
"""

from collections.abc import Iterator
from typing import Final

from graphql import (
    GraphQLInterfaceType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    get_named_type,
    is_composite_type,
    is_object_type,
)

from gateway.federation.executor.fast.outline import (
    Origin,
    Outline,
    Position,
    Slot,
    UnsupportedPlanError,
)
from gateway.federation.plan import FieldStep, Path
from gateway.federation.response.fields import TypeConditions, collect_fields, merged_selections
from gateway.federation.selection import Field, GroupRequirement, SelectionSet

MAX_OUTLINES: Final = 400
"""Objects of the response, by position and type, up to which a plan is compiled."""


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
