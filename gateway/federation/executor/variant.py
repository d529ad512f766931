"""A plan under one combination of its condition variables: what both paths of execution share."""

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass

from gateway.federation.executor.conditions import Permits, permitted_selections
from gateway.federation.executor.projection import Projection, compile_projection
from gateway.federation.executor.requests import (
    RequestTemplate,
    compile_request,
    permitted_fetch,
)
from gateway.federation.executor.steps import Step
from gateway.federation.plan import Fetch, Representation, SubjectCheck
from gateway.federation.response.completion import ResponseShape
from gateway.federation.response.fields import TypeConditions
from gateway.federation.selection import Field, SelectionSet
from gateway.federation.supergraph.model import Subgraph

PermitKey = tuple[frozenset[str], ...]
"""Permitted groups of a fetch's guards, in the order of ``Fetch.guards``."""

MAX_PERMIT_VARIANTS = 64
"""Requests kept per fetch for different sets of permitted groups."""


@dataclass(frozen=True, slots=True)
class PermittedRequest:
    """What may be asked of a fetch under one set of permitted groups.

    Attributes:
        fetch: The permitted part of the fetch; ``None`` if nothing may be asked.
        template: Its request.
    """

    fetch: Fetch | None
    template: RequestTemplate | None


class CompiledFetch:
    """A fetch of a variant with its requests, compiled on first use per set of permits."""

    def __init__(
        self, fetch: Fetch, types: TypeConditions, subgraph: Subgraph | None = None
    ) -> None:
        self.fetch = fetch
        self.needs = tuple(_needs(item, subgraph) for item in fetch.representations)
        self.root_projection = compile_projection(fetch.selections, types)
        self.projections: tuple[Projection, ...] = tuple(
            compile_projection(item.selections, types) for item in fetch.representations
        )
        self.root_groups = _asked_groups(fetch.selections)
        self.groups = tuple(_asked_groups(item.selections) for item in fetch.representations)
        self._requests: OrderedDict[PermitKey, PermittedRequest] = OrderedDict()

    def key(self, permits: Permits) -> PermitKey:
        """Return the key of a set of permits; guards that are not in it permit nothing."""
        return tuple(permits.get(guard, frozenset()) for guard in self.fetch.guards)

    def may_ask(self, number: int | None, permits: Permits) -> bool:
        """Return whether anything is left to ask of a representation, or of a root fetch."""
        if number is None:
            return bool(permitted_selections(self.fetch.selections, permits))
        selections = self.fetch.representations[number].selections
        return bool(permitted_selections(selections, permits))

    def permits(self, key: PermitKey) -> Permits:
        """Return the permitted groups by guard."""
        return dict(zip(self.fetch.guards, key, strict=True))

    def request(self, key: PermitKey) -> PermittedRequest:
        """Return what may be asked under a set of permitted groups."""
        known = self._requests.get(key)
        if known is None:
            fetch = permitted_fetch(self.fetch, self.permits(key))
            known = PermittedRequest(fetch, compile_request(fetch) if fetch else None)
            self._requests[key] = known
            if len(self._requests) > MAX_PERMIT_VARIANTS:
                self._requests.popitem(last=False)
        elif self.fetch.guards:
            self._requests.move_to_end(key)
        return known


@dataclass(frozen=True, slots=True)
class Variant:
    """A plan whose conditions are resolved.

    Attributes:
        steps: The plan's leaves in order.
        fetches: The compiled fetch of each step; ``None`` for guards.
        shape: The shape of the response.
        checks: Subject checks of inherited guards.
        concrete_types: Names of all object types of the supergraph.
        introspection: Introspection fields of the root.
        waits_for: For each step the number of steps that it waits for.
    """

    steps: tuple[Step, ...]
    fetches: tuple[CompiledFetch | None, ...]
    shape: ResponseShape
    checks: tuple[SubjectCheck, ...]
    concrete_types: frozenset[str]
    introspection: SelectionSet
    waits_for: tuple[int, ...]


def _needs(representation: Representation, subgraph: Subgraph | None) -> dict[str, frozenset[str]]:
    """Return the fields with ``@requires``, by their name in merged data, with what they need."""
    known = subgraph.types.get(representation.type_name) if subgraph is not None else None
    if known is None or not representation.required:
        return {}
    needs: dict[str, frozenset[str]] = {}
    for item in representation.selections:
        field = known.fields.get(item.name) if isinstance(item, Field) else None
        if isinstance(item, Field) and field is not None and field.requires:
            inputs = frozenset(_field_names(field.requires))
            needs[item.output_name or item.response_name] = inputs
    return needs


def _field_names(selections: SelectionSet) -> Iterator[str]:
    for selection in selections:
        if isinstance(selection, Field):
            yield selection.name
        else:
            yield from _field_names(selection.selections)


def _asked_groups(selections: SelectionSet) -> dict[int, frozenset[str]]:
    """Return the groups that the fields of a selection set need, by guard."""
    groups: dict[int, set[str]] = {}
    waiting = [*selections]
    while waiting:
        selection = waiting.pop()
        waiting += selection.selections
        if isinstance(selection, Field):
            for requirement in selection.requirements:
                groups.setdefault(requirement.guard, set()).add(requirement.group)
    return {guard: frozenset(groups[guard]) for guard in sorted(groups)}
