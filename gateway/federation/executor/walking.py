"""Finds the objects that stand at a path of the merged data."""

from collections.abc import Iterator
from typing import Any

from gateway.federation.executor.projection import MergedObject, objects_in
from gateway.federation.plan import Path
from gateway.federation.response.completion import TYPE_SLOT
from gateway.federation.response.errors import Fault, MergedValue

Chain = tuple[MergedObject, ...]
"""An object with all its ancestors: one more than the path has steps, the root first."""


def chains_at(root: MergedObject, path: Path) -> Iterator[Chain]:
    """Yield every object at ``path`` with its ancestors, in the order of the answer."""
    yield from _chains((root,), path, 0)


def _chains(chain: Chain, path: Path, position: int) -> Iterator[Chain]:
    if position == len(path):
        yield chain
        return
    step = path[position]
    for value in objects_in(chain[-1].get(step.response_name)):
        if step.types is None or value.get(TYPE_SLOT) in step.types:
            yield from _chains((*chain, value), path, position + 1)


def value_at(entity: MergedObject, source: tuple[str, ...]) -> MergedValue:
    """Return the scalar at a path of response names below an object; ``None`` if there is none."""
    value: Any = entity
    for name in source:
        if value.__class__ is not dict:
            return None
        value = value.get(name)
    return None if value.__class__ in (dict, list, Fault) else value


def plain_value_at(entity: MergedObject, source: tuple[str, ...]) -> MergedValue:
    """Return any value at a path below an object, as JSON; ``None`` if there is none."""
    value: MergedValue = entity
    for name in source:
        value = value.get(name) if value.__class__ is dict else None
    return _plain(value)


def _plain(value: MergedValue) -> MergedValue:
    if value.__class__ is dict:
        return {name: _plain(item) for name, item in value.items() if name.__class__ is str}
    if value.__class__ is list:
        return [_plain(item) for item in value]
    return None if value.__class__ is Fault else value


def prefix_depth(path: Path, prefixes: tuple[Path, ...]) -> int | None:
    """Return the length of the longest of ``prefixes`` that ``path`` begins with."""
    names = [step.response_name for step in path]
    depths = [
        len(prefix)
        for prefix in prefixes
        if names[: len(prefix)] == [step.response_name for step in prefix]
    ]
    return max(depths, default=None)
