"""What the subgraphs offer, indexed: who resolves a field, who is entered by which key."""

from collections.abc import Mapping
from dataclasses import dataclass

from graphql import FieldNode, SelectionSetNode

from gateway.federation.rules.view import MergedView, SubgraphView
from gateway.federation.subgraph.facts import context_reference, context_setters
from gateway.federation.subgraph.field_sets import parse_field_set
from gateway.federation.subgraph.model import (
    Field,
    TypeDefinition,
    TypeKind,
    has_specified,
    is_interface_object,
    is_resolvable,
    specified,
)

ROOT_TYPES = ("Query", "Mutation", "Subscription")


@dataclass(frozen=True, slots=True)
class Node:
    """An object held in a subgraph.

    Attributes:
        subgraph: The subgraph's index.
        type_name: The type that the subgraph knows it by.
        provided: FieldSet that the path provides on it, as text.
        entered: Whether it was fetched there by key, not as the value of a field.
    """

    subgraph: int
    type_name: str
    provided: str = ""
    entered: bool = False


@dataclass(frozen=True, slots=True)
class KeyEntry:
    """A way into a subgraph: an entity fetch by a key."""

    subgraph: int
    type_name: str
    text: str
    selections: SelectionSetNode


@dataclass(frozen=True, slots=True)
class Offer:
    """A field as one subgraph offers it.

    Attributes:
        field: The declaration.
        external: Whether it is resolved only where it is provided, or as its implementations do.
        requires: The FieldSet that it requires, or ``None``.
        provides: The FieldSet that it provides on what it returns, as text.
        contexts: Contexts that its arguments take their values from.
    """

    field: Field
    external: bool
    requires: SelectionSetNode | None
    provides: str
    contexts: frozenset[str]


@dataclass(frozen=True, slots=True)
class ContextSetter:
    """A type that sets a context, with the selections that fields take from it."""

    context: str
    selections: tuple[SelectionSetNode, ...]


class SubgraphIndex:
    """Everything that the exploration asks of the subgraphs.

    Args:
        view: The subgraphs and the merged types.
        labels: For labelled ``@override``: which labels are taken to hold.
    """

    def __init__(self, view: MergedView, labels: Mapping[str, bool]) -> None:
        self.view = view
        self.names = tuple(v.subgraph.name for v in view.subgraphs)
        self._lost = _overridden_fields(view, labels)
        self._offers: dict[tuple[int, str, str], Offer | None] = {}
        self._entries: dict[str, tuple[KeyEntry, ...]] = {}
        self._local_keys: dict[tuple[int, str], bool] = {}
        self._runtime: dict[tuple[int, str], frozenset[str]] = {}
        self._setters = _context_setters(view)

    def subgraph(self, index: int) -> SubgraphView:
        """A subgraph by its index."""
        return self.view.subgraphs[index]

    def definition(self, node: Node) -> TypeDefinition:
        """The type that the node's subgraph knows the object by."""
        return self.subgraph(node.subgraph).subgraph.types[node.type_name]

    def abstracts(self, node: Node) -> bool:
        """Whether the subgraph knows the object only as an ``@interfaceObject``."""
        return is_interface_object(self.definition(node))

    def runtime_types(self, node: Node) -> frozenset[str]:
        """The concrete types that the object may have as its subgraph knows it."""
        key = (node.subgraph, node.type_name)
        if key not in self._runtime:
            found = (
                self.view.runtime_types(node.type_name)
                if self.abstracts(node)
                else self.subgraph(node.subgraph).subgraph.runtime_types(node.type_name)
            )
            self._runtime[key] = frozenset(found)
        return self._runtime[key]

    def offer(self, subgraph: int, type_name: str, field: str) -> Offer | None:
        """The field of the subgraph's type, unless it has none or gave it to another subgraph."""
        key = (subgraph, type_name, field)
        if key not in self._offers:
            self._offers[key] = self._read_offer(*key)
        return self._offers[key]

    def _read_offer(self, subgraph: int, type_name: str, name: str) -> Offer | None:
        view = self.subgraph(subgraph)
        definition = view.subgraph.types.get(type_name)
        field = definition.fields.get(name) if definition is not None else None
        coordinate = f"{type_name}.{name}"
        if field is None or (subgraph, coordinate) in self._lost:
            return None
        requires = specified(field.directives, "requires")
        provides = specified(field.directives, "provides")
        return Offer(
            field,
            coordinate in view.facts.external or self._is_in_part(subgraph, definition, name),
            parse_field_set(requires[0].text("fields") or "").selections if requires else None,
            (provides[0].text("fields") or "") if provides else "",
            frozenset(_contexts_of(field, self.names[subgraph])),
        )

    def _is_in_part(self, subgraph: int, definition: TypeDefinition | None, name: str) -> bool:
        """Whether it is an interface's field that some implementation does not plainly resolve."""
        if definition is None or definition.kind is not TypeKind.INTERFACE:
            return False
        implementations = self.subgraph(subgraph).subgraph.implementations(definition.name)
        offers = (self.offer(subgraph, each.name, name) for each in implementations)
        return any(o is None or o.external or o.requires or o.contexts for o in offers)

    def entries(self, type_name: str) -> tuple[KeyEntry, ...]:
        """The ways by key into objects of a merged type, interface objects included."""
        if type_name not in self._entries:
            found = []
            interfaces = self.view.types[type_name].interfaces
            for index, view in enumerate(self.view.subgraphs):
                for name in (type_name, *interfaces):
                    definition = view.subgraph.types.get(name)
                    if definition is None:
                        continue
                    if name != type_name and not is_interface_object(definition):
                        continue
                    found += _key_entries(index, definition)
            self._entries[type_name] = tuple(found)
        return self._entries[type_name]

    def setters(self, type_name: str) -> tuple[ContextSetter, ...]:
        """The contexts that a merged type sets, itself or by an interface or union."""
        return self._setters.get(type_name, ())

    def has_local_key(self, node: Node) -> bool:
        """Whether the subgraph can name the object by a key of its own fields, and resolves it."""
        key = (node.subgraph, node.type_name)
        if key not in self._local_keys:
            self._local_keys[key] = self._find_local_key(node)
        return self._local_keys[key]

    def _find_local_key(self, node: Node) -> bool:
        view = self.subgraph(node.subgraph)
        if node.type_name not in view.subgraph.types:
            return False
        for key in specified(self.definition(node).directives, "key"):
            selections = parse_field_set(key.text("fields") or "").selections
            if not is_resolvable(key) or selections is None:
                continue
            if not any(
                f"{node.type_name}.{s.name.value}" in view.facts.external
                for s in selections.selections
                if isinstance(s, FieldNode)
            ):
                return True
        return False


def _key_entries(index: int, definition: TypeDefinition) -> list[KeyEntry]:
    entries = []
    for key in specified(definition.directives, "key"):
        text = key.text("fields") or ""
        selections = parse_field_set(text).selections
        if is_resolvable(key) and selections is not None:
            entries.append(KeyEntry(index, definition.name, text, selections))
    return entries


def override_labels(view: MergedView) -> tuple[str, ...]:
    """All labels of progressive overrides, sorted."""
    return tuple(
        sorted(
            {
                label
                for v in view.subgraphs
                for t in v.subgraph.composite_types()
                for f in t.fields.values()
                for d in specified(f.directives, "override")
                if (label := d.text("label")) is not None
            }
        )
    )


def _overridden_fields(view: MergedView, labels: Mapping[str, bool]) -> frozenset[tuple[int, str]]:
    """Fields that are not asked of their subgraph, by index and coordinate."""
    indices = {v.subgraph.name: i for i, v in enumerate(view.subgraphs)}
    lost = set()
    for index, v in enumerate(view.subgraphs):
        for definition in v.subgraph.composite_types():
            for field in definition.fields.values():
                for override in specified(field.directives, "override"):
                    origin = indices.get(override.text("from") or "")
                    label = override.text("label")
                    coordinate = f"{definition.name}.{field.name}"
                    if label is not None and not labels[label]:
                        if _declares(view, origin, definition.name, field.name):
                            lost.add((index, coordinate))
                    elif origin is not None:
                        lost.add((origin, coordinate))
    return frozenset(lost)


def _declares(view: MergedView, index: int | None, type_name: str, field: str) -> bool:
    if index is None:
        return False
    definition = view.subgraphs[index].subgraph.types.get(type_name)
    return definition is not None and field in definition.fields


def _contexts_of(field: Field, subgraph: str) -> set[str]:
    found = set()
    for argument in field.arguments.values():
        for use in specified(argument.directives, "fromContext"):
            reference = context_reference(use.text("field") or "")
            if reference is not None:
                found.add(f"{subgraph}__{reference[0]}")
    return found


def _context_setters(view: MergedView) -> dict[str, tuple[ContextSetter, ...]]:
    """The contexts set on each concrete or abstract merged type."""
    found: dict[str, list[ContextSetter]] = {}
    for v in view.subgraphs:
        taken: dict[str, list[SelectionSetNode]] = {}
        for definition in v.subgraph.composite_types():
            for field in definition.fields.values():
                for argument in field.arguments.values():
                    for use in specified(argument.directives, "fromContext"):
                        reference = context_reference(use.text("field") or "")
                        parsed = parse_field_set(reference[1]).selections if reference else None
                        if reference is not None and parsed is not None:
                            taken.setdefault(reference[0], []).append(parsed)
        for context, types in context_setters(v.subgraph).items():
            setter = ContextSetter(f"{v.subgraph.name}__{context}", tuple(taken.get(context, ())))
            for name in types:
                concerned = dict.fromkeys((name, *view.runtime_types(name)))
                for type_name in concerned:
                    found.setdefault(type_name, []).append(setter)
    return {k: tuple(v) for k, v in found.items()}


def is_visible(definition: TypeDefinition | Field) -> bool:
    """Whether the element is part of the API schema."""
    return not has_specified(definition.directives, "inaccessible")


def is_abstract(definition: TypeDefinition) -> bool:
    """Whether values are of one of several concrete types."""
    return definition.kind in {TypeKind.INTERFACE, TypeKind.UNION}
