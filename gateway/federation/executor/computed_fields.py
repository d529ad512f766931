"""Fields that a subgraph computes from others (``@requires``): from which, and which become keys.

What is computed from inputs that an error took away is anything: the subgraph sees nulls. As a key
of an entity later it could name another object, so it is lost with its inputs.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from gateway.federation.entities import InputPlace, Inputs, leads_to
from gateway.federation.executor.steps import Step
from gateway.federation.plan import Fetch, KeyField, KeySelection, Representation
from gateway.federation.selection import Field, SelectionSet
from gateway.federation.supergraph.model import Subgraph

Place: TypeAlias = tuple[str, ...]
"""Where a value stands in the merged data, as response names from the root."""

Needs: TypeAlias = Mapping[str, Inputs]
"""What computed fields are computed from, by their name in merged data."""


@dataclass(frozen=True, slots=True)
class ComputedFields:
    """The fields of one representation that its subgraph computes.

    Attributes:
        needs: What each is computed from.
        keys: Those of them that later fetches make keys of.
    """

    needs: Needs
    keys: frozenset[str]


def computed_fields(
    steps: Sequence[Step], subgraphs: Mapping[str, Subgraph]
) -> list[tuple[ComputedFields, ...]]:
    """Return for each step of a plan the computed fields of each of its representations.

    Args:
        steps: The leaves of the plan, in order; a guard has no representations.
        subgraphs: The supergraph's subgraphs by name.
    """
    needs = [_step_needs(step.fetch, subgraphs) for step in steps]
    if not any(map(any, needs)):
        return [tuple(ComputedFields(needed, frozenset()) for needed in each) for each in needs]
    keys: set[Place] = set()
    last_first = []
    for step, needed in zip(reversed(steps), reversed(needs), strict=True):
        computed = _of_step(step, needed, keys)
        keys.update(_keys_of_step(step, computed))
        last_first.append(computed)
    return last_first[::-1]


def _step_needs(fetch: Fetch | None, subgraphs: Mapping[str, Subgraph]) -> tuple[Needs, ...]:
    if fetch is None:
        return ()
    subgraph = subgraphs.get(fetch.subgraph)
    return tuple(_needs(item, subgraph) for item in fetch.representations)


def _needs(representation: Representation, subgraph: Subgraph | None) -> Needs:
    known = subgraph.types.get(representation.type_name) if subgraph is not None else None
    if known is None or not representation.required:
        return {}
    needs: dict[str, Inputs] = {}
    for item in representation.selections:
        field = known.fields.get(item.name) if isinstance(item, Field) else None
        if isinstance(item, Field) and field is not None and field.requires:
            inputs = frozenset(_leaves(field.requires, ()))
            needs[item.output_name or item.response_name] = inputs
    return needs


def _leaves(selections: SelectionSet, above: InputPlace) -> Iterator[InputPlace]:
    for selection in selections:
        if not isinstance(selection, Field):
            yield from _leaves(selection.selections, above)
        elif selection.selections:
            yield from _leaves(selection.selections, (*above, selection.name))
        else:
            yield (*above, selection.name)


def _of_step(step: Step, needs: tuple[Needs, ...], keys: set[Place]) -> tuple[ComputedFields, ...]:
    """Return the computed fields of a step; ``keys`` are what later steps make keys of."""
    at = [_places_of(item, step) for item in _representations(step)]
    return tuple(
        ComputedFields(
            needed,
            frozenset(name for name in needed if any((*path, name) in keys for path in paths)),
        )
        for needed, paths in zip(needs, at, strict=True)
    )


def _keys_of_step(step: Step, computed: tuple[ComputedFields, ...]) -> Iterator[Place]:
    """Yield where the keys stand that a step sends, and what the keys it computes are made of."""
    for item, fields in zip(_representations(step), computed, strict=True):
        inputs = Inputs().union(*(fields.needs[name] for name in fields.keys))
        sent = tuple(_sent(item, inputs))
        for path in _places_of(item, step):
            yield from ((*path, *place) for place in sent)


def _representations(step: Step) -> tuple[Representation, ...]:
    return step.fetch.representations if step.fetch is not None else ()


def _places_of(representation: Representation, step: Step) -> list[Place]:
    """Return where the objects of a representation stand."""
    paths = representation.paths or step.paths or ()
    return [tuple(part.response_name for part in path) for path in paths]


def _sent(item: Representation, inputs: Inputs) -> Iterator[Place]:
    """Yield where the keys of a representation stand, and those required fields in ``inputs``."""
    for selection in item.fields:
        name = selection.name if isinstance(selection, KeyField) else ""
        wanted = inputs if name in item.required else None
        yield from _places((), (), (selection,), wanted)


def _places(
    above: Place, sent: InputPlace, selections: Iterable[KeySelection], inputs: Inputs | None
) -> Iterator[Place]:
    """Yield where selected values stand, those on the way to ``inputs`` alone if given.

    Args:
        above: Where the object stands.
        sent: Where it stands in the representation.
        selections: What is sent of it.
        inputs: Leaves in the representation; ``None``: all.
    """
    for selection in selections:
        if not isinstance(selection, KeyField):
            yield from _places(above, sent, selection.selections, inputs)
            continue
        there = (*sent, selection.name)
        if inputs is None or leads_to(there, inputs):
            place = (*above, selection.source)
            yield place
            yield from _places(place, there, selection.selections or (), inputs)
