"""Places: where objects stand in the answer."""

from dataclasses import dataclass, replace

from graphql import get_named_type, is_abstract_type

from gateway.federation.plan import FieldStep, Path
from gateway.federation.planner.choices import ObjectChoice, PlaceChoice
from gateway.federation.query_graph.graph import QueryGraph
from gateway.federation.selection import Condition, Field


@dataclass(frozen=True, slots=True)
class Place:
    """Where objects stand in the answer.

    Attributes:
        path: Path from the root.
        type_name: Their type in the API schema, for the plan's own data in the supergraph.
        abstract: The type is abstract, so that objects bear their typename.
        possible: Concrete types that they can have.
        conditions: Conditions of the fields on the path.
    """

    path: Path
    type_name: str
    abstract: bool
    possible: frozenset[str]
    conditions: tuple[Condition, ...] = ()

    def narrowed(self, types: frozenset[str]) -> "Place":
        """Returns the place of those objects only that have one of the concrete types.

        Where all are of one type nothing is asked of them: they do not bear their typename.
        """
        if not self.path or not self.abstract:
            return self
        last = FieldStep(self.path[-1].response_name, types)
        return replace(self, path=(*self.path[:-1], last))


def child_place(
    graph: QueryGraph, place: Place, asked: Field, types: frozenset[str], answered: str
) -> Place:
    """Returns the place below a field of objects of the given types.

    Args:
        graph: The query graph.
        place: Where the objects stand.
        asked: The field.
        types: Their concrete types.
        answered: The field's type in the subgraph that is asked.
    """
    known = (_type_of(graph, name, asked.name) for name in types)
    names = {name for name in known if name is not None} or {answered}
    common = _type_of(graph, place.type_name, asked.name) if len(types) != 1 else None
    name = common or (answered if len(names) > 1 else next(iter(names)))
    return Place(
        path=(*place.path, FieldStep(asked.response_name)),
        type_name=name,
        abstract=any(is_abstract_type(graph.schema.type_map[item]) for item in {name, *names}),
        possible=frozenset().union(*map(graph.possible_in_supergraph, names)),
        conditions=tuple(dict.fromkeys(place.conditions + asked.conditions)),
    )


def objects_at(place: Place, choice: PlaceChoice) -> dict[str, ObjectChoice]:
    """Returns the choice for each concrete type that objects of a place can have.

    A field asked on an interface is chosen for all that may stand in it there. Where the objects
    are all of one type that narrows the field, less stands in it, and nothing tells more apart.
    """
    return {
        name: found
        for name, found in choice.objects.items()
        if name in place.possible or name == choice.site.type_name
    }


def _type_of(graph: QueryGraph, type_name: str, field_name: str) -> str | None:
    type_ = graph.schema.type_map.get(type_name)
    definition = getattr(type_, "fields", {}).get(field_name)
    return get_named_type(definition.type).name if definition is not None else None
