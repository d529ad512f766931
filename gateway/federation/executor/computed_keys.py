"""Which fields that a subgraph computes (``@requires``) become keys of entities later.

What is computed from inputs that an error took away is anything: the subgraph sees nulls. As a key
it could name another object, so it is lost with its inputs.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

from gateway.federation.entities import InputPlace, Inputs, leads_to
from gateway.federation.executor.steps import Step
from gateway.federation.executor.variant import CompiledFetch
from gateway.federation.plan import KeyField, KeySelection, Path, Representation

Place: TypeAlias = tuple[str, ...]
"""Where a value stands in the merged data, as response names from the root."""


def note_computed_keys(steps: Sequence[Step], fetches: Sequence[CompiledFetch | None]) -> None:
    """Tell each fetch of a variant which of its fields are keys, or inputs of keys, later."""
    if not any(compiled is not None and any(compiled.needs) for compiled in fetches):
        return
    keys: set[Place] = set()
    for step, compiled in zip(reversed(steps), reversed(fetches), strict=True):
        if compiled is None:
            continue
        representations = compiled.fetch.representations
        at = [_names(item.paths or step.paths or ()) for item in representations]
        compiled.computed_keys = tuple(
            frozenset(name for name in needs if any((*path, name) in keys for path in paths))
            for needs, paths in zip(compiled.needs, at, strict=True)
        )
        for number, (item, paths) in enumerate(zip(representations, at, strict=True)):
            computed = compiled.computed_keys[number]
            inputs = Inputs().union(*(compiled.needs[number][name] for name in computed))
            sent = tuple(_sent(item, inputs))
            keys.update((*path, *place) for path in paths for place in sent)


def _sent(item: Representation, inputs: Inputs) -> Iterator[Place]:
    """Yield where the keys of a representation stand, and those required fields in ``inputs``."""
    for selection in item.fields:
        name = selection.name if isinstance(selection, KeyField) else ""
        wanted = inputs if name in item.required else None
        yield from _places((), (), (selection,), wanted)


def _names(paths: Iterable[Path]) -> list[Place]:
    return [tuple(step.response_name for step in path) for path in paths]


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
