"""The health book's gateway, put together: the one place where concrete parts meet."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import uuid4

from gateway.access_log import AccessLog
from gateway.audit import HealthBookAudit
from gateway.authentication import Issuer, TokenAuthenticator, health_book_principal
from gateway.consent.gate import ConsentGate, Profiles
from gateway.consent.guards import read_consent_schema
from gateway.consent.policy import HEALTH_BOOK_POLICY
from gateway.consent.root_fields import LOOK_UPS, guard_spec, health_book_root_subjects
from gateway.consent.scope import HealthBookScope
from gateway.consent.signing import SigningTransport
from gateway.federation.executor.answers import ErrorMasking
from gateway.federation.executor.ports import SubgraphTransport
from gateway.federation.supergraph.model import Supergraph
from gateway.limits import Limits
from gateway.pipeline.graph import ServedGraph
from gateway.pipeline.pipeline import GatewayPipeline, Ports
from gateway.pipeline.ports import LookUpLimiter, Observer, RequestLimiter
from gateway.principal import Principal
from gateway.request import Caller

_KEPT_EXTENSIONS = frozenset({"retryable", "retryAfterMs", "messageVi", "requestId"})
"""What subgraphs say of an error that passes in production too: the contract's, no free text."""


@dataclass(frozen=True, slots=True)
class Clocks:
    """Where time comes from.

    Attributes:
        now: The present instant, aware.
        wall: Unix seconds.
    """

    now: Callable[[], datetime]
    wall: Callable[[], float]


@dataclass(frozen=True, slots=True)
class HealthBookParts:
    """What the health book's gateway works with.

    Attributes:
        transport: Sends requests to the four subgraphs.
        context_keys: The key shared with each subgraph, by name.
        profiles: Where decisions get their facts.
        access_log: Where decisions are recorded.
        issuers: Whose tokens are trusted.
        clocks: Where time comes from.
        rate_limiter: Counts requests by caller.
        lookup_limiter: Counts look-ups of people and codes by principal and organization.
        observer: Is told how operations ended.
    """

    transport: SubgraphTransport
    context_keys: Mapping[str, bytes] = field(repr=False)
    profiles: Profiles
    access_log: AccessLog
    issuers: Sequence[Issuer]
    clocks: Clocks
    rate_limiter: RequestLimiter | None = None
    lookup_limiter: LookUpLimiter | None = None
    observer: Observer | None = None


def health_book_graph(
    supergraph: Supergraph, limits: Limits | None = None, *, is_masked: bool = True
) -> ServedGraph:
    """The health book's supergraph with its guards; made once for all workers.

    Args:
        supergraph: The composed subgraphs.
        limits: The caps on operations.
        is_masked: The words of subgraphs are withheld, as in production: clients get the
            catalogue's.

    Raises:
        ConsentSchemaError: if the supergraph is not clear about subjects or categories.
    """
    spec = guard_spec(read_consent_schema(supergraph), health_book_root_subjects())
    return ServedGraph(
        supergraph, limits, ErrorMasking(is_masked, _KEPT_EXTENSIONS), spec, LOOK_UPS
    )


def create_pipeline(graph: ServedGraph, parts: HealthBookParts) -> GatewayPipeline:
    """The steps of a request, wired to their parts."""
    audit = HealthBookAudit(parts.access_log, parts.clocks.now)
    gate = ConsentGate(
        HEALTH_BOOK_POLICY,
        parts.profiles,
        audit,
        health_book_root_subjects(),
        parts.clocks.now,
    )
    transport = SigningTransport(parts.transport, gate, parts.context_keys, parts.clocks.wall)
    authenticator = TokenAuthenticator(parts.issuers, health_book_principal, parts.clocks.wall)
    return GatewayPipeline(
        graph,
        Ports(
            transport=transport,
            authenticator=authenticator,
            guard=gate,
            audit=audit,
            scope=_scope,
            rate_limiter=parts.rate_limiter,
            lookup_limiter=parts.lookup_limiter,
            observer=parts.observer,
            settled=gate.forget_changed,
        ),
    )


def _scope(principal: Principal, caller: Caller) -> HealthBookScope:
    return HealthBookScope(principal, uuid4().hex, caller.language)
