"""The engine under test, over subgraphs in memory: compose, plan, execute, decode."""

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from gateway.federation.composition import CompositionFailure, SubgraphDocument, compose
from gateway.federation.executor.answers import ErrorMasking
from gateway.federation.executor.compiled import (
    CompiledPlan,
    ExecutionOptions,
    compile_plan,
    execute,
)
from gateway.federation.executor.fast.repeats import RepeatCosts
from gateway.federation.executor.ports import (
    FetchFailure,
    GuardPort,
    SubgraphRequest,
)
from gateway.federation.operation.errors import OperationError
from gateway.federation.operation.model import Operation
from gateway.federation.operation.preparation import prepare_operation
from gateway.federation.operation.variables import coerce_variables
from gateway.federation.plan import QueryPlan
from gateway.federation.planner.errors import PlanningError
from gateway.federation.planner.guard_spec import GuardSpec
from gateway.federation.planner.planning import plan_operation
from gateway.federation.query_graph.graph import QueryGraph, build_query_graph
from gateway.federation.supergraph.model import Supergraph
from gateway.federation.supergraph.reader import read_supergraph
from tests.federation.oracle.in_memory import InMemorySubgraph

Answer: TypeAlias = dict[str, Any]

Spoil: TypeAlias = Callable[[str, bytes, Answer], bytes | FetchFailure]
"""What arrives instead of an answer: (subgraph, request, answer) -> body or failure."""

PLAIN_ERRORS = ErrorMasking(masked=False)
FAST = ExecutionOptions(
    PLAIN_ERRORS, fast_path_after=1, repeats=RepeatCosts(smallest_answer=0, skipped=0, place=-1e9)
)
"""From its second execution a plan shares all objects of answers that it can share."""

GENERAL = ExecutionOptions(PLAIN_ERRORS, fast_path=False)


def compose_in_memory(subgraphs: Sequence[InMemorySubgraph]) -> str:
    """The supergraph of the subgraphs, composed by us."""
    documents = [SubgraphDocument(s.name, f"http://{s.name}", s.sdl) for s in subgraphs]
    result = compose(documents)
    if isinstance(result, CompositionFailure):
        raise AssertionError("\n".join(f"{e.code}: {e.message}" for e in result.errors))
    return result.supergraph_sdl


@dataclass(slots=True)
class InMemoryTransport:
    """Sends fetches to subgraphs in memory; an answer arrives one turn of the loop later."""

    subgraphs: Mapping[str, InMemorySubgraph]
    faults: Spoil | None = None
    sent: list[SubgraphRequest] = field(default_factory=list)

    def send(self, request: SubgraphRequest) -> "asyncio.Future[bytes | FetchFailure]":
        self.sent.append(request)
        loop = asyncio.get_running_loop()
        future: asyncio.Future[bytes | FetchFailure] = loop.create_future()
        body = json.loads(request.body)
        try:
            answer = self.subgraphs[request.subgraph].execute(
                body["query"], body.get("variables"), body.get("operationName")
            )
        except AssertionError as error:
            future.set_exception(error)
            return future
        arriving: bytes | FetchFailure = json.dumps(answer).encode()
        if self.faults is not None:
            arriving = self.faults(request.subgraph, request.body, answer)
        loop.call_soon(_arrive, future, arriving)
        return future


def _arrive(future: "asyncio.Future[bytes | FetchFailure]", body: bytes | FetchFailure) -> None:
    if not future.done():
        future.set_result(body)


@dataclass(slots=True)
class Federation:
    """A supergraph that is being served.

    Attributes:
        guard: Decides on guarded fields.
        spec: What is guarded.
        options: How plans are executed; one set for all, as a server has it.
        labels: Override labels that are on.
        faults: What becomes of answers on their way.
        fast_answers: Per answer whether the fast path gave it.
    """

    supergraph: Supergraph
    graph: QueryGraph
    subgraphs: Mapping[str, InMemorySubgraph]
    guard: GuardPort | None = None
    spec: GuardSpec | None = None
    options: ExecutionOptions = FAST
    labels: frozenset[str] = frozenset()
    faults: Spoil | None = None
    fast_answers: list[bool] = field(default_factory=list)

    @classmethod
    def serve(cls, sdl: str, subgraphs: Sequence[InMemorySubgraph]) -> "Federation":
        supergraph = read_supergraph(sdl)
        return cls(supergraph, build_query_graph(supergraph), {s.name: s for s in subgraphs})

    @classmethod
    def composed(cls, subgraphs: Sequence[InMemorySubgraph]) -> "Federation":
        return cls.serve(compose_in_memory(subgraphs), subgraphs)

    def prepare(self, document: str, variables: dict[str, Any]) -> "Prepared | Answer":
        """A planned operation, or the answer to a request that cannot be executed."""
        try:
            operation = prepare_operation(self.supergraph, document)
            coerced = coerce_variables(operation, variables)
            plan = plan_operation(
                self.graph, operation, guards=self.spec, override_labels=self.labels
            )
        except OperationError as error:
            return {"data": None, "errors": [{"message": e.message} for e in error.errors]}
        except PlanningError as error:
            return {"data": None, "errors": [{"message": error.message}]}
        return Prepared(operation, plan, coerced)

    def compiled(self, prepared: "Prepared | Answer", *, fast_path: bool) -> CompiledPlan | None:
        """A plan that is ready to be executed; ``None`` where there is only an answer."""
        if not isinstance(prepared, Prepared):
            return None
        options = self.options if fast_path else GENERAL
        return compile_plan(self.supergraph, prepared.operation, prepared.plan, options)

    async def run(
        self,
        prepared: "Prepared | Answer",
        compiled: CompiledPlan | None = None,
        *,
        fast_path: bool = True,
    ) -> Answer:
        """What the client gets; ``compiled`` if the plan has been used before."""
        if not isinstance(prepared, Prepared):
            return prepared
        compiled = compiled or self.compiled(prepared, fast_path=fast_path)
        assert compiled is not None
        transport = InMemoryTransport(self.subgraphs, self.faults)
        outcome = await execute(compiled, dict(prepared.variables), transport, self.guard)
        self.fast_answers.append(not outcome.is_general)
        answer: Answer = json.loads(outcome.body)
        return answer

    async def answer(
        self, document: str, variables: dict[str, Any] | None = None, *, fast_path: bool = True
    ) -> Answer:
        """What the client gets for a document."""
        return await self.run(self.prepare(document, variables or {}), fast_path=fast_path)


@dataclass(frozen=True, slots=True)
class Prepared:
    """An operation with its plan and its coerced variables."""

    operation: Operation
    plan: QueryPlan
    variables: dict[str, Any]
