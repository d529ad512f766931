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
from gateway.federation.planner.errors import PlanningError
from gateway.federation.planner.representations import Representations
from gateway.federation.planner.requirements import Requirements
from gateway.federation.planner.search import Search
from gateway.federation.planner.units import PlannedContext, Requirement, Stand
from gateway.federation.selection import Argument
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
        site = ancestor.output.site
        if site.type_name != ancestor.type_name:
            site = self.search.ground.site(site.subgraph, ancestor.type_name, site.provided)
        choice = self.search.object(
            ancestor.type_name,
            self.search.ground.fields(selections, ancestor.type_name),
            site,
            ancestor.state,
        )
        if choice.missing:
            message = f"The context of the argument {context.name} cannot be reached."
            raise PlanningError(message)
        sources = self.representations.find(ancestor, choice, selections, stand.unit)
        depth = len(ancestor.place.path)
        groups = self.requirements.groups_of(choice)
        if not groups:
            return _path(sources, context), depth, ()
        if ancestor.guard is None:
            message = f"The argument {context.name} is guarded, but its subject is unknown."
            raise PlanningError(message)
        needed = self.requirements.of_groups(ancestor.guard, groups, stand.unit)
        return _path(sources, context), depth, needed


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
