"""The outline of a response: which object stands where, and which fetch brings which field."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from graphql import GraphQLList, GraphQLNonNull, GraphQLOutputType, get_nullable_type

from gateway.federation.selection import Denial, GroupRequirement, SelectionSet


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
