"""A plan under one combination of its condition variables: what all paths of execution share."""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from gateway.federation.entities import InputPlace, leads_to
from gateway.federation.executor.computed_fields import ComputedFields, Needs
from gateway.federation.executor.conditions import Permits, is_anything_permitted
from gateway.federation.executor.projection import Projection, compile_projection
from gateway.federation.executor.requests import (
    RequestTemplate,
    compile_request,
    permitted_fetch,
)
from gateway.federation.executor.steps import Step
from gateway.federation.plan import Fetch, SubjectCheck
from gateway.federation.response.completion import ResponseShape
from gateway.federation.response.errors import Fault
from gateway.federation.response.fields import TypeConditions
from gateway.federation.selection import Field, SelectionSet

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
    """A fetch of a variant with its requests, compiled on first use per set of permits.

    Attributes:
        fetch: The fetch.
        needs: For each representation its fields with ``@requires``, with what they need.
        computed_keys: For each representation those of them that later fetches make keys of.
    """

    def __init__(
        self, fetch: Fetch, types: TypeConditions, computed: Sequence[ComputedFields]
    ) -> None:
        self.fetch = fetch
        self.needs = tuple(fields.needs for fields in computed)
        self.computed_keys = tuple(fields.keys for fields in computed)
        self._types = types
        self._root_projection: Projection | None = None
        self._projections: tuple[Projection, ...] | None = None
        self.root_groups = _asked_groups(fetch.selections)
        self.groups = tuple(_asked_groups(item.selections) for item in fetch.representations)
        self._requests: OrderedDict[PermitKey, PermittedRequest] = OrderedDict()

    @property
    def root_projection(self) -> Projection:
        """What a root fetch asks, compiled on first use."""
        if self._root_projection is None:
            self._root_projection = compile_projection(self.fetch.selections, self._types)
        return self._root_projection

    @property
    def projections(self) -> tuple[Projection, ...]:
        """What each representation asks, compiled on first use."""
        if self._projections is None:
            self._projections = tuple(
                compile_projection(item.selections, self._types)
                for item in self.fetch.representations
            )
        return self._projections

    def is_object_type(self, name: str) -> bool:
        """Return whether a name is that of a concrete type of the supergraph."""
        return self._types.is_object_type(name)

    def release_projections(self) -> None:
        """Give up the projections."""
        self._root_projection = self._projections = None

    def key(self, permits: Permits) -> PermitKey:
        """Return the key of a set of permits; guards that are not in it permit nothing."""
        return tuple(permits.get(guard, frozenset()) for guard in self.fetch.guards)

    def may_ask(self, number: int | None, permits: Permits) -> bool:
        """Return whether anything is left to ask of a representation, or of a root fetch."""
        if number is None:
            return is_anything_permitted(self.fetch.selections, permits)
        return is_anything_permitted(self.fetch.representations[number].selections, permits)

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


class Variant:
    """A plan whose conditions are resolved.

    Args:
        steps: The plan's leaves in order.
        fetches: The compiled fetch of each step; ``None`` for guards.
        make_shape: Compiles the shape of the response.
        checks: Subject checks of inherited guards.
        introspection: Introspection fields of the root.

    Attributes:
        steps: See above.
        fetches: See above.
        checks: See above.
        introspection: See above.
        waits_for: For each step the number of steps that it waits for.
    """

    __slots__ = (
        "_make_shape",
        "_shape",
        "checks",
        "fetches",
        "introspection",
        "steps",
        "waits_for",
    )

    def __init__(
        self,
        steps: tuple[Step, ...],
        fetches: tuple[CompiledFetch | None, ...],
        make_shape: Callable[[], ResponseShape],
        checks: tuple[SubjectCheck, ...],
        introspection: SelectionSet,
    ) -> None:
        self.steps = steps
        self.fetches = fetches
        self.checks = checks
        self.introspection = introspection
        self.waits_for = tuple(step.waits_for for step in steps)
        self._make_shape = make_shape
        self._shape: ResponseShape | None = None

    @property
    def shape(self) -> ResponseShape:
        """The shape of the response, compiled on first use."""
        if self._shape is None:
            self._shape = self._make_shape()
        return self._shape

    def release_general(self) -> None:
        """Give up what only the general path uses; it is made again where it is needed."""
        self._shape = None
        for fetch in self.fetches:
            if fetch is not None:
                fetch.release_projections()


def lost_effects(lost: dict[InputPlace, Fault], needs: Needs) -> dict[str, Fault]:
    """Return the fields that need something that was lost, with the error of the first.

    Args:
        lost: The errors that took inputs away, by place in the representation.
        needs: For each field what it needs.
    """
    effects: dict[str, Fault] = {}
    for name, inputs in needs.items():
        for place, cause in lost.items():
            if leads_to(place, inputs):
                effects[name] = cause
                break
    return effects


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
