"""A variant of a plan with the faster paths that it has by now, and the choice among them."""

from dataclasses import replace
from typing import Final

from gateway.federation.executor.careful.compiler import compile_careful_path
from gateway.federation.executor.careful.program import CarefulProgram
from gateway.federation.executor.fast.compiler import FastSource, compile_fast_path
from gateway.federation.executor.fast.program import FastProgram
from gateway.federation.executor.fast.repeats import RepeatCosts, RepeatSurvey
from gateway.federation.executor.surroundings import SentFetches
from gateway.federation.executor.variant import Variant

MAX_REST: Final = 63
"""Executions that take the general path at once, at most, before a faster one is tried again."""


class VariantInUse:
    """A variant with its faster paths, which are compiled once it is used often enough.

    Operations that come once pay for the general path only. The fast path is for plans without
    guards and leaves every answer that lacks something to the careful path, which then stays in
    use until all answers are regular again; what is beyond both takes the general path. Where the
    faster paths give up again and again they rest, twice as long each time.

    Args:
        variant: The plan.
        source: What faster paths are compiled from.
        after: Execution, counted from 1, from which they are used; ``None`` never.
        costs: What sharing equal objects of an answer costs.

    Attributes:
        variant: See above.
        gave_up: The faster paths have given up, and none has ended an execution since.
        survey: Finds out which objects repeat in the answers.
    """

    def __init__(
        self, variant: Variant, source: FastSource, after: int | None, costs: RepeatCosts
    ) -> None:
        self.variant = variant
        self.survey = RepeatSurvey(costs, [step.fetch for step in variant.steps])
        self._source = source
        self._after = after
        self._uses = 0
        self._is_compiled = after is None
        self._fast: FastProgram | None = None
        self._careful: CarefulProgram | None = None
        self._may_have_careful = True
        self._was_irregular = False
        self.gave_up = False
        self._rest = 0
        self._next_rest = 0

    def fast_path(self) -> FastProgram | None:
        """Return the fast path if there is one by now and it is worth trying."""
        if not self._is_compiled:
            self._compile_when_due()
        return None if self._was_irregular or self._rest else self._fast

    def careful_path(self, is_taken_over: bool) -> CarefulProgram | None:
        """Return the careful path if there is one by now and it is worth trying.

        Args:
            is_taken_over: The fast path has found an answer that is not regular.
        """
        if is_taken_over and self._may_have_careful:
            self._careful = compile_careful_path(self._source)
            self._may_have_careful = False
        if self._rest and not is_taken_over:
            self._rest -= 1
            return None
        return self._careful

    def careful_path_done(self, was_regular: bool) -> None:
        """Go back to the fast path where nothing was out of the ordinary."""
        self._was_irregular = not was_regular
        self.faster_path_ended()

    def faster_path_ended(self) -> None:
        """Try the faster paths every time: one has ended an execution."""
        self.gave_up = False
        self._rest = self._next_rest = 0

    def faster_paths_gave_up(self) -> None:
        """Let the faster paths rest if they did not end an execution the last time either."""
        self.gave_up = True
        self._was_irregular = False
        self._rest, self._next_rest = self._next_rest, min(2 * self._next_rest + 1, MAX_REST)

    def general_path_done(self) -> None:
        """Keep nothing for the general path where faster ones are going to be compiled."""
        if not self._is_compiled:
            self.variant.release_general()

    def look(self, sent: SentFetches) -> None:
        """Learn from the answers of an execution that the fast path has ended."""
        answers = {step: fetch.result() for step, [(_, fetch)] in sent.items()}
        usable = {step: answer for step, answer in answers.items() if isinstance(answer, bytes)}
        if self.survey.look(usable) and self._fast is not None:
            source = replace(self._source, repeats=self.survey.repeats)
            self._fast = compile_fast_path(source) or self._fast

    def _compile_when_due(self) -> None:
        self._uses += 1
        if self._after is None or self._uses < self._after:
            return
        self._is_compiled = True
        if any(step.guard is not None for step in self._source.steps):
            self._careful = compile_careful_path(self._source, self.variant.checks)
        else:
            self._fast = compile_fast_path(self._source)
        if self._fast is not None or self._careful is not None:
            self.variant.release_general()
