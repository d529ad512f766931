"""Drives one execution on the careful path."""

import asyncio
from functools import partial

from gateway.federation.executor.answers import read_answer
from gateway.federation.executor.fast.careful_answers import PreparedRequest
from gateway.federation.executor.fast.careful_program import CarefulProgram
from gateway.federation.executor.fast.irregular import Irregularities, UnreadableError
from gateway.federation.executor.fast.merging import DeviationError
from gateway.federation.executor.fast.program import UNUSABLE, FastAnswer
from gateway.federation.executor.guards import Decisions, root_subject
from gateway.federation.executor.ports import FetchFailure, SubgraphRequest
from gateway.federation.executor.surroundings import FetchFuture, SentFetches, Surroundings
from gateway.federation.executor.variant import Variant
from gateway.federation.plan import Guard, OperationKind, RootFieldSubject


class CarefulRun:
    """One execution of a variant of a plan.

    Args:
        variant: The plan.
        program: Its careful path.
        surroundings: What it works with.
        given: What the fast path has sent already; it is not sent again.

    Attributes:
        sent: What has been sent.
        decisions: What has been decided.
        irregular: What was out of the ordinary.
    """

    def __init__(
        self,
        variant: Variant,
        program: CarefulProgram,
        surroundings: Surroundings,
        given: SentFetches | None = None,
    ) -> None:
        self._given = given or {}
        self.irregular = Irregularities(surroundings.masking)
        self._program = program
        self._surroundings = surroundings
        self._steps = variant.steps
        self._state = program.new_state()
        self._waiting = list(variant.waits_for)
        self._open = len(variant.steps)
        self._open_fetches = [0] * len(variant.steps)
        self._answered: set[int] = set()
        self._checks = list(program.checks)
        self._done: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._tasks: set[asyncio.Task[None]] = set()
        self.sent: SentFetches = {}
        self.decisions = Decisions(step.guard for step in variant.steps if step.guard is not None)

    async def finish(self) -> FastAnswer | None:
        """Run all steps; return the response, or ``None`` if it takes the general path."""
        for step in self._steps:
            if not step.waits_for:
                self._start(step.index)
        try:
            is_regular = await self._done
        except BaseException:
            for task in self._tasks:
                task.cancel()
            for requests in self.sent.values():
                for _, future in requests:
                    future.cancel()
            raise
        if not is_regular:
            self.sent = self._given | self.sent
            return None
        try:
            return self._program.answer(self._state, self._surroundings.refusal, self.irregular)
        except UNUSABLE:
            return None

    def _start(self, index: int) -> None:
        if self._done.done():
            return
        guard = self._steps[index].guard
        if guard is not None:
            self._ask(index, guard)
            return
        try:
            fetch = self._program.fetches[index]
            assert fetch is not None  # noqa: S101 # the step is no guard
            requests = fetch.prepare(self._state, self.decisions, self.irregular)
        except UNUSABLE:
            self._deviate()
            return
        if not requests:
            self._answered.add(index)
            self._finished(index)
            return
        self._open_fetches[index] = len(requests)
        for request in requests:
            self._send(index, request)

    def _send(self, index: int, request: PreparedRequest) -> None:
        fetch, surroundings = self._steps[index].fetch, self._surroundings
        assert fetch is not None  # noqa: S101 # the step is a fetch
        body = request.template.body(surroundings.variables, request.representations)
        given = self._given.get(index)
        if given is not None:
            if given[0][0] != body:
                self._deviate()
                return
            future = given[0][1]
        else:
            future = surroundings.transport.send(
                SubgraphRequest(
                    fetch.subgraph,
                    body,
                    fetch.kind is OperationKind.MUTATION,
                    surroundings.scope,
                    request.decisions,
                )
            )
        self.sent.setdefault(index, []).append((body, future))
        future.add_done_callback(partial(self._arrived, index, request))

    def _arrived(self, index: int, request: PreparedRequest, future: FetchFuture) -> None:
        if self._done.done():
            return
        try:
            result = future.result()
            try:
                self._take_in(index, request, result)
                self._open_fetches[index] -= 1
                if not self._open_fetches[index]:
                    self._answered.add(index)
                    self._check_subjects()
            except UNUSABLE:
                self._deviate()
                return
            if not self._open_fetches[index]:
                self._finished(index)
        except BaseException as error:  # noqa: BLE001 # handed to the one who awaits
            self._fail(error)

    def _take_in(self, index: int, request: PreparedRequest, result: bytes | FetchFailure) -> None:
        """Take in what came for a request; an answer that cannot be read is a failed fetch."""
        if isinstance(result, bytes):
            try:
                request.absorb(self._state, result, self.irregular)
            except UnreadableError:
                fetch = self._steps[index].fetch
                assert fetch is not None  # noqa: S101 # the step is a fetch
                read = read_answer(result, fetch.subgraph, self.irregular.masking)
                if not isinstance(read, FetchFailure):
                    raise
                result = read
            else:
                return
        request.fail(self._state, result, self.irregular)

    def _finished(self, index: int) -> None:
        self._open -= 1
        if not self._open and not self._done.done():
            self._done.set_result(True)
        for successor in self._steps[index].successors:
            self._waiting[successor] -= 1
            if not self._waiting[successor]:
                self._start(successor)

    def _deviate(self) -> None:
        """Leave the execution to the general path; decisions under way are taken there."""
        if not self._done.done():
            for task in self._tasks:
                task.cancel()
            self._done.set_result(False)

    def _fail(self, error: BaseException) -> None:
        if not self._done.done():
            self._done.set_exception(error)

    def _ask(self, index: int, guard: Guard) -> None:
        surroundings = self._surroundings
        if isinstance(guard.subject, RootFieldSubject):
            subjects: list[object] = [
                root_subject(guard.subject, surroundings.schema, surroundings.variables)
            ]
        else:
            subjects = self._program.subjects[guard.id](self._state)
        if not subjects or surroundings.guard is None:
            self._finished(index)
            return
        task = asyncio.get_running_loop().create_task(self._decide(index, guard, subjects))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _decide(self, index: int, guard: Guard, subjects: list[object]) -> None:
        port, scope = self._surroundings.guard, self._surroundings.scope
        assert port is not None  # noqa: S101 # callers look
        try:
            answers = await port.decide(scope, guard.id, guard.groups, subjects)
            self.decisions.record(guard, subjects, answers)
            self._finished(index)
        except asyncio.CancelledError:
            raise
        except BaseException as error:  # noqa: BLE001 # handed to the one who awaits
            self._fail(error)

    def _check_subjects(self) -> None:
        """Make sure that children are about the subject of their parents.

        Raises:
            DeviationError: Some are not; the general path drops and reports them.
        """
        due = [check for check in self._checks if check.steps <= self._answered]
        port = self._surroundings.guard
        for check in due:
            self._checks.remove(check)
            root = self.decisions.root_of(check.guard) if check.is_root else None
            for expected, found in check.pairs(self._state):
                if root is not None and port is not None:
                    same = found is not None and port.is_subject(
                        self._surroundings.scope, root, found
                    )
                else:
                    same = expected.__class__ is found.__class__ and expected == found
                    same = same and found is not None
                if not same:
                    raise DeviationError
