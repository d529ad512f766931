"""``python -m gateway serve``: any federated graph, with nothing of the health book around it."""

import argparse
import logging
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from gateway.commands.reading import CommandError, load_supergraph
from gateway.endpoint.endpoint import DEFAULT_MAX_BODY_BYTES, GraphQLEndpoint
from gateway.federation.supergraph.model import Supergraph
from gateway.limits import Limits
from gateway.pipeline.graph import ServedGraph, UnprotectedGraphError
from gateway.pipeline.pipeline import GatewayPipeline, Ports
from gateway.server.run import ServerOptions, run
from gateway.transport.deduplication import DeduplicatingTransport
from gateway.transport.endpoint import SubgraphEndpoint, TransportLimits, parse_endpoint
from gateway.transport.http import HttpTransport


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("--supergraph", type=Path, required=True, metavar="FILE")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=4000)
    parser.add_argument(
        "--subgraph-url",
        action="append",
        default=[],
        metavar="NAME=URL",
        help="where a subgraph is reached, instead of the supergraph's own address",
    )
    parser.add_argument("--workers", type=int, default=1, help="processes on one socket")
    parser.add_argument(
        "--dedupe", action="store_true", help="send identical reads in flight once"
    )
    parser.add_argument(
        "--timeout", type=float, default=TransportLimits().deadline, help="seconds per fetch"
    )
    parser.add_argument("--max-body", type=int, default=DEFAULT_MAX_BODY_BYTES, metavar="BYTES")
    parser.add_argument(
        "--production", action="store_true", help="no introspection, no development page"
    )


def main(options: argparse.Namespace) -> int:
    """Serve until a signal comes; returns the exit code."""
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s %(message)s")
    try:
        supergraph = load_supergraph(options.supergraph)
        graph = ServedGraph(supergraph, Limits(introspection=not options.production))
        graph.check_protection(has_authenticator=False)
        endpoints = subgraph_endpoints(supergraph, options.subgraph_url, options.timeout)
    except (CommandError, UnprotectedGraphError) as error:
        print(f"gateway: {error}", file=sys.stderr)  # noqa: T201 - the command's own output
        return 2

    @asynccontextmanager
    async def service(_number: int) -> AsyncIterator[GraphQLEndpoint]:
        transport = HttpTransport(endpoints)
        port = DeduplicatingTransport(transport) if options.dedupe else transport
        pipeline = GatewayPipeline(graph, Ports(port))
        try:
            yield GraphQLEndpoint(pipeline, max_body_bytes=options.max_body)
        finally:
            await transport.close()

    server = ServerOptions(
        host=options.host,
        port=options.port,
        workers=options.workers,
        has_page=not options.production,
    )
    try:
        run(service, server, lambda url: print(f"Serving {url}", flush=True))  # noqa: T201
    except OSError as error:
        reason = error.strerror or "unusable address"
        print(f"gateway: {options.host}:{options.port}: {reason}", file=sys.stderr)  # noqa: T201
        return 1
    return 0


def subgraph_endpoints(
    supergraph: Supergraph, overrides: list[str], deadline: float
) -> list[SubgraphEndpoint]:
    """Return where each subgraph is reached.

    Args:
        supergraph: Names the subgraphs and their own addresses.
        overrides: ``NAME=URL`` pairs.
        deadline: Seconds per fetch.

    Raises:
        CommandError: If a name is unknown or an address unusable.
    """
    urls = {name: subgraph.url for name, subgraph in supergraph.subgraphs.items()}
    for override in overrides:
        name, separator, url = override.partition("=")
        if not separator or name not in urls:
            msg = f"--subgraph-url {override}: wanted NAME=URL with one of {', '.join(urls)}"
            raise CommandError(msg)
        urls[name] = url
    limits = TransportLimits(deadline=deadline)
    try:
        return [parse_endpoint(name, url, limits=limits) for name, url in urls.items()]
    except ValueError as error:
        raise CommandError(str(error)) from error
