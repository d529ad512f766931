"""Objects whose keys lack a value: whether they can be asked about, and what follows from it."""

from typing import Any

from gateway.federation.entities import InputPlace, as_cause
from gateway.federation.executor.careful.answers import CarefulTarget
from gateway.federation.executor.fast.marks import NO_VALUE, NULL_WITHOUT_CAUSE
from gateway.federation.executor.variant import CompiledFetch, lost_effects
from gateway.federation.response.errors import Fault, MergedValue


class OddKeys:
    """Decides about objects whose keys lack a value.

    Attributes:
        left_out: Objects that cannot be asked about, each with the error that took a key away.
        lost: Objects for which inputs are lost, with the fields that need them.
    """

    def __init__(self, target: CarefulTarget, compiled: CompiledFetch) -> None:
        self._target = target
        self._needs = compiled.needs[target.number]
        self.left_out: list[tuple[Any, Fault | None]] = []
        self.lost: list[tuple[Any, dict[str, Fault]]] = []

    def ask(self, entity: MergedValue, values: tuple[Any, ...]) -> tuple[Any, ...] | None:
        """Return what is sent for the keys' values; ``None`` if there is nothing to ask."""
        keys = self._target.keys
        lost: dict[InputPlace, Fault] = {
            (key.name,): as_cause(value)
            for key, value in zip(keys, values, strict=True)
            if value.__class__ is Fault and value is not NULL_WITHOUT_CAUSE
        }
        if any(
            value.__class__ in NO_VALUE and not key.may_be_null
            for key, value in zip(keys, values, strict=True)
        ):
            self.left_out.append((entity, next(iter(lost.values()), None)))
            return None
        effects = lost_effects(lost, self._needs)
        if effects:
            self.lost.append((entity, effects))
        return tuple(None if value.__class__ in NO_VALUE else value for value in values)
