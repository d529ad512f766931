"""Keeps apart what a subgraph's types forbid to answer under one response name.

Two subgraphs may agree with the supergraph on a field's type and yet differ in nullability, and
what implements an interface may narrow its fields; then a document that is valid for the
supergraph asks, in one selection set of a subgraph, for fields of different shape under one name.
Such fields get another response name and say where they belong. Whole selection sets of which one
is asked of an interface must also ask for the same under one name.

Source: GraphQL specification, section 5.3.2, "SameResponseShape" and "FieldsInSetCanMerge".
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from gateway.federation.plan import RESERVED_PREFIX, TYPENAME_KEY
from gateway.federation.planner.emission import is_common
from gateway.federation.planner.units import Output, OutputField
from gateway.federation.query_graph.graph import QueryGraph
from gateway.federation.selection import Argument


@dataclass(slots=True)
class Shape:
    """The shape of what a subgraph answers under one response name.

    Attributes:
        text: The type as text; for composite types with the type's name left out.
        asked: The fields and their arguments that are answered under the name.
        below: Shapes of the sub-selections, by response name.
    """

    text: str
    asked: list[tuple[str, tuple[Argument, ...]]]
    below: dict[str, "Shape"] = field(default_factory=dict)


def separate(graph: QueryGraph, outputs: Iterable[Output]) -> None:
    """Renames fields until no two of one response name have different shapes.

    Args:
        graph: The query graph.
        outputs: Selection sets that a subgraph answers into the same objects.
    """
    shapes: dict[str, str] = {}
    same: dict[str, list[Output]] = {}
    names = 0
    for output in outputs:
        output.fields = [part for item in output.fields for part in _parts(graph, output, item)]
        for item in output.fields:
            wanted = _text(item)
            if shapes.setdefault(item.response_name, wanted) != wanted:
                item.output_name = item.response_name
                while shapes.setdefault(item.response_name, wanted) != wanted:
                    names += 1
                    item.response_name = f"{RESERVED_PREFIX}{names}_{item.output_name}"
            if item.child is not None:
                same.setdefault(item.response_name, []).append(item.child)
    for children in same.values():
        separate(graph, children)


def _parts(graph: QueryGraph, output: Output, item: OutputField) -> list[OutputField]:
    """Returns a field for each type that it has where it is asked: a shape of its own."""
    if item.name == "__typename":
        return [item]
    site = output.site
    asked_on = {site.type_name} if is_common(graph, output, item) else item.types
    types_of: dict[str, set[str]] = {}
    for type_name in sorted(asked_on):
        known = graph.field(site.subgraph, type_name, item.name)
        text = known.type_text if known is not None else item.type_text
        types_of.setdefault(text, set()).add(type_name)
    if len(types_of) == 1:
        item.type_text = next(iter(types_of))
        return [item]
    return [
        replace(item, types=frozenset(types), type_text=text) for text, types in types_of.items()
    ]


def _text(item: OutputField) -> str:
    if item.child is None:
        return item.type_text
    return "".join(c for c in item.type_text if c in "[]!")


def shapes_of(output: Output) -> dict[str, Shape]:
    """Returns the shapes of an output, by response name."""
    found: dict[str, Shape] = {}
    if output.typename or not output.fields:
        found[TYPENAME_KEY] = Shape("String!", [("__typename", ())])
    for item in output.fields:
        shape = Shape(_text(item), [(item.name, item.arguments)])
        if item.child is not None:
            shape.below = shapes_of(item.child)
        add_shapes(found, {item.response_name: shape})
    return found


def agree(one: Mapping[str, Shape], other: Mapping[str, Shape], may_overlap: bool) -> bool:
    """Tells whether two selection sets may stand beside each other.

    Args:
        one: The shapes of one.
        other: The shapes of the other.
        may_overlap: Whether one is asked of an interface or a union: then what two selection sets
            ask for under one name must be the same field with the same arguments, whether or not
            an object can be of both types.
    """
    for name, shape in one.items():
        known = other.get(name)
        if known is None:
            continue
        if known.text != shape.text or not agree(shape.below, known.below, may_overlap):
            return False
        if may_overlap and any(item != asked for item in known.asked for asked in shape.asked):
            return False
    return True


def add_shapes(into: dict[str, Shape], more: Mapping[str, Shape]) -> None:
    """Adds the shapes of one selection set to those of others that it agrees with."""
    for name, shape in more.items():
        known = into.setdefault(name, Shape(shape.text, []))
        known.asked += [item for item in shape.asked if item not in known.asked]
        add_shapes(known.below, shape.below)
