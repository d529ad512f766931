"""``python -m gateway serve``: any federated graph, with nothing of the health book around it."""

import argparse
import logging
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from access.environment import port, positive, positive_number
from gateway.access_log import CountedLog
from gateway.authentication.authenticator import TokenAuthenticator
from gateway.authentication.claims import generic_principal
from gateway.authentication.key_sets import KeySet
from gateway.authentication.tokens import Issuer
from gateway.commands.operation_audit import OperationAudit
from gateway.commands.reading import CommandError, load_supergraph
from gateway.commands.serving import (
    check_metrics_ports,
    open_metrics,
    serve_until_told,
    show_owed_events,
    show_plan_cache,
    subgraph_endpoints,
    utc_now,
)
from gateway.endpoint.endpoint import DEFAULT_MAX_BODY_BYTES, GraphQLEndpoint
from gateway.federation.executor.answers import ErrorMasking
from gateway.limits import Limits
from gateway.metrics import Metrics
from gateway.pipeline.graph import ServedGraph, UnprotectedGraphError
from gateway.pipeline.override_labels import UnknownLabelError
from gateway.pipeline.pipeline import GatewayPipeline, Ports
from gateway.pipeline.plan_cache import DEFAULT_MAX_BYTES
from gateway.rate_limit import RateLimit, RateLimiter
from gateway.server.admission import Admission
from gateway.server.run import ServerOptions, Service, Worker
from gateway.transport.deduplication import DeduplicatingTransport
from gateway.transport.endpoint import SubgraphEndpoint, TransportLimits, split_address
from gateway.transport.http import HttpTransport
from gateway.transport.json_fetcher import HttpJsonFetcher
from storage.access_log.file import FileBacking
from storage.access_log.writer import AccessLogWriter


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("--supergraph", type=Path, required=True, metavar="FILE")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=port, default=4000)
    parser.add_argument(
        "--subgraph-url",
        action="append",
        default=[],
        metavar="NAME=URL",
        help="where a subgraph is reached, instead of the supergraph's own address",
    )
    parser.add_argument(
        "--override-label",
        action="append",
        default=[],
        metavar="NAME",
        help="a label of @override that is on; percent(n) decides for itself",
    )
    parser.add_argument("--workers", type=positive, default=1, help="processes on one socket")
    parser.add_argument(
        "--dedupe", action="store_true", help="send identical reads in flight once"
    )
    parser.add_argument(
        "--timeout",
        type=positive_number,
        default=TransportLimits().deadline,
        help="seconds per fetch",
    )
    parser.add_argument(
        "--max-body", type=positive, default=DEFAULT_MAX_BODY_BYTES, metavar="BYTES"
    )
    parser.add_argument(
        "--production",
        action="store_true",
        help="no introspection, no suggested names, no development page, subgraphs' errors masked",
    )
    parser.add_argument(
        "--plan-cache",
        type=positive,
        default=DEFAULT_MAX_BYTES,
        metavar="BYTES",
        help="per worker",
    )
    parser.add_argument(
        "--rate", type=positive_number, metavar="N", help="requests per second and caller"
    )
    parser.add_argument("--jwks", metavar="URL", help="key set of the issuer of tokens")
    parser.add_argument("--issuer", metavar="ISS", help="iss of the tokens")
    parser.add_argument("--audience", metavar="AUD", help="aud of the tokens")
    parser.add_argument(
        "--audit", type=Path, metavar="PATH", help="access log: one durable event per operation"
    )
    parser.add_argument("--metrics-host", default="127.0.0.1", metavar="HOST")
    parser.add_argument(
        "--metrics-port", type=port, metavar="N", help="of the first worker; the next has N + 1"
    )


def main(options: argparse.Namespace) -> int:
    """Serve until a signal comes; returns the exit code.

    Raises:
        CommandError: If the arguments or the supergraph will not do.
    """
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s %(message)s")
    if not options.host:
        raise CommandError("--host: it is empty; 0.0.0.0 stands for every address")
    supergraph = load_supergraph(options.supergraph)
    masking = ErrorMasking(masked=options.production)
    limits = Limits(introspection=not options.production)
    try:
        graph = ServedGraph(
            supergraph, limits, masking, switched_on=frozenset(options.override_label)
        )
        graph.check_protection(has_authenticator=_has_authenticator(options), has_guard=False)
    except (UnknownLabelError, UnprotectedGraphError) as error:
        raise CommandError(str(error)) from error
    endpoints = subgraph_endpoints(
        supergraph, _addresses(options.subgraph_url), options.timeout, "--subgraph-url NAME=URL"
    )
    if options.audit is not None:
        _check_writable(options.audit)
    check_metrics_ports(options.metrics_host, options.metrics_port, options.workers)
    server = ServerOptions(
        host=options.host,
        port=options.port,
        workers=options.workers,
        has_page=not options.production,
    )
    return serve_until_told(_service(graph, endpoints, options), server)


def _addresses(pairs: list[str]) -> dict[str, str]:
    """The addresses of subgraphs by name.

    Raises:
        CommandError: If an argument is no pair, or two are of one subgraph.
    """
    found: dict[str, str] = {}
    for pair in pairs:
        name, separator, url = pair.partition("=")
        if not separator or not name:
            msg = f"--subgraph-url {pair}: wanted NAME=URL"
            raise CommandError(msg)
        if found.setdefault(name, url) != url:
            msg = f"--subgraph-url {pair}: {name} has another URL"
            raise CommandError(msg)
    return found


def _check_writable(path: Path) -> None:
    """Fail before anything is served, not in a worker.

    Raises:
        CommandError: If the access log cannot be written.
    """
    try:
        with path.open("ab"):
            pass
    except OSError as error:
        msg = f"{path}: {error.strerror}"
        raise CommandError(msg) from error


def _has_authenticator(options: argparse.Namespace) -> bool:
    """Whether tokens are verified: all three arguments or none.

    Raises:
        CommandError: If some are missing, or the key set's address is none.
    """
    given = [bool(each) for each in (options.jwks, options.issuer, options.audience)]
    if any(given) and not all(given):
        raise CommandError("--jwks, --issuer and --audience belong together")
    if all(given):
        _check_key_set_url(options.jwks)
    return all(given)


def _check_key_set_url(url: str) -> None:
    """Fail before anything is served: a key set that cannot be fetched refuses every token.

    Raises:
        CommandError: If it is no address of HTTP.
    """
    try:
        split_address(url)
    except ValueError as error:
        msg = f"--jwks {url}: {error}"
        raise CommandError(msg) from error


def _service(
    graph: ServedGraph, endpoints: list[SubgraphEndpoint], options: argparse.Namespace
) -> Service:
    @asynccontextmanager
    async def service(worker: Worker) -> AsyncIterator[GraphQLEndpoint]:
        async with AsyncExitStack() as stack:
            transport = HttpTransport(endpoints)
            stack.push_async_callback(transport.close)
            metrics = open_metrics(
                stack, options.metrics_host, options.metrics_port, worker.number
            )
            ports = Ports(
                transport=DeduplicatingTransport(transport) if options.dedupe else transport,
                authenticator=_authenticator(stack, options),
                audit=_audit(stack, options, worker.admission, metrics),
                rate_limiter=_rate_limiter(options),
                observer=metrics,
            )
            pipeline = GatewayPipeline(graph, ports, cache_bytes=options.plan_cache)
            show_plan_cache(metrics, pipeline)
            yield GraphQLEndpoint(pipeline, max_body_bytes=options.max_body)

    return service


def _authenticator(
    stack: AsyncExitStack, options: argparse.Namespace
) -> TokenAuthenticator | None:
    if not _has_authenticator(options):
        return None
    fetcher = HttpJsonFetcher()
    stack.push_async_callback(fetcher.close)
    keys = KeySet(options.jwks, fetcher, time.monotonic)
    issuer = Issuer(options.issuer, options.audience, keys)
    return TokenAuthenticator([issuer], generic_principal, time.time)


def _audit(
    stack: AsyncExitStack,
    options: argparse.Namespace,
    admission: Admission,
    metrics: Metrics | None,
) -> OperationAudit | None:
    if options.audit is None:
        return None
    writer = AccessLogWriter(FileBacking(options.audit), backlog=lambda: admission.backlog)
    stack.push_async_callback(writer.close)
    log = CountedLog(writer)
    show_owed_events(metrics, log)
    return OperationAudit(log, utc_now)


def _rate_limiter(options: argparse.Namespace) -> RateLimiter | None:
    if options.rate is None:
        return None
    return RateLimiter(RateLimit.each_second(options.rate), time.monotonic)
