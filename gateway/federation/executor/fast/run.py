"""Drives one execution on the fast path.

Nothing in it that the common case does not need. What is sent is kept with its future answer, so
that the careful path, or the general one, can take over without sending anything again.
"""

from functools import partial

from gateway.federation.executor.fast.deviation import UNUSABLE
from gateway.federation.executor.fast.program import FastAnswer, FastProgram
from gateway.federation.executor.plan_run import PlanRun
from gateway.federation.executor.ports import SubgraphRequest
from gateway.federation.executor.surroundings import (
    FetchFuture,
    SentFetches,
    Surroundings,
    cancel_fetches,
)
from gateway.federation.executor.variant import Variant


class FastRun(PlanRun[FastAnswer | None]):
    """One execution of a plan without guards; ends in ``None`` if a slower path must take over.

    Args:
        variant: The plan.
        program: Its fast path.
        surroundings: What it works with.

    Attributes:
        sent: What has been sent.
    """

    __slots__ = ("_program", "_state", "sent")

    def __init__(self, variant: Variant, program: FastProgram, surroundings: Surroundings) -> None:
        PlanRun.__init__(self, variant, surroundings)  # cheaper than ``super``: once per request
        self._program = program
        self._state = program.new_state()
        self.sent: SentFetches = {}

    def _answer(self) -> FastAnswer | None:
        if self._open:
            return None
        try:
            return self._program.answer(self._state)
        except UNUSABLE:
            return None

    def _cancel(self) -> None:
        cancel_fetches(self.sent)

    def _start(self, index: int) -> None:
        step, surroundings = self._program.steps[index], self._surroundings
        representations: list[bytes] | None = []
        if step.collect is not None:
            try:
                representations = step.collect(self._state)
            except UNUSABLE:
                self._deviate()
                return
        if representations is None:
            self._finished(index)
            return
        body = step.template.body(surroundings.variables, representations)
        future = surroundings.transport.send(
            SubgraphRequest(
                step.subgraph,
                body,
                step.is_mutation,
                surroundings.scope,
            )
        )
        self.sent[index] = [(body, future)]
        future.add_done_callback(partial(self._arrived, index))

    def _arrived(self, index: int, future: FetchFuture) -> None:
        if self._done.done():
            return
        try:
            result = future.result()
            if result.__class__ is not bytes:
                self._deviate()
                return
            step = self._program.steps[index]
            try:
                step.merge(self._state, step.decode(result).data)
            except UNUSABLE:
                self._deviate()
                return
            self._finished(index)
        except BaseException as error:  # noqa: BLE001 # handed to the one who awaits
            self._fail(error)
