"""Drives one execution of a plan: starts what is ready, ends when nothing is left.

What the three paths of execution have in common. No task and no gather: each answer is taken in
by the callback of its future, which starts what waited for it. Only guards, whose port is a
coroutine, run as tasks.
"""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Generic, TypeVar

from gateway.federation.executor.guards import Decisions, root_subject
from gateway.federation.executor.ports import GuardPort
from gateway.federation.executor.surroundings import Surroundings
from gateway.federation.executor.variant import Variant
from gateway.federation.plan import Guard, ObjectSubject

Answer = TypeVar("Answer")
"""What an execution ends in."""


class PlanRun(ABC, Generic[Answer]):
    """One execution of a variant of a plan.

    Args:
        variant: The plan.
        surroundings: What it works with.
    """

    __slots__ = ("_done", "_open", "_steps", "_surroundings", "_waiting")

    def __init__(self, variant: Variant, surroundings: Surroundings) -> None:
        self._surroundings = surroundings
        self._steps = variant.steps
        self._waiting = list(variant.waits_for)
        self._open = len(variant.steps)
        self._done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def finish(self) -> Answer:
        """Run the plan; return what it ends in.

        Whatever the transport or a guard port raises is raised here, and so is the cancellation
        of the caller; what is under way is cancelled then.
        """
        try:
            for step in self._steps:
                if not step.waits_for:
                    self._start(step.index)
            if self._open:
                await self._done
        except BaseException:
            self._cancel()
            raise
        return self._answer()

    @abstractmethod
    def _start(self, index: int) -> None:
        """Start a fetch or a guard."""

    @abstractmethod
    def _answer(self) -> Answer:
        """Return what the execution ends in; if anything is open, another path takes over."""

    @abstractmethod
    def _cancel(self) -> None:
        """Cancel what is under way."""

    def _finished(self, index: int) -> None:
        """Start what waited for a fetch or a guard; end where nothing is left."""
        self._open -= 1
        if not self._open and not self._done.done():
            self._done.set_result(None)
        for successor in self._steps[index].successors:
            self._waiting[successor] -= 1
            if not self._waiting[successor]:
                self._start(successor)

    def _deviate(self) -> None:
        """Leave the execution to a slower path: what could not be done here stays open."""
        if not self._done.done():
            self._done.set_result(None)

    def _fail(self, error: BaseException) -> None:
        """Hand an error to the one who awaits."""
        if not self._done.done():
            self._done.set_exception(error)


class GuardedPlanRun(PlanRun[Answer]):
    """One execution of a plan that may have guards.

    Args:
        variant: The plan.
        surroundings: What it works with.
        decisions: What has been decided already.

    Attributes:
        decisions: What has been decided.
    """

    __slots__ = ("_tasks", "decisions")

    def __init__(
        self, variant: Variant, surroundings: Surroundings, decisions: Decisions | None = None
    ) -> None:
        super().__init__(variant, surroundings)
        self._tasks: set[asyncio.Task[None]] = set()
        self.decisions = decisions or Decisions(
            step.guard for step in variant.steps if step.guard is not None
        )

    @abstractmethod
    def _object_subjects(self, guard: int, subject: ObjectSubject) -> list[object]:
        """Return the distinct subjects on which a guard decides, as far as they are known."""

    def _cancel(self) -> None:
        for task in self._tasks:
            task.cancel()

    def _ask(self, index: int, guard: Guard) -> None:
        """Ask the guard port, unless there is nothing to ask about."""
        port = self._surroundings.guard
        if port is not None and not self.decisions.is_decided(guard.id):
            subjects = self._subjects(guard)
            if subjects:
                decision = self._decide(port, index, guard, subjects)
                task = asyncio.get_running_loop().create_task(decision)
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
                return
        self._finished(index)

    def _subjects(self, guard: Guard) -> list[object]:
        subject, surroundings = guard.subject, self._surroundings
        if isinstance(subject, ObjectSubject):
            return self._object_subjects(guard.id, subject)
        return [root_subject(subject, surroundings.schema, surroundings.variables)]

    async def _decide(
        self, port: GuardPort, index: int, guard: Guard, subjects: Sequence[object]
    ) -> None:
        try:
            answers = await port.decide(self._surroundings.scope, guard.id, guard.groups, subjects)
            self.decisions.record(guard, subjects, answers)
            self._finished(index)
        except BaseException as error:  # noqa: BLE001 # handed to the one who awaits
            # A cancellation too: if it is the port's own, nobody else would wake the waiter.
            self._fail(error)
