"""Guards while a plan is being built."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from gateway.federation.plan import Guard, ObjectSubject, Path, RootFieldSubject, SubjectCheck

if TYPE_CHECKING:
    from gateway.federation.planner.units import Unit


@dataclass(slots=True, eq=False)
class PlannedGuard:
    """A guard that a plan may need; it gets its number when it is first needed.

    Attributes:
        root: The root field whose subject it is about, or ``None``.
        path: Where its subjects' objects stand, for guards of objects.
        find_source: Has the subject's value fetched; returns where it stands.
        number: The guard's number in the plan; -1 until it is needed.
        groups: Groups asked for.
        source: Where the subject's value stands, from the object.
        needs: Units that bring the subject's value.
    """

    root: RootFieldSubject | None = None
    path: Path = ()
    find_source: "Callable[[PlannedGuard], tuple[str, ...]] | None" = None
    number: int = -1
    groups: set[str] = field(default_factory=set)
    source: tuple[str, ...] = ()
    needs: "set[Unit]" = field(default_factory=set)

    def made(self) -> Guard:
        """Returns the plan's node."""
        subject = self.root or ObjectSubject((self.path,), self.source)
        return Guard(self.number, subject, tuple(sorted(self.groups)))


Requirement: TypeAlias = tuple[PlannedGuard, str]
"""A guard and the group that it must permit."""


@dataclass(slots=True, eq=False)
class PlannedCheck:
    """A check of an inherited guard.

    Attributes:
        guard: The inherited guard.
        path: Where the objects stand.
        source: Where their own subject value stands, from the object.
        needs: Units that bring it.
    """

    guard: PlannedGuard
    path: Path
    source: tuple[str, ...] = ()
    needs: "set[Unit]" = field(default_factory=set)

    def made(self) -> SubjectCheck:
        """Returns the plan's check."""
        return SubjectCheck(self.guard.number, self.path, self.source)


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
