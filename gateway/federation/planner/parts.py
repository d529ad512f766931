"""Parts of selection sets, as the search takes them from several subgraphs."""

from dataclasses import replace

from gateway.federation.selection import Field, Selection, SelectionSet


def without(selections: SelectionSet, others: SelectionSet) -> SelectionSet:
    """Returns a selection set without what is in another one.

    Args:
        selections: A part of some selection set.
        others: Another part of it. What both have whole is the same object in both; what they
            have in part stands under the same name, conditions and type condition. What stands
            otherwise is not taken out.
    """
    whole = {id(other) for other in others}
    parts: dict[tuple[object, ...], SelectionSet] = {}
    for other in others:
        if other.selections:
            parts[_place(other)] = parts.get(_place(other), ()) + other.selections
    left: list[Selection] = []
    for selection in selections:
        if id(selection) in whole:
            continue
        part = parts.get(_place(selection)) if selection.selections else None
        if part is None:
            left.append(selection)
            continue
        below = without(selection.selections, part)
        if below:
            left.append(replace(selection, selections=below))
    return tuple(left)


def _place(selection: Selection) -> tuple[object, ...]:
    if isinstance(selection, Field):
        return selection.response_name, selection.conditions
    return (selection.type_condition,)
