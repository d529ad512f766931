"""Drives one execution on the general path."""

from functools import partial
from typing import Any

from gateway.federation.executor.general.checks import drop_strangers
from gateway.federation.executor.general.execution import GeneralExecution
from gateway.federation.executor.general.prepared import PreparedFetch, adopt
from gateway.federation.executor.guards import Decisions, object_subjects
from gateway.federation.executor.outcome import FailedFetch
from gateway.federation.executor.plan_run import GuardedPlanRun
from gateway.federation.executor.ports import SubgraphRequest
from gateway.federation.executor.surroundings import (
    FetchFuture,
    SentFetches,
    Surroundings,
    cancel_fetches,
)
from gateway.federation.executor.variant import Variant
from gateway.federation.plan import ObjectSubject, OperationKind
from gateway.federation.response.errors import ExecutionError


class GeneralRun(GuardedPlanRun[tuple[dict[str, Any] | None, list[ExecutionError]]]):
    """One execution of any plan; ends in the response's ``data`` and ``errors``.

    Args:
        variant: The plan.
        surroundings: What it works with.
        known: Root fields that no subgraph answers (introspection), by response name.
        sent: What a faster path has sent already; it is not sent again.
        decisions: What has been decided already.

    Attributes:
        fetches: Number of requests sent, those of the faster path included.
        failures: Fetches that brought nothing usable.
    """

    __slots__ = (
        "_futures",
        "_general",
        "_known",
        "_open_fetches",
        "_sent",
        "_variant",
        "failures",
        "fetches",
    )

    def __init__(
        self,
        variant: Variant,
        surroundings: Surroundings,
        known: dict[str, Any],
        sent: SentFetches | None = None,
        decisions: Decisions | None = None,
    ) -> None:
        super().__init__(variant, surroundings, decisions)
        self._variant = variant
        self._known = known
        self._sent = sent or {}
        self._general = GeneralExecution(
            variant, self.decisions, surroundings.refusal, surroundings.masking
        )
        self._open_fetches = [0] * len(variant.steps)
        self._futures: set[FetchFuture] = set()
        self.fetches = sum(map(len, self._sent.values()))
        self.failures: list[FailedFetch] = []

    def _answer(self) -> tuple[dict[str, Any] | None, list[ExecutionError]]:
        cancel_fetches(self._sent)
        self._check_subjects()
        self._general.data.update(self._known)
        return self._general.complete()

    def _cancel(self) -> None:
        super()._cancel()
        cancel_fetches(self._sent)
        for future in self._futures:
            future.cancel()

    def _start(self, index: int) -> None:
        guard = self._steps[index].guard
        if guard is not None:
            self._ask(index, guard)
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
        """Return the future answer if a faster path has sent this request already."""
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

    def _object_subjects(self, _guard: int, subject: ObjectSubject) -> list[object]:
        self._check_subjects()
        return object_subjects(subject, self._general.data)

    def _check_subjects(self) -> None:
        port = self._surroundings.guard
        if port is not None:
            for check in self._variant.checks:
                drop_strangers(
                    check, self._general.data, self.decisions, port, self._surroundings.scope
                )
