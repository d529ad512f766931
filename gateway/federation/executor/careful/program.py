"""The careful path of one variant of a plan, as ``compiler`` makes it.

For plans with guards, and for others where an answer lacks something. What is beyond it raises
and leaves the execution to the general path.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from gateway.federation.executor.careful.fetches import CarefulEntityFetch
from gateway.federation.executor.careful.irregular import Irregularities
from gateway.federation.executor.careful.roots import CarefulRootFetch
from gateway.federation.executor.fast.completion import Completion
from gateway.federation.executor.fast.marks import encode_with_faults
from gateway.federation.executor.fast.program import FastAnswer, State, fast_answer
from gateway.federation.executor.outcome import ErrorListing
from gateway.federation.response.errors import ErrorValue

CarefulFetch: TypeAlias = CarefulEntityFetch | CarefulRootFetch


@dataclass(frozen=True, slots=True)
class CompiledCheck:
    """A subject check.

    Attributes:
        guard: The inherited guard.
        is_root: The guard's subject is that of a root field.
        steps: The fetches that must have been answered.
        pairs: Returns the expected subject (``None`` for root fields) and the child's own one.
    """

    guard: int
    is_root: bool
    steps: frozenset[int]
    pairs: Callable[[State], list[tuple[Any, Any]]]


@dataclass(frozen=True, slots=True)
class CarefulProgram:
    """The careful path of a plan.

    Attributes:
        fetches: The fetch of each step; ``None`` for guards.
        subjects: For guards that decide on objects: returns the subjects to ask about.
        checks: Subject checks.
        new_state: Makes the state of an execution.
        write_ids: Turns ids that are numbers into strings; returns whether there were any.
        finish: Takes the plan's own fields out and returns the response's root.
        completion: Finds what was refused or lost.
        errors: How an answer lists its errors.
    """

    fetches: tuple[CarefulFetch | None, ...]
    subjects: dict[int, Callable[[State], list[Any]]]
    checks: tuple[CompiledCheck, ...]
    new_state: Callable[[], State]
    write_ids: Callable[[State], bool]
    finish: Callable[[State], Any]
    completion: Completion
    errors: ErrorListing

    def answer(
        self, state: State, refusal: Callable[[str], ErrorValue], irregular: Irregularities
    ) -> FastAnswer:
        """Return the response.

        Args:
            state: The state at the end.
            refusal: The error of a group that is not permitted.
            irregular: What was out of the ordinary.
        """
        if self.write_ids(state):
            irregular.is_regular = False
        faulty = frozenset(irregular.faulty)
        data, errors = self.completion.complete(self.finish(state), refusal, faulty)
        errors = self.errors.listed([*errors, *irregular.loose])
        return fast_answer(data, errors, encode_with_faults, irregular.failures)
