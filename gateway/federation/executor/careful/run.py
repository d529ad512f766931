"""Drives one execution on the careful path."""

from functools import partial

from gateway.federation.executor.answers import read_answer
from gateway.federation.executor.careful.answers import PreparedRequest
from gateway.federation.executor.careful.irregular import Irregularities, UnreadableError
from gateway.federation.executor.careful.program import CarefulProgram
from gateway.federation.executor.fast.deviation import UNUSABLE, DeviationError
from gateway.federation.executor.fast.program import FastAnswer
from gateway.federation.executor.plan_run import GuardedPlanRun
from gateway.federation.executor.ports import FetchFailure, SubgraphRequest
from gateway.federation.executor.surroundings import (
    FetchFuture,
    SentFetches,
    Surroundings,
    cancel_fetches,
)
from gateway.federation.executor.variant import Variant
from gateway.federation.plan import ObjectSubject, OperationKind


class CarefulRun(GuardedPlanRun[FastAnswer | None]):
    """One execution of a plan; ends in ``None`` if the general path must take over.

    Args:
        variant: The plan.
        program: Its careful path.
        surroundings: What it works with.
        given: What the fast path has sent already; it is not sent again.

    Attributes:
        sent: What has been sent.
        irregular: What was out of the ordinary.
    """

    __slots__ = (
        "_answered",
        "_checks",
        "_given",
        "_open_fetches",
        "_program",
        "_state",
        "irregular",
        "sent",
    )

    def __init__(
        self,
        variant: Variant,
        program: CarefulProgram,
        surroundings: Surroundings,
        given: SentFetches | None = None,
    ) -> None:
        super().__init__(variant, surroundings)
        self._given = given or {}
        self._program = program
        self._state = program.new_state()
        self._open_fetches = [0] * len(variant.steps)
        self._answered: set[int] = set()
        self._checks = list(program.checks)
        self.irregular = Irregularities(surroundings.masking)
        self.sent: SentFetches = {}

    def _answer(self) -> FastAnswer | None:
        if self._open:
            self.sent = self._given | self.sent
            return None
        try:
            return self._program.answer(self._state, self._surroundings.refusal, self.irregular)
        except UNUSABLE:
            return None

    def _cancel(self) -> None:
        super()._cancel()
        cancel_fetches(self._given | self.sent)

    def _deviate(self) -> None:
        """Leave the execution to the general path; decisions under way are taken there."""
        super()._cancel()
        super()._deviate()

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

    def _object_subjects(self, guard: int, _subject: ObjectSubject) -> list[object]:
        return self._program.subjects[guard](self._state)

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
