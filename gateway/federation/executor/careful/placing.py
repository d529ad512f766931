"""Puts errors of subgraphs where they took values away, in answers that are structs."""

from typing import Any

import msgspec

from gateway.federation.executor.fast.marks import NULL_WITHOUT_CAUSE
from gateway.federation.executor.fast.outline import Slot
from gateway.federation.executor.fast.structs import StructType
from gateway.federation.executor.projection import (
    Projection,
    below_entries,
    client_path,
    entries_named,
)
from gateway.federation.response.errors import (
    ErrorValue,
    Fault,
    MergedValue,
    PathKey,
    ResponsePath,
    with_error,
)


def place_error(
    projection: Projection, target: msgspec.Struct, path: ResponsePath, error: ErrorValue
) -> str | None:
    """Put a subgraph's error where it took a value away.

    Args:
        projection: What was asked on ``target``.
        target: An object of an answer.
        path: The error's path below the object.
        error: The error.

    Returns:
        The attribute under which there was a null, at the path or above it; ``None`` if there was
        none, or none that can be seen here.
    """
    container: MergedValue = target
    attribute: str | None = None
    below: tuple[Projection, ...] = (projection,)
    for position, step in enumerate(path):
        key: PathKey = step
        if isinstance(step, str):
            entries = entries_named(below, step)
            if not entries or not isinstance(container, msgspec.Struct):
                return None
            attribute = _attribute(container, step)
            if attribute is None:
                return None
            key, below = attribute, below_entries(entries)
        elif container.__class__ is not list or not 0 <= step < len(container):
            return None
        value = getattr(container, key) if isinstance(key, str) else container[key]
        if value is None or value.__class__ is Fault:
            rest = client_path(below, path[position + 1 :])
            _put(container, key, with_error(value, error, rest))
            return attribute
        container = value
    return None


def _attribute(container: msgspec.Struct, name: str) -> str | None:
    names = container.__struct_encode_fields__
    return container.__struct_fields__[names.index(name)] if name in names else None


def _put(container: MergedValue, key: PathKey, value: Fault) -> None:
    if isinstance(key, str):
        setattr(container, key, value)
    else:
        container[key] = value


class NullObjects:
    """Makes objects that stand for what did not arrive: each field that was asked is null.

    Args:
        answer: The class of what did not arrive.
        asked: The fields that were asked.
        constants: Values of attributes that are known all the same.
    """

    def __init__(
        self, answer: StructType, asked: list[Slot], constants: dict[str, str] | None = None
    ) -> None:
        self._class = answer
        self._constants = constants or {}
        self._asked = {
            slot.attribute: None if slot.is_nullable else NULL_WITHOUT_CAUSE for slot in asked
        }

    def make(
        self,
        cause: Fault | None,
        projection: Projection | None = None,
        errors: list[tuple[ResponsePath, ErrorValue]] | None = None,
    ) -> tuple[Any, set[str]]:
        """Return an object, and the attributes in which faults stand.

        Args:
            cause: Why nothing arrived; ``None``: the null is data.
            projection: What was asked.
            errors: Errors with their paths below the object.
        """
        made = self._class(**dict.fromkeys(self._asked), **self._constants)
        for path, error in errors or ():
            if projection is not None:
                place_error(projection, made, path, error)
        faulty: set[str] = set()
        for attribute, otherwise in self._asked.items():
            if getattr(made, attribute) is None:
                setattr(made, attribute, cause or otherwise)
            if getattr(made, attribute) is not None:
                faulty.add(attribute)
        return made, faulty
