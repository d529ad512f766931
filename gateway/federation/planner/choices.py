"""What the search decides: where each field of a place is resolved.

Costs are masks: bit ``level * n + subgraph`` stands for a fetch of that subgraph ``level`` hops
after the fetch in which the place stands (``n`` subgraphs). Joining plans is ``|``, a hop is a
shift, the number of fetches is the number of bits.
"""

from dataclasses import dataclass, field

from gateway.federation.planner.guarding import GuardState
from gateway.federation.query_graph.graph import Move
from gateway.federation.selection import Field, SelectionSet
from gateway.federation.supergraph.model import ContextArgument, SubgraphField


@dataclass(frozen=True, slots=True, eq=False)
class Site:
    """Where objects stand: a type in the answer of a subgraph.

    Attributes:
        subgraph: The subgraph; empty for the operation's root before any fetch.
        type_name: The type there; may be abstract or an interface object.
        provided: What ``@provides`` adds to what the subgraph resolves there.
    """

    subgraph: str
    type_name: str
    provided: SelectionSet = ()


@dataclass(slots=True, eq=False)
class FieldChoice:
    """A field resolved at a site.

    Attributes:
        origin: The field as it was asked for.
        field: The part of it that is resolved here.
        definition: The field in the subgraph; ``None`` for ``__typename``.
        child: The choice for its sub-selection; ``None`` for leaves.
    """

    origin: Field
    field: Field
    definition: SubgraphField | None
    child: "PlaceChoice | None" = None


@dataclass(slots=True, eq=False)
class HopChoice:
    """A hop from a place to an entity in a subgraph.

    Attributes:
        move: The edge taken.
        site: Where the entity then stands.
        level: Hops after the fetch in which the place stands.
        key: How the key is resolved at the place.
        requires: How the ``@requires`` input is resolved at the place, or ``None``.
        required: The ``@requires`` input.
        fields: What is resolved at the target.
        contexts: Arguments of its one field that are filled from ancestors.
        guarded: The hop may be taken only after the object's guard was asked.
        mask: Fetches of the hop itself: the target's, its key's and its input's.
    """

    move: Move
    site: Site
    level: int
    key: "ObjectChoice"
    mask: int
    requires: "ObjectChoice | None" = None
    required: SelectionSet = ()
    fields: list[FieldChoice] = field(default_factory=list)
    guarded: bool = False
    contexts: tuple[ContextArgument, ...] = ()


@dataclass(slots=True, eq=False)
class ObjectChoice:
    """The choice for the fields of one concrete type at a site.

    Attributes:
        type_name: The concrete type; at an interface object of unknown type, the interface.
        site: Where the object stands.
        mask: Fetches needed.
        local: Fields resolved at the site, in order.
        hops: Hops for the rest.
        missing: What cannot be resolved from here.
        size: Number of fields resolved in the fetch of the site.
        weight: Number of fields resolved elsewhere, and of hops; breaks ties.
        state: What is known of the object's guard.
        subject: How the object's own subject value is resolved, where it is needed.
    """

    type_name: str
    site: Site
    mask: int = 0
    local: list[FieldChoice] = field(default_factory=list)
    hops: list[HopChoice] = field(default_factory=list)
    missing: tuple[Field, ...] = ()
    size: int = 0
    weight: int = 0
    state: GuardState = GuardState.NONE
    subject: "ObjectChoice | None" = None


@dataclass(slots=True, eq=False)
class PlaceChoice:
    """The choice for a selection set at a site.

    Attributes:
        site: Where the objects stand.
        selections: What is selected.
        mask: Fetches needed.
        objects: The choice for each concrete type that is possible.
        missing: What cannot be resolved from here.
        gain: Number of leaves that can.
        reentry: From an interface object whose concrete type must be found out: the hop to a
            subgraph that knows it, and the choice for the rest from there.
        size: Number of fields resolved in the fetch of the site.
        weight: Number of fields resolved elsewhere, and of hops; breaks ties.
    """

    site: Site
    selections: SelectionSet
    mask: int = 0
    objects: dict[str, ObjectChoice] = field(default_factory=dict)
    missing: SelectionSet = ()
    gain: int = 0
    reentry: "tuple[HopChoice, PlaceChoice] | None" = None
    size: int = 0
    weight: int = 0

    def resolves_any(self) -> bool:
        """Tells whether the choice resolves any leaf at all."""
        if self.reentry is not None and self.reentry[1].resolves_any():
            return True
        for choice in self.objects.values():
            chosen = choice.local + [item for hop in choice.hops for item in hop.fields]
            for item in chosen:
                if item.child is None:
                    if item.definition is not None:
                        return True
                elif not item.child.missing or item.child.resolves_any():
                    return True
        return False


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """A way into a subgraph from a site.

    Attributes:
        move: The last move.
        key: How its key is resolved at the place.
        level: Hops after the fetch in which the site stands.
        mask: Fetches needed, the target's included.
        is_back: The move leads back to the type in the subgraph where the object stands.
    """

    move: Move
    key: ObjectChoice
    level: int
    mask: int
    is_back: bool = False


def type_text(item: FieldChoice) -> str:
    """Returns the type of a field in its subgraph as text."""
    return item.definition.type_text if item.definition is not None else "String!"
