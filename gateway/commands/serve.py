"""``python -m gateway serve``: any federated graph, with nothing of the health book around it."""

import argparse
import logging
import sys
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from access.environment import port, positive, positive_number
from gateway.authentication.authenticator import TokenAuthenticator
from gateway.authentication.claims import generic_principal
from gateway.authentication.key_sets import KeySet
from gateway.authentication.tokens import Issuer
from gateway.commands.operation_audit import OperationAudit
from gateway.commands.reading import CommandError, load_supergraph
from gateway.endpoint.endpoint import DEFAULT_MAX_BODY_BYTES, GraphQLEndpoint
from gateway.federation.executor.answers import ErrorMasking
from gateway.federation.supergraph.model import Supergraph
from gateway.limits import Limits
from gateway.metrics import Metrics
from gateway.pipeline.graph import ServedGraph, UnprotectedGraphError
from gateway.pipeline.override_labels import UnknownLabelError
from gateway.pipeline.pipeline import GatewayPipeline, Ports
from gateway.pipeline.plan_cache import DEFAULT_MAX_BYTES
from gateway.rate_limit import RateLimit, RateLimiter
from gateway.server.run import ServerOptions, Service, run
from gateway.transport.deduplication import DeduplicatingTransport
from gateway.transport.endpoint import SubgraphEndpoint, TransportLimits, parse_endpoint
from gateway.transport.http import HttpTransport
from gateway.transport.json_fetcher import HttpJsonFetcher
from storage.access_log.file import FileBacking
from storage.access_log.writer import AccessLogWriter

_THREAD_SWITCH_SECONDS = 0.0005
"""How long a thread waits for the interpreter's lock beside a busy loop (Python's own: 5 ms). The
access log's thread needs the lock twice for each group: with less waiting the disk works while
the loop does; groups stay as large (26 events instead of 24, a write in 5.4 instead of 6.8 ms)."""


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
        help="no introspection, no development page, errors of subgraphs masked",
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
    endpoints = subgraph_endpoints(supergraph, options.subgraph_url, options.timeout)
    if options.audit is not None:
        _check_writable(options.audit)
    server = ServerOptions(
        host=options.host,
        port=options.port,
        workers=options.workers,
        has_page=not options.production,
    )
    try:
        run(_service(graph, endpoints, options), server, _say_ready)
    except OSError as error:
        reason = error.strerror or "unusable address"
        print(f"gateway: {options.host}:{options.port}: {reason}", file=sys.stderr)  # noqa: T201
        return 1
    return 0


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


def _say_ready(url: str) -> None:
    print(f"Serving {url}", flush=True)  # noqa: T201 - the command's own output


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
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        msg = f"--jwks {url}: the URL must be absolute, http or https"
        raise CommandError(msg)


def _service(
    graph: ServedGraph, endpoints: list[SubgraphEndpoint], options: argparse.Namespace
) -> Service:
    @asynccontextmanager
    async def service(number: int) -> AsyncIterator[GraphQLEndpoint]:
        async with AsyncExitStack() as stack:
            transport = HttpTransport(endpoints)
            stack.push_async_callback(transport.close)
            metrics = _metrics(stack, options, number)
            ports = Ports(
                transport=DeduplicatingTransport(transport) if options.dedupe else transport,
                authenticator=_authenticator(stack, options),
                audit=_audit(stack, options),
                rate_limiter=_rate_limiter(options),
                observer=metrics,
            )
            pipeline = GatewayPipeline(graph, ports, cache_bytes=options.plan_cache)
            if metrics is not None:
                _plan_cache_figures(metrics, pipeline)
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


def _audit(stack: AsyncExitStack, options: argparse.Namespace) -> OperationAudit | None:
    if options.audit is None:
        return None
    sys.setswitchinterval(_THREAD_SWITCH_SECONDS)
    writer = AccessLogWriter(FileBacking(options.audit))
    stack.push_async_callback(writer.close)
    return OperationAudit(writer, _utc_now)


def _utc_now() -> datetime:
    return datetime.fromtimestamp(time.time(), UTC)


def _rate_limiter(options: argparse.Namespace) -> RateLimiter | None:
    if options.rate is None:
        return None
    limit = RateLimit(per_second=options.rate, burst=max(1, int(options.rate * 2)))
    return RateLimiter(limit, time.monotonic)


def _metrics(stack: AsyncExitStack, options: argparse.Namespace, number: int) -> Metrics | None:
    if options.metrics_port is None:
        return None
    metrics = Metrics()
    listener = metrics.listen(options.metrics_host, options.metrics_port + number)
    stack.callback(listener.server_close)
    stack.callback(listener.shutdown)
    return metrics


def _plan_cache_figures(metrics: Metrics, pipeline: GatewayPipeline) -> None:
    cache = pipeline.cache
    metrics.gauge("gateway_plan_cache_bytes", "Estimate", lambda: cache.figures.size)
    metrics.gauge("gateway_plan_cache_entries", "Operations", lambda: cache.figures.entries)
    metrics.gauge("gateway_plan_cache_evictions", "Since start", lambda: cache.figures.evictions)


def subgraph_endpoints(
    supergraph: Supergraph,
    overrides: list[str],
    deadline: float,
    remedy: str = "--subgraph-url NAME=URL",
) -> list[SubgraphEndpoint]:
    """Return where each subgraph is reached.

    Args:
        supergraph: Names the subgraphs and their own addresses.
        overrides: ``NAME=URL`` pairs.
        deadline: Seconds per fetch.
        remedy: How the caller is to give an address that is missing.

    Raises:
        CommandError: If a name is unknown, or an address missing or unusable.
    """
    urls = {name: subgraph.url for name, subgraph in supergraph.subgraphs.items()}
    for override in overrides:
        name, separator, url = override.partition("=")
        if not separator or name not in urls:
            msg = f"--subgraph-url {override}: wanted NAME=URL with one of {', '.join(urls)}"
            raise CommandError(msg)
        urls[name] = url
    _check_present(urls, remedy)
    limits = TransportLimits(deadline=deadline)
    try:
        return [parse_endpoint(name, url, limits=limits) for name, url in urls.items()]
    except ValueError as error:
        raise CommandError(str(error)) from error


def _check_present(urls: Mapping[str, str], remedy: str) -> None:
    """Name the subgraphs that cannot be reached: a supergraph may be composed without addresses.

    Raises:
        CommandError: If there are some.
    """
    missing = [name for name, url in urls.items() if not url]
    if missing:
        noun = "subgraph" if len(missing) == 1 else "subgraphs"
        msg = f"no URL for the {noun} {', '.join(missing)}: give {remedy}"
        raise CommandError(msg)
