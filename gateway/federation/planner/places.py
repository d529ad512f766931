"""Places: where objects stand in the answer."""

from dataclasses import dataclass, replace

from graphql import get_named_type, is_abstract_type

from gateway.federation.plan import FieldStep, Path
from gateway.federation.query_graph.graph import QueryGraph
from gateway.federation.selection import Condition, Field


@dataclass(frozen=True, slots=True)
class Place:
    """Where objects stand in the answer.

    Attributes:
        path: Path from the root.
        type_name: Their type in the API schema, for the plan's own data in the supergraph.
        abstract: The type is abstract, so that objects bear their typename.
        conditions: Conditions of the fields on the path.
    """

    path: Path
    type_name: str
    abstract: bool
    conditions: tuple[Condition, ...] = ()

    def narrowed(self, types: frozenset[str]) -> "Place":
        """Returns the place of those objects only that have one of the concrete types.

        Where all are of one type nothing is asked of them: they do not bear their typename.
        """
        if not self.path or not self.abstract:
            return self
        last = FieldStep(self.path[-1].response_name, types)
        return replace(self, path=(*self.path[:-1], last))


def child_place(graph: QueryGraph, place: Place, asked: Field, types: frozenset[str]) -> Place:
    """Returns the place below a field of objects of the given types."""
    candidates = [*types] if len(types) == 1 else [place.type_name, *sorted(types)]
    names = (_type_of(graph, name, asked.name) for name in candidates)
    name = next(name for name in names if name is not None)
    step = FieldStep(asked.response_name)
    return Place(
        path=(*place.path, step),
        type_name=name,
        abstract=is_abstract_type(graph.schema.type_map[name]),
        conditions=tuple(dict.fromkeys(place.conditions + asked.conditions)),
    )


def _type_of(graph: QueryGraph, type_name: str, field_name: str) -> str | None:
    type_ = graph.schema.type_map.get(type_name)
    definition = getattr(type_, "fields", {}).get(field_name)
    return get_named_type(definition.type).name if definition is not None else None
