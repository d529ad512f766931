"""Which fields a selection set has for one runtime type.

Source: GraphQL specification (October 2021), section 6.3.2 "Field Collection".
"""

from collections.abc import Iterator, Mapping

from graphql import GraphQLSchema, is_object_type

from gateway.federation.selection import Field, SelectionSet


class TypeConditions:
    """Decides whether a fragment applies to an object.

    Args:
        schema: The supergraph's schema, inaccessible elements included.
        possible_types: Concrete object types by the name of every composite type.
    """

    def __init__(
        self, schema: GraphQLSchema, possible_types: Mapping[str, frozenset[str]]
    ) -> None:
        self._schema = schema
        self._possible_types = possible_types

    def is_object_type(self, name: str) -> bool:
        """Return whether a name is that of a concrete object type."""
        return is_object_type(self._schema.type_map.get(name))

    def of(self, type_name: str) -> frozenset[str]:
        """Return the concrete object types of a composite type; an unknown one is its own."""
        return self._possible_types.get(type_name) or frozenset((type_name,))

    def applies(self, condition: str | None, type_name: str) -> bool:
        """Return whether every object of ``type_name`` is also of type ``condition``."""
        return (
            condition is None or condition == type_name or self.of(type_name) <= self.of(condition)
        )


def fields_of(selections: SelectionSet, type_name: str, types: TypeConditions) -> Iterator[Field]:
    """Yield the fields that apply to objects of ``type_name``, in the order of the document."""
    for selection in selections:
        if isinstance(selection, Field):
            yield selection
        elif types.applies(selection.type_condition, type_name):
            yield from fields_of(selection.selections, type_name, types)


def scopes_of(
    selections: SelectionSet, declared: str, type_name: str, types: TypeConditions
) -> dict[str, str]:
    """Return for each response name the type under which it is selected first.

    Args:
        selections: What is selected on an object.
        declared: The composite type on which it is selected.
        type_name: The type that the object is known to have. It may not declare all of the fields,
            though all its objects have them.
        types: Which concrete types a composite type has.
    """
    scopes: dict[str, str] = {}
    waiting = [(declared, selection) for selection in reversed(selections)]
    while waiting:
        scope, selection = waiting.pop()
        if isinstance(selection, Field):
            scopes.setdefault(selection.response_name, scope)
        elif types.applies(selection.type_condition, type_name):
            inner = selection.type_condition or scope
            waiting += [(inner, below) for below in reversed(selection.selections)]
    return scopes


def depends_on_type(selections: SelectionSet, declared: str, types: TypeConditions) -> bool:
    """Return whether what is selected cannot be told without the concrete type of an object.

    Args:
        selections: What is selected on it.
        declared: The composite type that it is known to have.
        types: Which concrete types a composite type has.
    """
    for selection in selections:
        if isinstance(selection, Field):
            if selection.name == "__typename":
                return True
        elif not types.applies(selection.type_condition, declared) or depends_on_type(
            selection.selections, declared, types
        ):
            return True
    return False


def collect_fields(
    selections: SelectionSet, type_name: str, types: TypeConditions
) -> dict[str, list[Field]]:
    """Return the fields that apply to objects of ``type_name``, by response name, in order."""
    collected: dict[str, list[Field]] = {}
    for selection in fields_of(selections, type_name, types):
        collected.setdefault(selection.response_name, []).append(selection)
    return collected


def merged_selections(fields: list[Field]) -> SelectionSet:
    """Return what all fields of one response name select together."""
    if len(fields) == 1:
        return fields[0].selections
    return tuple(selection for field in fields for selection in field.selections)
