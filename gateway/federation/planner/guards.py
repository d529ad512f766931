"""The guards of a plan while it is being built."""

from dataclasses import dataclass, field

from gateway.federation.plan import SubjectCheck
from gateway.federation.planner.units import PlannedCheck, PlannedGuard, Requirement


@dataclass(slots=True, eq=False)
class GuardBook:
    """The guards and checks of one plan."""

    guards: list[PlannedGuard] = field(default_factory=list)
    checks: list[PlannedCheck] = field(default_factory=list)

    def use(self, guard: PlannedGuard, group: str) -> Requirement:
        """Returns the requirement of a group; the guard becomes part of the plan."""
        guard.groups.add(group)
        if guard.number < 0:
            guard.number = len(self.guards)
            self.guards.append(guard)
            if guard.find_source is not None:
                guard.source = guard.find_source(guard)
        return (guard, group)

    def made_checks(self) -> tuple[SubjectCheck, ...]:
        """Returns the checks of those guards that are part of the plan."""
        return tuple(check.made() for check in self.checks if check.guard.number >= 0)
