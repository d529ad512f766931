"""Resolves what depends on variables or on permissions, so that later stages see neither.

A plan is specialised once per combination of its condition variables and, behind guards, once per
set of permitted groups; both are few, so the hot path never evaluates a condition.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from gateway.federation.plan import (
    TYPENAME_KEY,
    ConditionNode,
    Fetch,
    Flatten,
    Parallel,
    PlanNode,
    Representation,
    Sequence,
)
from gateway.federation.selection import (
    Condition,
    Field,
    GroupRequirement,
    InlineFragment,
    Selection,
    SelectionSet,
)

_PLACEHOLDER = (Field(TYPENAME_KEY, "__typename"),)


def condition_variables(selections: SelectionSet) -> Iterator[str]:
    """Yield the names of all variables that conditions of ``selections`` use."""
    for selection in selections:
        yield from (condition.variable for condition in selection.conditions)
        yield from condition_variables(selection.selections)


def plan_condition_variables(node: PlanNode | None) -> Iterator[str]:
    """Yield the names of all variables that conditions of a plan use."""
    match node:
        case Sequence(nodes) | Parallel(nodes):
            for child in nodes:
                yield from plan_condition_variables(child)
        case ConditionNode(condition, child):
            yield condition.variable
            yield from plan_condition_variables(child)
        case Flatten(_, fetch):
            yield from plan_condition_variables(fetch)
        case Fetch():
            yield from condition_variables(node.selections)
            for representation in node.representations:
                yield from (condition.variable for condition in representation.conditions)
                yield from condition_variables(representation.selections)
        case _:
            return


def holds(conditions: tuple[Condition, ...], values: Mapping[str, bool]) -> bool:
    """Return whether all ``conditions`` hold under the variables' ``values``."""
    return all(values.get(condition.variable) is condition.wanted for condition in conditions)


def resolve_conditions(selections: SelectionSet, values: Mapping[str, bool]) -> SelectionSet:
    """Return the client's ``selections`` as they are under ``values``, without conditions."""
    if not values:
        return selections
    return _filter(selections, lambda selection: holds(selection.conditions, values), ())


def resolve_fetch(fetch: Fetch, values: Mapping[str, bool]) -> Fetch | None:
    """Return ``fetch`` under ``values``; ``None`` if nothing is left to ask for."""
    if not values:
        return fetch

    def keep(selection: Selection) -> bool:
        return holds(selection.conditions, values)

    selections = _filter(fetch.selections, keep, _PLACEHOLDER)
    representations = tuple(
        replace(representation, selections=left, conditions=())
        for representation in fetch.representations
        if holds(representation.conditions, values)
        and (left := _filter(representation.selections, keep, _PLACEHOLDER))
    )
    if not selections and not representations:
        return None
    return replace(fetch, selections=selections, representations=representations)


Permits = Mapping[int, frozenset[str]]
"""Permitted groups by the number of the guard."""


def is_permitted(requirements: Iterable[GroupRequirement], permits: Permits) -> bool:
    """Return whether every group that a field needs is permitted."""
    return all(
        requirement.group in permits.get(requirement.guard, ()) for requirement in requirements
    )


def refused_group(requirements: Iterable[GroupRequirement], permits: Permits) -> str | None:
    """Return the first group that a field needs and that is not permitted."""
    for requirement in requirements:
        if requirement.group not in permits.get(requirement.guard, ()):
            return requirement.group
    return None


def permitted_selections(selections: SelectionSet, permits: Permits) -> SelectionSet:
    """Return the part of a fetch's ``selections`` that may be requested."""

    def keep(selection: Selection) -> bool:
        return isinstance(selection, InlineFragment) or is_permitted(
            selection.requirements, permits
        )

    return _filter(selections, keep, _PLACEHOLDER)


def is_anything_permitted(selections: SelectionSet, permits: Permits) -> bool:
    """Return whether anything of a fetch's ``selections`` may be requested."""
    return any(
        is_anything_permitted(selection.selections, permits)
        if isinstance(selection, InlineFragment)
        else is_permitted(selection.requirements, permits)
        for selection in selections
    )


def permitted_representation(
    representation: Representation, permits: Permits
) -> Representation | None:
    """Return the permitted part of what is asked about an entity; ``None`` if nothing is left."""
    selections = permitted_selections(representation.selections, permits)
    return replace(representation, selections=selections) if selections else None


def _filter(
    selections: SelectionSet, keep: Callable[[Selection], bool], placeholder: SelectionSet
) -> SelectionSet:
    """Keep some selections; what is left empty of a composite field becomes ``placeholder``."""
    kept: list[Selection] = []
    for selection in selections:
        if not keep(selection):
            continue
        below = _filter(selection.selections, keep, placeholder)
        if isinstance(selection, InlineFragment):
            if below:
                kept.append(replace(selection, selections=below, conditions=()))
            continue
        if selection.selections and not below:
            below = placeholder
        kept.append(replace(selection, selections=below, conditions=()))
    return tuple(kept)
