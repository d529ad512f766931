"""A variant of a plan with the faster paths that it has by now, and the choice among them."""

from typing import NamedTuple

from gateway.federation.executor.fast.careful_program import CarefulProgram, compile_careful_path
from gateway.federation.executor.fast.careful_run import CarefulRun
from gateway.federation.executor.fast.program import (
    FastAnswer,
    FastProgram,
    FastSource,
    compile_fast_path,
)
from gateway.federation.executor.fast.run import FastRun
from gateway.federation.executor.guards import Decisions
from gateway.federation.executor.outcome import ExecutionOutcome
from gateway.federation.executor.surroundings import SentFetches, Surroundings
from gateway.federation.executor.variant import Variant


class FasterPath(NamedTuple):
    """What came of the faster paths.

    Attributes:
        answer: The answer; ``None``: the general path must give it.
        sent: What has been sent already then.
        decisions: What has been decided already then.
    """

    answer: ExecutionOutcome | None
    sent: SentFetches | None = None
    decisions: Decisions | None = None


class VariantInUse:
    """A variant with its faster paths, which are compiled once it is used often enough.

    Operations that come once pay for the general path only. The fast path is for plans without
    guards and leaves every answer that lacks something to the careful path, which then stays in
    use until an answer is regular again; what is beyond both takes the general path.

    Args:
        variant: The plan.
        source: What faster paths are compiled from.
        after: Execution, counted from 1, from which they are used; ``None`` never.

    Attributes:
        variant: See above.
    """

    def __init__(self, variant: Variant, source: FastSource, after: int | None) -> None:
        self.variant = variant
        self._source = source
        self._after = after
        self._uses = 0
        self._is_compiled = False
        self._fast: FastProgram | None = None
        self._careful: CarefulProgram | None = None
        self._has_guards = any(step.guard is not None for step in source.steps)
        self._was_irregular = False

    async def execute(self, surroundings: Surroundings) -> FasterPath:
        """Execute the plan on a faster path if there is one that can."""
        if not self._is_compiled:
            self._compile_when_due()
        given: SentFetches | None = None
        if self._fast is not None and not self._was_irregular:
            run = FastRun(self.variant, self._fast, surroundings)
            answer = await run.finish()
            if answer is not None:
                return FasterPath(_outcome(answer, run.sent))
            given = run.sent
            self._compile_careful()
        if self._careful is None:
            return FasterPath(None, given)
        careful = CarefulRun(self.variant, self._careful, surroundings, given)
        answer = await careful.finish()
        self._was_irregular = answer is not None and not careful.irregular.is_regular
        if answer is None:
            return FasterPath(None, careful.sent, careful.decisions)
        return FasterPath(_outcome(answer, careful.sent))

    def general_path_done(self) -> None:
        """Keep nothing for the general path where the fast path is going to be compiled."""
        if self._after is not None and not self._is_compiled:
            self.variant.release_general()

    def _compile_when_due(self) -> None:
        if self._after is None:
            return
        self._uses += 1
        if self._uses < self._after:
            return
        self._is_compiled = True
        if self._has_guards:
            self._careful = compile_careful_path(self._source, self.variant.checks)
        else:
            self._fast = compile_fast_path(self._source)
        if self._fast is not None or self._careful is not None:
            self.variant.release_general()

    def _compile_careful(self) -> None:
        if self._careful is None:
            self._careful = compile_careful_path(self._source)


def _outcome(answer: FastAnswer, sent: SentFetches) -> ExecutionOutcome:
    fetches = sum(map(len, sent.values()))
    return ExecutionOutcome(answer.body, answer.errors, fetches, answer.failures)
