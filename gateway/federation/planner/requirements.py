"""What guards must permit before a field is requested."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from gateway.federation.planner.choices import FieldChoice, ObjectChoice
from gateway.federation.planner.errors import PlanningError
from gateway.federation.planner.guarding import GuardRules, GuardState
from gateway.federation.planner.guards import GuardBook
from gateway.federation.planner.units import PlannedGuard, Requirement, Stand, Unit


@dataclass(frozen=True, slots=True, eq=False)
class Requirements:
    """Finds the requirements of fields.

    Attributes:
        rules: What is guarded, ``None`` if nothing is.
        book: The plan's guards.
    """

    rules: GuardRules | None
    book: GuardBook

    def of(
        self,
        stand: Stand,
        found: ObjectChoice,
        item: FieldChoice,
        inputs: frozenset[str] = frozenset(),
    ) -> tuple[Requirement, ...]:
        """Returns what must be permitted before a field is requested."""
        if self.rules is None or found.state is GuardState.EXEMPT:
            return ()
        groups = set(inputs)
        own = self.rules.own_group(found.type_name, item.field.name)
        if own is not None:
            groups.add(own)
        if not groups:
            return ()
        if stand.guard is None:
            message = (
                f"{found.type_name}.{item.field.name} is guarded, but its subject is unknown."
            )
            raise PlanningError(message)
        return self.of_groups(stand.guard, groups, stand.unit)

    def of_groups(
        self, guard: PlannedGuard, groups: Iterable[str], unit: Unit
    ) -> tuple[Requirement, ...]:
        """Returns what must be permitted before a unit requests what needs some groups.

        Args:
            guard: The guard that decides on the groups.
            groups: The groups, one at least.
            unit: The unit, which waits for the guard.
        """
        unit.guards.add(guard)
        return tuple(self.book.use(guard, group) for group in sorted(groups))

    def groups_of(self, requires: ObjectChoice | None) -> frozenset[str]:
        """Returns the groups that ``@requires`` inputs need, through chains of such inputs."""
        if self.rules is None or requires is None:
            return frozenset()
        items = list(requires.local)
        groups: set[str] = set()
        for hop in requires.hops:
            items.extend(hop.fields)
            if hop.requires is not None:
                groups |= self.groups_of(hop.requires)
        for item in items:
            own = self.rules.group(requires.type_name, item.field.name)
            groups |= {own} if own is not None else set()
            for nested in _objects_below(item):
                below = self.groups_of(nested)
                if below and nested.state is GuardState.OWN:
                    message = f"An input of {requires.type_name} is guarded by another subject."
                    raise PlanningError(message)
                groups |= below
        return frozenset(groups)


def _objects_below(item: FieldChoice) -> Iterator[ObjectChoice]:
    """Yields the choices for the objects in a field, those after its re-entry too."""
    place = item.child
    while place is not None:
        yield from place.objects.values()
        place = place.reentry[1] if place.reentry is not None else None
