"""Drives one execution on the fast path.

Like the general run, but with nothing that the common case does not need. What is sent is kept
with its future answer, so that the general path can take over without sending anything again.
"""

import asyncio
from functools import partial

from gateway.federation.executor.fast.program import UNUSABLE, FastAnswer, FastProgram
from gateway.federation.executor.ports import SubgraphRequest
from gateway.federation.executor.surroundings import FetchFuture, SentFetches, Surroundings
from gateway.federation.executor.variant import Variant
from gateway.federation.plan import OperationKind


class FastRun:
    """One execution of a variant of a plan.

    Attributes:
        sent: What has been sent.
        decisions: Nothing is decided in plans without guards.
    """

    decisions: None = None

    __slots__ = (
        "_done",
        "_open",
        "_program",
        "_state",
        "_steps",
        "_surroundings",
        "_waiting",
        "sent",
    )

    def __init__(self, variant: Variant, program: FastProgram, surroundings: Surroundings) -> None:
        self._program = program
        self._surroundings = surroundings
        self._steps = variant.steps
        self._state = program.new_state()
        self._waiting = list(variant.waits_for)
        self._open = len(variant.steps)
        self._done: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self.sent: SentFetches = {}

    async def finish(self) -> FastAnswer | None:
        """Run all steps; return the response, or ``None`` if it takes the general path."""
        for step in self._steps:
            if not step.waits_for:
                self._start(step.index)
        if self._open:
            is_regular = False
            try:
                is_regular = await self._done
            except asyncio.CancelledError:
                for requests in self.sent.values():
                    for _, future in requests:
                        future.cancel()
                raise
            if not is_regular:
                return None
        try:
            return self._program.answer(self._state)
        except UNUSABLE:
            return None

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
        fetch = self._steps[index].fetch
        assert fetch is not None  # noqa: S101 # the fast path has no guards
        body = step.template.body(surroundings.variables, representations)
        future = surroundings.transport.send(
            SubgraphRequest(
                fetch.subgraph,
                body,
                fetch.kind is OperationKind.MUTATION,
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
            if not self._done.done():
                self._done.set_exception(error)

    def _finished(self, index: int) -> None:
        self._open -= 1
        if not self._open and not self._done.done():
            self._done.set_result(True)
        for successor in self._steps[index].successors:
            self._waiting[successor] -= 1
            if not self._waiting[successor]:
                self._start(successor)

    def _deviate(self) -> None:
        if not self._done.done():
            self._done.set_result(False)
