"""What the census counts of interfaces: fields that types narrow, and interfaces of interfaces."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from itertools import combinations
from typing import Any, TypeAlias

from graphql import (
    FieldNode,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    parse,
    visit,
)

from tests.federation.oracle.constructs import Construct, Seen, by_field
from tests.federation.oracle.drafts import KEY_FIELDS
from tests.federation.oracle.model import AbstractModel, FieldModel, ObjectModel, TypeRef, Universe

Narrows: TypeAlias = Callable[[Universe, TypeRef, TypeRef], bool]
"""Whether one type (the second) narrows another in a certain way."""


def _declared(universe: Universe, model: ObjectModel, field: FieldModel) -> list[TypeRef]:
    """What the interfaces of an object type say of its field."""
    return [
        declared.type
        for name, _ in model.interfaces
        if (abstract := universe.find_abstract(name)) is not None
        for declared in abstract.fields
        if declared.name == field.name
    ]


def _narrowed(narrows: Narrows, universe: Universe, model: ObjectModel, field: FieldModel) -> bool:
    return any(narrows(universe, ref, field.type) for ref in _declared(universe, model, field))


def _to_non_null(_: Universe, wide: TypeRef, narrow: TypeRef) -> bool:
    return wide.nullable and not narrow.nullable


def _to_list_of_non_null(_: Universe, wide: TypeRef, narrow: TypeRef) -> bool:
    return wide.nullable_items and not narrow.nullable_items


def _to_list_of_narrower(_: Universe, wide: TypeRef, narrow: TypeRef) -> bool:
    return wide.is_list and wide.name != narrow.name


def _to_object_of(universe: Universe, wide: TypeRef, narrow: TypeRef, *, is_union: bool) -> bool:
    abstract = universe.find_abstract(wide.name)
    is_object = universe.find_object(narrow.name) is not None
    return abstract is not None and abstract.is_union is is_union and is_object


def _to_interface(universe: Universe, wide: TypeRef, narrow: TypeRef) -> bool:
    return wide.name != narrow.name and universe.find_abstract(narrow.name) is not None


def _in_several_ways(universe: Universe, model: ObjectModel, field: FieldModel) -> bool:
    """Another type narrows the same field to another type."""
    declared = _declared(universe, model, field)
    own = {
        other.type
        for owner in universe.objects
        for other in owner.fields
        if other.name == field.name and set(_declared(universe, owner, other)) & set(declared)
    }
    return len(own - set(declared)) > 1


def _of_unrelated_interfaces(universe: Universe, model: ObjectModel, field: FieldModel) -> bool:
    """Two interfaces of a type, neither of which implements the other, have the field."""
    names = [
        name
        for name, _ in model.interfaces
        if (abstract := universe.find_abstract(name)) is not None
        and any(declared.name == field.name for declared in abstract.fields)
    ]
    related = {frozenset({below.name, above.name}) for below, above in _of_interface(universe)}
    return field.name not in KEY_FIELDS and any(
        frozenset(pair) not in related for pair in combinations(names, 2)
    )


def _of_interface(universe: Universe) -> list[tuple[AbstractModel, AbstractModel]]:
    """The interfaces that implement others, each with one that it implements."""
    return [
        (below, above)
        for below in universe.abstracts
        for above in universe.abstracts
        if above.name in below.interfaces
    ]


def _interface_narrows(universe: Universe) -> bool:
    """An interface says less of a field than one that it implements."""
    return any(
        own.name == declared.name and own.type != declared.type
        for below, above in _of_interface(universe)
        for own in below.fields
        for declared in above.fields
    )


def _several_above(universe: Universe, *, in_line: bool) -> bool:
    """An interface implements two, one of which implements the other or does not."""
    pairs = {(below.name, above.name) for below, above in _of_interface(universe)}
    return any(
        below == other and first != second and ((first, second) in pairs) is in_line
        for below, first in pairs
        for other, second in pairs
    )


def _not_everywhere(universe: Universe) -> bool:
    """An interface does not implement in some subgraph what it implements in others."""
    return any(
        names and above.name not in below.interfaces_in(subgraph)
        for below, above in _of_interface(universe)
        for subgraph, names in below.members
    )


def _object_below(universe: Universe) -> bool:
    """One subgraph sees as an object what is an interface of an interface elsewhere."""
    return any(below.interface_object is not None for below, _ in _of_interface(universe))


@dataclass
class _Reading(Visitor):
    """Reads what an operation selects on interfaces.

    Attributes:
        fields: Types and the fields that are selected on them.
        fragments: Types of fragments, each with the type that surrounds it.
        again: Fields that are selected once more for the same object, with the types that both
            selections are made on.
    """

    info: TypeInfo
    fields: set[tuple[str, str]] = field(default_factory=set)
    fragments: set[tuple[str, str]] = field(default_factory=set)
    again: set[tuple[str, str, str]] = field(default_factory=set)
    scopes: list[dict[str, str]] = field(default_factory=lambda: [{}])

    def __post_init__(self) -> None:
        super().__init__()

    def enter_field(self, node: FieldNode, *_: Any) -> None:
        parent, name = str(self.info.get_parent_type()), node.name.value
        self.fields.add((parent, name))
        before = self.scopes[-1].setdefault(node.alias.value if node.alias else name, parent)
        if before != parent:
            self.again.add((name, before, parent))
        self.scopes.append({})

    def leave_field(self, *_: Any) -> None:
        self.scopes.pop()

    def enter_inline_fragment(self, *_: Any) -> None:
        self.fragments.add((str(self.info.get_type()), str(self.info.get_parent_type())))


def _read(seen: Seen) -> _Reading:
    info = TypeInfo(seen.monolith)
    reading = _Reading(info)
    visit(parse(seen.document), TypeInfoVisitor(info, reading))
    return reading


def _narrowed_through_interface(seen: Seen) -> bool:
    """A field is selected on an interface, and an object has a narrower type for it."""
    selected = _read(seen).fields
    return any(
        (name, f.name) in selected and declared.type != f.type
        for model, f in seen.fields
        for name, _ in model.interfaces
        if (abstract := seen.universe.find_abstract(name)) is not None
        for declared in abstract.fields
        if declared.name == f.name
    )


def _on_interface_and_type(seen: Seen) -> bool:
    """A field is selected on an interface, and once more for the same object on its type."""
    return any(
        seen.universe.find_abstract(one) is not None and (other, name) in seen.resolved
        for name, first, second in _read(seen).again
        for one, other in ((first, second), (second, first))
    )


def _selected(*, below: bool) -> Callable[[Seen], bool]:
    """Fields are selected on the interface that implements another, or on that other one."""

    def selected(seen: Seen) -> bool:
        fields = {name for name, field_name in _read(seen).fields if field_name != "__typename"}
        return any(
            (low.name if below else high.name) in fields
            for low, high in _of_interface(seen.universe)
        )

    return selected


def _fragment(*, below: bool) -> Callable[[Seen], bool]:
    """A fragment on the interface that implements another stands in that one, or reversely."""

    def stands(seen: Seen) -> bool:
        fragments = _read(seen).fragments
        return any(
            ((low.name, high.name) if below else (high.name, low.name)) in fragments
            for low, high in _of_interface(seen.universe)
        )

    return stands


def _when_selected(exists: Callable[[Universe], bool]) -> Callable[[Seen], bool]:
    either = _selected(below=True), _selected(below=False)
    return lambda seen: exists(seen.universe) and any(selected(seen) for selected in either)


INTERFACES: tuple[Construct, ...] = (
    *(
        by_field(f"narrowed field: {how}", partial(_narrowed, narrows))
        for how, narrows in (
            ("to non-null", _to_non_null),
            ("to a list without nulls", _to_list_of_non_null),
            ("to a list of a narrower type", _to_list_of_narrower),
            ("from interface to object type", partial(_to_object_of, is_union=False)),
            ("from union to object type", partial(_to_object_of, is_union=True)),
            ("from interface to interface", _to_interface),
        )
    ),
    by_field("narrowed field: differently by type", _in_several_ways),
    Construct("narrowed field: selected on the interface", None, _narrowed_through_interface),
    by_field("narrowed field: in one of its subgraphs", lambda u, m, f: bool(f.narrowed_in)),
    by_field(
        "narrowed field: in one of its subgraphs, to another type",
        lambda u, m, f: f.value_type.name != f.type.name,
    ),
    by_field("field of unrelated interfaces", _of_unrelated_interfaces),
    Construct("field on the interface and again on its type", None, _on_interface_and_type),
    *(
        Construct(f"interface of an interface: {what}", lambda u: bool(_of_interface(u)), reached)
        for what, reached in (
            ("selected on it", _selected(below=True)),
            ("selected on the one above", _selected(below=False)),
            ("fragment on it in the one above", _fragment(below=True)),
            ("fragment on the one above in it", _fragment(below=False)),
        )
    ),
    *(
        Construct(f"interface of an interface: {what}", exists, _when_selected(exists))
        for what, exists in (
            ("narrows its field", _interface_narrows),
            ("three in line", partial(_several_above, in_line=True)),
            ("two above one", partial(_several_above, in_line=False)),
            ("not in all its subgraphs", _not_everywhere),
            ("one subgraph's object", _object_below),
        )
    ),
)
