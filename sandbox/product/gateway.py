"""The gateway on a laptop: opened on the loop of its server, closed when that ends."""

import contextlib
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

from access.context import derive_context_key
from gateway.app import Clocks, HealthBookParts, create_pipeline, health_book_graph
from gateway.authentication import Issuer, KeySet
from gateway.endpoint.endpoint import GraphQLEndpoint
from gateway.federation.composition import CompositionFailure, SubgraphDocument, compose
from gateway.federation.supergraph.model import Supergraph
from gateway.federation.supergraph.reader import read_supergraph
from gateway.transport.endpoint import parse_endpoint
from gateway.transport.http import HttpTransport
from gateway.transport.json_fetcher import HttpJsonFetcher
from resolvers.asgi import GRAPHQL_PATH, SubgraphApplication
from sandbox.identity_provider.tokens import AUDIENCE
from sandbox.layout import HOST, DataFolder, Ports, Secrets
from sandbox.product.subgraphs import Clock, Stores, open_subgraphs
from sandbox.serving import StartError, bind, serving
from sandbox.upstreams import Upstreams
from storage.access_log import (
    ACCESS_LOG_INDEXES,
    AccessLogWriter,
    DocumentBacking,
    head_signer,
)
from storage.access_profiles.repository import AccessProfiles
from storage.encryption import load_keyring
from storage.invalidation import LocalChanges
from storage.opening import open_documents


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
    """

    data: DataFolder
    secrets: Secrets
    ports: Ports | None
    upstreams: Upstreams
    supergraph: Path
    clock: Clock


@contextlib.asynccontextmanager
async def open_gateway(product: Product) -> AsyncIterator[GraphQLEndpoint]:
    """Serve the subgraphs and yield the gateway's endpoint in front of them.

    Raises:
        AddressInUseError: A port of a subgraph is taken.
        StartError: The subgraphs do not compose.
    """
    async with AsyncExitStack() as stack:
        stores = await _open_stores(stack, product)
        apps = await stack.enter_async_context(
            open_subgraphs(stores, product.upstreams, product.secrets)
        )
        urls = {}
        for name, app in apps.items():
            listener = bind(product.ports.subgraphs[name] if product.ports else 0)
            base = await stack.enter_async_context(serving(app, listener))
            urls[name] = base + GRAPHQL_PATH
        graph = health_book_graph(load_supergraph(product.supergraph, apps))
        transport = HttpTransport(parse_endpoint(name, url) for name, url in urls.items())
        stack.push_async_callback(transport.close)
        fetcher = HttpJsonFetcher()
        stack.push_async_callback(fetcher.close)
        await stores.documents.ensure_indexes(ACCESS_LOG_INDEXES)
        log = AccessLogWriter(DocumentBacking(stores.documents, head_signer(stores.keyring)))
        stack.push_async_callback(log.close)
        issuer = product.upstreams.issuer
        keys = KeySet(f"{issuer}/jwks", fetcher, time.monotonic)
        secret = product.secrets.context_secret.encode()
        parts = HealthBookParts(
            transport=transport,
            context_keys={name: derive_context_key(secret, name) for name in apps},
            profiles=stores.profiles,
            access_log=log,
            issuers=[Issuer(issuer, AUDIENCE, keys)],
            clocks=Clocks(product.clock, time.time),
        )
        yield GraphQLEndpoint(create_pipeline(graph, parts))


async def _open_stores(stack: AsyncExitStack, product: Product) -> Stores:
    documents = await open_documents(f"sqlite:///{product.data.documents.absolute()}")
    stack.push_async_callback(documents.close)
    keyring = load_keyring(product.data.keyring, production=False)
    profiles = AccessProfiles(documents, keyring, LocalChanges(), product.clock)
    return Stores(documents, keyring, profiles, product.clock)


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
