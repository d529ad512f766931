"""Rules of guards that the search and the building of fetches share."""

from dataclasses import dataclass, field
from enum import IntEnum

from gateway.federation.planner.errors import PlanningError
from gateway.federation.planner.guard_spec import GuardSpec
from gateway.federation.query_graph.graph import QueryGraph
from gateway.federation.selection import Field, SelectionSet


class GuardState(IntEnum):
    """What is known of the guard where an object stands."""

    NONE = 0
    """No guard stands above, or the graph has none."""
    ROOT = 1
    """The root field's guard was decided before the fetch; no object of a subject was met yet."""
    DECIDED = 2
    """The object's guard was decided before the fetch in which it stands."""
    PENDING = 3
    """The object's guard is an ancestor's, whose subject comes with this very fetch."""
    OWN = 4
    """The object needs a guard of its own, whose subject comes with or after this fetch."""
    EXEMPT = 5
    """Keys and subjects on the way: what the plan needs for joining and deciding."""


@dataclass(slots=True, eq=False)
class GuardRules:
    """A :class:`GuardSpec` on a query graph."""

    graph: QueryGraph
    spec: GuardSpec
    _subjects: dict[str, SelectionSet] = field(default_factory=dict)
    _own: dict[str, bool] = field(default_factory=dict)

    def enter(self, type_name: str, above: GuardState) -> GuardState:
        """Returns the state at an object of a type, given the state of the place it stands at."""
        if above is GuardState.EXEMPT:
            return above
        if type_name not in self.spec.subjects:
            self._refuse_unknown_types(type_name)
            return above
        if above is GuardState.ROOT:
            return GuardState.DECIDED
        if above is GuardState.NONE or self.is_subject(type_name):
            return GuardState.OWN
        return above

    def _refuse_unknown_types(self, type_name: str) -> None:
        """An interface object of unknown type cannot be judged: it may be a subject's."""
        possible = self.graph.possible_in_supergraph(type_name)
        if possible == {type_name}:
            return
        if any(name in self.spec.subjects for name in possible):
            message = f"{type_name} is read where its concrete type, and so its guard, is unknown."
            raise PlanningError(message)

    def is_subject(self, type_name: str) -> bool:
        """Tells whether objects of the type are subjects themselves."""
        if type_name not in self._own:
            path = self.spec.subjects[type_name]
            self._own[type_name] = any(
                move.target == type_name and _as_path(move.selections) == path
                for move in self.graph.moves(type_name)
            )
        return self._own[type_name]

    def group(self, type_name: str, field_name: str) -> str | None:
        """Returns the group that a field needs, ``None`` if it is exempt."""
        return self.spec.groups.get((type_name, field_name))

    def own_group(self, type_name: str, field_name: str) -> str | None:
        """Returns the group that a field itself needs; for root fields their own one."""
        root = self.spec.root_fields.get((type_name, field_name))
        return root.group if root is not None else self.group(type_name, field_name)

    def subject(self, type_name: str) -> SelectionSet:
        """Returns the selection of a type's subject value; the same object every time."""
        if type_name not in self._subjects:
            selections: SelectionSet = ()
            for name in reversed(self.spec.subjects[type_name]):
                selections = (Field(name, name, (), selections),)
            self._subjects[type_name] = selections
        return self._subjects[type_name]

    def below_root(self, root_type: str, field_name: str) -> GuardState:
        """Returns the state below a root field."""
        known = (root_type, field_name) in self.spec.root_fields
        return GuardState.ROOT if known else GuardState.NONE


def below(state: GuardState) -> GuardState:
    """Returns the state below an exempt field of an object, in the same fetch."""
    return GuardState.PENDING if state is GuardState.OWN else state


def below_guarded(state: GuardState) -> GuardState:
    """Returns the state below what was fetched after the object's guard."""
    if state in {GuardState.OWN, GuardState.PENDING}:
        return GuardState.DECIDED
    return state


def _as_path(selections: SelectionSet) -> tuple[str, ...] | None:
    if len(selections) != 1 or not isinstance(selections[0], Field):
        return None
    below_ = _as_path(selections[0].selections) if selections[0].selections else ()
    return None if below_ is None else (selections[0].name, *below_)
