"""Root fields of mutations: each runs once, in the order of the document.

One response name may occur several times under different conditions. For queries that is nothing
(the subgraph merges the fields); a mutation must not be sent twice, and must be sent where its
first occurrence that holds stands. So the occurrences are made to exclude each other.

Source: GraphQL specification, sections 6.2.2 "Mutation" and 6.3.2 "Field collection".
"""

from dataclasses import replace

from gateway.federation.selection import Condition, Field, InlineFragment, SelectionSet

Conditions = tuple[Condition, ...]


def exclusive(fields: tuple[Field, ...]) -> tuple[Field, ...]:
    """Returns root fields of which at most one of each response name is executed.

    An occurrence takes in the selections of later ones that hold as well, and is left out where an
    earlier one holds.
    """
    found: list[Field] = []
    for index, asked in enumerate(fields):
        earlier = [f for f in fields[:index] if f.response_name == asked.response_name]
        later = [f for f in fields[index + 1 :] if f.response_name == asked.response_name]
        if not earlier and not later:
            found.append(asked)
            continue
        selections = asked.selections
        for other in later:
            beyond = tuple(c for c in other.conditions if c not in asked.conditions)
            selections += _under(other.selections, beyond, asked.conditions)
        pieces: list[Conditions] = [asked.conditions]
        for other in earlier:
            pieces = [p for piece in pieces for p in _without(piece, other.conditions)]
        found.extend(replace(asked, selections=selections, conditions=p) for p in pieces)
    return tuple(found)


def _without(holding: Conditions, excluded: Conditions) -> list[Conditions]:
    """Returns disjoint cases in which ``holding`` holds and ``excluded`` does not."""
    cases: list[Conditions] = []
    before = holding
    for condition in excluded:
        case = _both(before, (Condition(condition.variable, not condition.wanted),))
        if case is not None:
            cases.append(case)
        both = _both(before, (condition,))
        if both is None:
            break
        before = both
    return cases


def _both(one: Conditions, other: Conditions) -> Conditions | None:
    """Joins conditions; ``None`` where they contradict each other."""
    wanted = {condition.variable: condition.wanted for condition in one}
    if any(wanted.get(c.variable, c.wanted) is not c.wanted for c in other):
        return None
    return tuple(dict.fromkeys(one + other))


def _under(selections: SelectionSet, conditions: Conditions, known: Conditions) -> SelectionSet:
    """Puts selections under conditions; what can never hold is left out."""
    found: list[Field | InlineFragment] = []
    for selection in selections:
        if isinstance(selection, InlineFragment):
            inner = _under(selection.selections, conditions, known)
            found.append(InlineFragment(selection.type_condition, inner))
            continue
        both = _both(conditions, selection.conditions)
        if both is not None and _both(known, both) is not None:
            found.append(replace(selection, conditions=both))
    return tuple(found)
