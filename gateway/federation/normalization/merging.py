"""Third pass: fields with the same response name become one where that changes no answer.

Source: GraphQL specification, 5.3.2 "Field selection merging" and 6.3.2 "Field collection".
"""

from collections.abc import Callable
from dataclasses import replace

from gateway.federation.normalization.flattening import ScopedField
from gateway.federation.selection import Condition, Field, InlineFragment, SelectionSet


def merge_fields(
    fields: list[ScopedField], overlap: Callable[[str | None, str | None], bool]
) -> list[ScopedField]:
    """Merges fields of one level, in the order of their first occurrence.

    A field merges into the last earlier one of the same scope and response name whose conditions
    all hold whenever its own do; what it has beyond them moves onto its sub-selections. Two with
    conditions of which neither implies the other both stay.
    So does one that has sub-selections, where another of the same response name stands between
    that an object may have too: what is below them is answered in the order that it stands in.

    Args:
        fields: The fields of the level.
        overlap: Whether objects may be in both of two scopes.
    """
    merged: list[ScopedField] = []
    places: dict[str, list[int]] = {}
    for scoped in fields:
        known = places.setdefault(scoped.field.response_name, [])
        for place in reversed(known):
            earlier = merged[place].field
            if merged[place].scope != scoped.scope:
                if scoped.field.selections and overlap(merged[place].scope, scoped.scope):
                    known.append(len(merged))
                    merged.append(scoped)
                    break
                continue
            if set(earlier.conditions) <= set(scoped.field.conditions):
                merged[place] = ScopedField(scoped.scope, _merge(earlier, scoped.field))
                break
        else:
            known.append(len(merged))
            merged.append(scoped)
    return merged


def _merge(earlier: Field, later: Field) -> Field:
    if not later.selections:
        return earlier
    rest = tuple(c for c in later.conditions if c not in earlier.conditions)
    return replace(earlier, selections=earlier.selections + _under(later.selections, rest))


def _under(selections: SelectionSet, conditions: tuple[Condition, ...]) -> SelectionSet:
    return (InlineFragment(None, selections, conditions),) if conditions else selections
