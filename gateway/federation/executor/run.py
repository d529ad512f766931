"""Drives one execution: starts what is ready, takes in what arrives, ends when nothing is left.

No task and no gather: each answer is taken in by the callback of its future, which starts the
steps that waited for it. Only guards, whose port is a coroutine, run as tasks.
"""

import asyncio
from functools import partial
from typing import Any

from gateway.federation.executor.checks import drop_strangers
from gateway.federation.executor.general import GeneralExecution
from gateway.federation.executor.guards import Decisions, object_subjects, root_subject
from gateway.federation.executor.outcome import FailedFetch
from gateway.federation.executor.ports import GuardPort, SubgraphRequest
from gateway.federation.executor.prepared import PreparedFetch, adopt
from gateway.federation.executor.surroundings import FetchFuture, SentFetches, Surroundings
from gateway.federation.executor.variant import Variant
from gateway.federation.plan import Guard, OperationKind, RootFieldSubject
from gateway.federation.response.errors import ExecutionError


class Run:
    """One execution of a variant of a plan.

    Args:
        variant: The plan.
        surroundings: What it works with.
        sent: What the fast path has sent already; it is not sent again.
        decisions: What has been decided already.
    """

    def __init__(
        self,
        variant: Variant,
        surroundings: Surroundings,
        sent: SentFetches | None = None,
        decisions: Decisions | None = None,
    ) -> None:
        self._variant = variant
        self._sent = sent or {}
        self._surroundings = surroundings
        self._decisions = decisions or Decisions(
            step.guard for step in variant.steps if step.guard is not None
        )
        self._general = GeneralExecution(
            variant, self._decisions, surroundings.refusal, surroundings.masking
        )
        self._waiting = [step.waits_for for step in variant.steps]
        self._open_steps = len(variant.steps)
        self._open_fetches = [0] * len(variant.steps)
        self._futures: set[FetchFuture | asyncio.Task[None]] = set()
        self._done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.fetches = sum(map(len, self._sent.values()))
        self.failures: list[FailedFetch] = []

    async def finish(
        self, known: dict[str, Any]
    ) -> tuple[dict[str, Any] | None, list[ExecutionError]]:
        """Run all steps; return the response's ``data`` and ``errors``.

        Args:
            known: Root fields that no subgraph answers (introspection), by response name.
        """
        if self._open_steps:
            try:
                for step in self._variant.steps:
                    if not step.waits_for:
                        self._start(step.index)
                await self._done
            finally:
                for future in self._futures:
                    future.cancel()
        self._check_subjects()
        self._general.data.update(known)
        return self._general.complete()

    def _start(self, index: int) -> None:
        step = self._variant.steps[index]
        if step.guard is not None:
            self._ask(index, step.guard)
            return
        self._check_subjects()
        requests = self._general.prepare(index)
        self._open_fetches[index] = len(requests)
        if not requests:
            self._finished(index)
        for request in requests:
            self._send(index, request)

    def _send(self, index: int, prepared: PreparedFetch) -> None:
        fetch, surroundings = prepared.compiled.fetch, self._surroundings
        future = self._take_sent(index, prepared)
        if future is None:
            self.fetches += 1
            future = surroundings.transport.send(
                SubgraphRequest(
                    fetch.subgraph,
                    prepared.body(surroundings.variables),
                    fetch.kind is OperationKind.MUTATION,
                    surroundings.scope,
                    tuple(prepared.decisions.values()),
                )
            )
        self._futures.add(future)
        future.add_done_callback(partial(self._arrived, index, prepared))

    def _take_sent(self, index: int, prepared: PreparedFetch) -> FetchFuture | None:
        """Return the future answer if the fast path has sent this request already."""
        for number, (body, future) in enumerate(self._sent.get(index, ())):
            if adopt(prepared, body, self._surroundings.variables):
                del self._sent[index][number]
                return future
        return None

    def _arrived(self, index: int, prepared: PreparedFetch, future: FetchFuture) -> None:
        self._futures.discard(future)
        if self._done.done():
            return
        try:
            failure = self._general.absorb(prepared, future.result())
            if failure is not None:
                subgraph = prepared.compiled.fetch.subgraph
                self.failures.append(FailedFetch(subgraph, failure.code, failure.message))
            self._open_fetches[index] -= 1
            if not self._open_fetches[index]:
                self._finished(index)
        except BaseException as error:  # noqa: BLE001 # handed to the one who awaits
            self._fail(error)

    def _finished(self, index: int) -> None:
        self._open_steps -= 1
        if not self._open_steps:
            self._done.set_result(None)
        for successor in self._variant.steps[index].successors:
            self._waiting[successor] -= 1
            if not self._waiting[successor]:
                self._start(successor)

    def _fail(self, error: BaseException) -> None:
        if not self._done.done():
            self._done.set_exception(error)

    def _ask(self, index: int, guard: Guard) -> None:
        if self._decisions.is_decided(guard.id):
            self._finished(index)
            return
        subjects = self._subjects(guard)
        if not subjects or self._surroundings.guard is None:
            self._finished(index)
            return
        task = asyncio.get_running_loop().create_task(
            self._decide(self._surroundings.guard, index, guard, subjects)
        )
        self._futures.add(task)
        task.add_done_callback(self._futures.discard)

    def _subjects(self, guard: Guard) -> list[object]:
        surroundings = self._surroundings
        if isinstance(guard.subject, RootFieldSubject):
            return [root_subject(guard.subject, surroundings.schema, surroundings.variables)]
        self._check_subjects()
        return object_subjects(guard.subject, self._general.data)

    async def _decide(
        self, port: GuardPort, index: int, guard: Guard, subjects: list[object]
    ) -> None:
        try:
            answers = await port.decide(self._surroundings.scope, guard.id, guard.groups, subjects)
            self._decisions.record(guard, subjects, answers)
            self._finished(index)
        except BaseException as error:  # noqa: BLE001 # handed to the one who awaits
            self._fail(error)

    def _check_subjects(self) -> None:
        port = self._surroundings.guard
        if port is not None:
            for check in self._variant.checks:
                drop_strangers(
                    check, self._general.data, self._decisions, port, self._surroundings.scope
                )
