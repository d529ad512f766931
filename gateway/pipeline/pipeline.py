"""The steps of a request in their order.

request → principal → operation → static requirements → plan → execution → audit → response

What can be decided once per operation, and per set of static requirements that hold, is decided
once and kept in the plan cache. Nothing here knows HTTP.
"""

import asyncio
import logging
import random
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace

from access.faults import described_fault
from gateway.authentication.authenticator import (
    AuthenticationError,
    AuthenticationUnavailableError,
)
from gateway.authorization.requirements import PolicyEvaluator
from gateway.errors import ClientError, ClientErrors, ErrorCode
from gateway.federation.executor.compiled import CompiledPlan, execute
from gateway.federation.executor.outcome import ExecutionOutcome
from gateway.federation.executor.ports import GuardPort, SubgraphTransport
from gateway.federation.operation.errors import OperationError
from gateway.federation.operation.model import Operation
from gateway.federation.operation.variables import coerce_variables
from gateway.federation.plan import OperationKind
from gateway.pipeline.answer import Answer, unaudited
from gateway.pipeline.graph import PreparedOperation, ServedGraph, client_errors
from gateway.pipeline.plan_cache import DEFAULT_MAX_BYTES, PlanCache, PlanKey
from gateway.pipeline.ports import (
    AuditLog,
    Authenticator,
    LookUpLimiter,
    Observer,
    OperationFacts,
    RequestLimiter,
    ScopeFactory,
)
from gateway.pipeline.sharing import PlanPool, PlanVariant
from gateway.principal import ANONYMOUS, Principal
from gateway.request import (
    Caller,
    GraphQLRequest,
    PendingRecord,
    RequestScope,
    bare_scope,
    durable,
)

_LOG = logging.getLogger("gateway.pipeline")


def _no_policy(principal: Principal, policy: str) -> bool:  # noqa: ARG001 - the evaluator's signature
    """No evaluator: no policy holds."""
    return False


@dataclass(frozen=True, slots=True)
class Ports:
    """What the pipeline works with; only the transport is needed.

    Attributes:
        transport: Sends requests to subgraphs.
        authenticator: Without it every caller is anonymous, and the graph must not need another.
        guard: Without it nothing that is guarded is permitted.
        audit: Where access events go.
        scope: Makes the value that guards and transports get.
        policy: Evaluates ``@policy``.
        rate_limiter: Counts requests by caller.
        lookup_limiter: Counts look-ups of people and codes by principal and organization.
        observer: Is told how operations ended.
        settled: Is told of each executed mutation before its answer leaves.
        draw: Draws a number from 0 to 1, once per request that progressive overrides concern.
    """

    transport: SubgraphTransport
    authenticator: Authenticator | None = None
    guard: GuardPort | None = None
    audit: AuditLog | None = None
    scope: ScopeFactory = bare_scope
    policy: PolicyEvaluator = _no_policy
    rate_limiter: RequestLimiter | None = None
    lookup_limiter: LookUpLimiter | None = None
    observer: Observer | None = None
    settled: Callable[[RequestScope], None] | None = None
    draw: Callable[[], float] = random.random


class GatewayPipeline:
    """Runs requests against one supergraph."""

    def __init__(
        self, graph: ServedGraph, ports: Ports, *, cache_bytes: int = DEFAULT_MAX_BYTES
    ) -> None:
        """Take the graph, the ports and the bound of the plan cache.

        Raises:
            UnprotectedGraphError: If the graph states requirements and nobody is authenticated.
        """
        graph.check_protection(
            has_authenticator=ports.authenticator is not None, has_guard=ports.guard is not None
        )
        self._graph = graph
        self._ports = ports
        self.cache: PlanCache[PreparedOperation] = PlanCache(cache_bytes)
        self._pool = PlanPool()
        self._classes_made = graph.classes.made
        self._compiling = asyncio.Lock()

    async def run(self, request: GraphQLRequest, caller: Caller) -> bytes:
        """Return the body of an answer that has data, when it may leave.

        Raises:
            ClientError: If there is none; ``ClientErrors`` for several.
        """
        answer = await self.execute(request, caller)
        await answer.recorded()
        return answer.leave()

    async def execute(self, request: GraphQLRequest, caller: Caller) -> Answer:
        """Return an answer that has data; it may leave when its access events are durable.

        Raises:
            ClientError: If the request ends before execution; ``ClientErrors`` for several.
        """
        observer = self._ports.observer
        if observer is None:
            return await self._execute(request, caller, 0.0)
        try:
            return await self._execute(request, caller, observer.clock())
        except ClientError as error:
            observer.refused(error.code)
            raise
        except ClientErrors as errors:
            observer.refused(errors.errors[0].code)
            raise

    async def _execute(self, request: GraphQLRequest, caller: Caller, started: float) -> Answer:
        ports = self._ports
        principal = ANONYMOUS
        if ports.authenticator is not None:
            known = ports.authenticator.recall(caller.authorization)
            principal = known or await self._authenticate(caller)
        if ports.rate_limiter is not None:
            self._take(ports.rate_limiter, principal, caller)
        key = (request.query, request.operation_name)
        prepared = self.cache.get(key) or await self._prepare(key)
        if prepared.kind is not OperationKind.QUERY:
            _check_kind(prepared.kind, caller)
        if prepared.look_ups and ports.lookup_limiter is not None:
            await _take_look_ups(ports.lookup_limiter, principal, caller, prepared.look_ups)
        held = prepared.held_by(principal, ports.policy) if prepared.requirements else 0
        labels = self._graph.overrides.drawn(ports.draw()) if prepared.is_labelled else 0
        variant = (held, caller.language, labels)
        compiled = prepared.plans.get(variant)
        if compiled is None:
            compiled = await self._compile(prepared, variant)
        variables = {}
        if prepared.operation.variable_nodes:
            variables = _coerce(prepared.operation, request)
        scope = ports.scope(principal, caller)
        records: Sequence[PendingRecord] = ()
        if ports.audit is None:
            transport = prepared.transport or ports.transport
            outcome = await execute(compiled, variables, transport, ports.guard, scope)
        else:
            outcome, records = await self._audited(
                ports.audit, prepared, compiled, variables, scope
            )
        if self._graph.classes.made != self._classes_made:
            self._measure(prepared)
        if ports.settled is not None and prepared.kind is OperationKind.MUTATION:
            ports.settled(scope)
        return Answer(prepared.kind, outcome, records, ports.observer, started)

    async def _authenticate(self, caller: Caller) -> Principal:
        assert self._ports.authenticator is not None  # noqa: S101 - the caller has looked
        try:
            return await self._ports.authenticator.authenticate(caller.authorization)
        except AuthenticationError as error:
            challenge = ("www-authenticate", 'Bearer error="invalid_token"')
            raise ClientError(ErrorCode.UNAUTHENTICATED, headers=(challenge,)) from error
        except AuthenticationUnavailableError as error:
            raise ClientError(ErrorCode.AUTHENTICATION_UNAVAILABLE, retry_after=5.0) from error

    @staticmethod
    def _take(limiter: RequestLimiter, principal: Principal, caller: Caller) -> None:
        wait = limiter.take(_who(principal, caller))
        if wait:
            raise ClientError(ErrorCode.RATE_LIMITED, retry_after=wait)

    async def _prepare(self, key: PlanKey) -> PreparedOperation:
        """Prepare a cold operation; identical ones wait for the first."""
        async with self._compiling:
            known = self.cache.get(key)
            if known is not None:
                return known
            await asyncio.sleep(0)  # between two cold operations warm ones get their turn
            prepared = self._graph.prepare(*key)
            prepared.share(self._pool.shared(prepared.plans), self._ports.transport)
            self.cache.put(key, prepared)
            return prepared

    async def _compile(self, prepared: PreparedOperation, variant: PlanVariant) -> CompiledPlan:
        async with self._compiling:
            compiled = prepared.plans.get(variant)
            if compiled is None:
                made_for = replace(prepared, operation=prepared.plans.operation)
                compiled = self._graph.compile(made_for, *variant)
                prepared.plans[variant] = compiled
                self.cache.measure(prepared)
            return compiled

    def _measure(self, prepared: PreparedOperation) -> None:
        """Count the classes that were made of late to the plans that were executed.

        Where several are executed at once, one may get what another has made; the sum is right.
        """
        made = self._graph.classes.made
        prepared.plans.classes += made - self._classes_made
        self._classes_made = made
        self.cache.measure(prepared)

    async def _audited(
        self,
        audit: AuditLog,
        prepared: PreparedOperation,
        compiled: CompiledPlan,
        variables: dict[str, object],
        scope: RequestScope,
    ) -> tuple[ExecutionOutcome, Sequence[PendingRecord]]:
        """Execute with events: beside a query, before and after a mutation."""
        if prepared.kind is OperationKind.MUTATION:
            return await self._change(audit, prepared, compiled, variables, scope), ()
        ports, facts = self._ports, prepared.facts
        transport = prepared.transport or ports.transport
        try:
            begun = audit.begin(scope, facts)
        except OSError as error:
            raise unaudited() from error
        outcome = await execute(compiled, variables, transport, ports.guard, scope)
        try:
            ended = audit.end(scope, facts, succeeded=not outcome.errors)
        except OSError as error:
            raise unaudited() from error
        return outcome, (*begun, *ended)

    async def _change(
        self,
        audit: AuditLog,
        prepared: PreparedOperation,
        compiled: CompiledPlan,
        variables: dict[str, object],
        scope: RequestScope,
    ) -> ExecutionOutcome:
        """Execute a mutation; what is intended is on record before, what came of it after."""
        ports, facts = self._ports, prepared.facts
        transport = prepared.transport or ports.transport
        try:
            await durable(audit.begin(scope, facts))
        except OSError as error:
            raise unaudited() from error
        try:
            outcome = await execute(compiled, variables, transport, ports.guard, scope)
        except Exception:
            # Something of it may be committed; how it ended nobody knows, and the log says so.
            await _end_change(audit, scope, facts, succeeded=False)
            raise
        await _end_change(audit, scope, facts, succeeded=not outcome.errors)
        return outcome


async def _end_change(
    audit: AuditLog, scope: RequestScope, facts: OperationFacts, *, succeeded: bool
) -> None:
    try:
        await durable(audit.end(scope, facts, succeeded=succeeded))
    except OSError as error:
        # What was committed is told: it is announced, and the log is owed what is lacking.
        _LOG.error("the outcome of a change is not on record: %s", described_fault(error))


def _who(principal: Principal, caller: Caller) -> Hashable:
    return (principal.issuer, principal.subject) if principal.is_authenticated else caller.peer


async def _take_look_ups(
    limiter: LookUpLimiter, principal: Principal, caller: Caller, amount: int
) -> None:
    wait = await limiter.take(_who(principal, caller), principal.organization, amount)
    if wait:
        raise ClientError(ErrorCode.RATE_LIMITED, retry_after=wait)


def _check_kind(kind: OperationKind, caller: Caller) -> None:
    if kind is OperationKind.SUBSCRIPTION:
        raise ClientError(ErrorCode.OPERATION_NOT_SUPPORTED)
    if caller.is_read_only:
        raise ClientError(ErrorCode.METHOD_NOT_ALLOWED, headers=(("allow", "POST"),))


def _coerce(operation: Operation, request: GraphQLRequest) -> dict[str, object]:
    try:
        return coerce_variables(operation, request.variables)
    except OperationError as error:
        raise client_errors(error) from error
    except RecursionError as error:
        raise ClientError(ErrorCode.BAD_USER_INPUT) from error
