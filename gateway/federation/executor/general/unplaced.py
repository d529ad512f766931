"""Errors of subgraphs whose field has a value all the same: they are told with their path."""

from gateway.federation.executor.projection import MergedObject
from gateway.federation.plan import RESERVED_PREFIX
from gateway.federation.response.errors import (
    ErrorValue,
    ExecutionError,
    MergedValue,
    ResponsePath,
)

_Places = dict[int, list[ResponsePath]]


class UnplacedErrors:
    """Errors of objects in merged data."""

    def __init__(self) -> None:
        self._kept: list[tuple[MergedObject, ResponsePath, ErrorValue]] = []

    def keep(self, entity: MergedObject, path: ResponsePath, error: ErrorValue) -> None:
        """Keep an error.

        Args:
            entity: An object.
            path: The error's path below it, in the client's response names.
            error: The error.
        """
        self._kept.append((entity, path, error))

    def listed(self, root: MergedObject) -> list[ExecutionError]:
        """Return an error for each place at which its object stands.

        Args:
            root: The merged data; it is walked once, however many errors there are.
        """
        if not self._kept:
            return []
        places: _Places = {id(entity): [] for entity, _, _ in self._kept}
        if places.keys() == {id(root)}:
            places[id(root)].append(())
        else:
            _find(root, (), places)
        return [
            ExecutionError(error, place + path)
            for entity, path, error in self._kept
            for place in places[id(entity)]
        ]


def _find(value: MergedValue, path: ResponsePath, places: _Places) -> None:
    """Note the paths at which objects stand that the client sees."""
    if value.__class__ is dict:
        if id(value) in places:
            places[id(value)].append(path)
        for key, item in value.items():
            if key.__class__ is str and not key.startswith(RESERVED_PREFIX):
                _find(item, (*path, key), places)
    elif value.__class__ is list:
        for index, item in enumerate(value):
            _find(item, (*path, index), places)
