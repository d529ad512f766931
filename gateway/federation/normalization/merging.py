"""Third pass: fields with the same response name become one where that changes no answer.

Source: GraphQL specification, 5.3.2 "Field selection merging" and 6.3.2 "Field collection".
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TypeAlias

from gateway.federation.normalization.flattening import ScopedField, join_conditions
from gateway.federation.selection import Condition, Field, InlineFragment, SelectionSet

Overlap: TypeAlias = Callable[[str | None, str | None], bool]
"""Whether an object may be in both of two scopes."""


def merge_fields(fields: list[ScopedField], overlap: Overlap | None) -> list[ScopedField]:
    """Merges fields of one level, in the order of their first occurrence.

    A field merges into the last earlier one of the same scope and response name whose conditions
    all hold whenever its own do; what it has beyond them moves onto its sub-selections. Two with
    conditions of which neither implies the other both stay.
    So does one that has sub-selections, where another of the same response name stands between
    that may hold for the same object: what is below them is answered in the order that it stands
    in.

    Args:
        fields: The fields of the level.
        overlap: Tells whether an object may be in both of two scopes; ``None`` where the order
            below the fields does not matter, so that nothing stands between.
    """
    merged: list[ScopedField] = []
    places: dict[str, list[int]] = {}
    for scoped in fields:
        known = places.setdefault(scoped.field.response_name, [])
        place = _place(scoped, ((index, merged[index]) for index in reversed(known)), overlap)
        if place is None:
            known.append(len(merged))
            merged.append(scoped)
        else:
            merged[place] = ScopedField(scoped.scope, _merge(merged[place].field, scoped.field))
    return merged


def _place(
    scoped: ScopedField, earlier: Iterable[tuple[int, ScopedField]], overlap: Overlap | None
) -> int | None:
    """Returns where a field merges into one of the earlier ones (the last first), if it may."""
    asked = scoped.field
    for place, known in earlier:
        if known.scope == scoped.scope and set(known.field.conditions) <= set(asked.conditions):
            return place
        if (
            asked.selections
            and overlap is not None
            and overlap(known.scope, scoped.scope)
            and join_conditions(known.field.conditions, asked.conditions) is not None
        ):
            return None
    return None


def _merge(earlier: Field, later: Field) -> Field:
    if not later.selections:
        return earlier
    rest = tuple(c for c in later.conditions if c not in earlier.conditions)
    return replace(earlier, selections=earlier.selections + _under(later.selections, rest))


def _under(selections: SelectionSet, conditions: tuple[Condition, ...]) -> SelectionSet:
    return (InlineFragment(None, selections, conditions),) if conditions else selections
