"""Arguments that the gateway fills from an ancestor (``@context`` and ``@fromContext``).

Source: Federation 2.8, "Saving and referencing data with contexts".
"""

from collections.abc import Sequence
from dataclasses import dataclass

from gateway.federation.plan import (
    RESERVED_PREFIX,
    ContextValue,
    KeyField,
    KeyFragment,
    KeySelection,
)
from gateway.federation.planner.choices import ObjectChoice
from gateway.federation.planner.errors import PlanningError
from gateway.federation.planner.representations import Representations, only_object
from gateway.federation.planner.requirements import Requirements
from gateway.federation.planner.search import Search
from gateway.federation.planner.units import PlannedContext, Requirement, Stand
from gateway.federation.selection import Argument, SelectionSet
from gateway.federation.supergraph.model import ContextArgument


@dataclass(slots=True, eq=False)
class Contexts:
    """Has the values of context arguments fetched where their ancestors stand."""

    search: Search
    representations: Representations
    requirements: Requirements
    count: int = 0

    def arguments(
        self, stand: Stand, contexts: tuple[ContextArgument, ...]
    ) -> tuple[tuple[Argument, ...], tuple[Requirement, ...]]:
        """Returns the arguments of a field, and what must be permitted for their values.

        A value may be about another subject than the field: then the guard of the ancestor
        decides on it beside the field's own.

        Args:
            stand: Where the field is fetched: the entity entered for it.
            contexts: The arguments.
        """
        found: list[Argument] = []
        requirements: list[Requirement] = []
        for context in contexts:
            variable = f"{RESERVED_PREFIX}context_{self.count}"
            self.count += 1
            source, depth, needed = self._source(stand, context)
            requirements.extend(needed)
            value = ContextValue(variable, depth, source)
            stand.unit.contexts.append(PlannedContext(value, context.type_text))
            found.append(Argument(context.name, f"${variable}", (variable,)))
        return tuple(found), tuple(requirements)

    def _source(
        self, stand: Stand, context: ContextArgument
    ) -> tuple[tuple[str, ...], int, tuple[Requirement, ...]]:
        graph = self.search.ground.graph
        setting = graph.supergraph.contexts.get(context.context, frozenset())
        concrete = {name for type_ in setting for name in graph.possible_in_supergraph(type_)}
        ancestor = stand.above
        while ancestor is not None and ancestor.type_name not in concrete:
            ancestor = ancestor.above
        if ancestor is None:
            message = f"No object above sets the context of the argument {context.name}."
            raise PlanningError(message)
        selections = graph.normalized(context.selections, ancestor.type_name)
        choice = self._choice(ancestor, selections)
        if choice.hops and ancestor.entered_from is not None:
            # Another subgraph brings it: it is asked no later than for other fields of the object.
            ancestor = _first(ancestor)
            choice = self._choice(ancestor, selections)
        if choice.missing:
            message = f"The context of the argument {context.name} cannot be reached."
            raise PlanningError(message)
        # Below fields that the client asks for, types may call the value by different names.
        own = _has_types(choice)
        sources = self.representations.find(ancestor, choice, selections, stand.unit, own=own)
        depth = len(ancestor.place.path)
        groups = self.requirements.groups_of(choice)
        if not groups:
            return _path(sources, context), depth, ()
        if ancestor.guard is None:
            message = f"The argument {context.name} is guarded, but its subject is unknown."
            raise PlanningError(message)
        needed = self.requirements.of_groups(ancestor.guard, groups, stand.unit)
        return _path(sources, context), depth, needed

    def _choice(self, ancestor: Stand, selections: SelectionSet) -> ObjectChoice:
        """Returns how the value is to be had from where the ancestor stands."""
        type_name, site, ground = ancestor.type_name, ancestor.output.site, self.search.ground
        if site.type_name != type_name:
            site = ground.site(site.subgraph, type_name, site.provided)
        fields = ground.fields(selections, type_name)
        return self.search.object(type_name, fields, site, ancestor.state)


def _first(stand: Stand) -> Stand:
    """Returns the objects of a stand as they stand in the first answer that they are in."""
    while stand.entered_from is not None:
        stand = stand.entered_from
    return stand


def _has_types(choice: ObjectChoice) -> bool:
    """Tells whether a value stands behind an interface or a union."""
    for item in (*choice.local, *(item for hop in choice.hops for item in hop.fields)):
        if item.child is not None:
            only = only_object(item.child)
            if only is None or _has_types(only):
                return True
    return False


def _path(sources: Sequence[KeySelection], context: ContextArgument) -> tuple[str, ...]:
    """Returns where the one value of a context stands below its object, as response names."""
    path: list[str] = []
    while sources:
        fragments = [source for source in sources if isinstance(source, KeyFragment)]
        if fragments:  # the typename beside them only tells which applies
            (below, *others) = {_path(each.selections, context) for each in fragments}
            if others:
                raise _not_one_value(context)
            return (*path, *below)
        source = sources[0]
        if len(sources) > 1 or not isinstance(source, KeyField):
            raise _not_one_value(context)
        path.append(source.source)
        sources = source.selections or ()
    return tuple(path)


def _not_one_value(context: ContextArgument) -> PlanningError:
    return PlanningError(f"The context of the argument {context.name} is not one value.")
