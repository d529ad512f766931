"""Second pass: fragments are flattened against the types that are possible where they stand.

Source: GraphQL specification, sections 5.5.2.3 "Fragment spread is possible" and 6.3.2
"Field collection".
"""

from dataclasses import dataclass

from graphql import GraphQLAbstractType, GraphQLNamedType, GraphQLSchema, is_abstract_type

from gateway.federation.selection import Condition, Field, SelectionSet


@dataclass(frozen=True, slots=True)
class ScopedField:
    """A field and the type under which it stands.

    Attributes:
        scope: Name of the type condition, ``None`` where the field applies to the parent itself.
        field: The field, with all conditions of the fragments around it.
    """

    scope: str | None
    field: Field


def flatten(schema: GraphQLSchema, parent: str, selections: SelectionSet) -> list[ScopedField]:
    """Flattens one level of selections.

    Args:
        schema: The API schema.
        parent: Name of the type whose selections these are.
        selections: Fields and fragments, nested as the client wrote them.
    """
    found: list[ScopedField] = []
    flattener = _Flattener(schema, parent, found)
    flattener.walk(selections, parent, flattener.possible(parent), ())
    return found


@dataclass(frozen=True, slots=True)
class _Flattener:
    schema: GraphQLSchema
    parent: str
    found: list[ScopedField]

    def possible(self, name: str) -> frozenset[str]:
        type_ = self.schema.type_map[name]
        if is_abstract_type(type_):
            return frozenset(t.name for t in self.schema.get_possible_types(type_))
        return frozenset({name})

    def walk(
        self,
        selections: SelectionSet,
        scope: str,
        runtime: frozenset[str],
        conditions: tuple[Condition, ...],
    ) -> None:
        for selection in selections:
            holding = join_conditions(conditions, selection.conditions)
            if holding is None:
                continue
            if not isinstance(selection, Field):
                self.fragment(
                    (selection.type_condition or scope, selection.selections),
                    scope,
                    runtime,
                    holding,
                )
                continue
            field = selection
            if holding != field.conditions:
                field = Field(
                    field.response_name, field.name, field.arguments, field.selections, holding
                )
            self.found.append(ScopedField(None if scope == self.parent else scope, field))

    def fragment(
        self,
        fragment: tuple[str, SelectionSet],
        scope: str,
        runtime: frozenset[str],
        conditions: tuple[Condition, ...],
    ) -> None:
        condition, selections = fragment
        if condition == scope or self._is_subtype(scope, condition):
            self.walk(selections, scope, runtime, conditions)
            return
        of_condition = self.possible(condition)
        narrowed = runtime & of_condition
        if narrowed == of_condition:
            if narrowed:
                self.walk(selections, condition, narrowed, conditions)
            return
        for name in sorted(narrowed):
            self.walk(selections, name, frozenset({name}), conditions)

    def _is_subtype(self, narrow: str, wide: str) -> bool:
        wider: GraphQLNamedType = self.schema.type_map[wide]
        narrower: GraphQLNamedType = self.schema.type_map[narrow]
        return isinstance(wider, GraphQLAbstractType) and self.schema.is_sub_type(wider, narrower)


def join_conditions(
    outer: tuple[Condition, ...], inner: tuple[Condition, ...]
) -> tuple[Condition, ...] | None:
    """Joins conditions; ``None`` where they contradict each other."""
    if not outer and len(inner) < 2:
        return inner
    joined = tuple(dict.fromkeys(outer + inner))
    wanted = {condition.variable: condition.wanted for condition in joined}
    if any(wanted[condition.variable] is not condition.wanted for condition in joined):
        return None
    return joined
