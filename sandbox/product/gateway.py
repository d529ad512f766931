"""The gateway on a laptop: opened on the loop of its server, closed when that ends."""

import contextlib
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from access.context import derive_context_key
from gateway.app import Clocks, HealthBookParts, create_pipeline, health_book_graph
from gateway.authentication import Issuer, KeySet
from gateway.config import LOOKUPS_PER_MINUTE, ORGANIZATION_LOOKUPS_PER_MINUTE
from gateway.endpoint.endpoint import GraphQLEndpoint
from gateway.federation.composition import CompositionFailure, SubgraphDocument, compose
from gateway.federation.executor.ports import SubgraphTransport
from gateway.federation.supergraph.model import Supergraph
from gateway.federation.supergraph.reader import read_supergraph
from gateway.limits import Limits
from gateway.metrics import Metrics
from gateway.rate_limit import LookUpLimiter, LookUpLimits
from gateway.transport.endpoint import parse_endpoint
from gateway.transport.http import HttpTransport
from gateway.transport.json_fetcher import HttpJsonFetcher
from resolvers.asgi import GRAPHQL_PATH, SubgraphApplication
from resolvers.foundation import Foundation, open_foundation
from sandbox.identity_provider.tokens import AUDIENCE
from sandbox.layout import HOST, DataFolder, Ports, Secrets
from sandbox.product.subgraphs import open_subgraphs
from sandbox.serving import AddressInUseError, StartError, bind, serving
from sandbox.upstreams import Upstreams
from storage.access_log import (
    AccessEvent,
    AccessLogReader,
    AccessLogWriter,
    DocumentBacking,
    Outcome,
    head_signer,
    recover,
)

_INTENTS_SINCE = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Product:
    """What the product is made of.

    Args:
        data: The sandbox's folder.
        secrets: What its parts know each other by.
        ports: Where subgraphs listen; None takes free ports (for tests).
        upstreams: Where hospitals, portal and identity provider are.
        supergraph: File of the supergraph; composed from the subgraphs where it is missing.
        clock: Answers the present instant, aware.
        tap: Wraps the transport to the subgraphs, to look at or disturb what goes over it.
        lookups_per_minute: Look-ups of people and prescription codes by one principal.
    """

    data: DataFolder
    secrets: Secrets
    ports: Ports | None
    upstreams: Upstreams
    supergraph: Path
    clock: Callable[[], datetime]
    tap: Callable[[SubgraphTransport], SubgraphTransport] | None = None
    lookups_per_minute: int = LOOKUPS_PER_MINUTE


@contextlib.asynccontextmanager
async def open_gateway(product: Product) -> AsyncIterator[GraphQLEndpoint]:
    """Serve the subgraphs and yield the gateway's endpoint in front of them.

    Raises:
        AddressInUseError: A port of a subgraph is taken.
        StartError: The subgraphs do not compose.
    """
    async with AsyncExitStack() as stack:
        foundation = await stack.enter_async_context(
            open_foundation(
                product.data.documents_url,
                product.data.keyring,
                product.clock,
                production=False,
            )
        )
        apps = await stack.enter_async_context(
            open_subgraphs(foundation, product.upstreams, product.secrets)
        )
        transport: SubgraphTransport = await _serve_subgraphs(stack, product, apps)
        if product.tap is not None:
            transport = product.tap(transport)
        graph = health_book_graph(
            load_supergraph(product.supergraph, apps), Limits(introspection=True), is_masked=False
        )
        parts = await _parts(stack, product, foundation, transport, list(apps))
        yield GraphQLEndpoint(create_pipeline(graph, parts))


async def _serve_subgraphs(
    stack: AsyncExitStack, product: Product, apps: dict[str, SubgraphApplication]
) -> HttpTransport:
    """Serve every subgraph over HTTP and return the transport that reaches them."""
    urls = {}
    for name, app in apps.items():
        listener = bind(product.ports.subgraphs[name] if product.ports else 0)
        base = await stack.enter_async_context(serving(app, listener))
        urls[name] = base + GRAPHQL_PATH
    transport = HttpTransport(parse_endpoint(name, url) for name, url in urls.items())
    stack.push_async_callback(transport.close)
    return transport


async def _parts(
    stack: AsyncExitStack,
    product: Product,
    foundation: Foundation,
    transport: SubgraphTransport,
    names: list[str],
) -> HealthBookParts:
    fetcher = HttpJsonFetcher()
    stack.push_async_callback(fetcher.close)
    issuer = product.upstreams.issuer
    keys = KeySet(f"{issuer}/jwks", fetcher, time.monotonic)
    await keys.load()
    secret = product.secrets.context_secret.encode()
    return HealthBookParts(
        transport=transport,
        context_keys={name: derive_context_key(secret, name) for name in names},
        profiles=foundation.profiles,
        access_log=await _access_log(stack, foundation),
        issuers=[Issuer(issuer, AUDIENCE, keys)],
        clocks=Clocks(product.clock, time.time),
        lookup_limiter=LookUpLimiter(_lookup_limits(product.lookups_per_minute), time.monotonic),
        observer=_metrics(stack, product.ports),
    )


def _lookup_limits(per_minute: int) -> LookUpLimits:
    return LookUpLimits.per_minute(per_minute, max(per_minute, ORGANIZATION_LOOKUPS_PER_MINUTE))


def _metrics(stack: AsyncExitStack, ports: Ports | None) -> Metrics | None:
    """Metrics on a listener of their own, where ports are fixed."""
    if ports is None:
        return None
    metrics = Metrics()
    try:
        stack.enter_context(metrics.listening(HOST, ports.metrics))
    except OSError as problem:
        message = f"port {ports.metrics} cannot be used: {problem.strerror}"
        raise AddressInUseError(message) from problem
    return metrics


async def _access_log(stack: AsyncExitStack, foundation: Foundation) -> AccessLogWriter:
    """Open the access log; intents that a crash left without outcome get one."""
    sign = head_signer(foundation.keyring)
    writer = AccessLogWriter(DocumentBacking(foundation.store, sign))
    stack.push_async_callback(writer.close)
    now = foundation.clock()
    reader = AccessLogReader(foundation.store, sign)
    left = await reader.unfinished_intents(now - _INTENTS_SINCE, now)
    await recover(left, writer, _nobody_knows, foundation.clock)
    return writer


async def _nobody_knows(_: AccessEvent) -> Outcome:
    return Outcome.UNKNOWN


def load_supergraph(file: Path, apps: dict[str, SubgraphApplication]) -> Supergraph:
    """Return the supergraph of a file, or compose one where the file is missing.

    Raises:
        StartError: The subgraphs do not compose.
    """
    if file.exists():
        return read_supergraph(file.read_text("utf-8"))
    result = compose(
        [
            SubgraphDocument(name, f"http://{HOST}/{name}", app.subgraph.schema.sdl)
            for name, app in apps.items()
        ]
    )
    if isinstance(result, CompositionFailure):
        reasons = "; ".join(f"{one.code}: {one.message}" for one in result.errors[:3])
        message = f"the subgraphs do not compose: {reasons}"
        raise StartError(message)
    return read_supergraph(result.supergraph_sdl)
