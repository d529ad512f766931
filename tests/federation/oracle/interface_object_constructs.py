"""What the census counts of interface objects: how they are reached, and where they lead to."""

from collections.abc import Callable
from typing import Any, TypeAlias

from graphql import FieldNode, TypeInfo, TypeInfoVisitor, Visitor, get_named_type, parse, visit

from tests.federation.oracle.constructs import Construct, OfField, Seen, by_field
from tests.federation.oracle.drafts import KEY_FIELDS
from tests.federation.oracle.model import FieldModel, ObjectModel, Universe


def _keyed_interface(seen: Seen) -> bool:
    names = {a.name for a in seen.universe.abstracts if a.interface_object is not None}
    return any(given["__typename"] in names for given in seen.representations)


def _from_interface_object(universe: Universe, _: ObjectModel, field: FieldModel) -> bool:
    abstract = universe.find_abstract(field.type.name)
    return abstract is not None and abstract.interface_object in field.homes


def _added(universe: Universe, _: ObjectModel, field: FieldModel) -> bool:
    abstract = universe.find_abstract(field.group) if field.group else None
    return abstract is not None and field.name in abstract.added


def _stub_object(universe: Universe, _: ObjectModel, field: FieldModel) -> bool:
    abstract = universe.find_abstract(field.type.name)
    return abstract is not None and abstract.interface_object in field.homes and not abstract.added


def _input_behind(universe: Universe, model: ObjectModel, field: FieldModel) -> bool:
    """It requires a part of one type of what is brought as an interface object alone."""
    for required in field.requires:
        if len(required.path) > 1 and required.path[1].startswith("..."):
            brought = next((f for f in model.fields if f.name == required.path[0]), None)
            if brought is None:
                continue
            abstract = universe.find_abstract(brought.type.name)
            if abstract is not None and brought.homes == {abstract.interface_object}:
                return True
    return False


Leads: TypeAlias = Callable[[Universe, FieldModel], bool]


def _adds(matches: Leads) -> OfField:
    """A field of such a kind that an interface object adds."""
    return lambda universe, model, field: (
        _added(universe, model, field) and matches(universe, field)
    )


def _to_entity(universe: Universe, field: FieldModel) -> bool:
    target = universe.find_object(field.type.name)
    return target is not None and target.is_entity


def _to_value(universe: Universe, field: FieldModel) -> bool:
    target = universe.find_object(field.type.name)
    return target is not None and not target.is_entity


def _to_abstract(*, is_union: bool) -> Leads:
    def leads(universe: Universe, field: FieldModel) -> bool:
        target = universe.find_abstract(field.type.name)
        return target is not None and target.is_union is is_union

    return leads


def _to_object(universe: Universe, field: FieldModel) -> bool:
    """The same subgraph sees the interface that the field leads to as an object."""
    target = universe.find_abstract(field.type.name)
    return target is not None and target.interface_object in field.homes


def _is_narrowed(universe: Universe, field: FieldModel) -> bool:
    abstract = universe.find_abstract(field.group or "")
    return abstract is not None and any(
        declared.name == field.name and declared.type != field.type for declared in abstract.fields
    )


def _leads(universe: Universe, field: FieldModel) -> bool:
    return universe.find_object(field.type.name) is not None or (
        universe.find_abstract(field.type.name) is not None
    )


class _Steps(Visitor):
    """Finds fields of objects that the field above returns as such, not in a fragment on them."""

    def __init__(self, info: TypeInfo) -> None:
        super().__init__()
        self.info = info
        self.above: list[str] = []
        self.found: list[tuple[str, FieldNode]] = []

    def enter_field(self, node: FieldNode, *_: Any) -> None:
        parent = self.info.get_parent_type()
        if parent is not None and self.above[-1:] == [parent.name]:
            self.found.append((parent.name, node))
        self.above.append(str(get_named_type(self.info.get_type())))

    def leave_field(self, *_: Any) -> None:
        self.above.pop()


def _steps(seen: Seen) -> list[tuple[str, FieldNode]]:
    info = TypeInfo(seen.monolith)
    steps = _Steps(info)
    visit(parse(seen.document), TypeInfoVisitor(info, steps))
    return steps.found


def _goes_on(seen: Seen) -> bool:
    """From an object whose type is known, through the interface object, to an entity's fields."""
    for owner, node in _steps(seen):
        model = seen.universe.find_object(owner)
        if model is None or node.selection_set is None:
            continue
        field = model.field_named(node.name.value)
        if not _adds(_to_entity)(seen.universe, model, field):
            continue
        names = {s.name.value for s in node.selection_set.selections if isinstance(s, FieldNode)}
        if (owner, field.name) in seen.resolved and names - {*KEY_FIELDS, "__typename"}:
            return True
    return False


INTERFACE_OBJECTS: tuple[Construct, ...] = (
    Construct(
        "key on an interface",
        lambda u: any(a.keyed for a in u.abstracts),
        _keyed_interface,
    ),
    by_field("interface object that cannot be entered", _stub_object),
    by_field("interface object: as the type of a field", _from_interface_object),
    by_field("interface object: field it adds", _added),
    by_field("interface object: @requires through a fragment behind it", _input_behind),
    *(
        by_field(f"interface object: adds {what}", _adds(matches))
        for what, matches in (
            ("an entity", lambda u, f: _to_entity(u, f) and not f.type.is_list),
            ("a list of entities", lambda u, f: _to_entity(u, f) and f.type.is_list),
            ("an interface", _to_abstract(is_union=False)),
            ("a union", _to_abstract(is_union=True)),
            ("an interface object", _to_object),
            ("a value object", _to_value),
            ("a field with arguments", lambda _, f: f.arguments != ()),
            ("what leads on, with arguments", lambda u, f: f.arguments != () and _leads(u, f)),
            ("a field that types narrow", _is_narrowed),
            ("a field that types resolve too", lambda _, f: len(f.homes) > 1),
            (
                "what leads on and types resolve too",
                lambda u, f: len(f.homes) > 1 and _leads(u, f),
            ),
            ("a field with @requires", lambda _, f: f.requires != ()),
            ("what leads on, with @requires", lambda u, f: f.requires != () and _leads(u, f)),
            ("a field with @provides", lambda _, f: f.provides != ()),
        )
    ),
    Construct("interface object: leads on from an object of known type", None, _goes_on),
    by_field(
        "interface field that leads to an entity",
        lambda u, m, f: f.group is not None and not _added(u, m, f) and _to_entity(u, f),
    ),
)
