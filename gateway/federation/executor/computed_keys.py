"""Which fields that a subgraph computes (``@requires``) become keys of entities later.

What is computed from inputs that an error took away is anything: the subgraph sees nulls. As a key
it could name another object, so it is lost with its inputs.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

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
            inputs = frozenset[str]().union(*(compiled.needs[number][name] for name in computed))
            sent = tuple(_sent(item, inputs))
            keys.update(place for path in paths for place in _places(path, sent))


def _sent(item: Representation, inputs: frozenset[str]) -> Iterator[KeySelection]:
    """Yield the keys of a representation, and those required fields that are ``inputs``."""
    for selection in item.fields:
        name = selection.name if isinstance(selection, KeyField) else ""
        if name not in item.required or name in inputs:
            yield selection


def _names(paths: Iterable[Path]) -> list[Place]:
    return [tuple(step.response_name for step in path) for path in paths]


def _places(above: Place, selections: Iterable[KeySelection]) -> Iterator[Place]:
    for selection in selections:
        if not isinstance(selection, KeyField):
            yield from _places(above, selection.selections)
            continue
        place = (*above, selection.source)
        yield place
        yield from _places(place, selection.selections or ())
