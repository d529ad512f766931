"""What the plan needs for itself is fetched only under the conditions of those who need it."""

from dataclasses import dataclass, field

from gateway.federation.planner.units import Output, OutputField, Unit
from gateway.federation.selection import Condition


def set_conditions(units: list[Unit]) -> None:
    """Gives the plan's own fields the conditions that all who need them have in common.

    These are keys, ``@requires`` inputs and values of contexts. Who needs a value of a context
    stands somewhere below it, so the conditions on the way there count too.

    Args:
        units: All units of an operation, completely built.
    """
    conditions = _Conditions()
    for unit in units:
        conditions.set(unit.output, unit.place.conditions if unit.place is not None else ())


def conditions_of(output: Output) -> frozenset[Condition]:
    """Returns the conditions without which nothing of an output is fetched."""
    return frozenset(_common([field.conditions for field in output.fields]))


@dataclass(slots=True, eq=False)
class _Conditions:
    """Knows conditions from the root on, those of the place included."""

    known: dict[Unit, tuple[Condition, ...]] = field(default_factory=dict)

    def set(self, output: Output, above: tuple[Condition, ...]) -> None:
        for item in output.fields:
            if item.own:
                item.conditions = tuple(c for c in self.of_field(item) if c not in above)
            elif item.child is not None:
                self.set(item.child, above + item.conditions)

    def of_field(self, item: OutputField) -> tuple[Condition, ...]:
        if not item.own:
            return item.conditions
        return _common([self.of_needer(needer) for needer in item.needers])

    def of_needer(self, needer: object) -> tuple[Condition, ...]:
        if not isinstance(needer, Unit):
            return ()
        if needer not in self.known:
            place = needer.place.conditions if needer.place is not None else ()
            own = _common([self.of_field(f) for f in needer.output.fields])
            self.known[needer] = tuple(dict.fromkeys(place + own))
        return self.known[needer]


def _common(all_conditions: list[tuple[Condition, ...]]) -> tuple[Condition, ...]:
    if not all_conditions:
        return ()
    first, *rest = all_conditions
    return tuple(c for c in first if all(c in other for other in rest))
