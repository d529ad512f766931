"""What the plan needs for itself is fetched only under the conditions of those who need it."""

from dataclasses import dataclass, field

from gateway.federation.planner.units import Output, OutputField, Unit
from gateway.federation.selection import Condition


def set_conditions(units: list[Unit]) -> None:
    """Gives keys and ``@requires`` inputs the conditions that all who need them have in common.

    Args:
        units: All units of an operation, completely built.
    """
    conditions = _Conditions()
    for unit in units:
        conditions.set(unit.output)


@dataclass(slots=True, eq=False)
class _Conditions:
    known: dict[Unit, tuple[Condition, ...]] = field(default_factory=dict)

    def set(self, output: Output) -> None:
        for item in output.fields:
            if item.own:
                item.conditions = self.of_field(item)
            elif item.child is not None:
                self.set(item.child)

    def of_field(self, item: OutputField) -> tuple[Condition, ...]:
        if not item.own:
            return item.conditions
        return _common([self.of_needer(needer) for needer in item.needers])

    def of_needer(self, needer: object) -> tuple[Condition, ...]:
        if not isinstance(needer, Unit):
            return ()
        if needer not in self.known:
            self.known[needer] = _common([self.of_field(f) for f in needer.output.fields])
        return self.known[needer]


def _common(all_conditions: list[tuple[Condition, ...]]) -> tuple[Condition, ...]:
    if not all_conditions:
        return ()
    first, *rest = all_conditions
    return tuple(c for c in first if all(c in other for other in rest))
