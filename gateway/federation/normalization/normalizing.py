"""Puts the passes together: from an operation's AST to its normalized selections."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from graphql import (
    FragmentDefinitionNode,
    GraphQLCompositeType,
    GraphQLSchema,
    SelectionSetNode,
    do_types_overlap,
    get_named_type,
)

from gateway.federation.normalization.flattening import ScopedField, flatten
from gateway.federation.normalization.inlining import inline_fragments
from gateway.federation.normalization.merging import merge_fields
from gateway.federation.selection import (
    Field,
    InlineFragment,
    Selection,
    SelectionSet,
    count_fields,
)


class SelectionLimitError(ValueError):
    """Normalization made more fields than the cap allows."""


def normalize(
    schema: GraphQLSchema,
    root_type: str,
    selection_set: SelectionSetNode,
    fragments: Mapping[str, FragmentDefinitionNode],
    max_fields: int,
) -> SelectionSet:
    """Normalizes the selections of a validated operation.

    Args:
        schema: The API schema.
        root_type: Name of the operation's root type.
        selection_set: The operation's selections.
        fragments: The document's fragments by name.
        max_fields: Cap on the number of fields that may result.

    Raises:
        SelectionLimitError: There would be more than ``max_fields`` fields.
    """
    inlined = inline_fragments(selection_set, fragments)
    return Normalizer(schema, max_fields).selections(root_type, inlined)


def merge_whatever_order(
    schema: GraphQLSchema, root_type: str, selections: SelectionSet
) -> SelectionSet:
    """Merges the fields that normalization kept apart for the sake of the order below them.

    What is fetched has no order; so a field that stands in several places is planned as one.

    Args:
        schema: The schema that the selections were normalized with.
        root_type: Name of the type whose selections these are.
        selections: Normalized selections.
    """
    if not _repeats(selections):
        return selections
    return Normalizer(schema, count_fields(selections), keep_order=False).selections(
        root_type, selections
    )


def _repeats(selections: SelectionSet) -> bool:
    """Tells whether fields with sub-selections share a response name at some level."""
    names: set[str] = set()
    waiting = [*selections]
    while waiting:
        selection = waiting.pop()
        if not isinstance(selection, Field):
            waiting += selection.selections
        elif selection.selections:
            if selection.response_name in names or _repeats(selection.selections):
                return True
            names.add(selection.response_name)
    return False


@dataclass(slots=True)
class Normalizer:
    """Normalizes selections level by level.

    Attributes:
        schema: The API schema, or any schema whose types the selections name.
        budget: Number of fields that may still be made.
        keep_order: Whether fields stay apart where merging changes the order of what is below.
    """

    schema: GraphQLSchema
    budget: int
    keep_order: bool = True

    def selections(self, parent: str, selections: SelectionSet) -> SelectionSet:
        """Returns the normalized selections of the type ``parent``."""

        def overlap(one: str | None, other: str | None) -> bool:
            return self._overlap(one or parent, other or parent)

        scoped = merge_fields(
            flatten(self.schema, parent, selections), overlap if self.keep_order else None
        )
        self.budget -= len(scoped)
        if self.budget < 0:
            raise SelectionLimitError
        return _group(
            [ScopedField(s.scope, self._field(s.scope or parent, s.field)) for s in scoped]
        )

    def _overlap(self, one: str, other: str) -> bool:
        types = self.schema.type_map
        first: GraphQLCompositeType = types[one]  # type: ignore[assignment]
        second: GraphQLCompositeType = types[other]  # type: ignore[assignment]
        return do_types_overlap(self.schema, first, second)

    def _field(self, parent: str, field: Field) -> Field:
        if not field.selections:
            return field
        type_: GraphQLCompositeType = self.schema.type_map[parent]  # type: ignore[assignment]
        definition = self.schema.get_field(type_, field.name)
        assert definition is not None  # noqa: S101 - the operation is valid
        child = get_named_type(definition.type).name
        return replace(field, selections=self.selections(child, field.selections))


def _group(scoped: list[ScopedField]) -> SelectionSet:
    """Puts neighbours of the same scope into one inline fragment."""
    found: list[Selection] = []
    run: list[Field] = []
    for index, item in enumerate(scoped):
        run.append(item.field)
        if index + 1 < len(scoped) and scoped[index + 1].scope == item.scope:
            continue
        found.extend(run if item.scope is None else [InlineFragment(item.scope, tuple(run))])
        run = []
    return tuple(found)
