"""What the commands that serve a graph have in common."""

import sys
import time
from collections.abc import Mapping
from contextlib import AsyncExitStack
from datetime import UTC, datetime

from gateway.access_log import CountedLog
from gateway.commands.reading import CommandError
from gateway.federation.supergraph.model import Supergraph
from gateway.metrics import Metrics
from gateway.pipeline.pipeline import GatewayPipeline
from gateway.server.run import ServerOptions, Service, bind, run
from gateway.transport.endpoint import SubgraphEndpoint, TransportLimits, parse_endpoint


def utc_now() -> datetime:
    """The present instant."""
    return datetime.fromtimestamp(time.time(), UTC)


def serve_until_told(service: Service, options: ServerOptions) -> int:
    """Serve until a signal comes, and say where; returns the exit code."""
    try:
        run(service, options, _say_ready)
    except OSError as error:
        reason = error.strerror or "unusable address"
        print(f"gateway: {options.host}:{options.port}: {reason}", file=sys.stderr)  # noqa: T201
        return 1
    return 0


def _say_ready(url: str) -> None:
    print(f"Serving {url}", flush=True)  # noqa: T201 - the command's own output


def check_metrics_ports(host: str, first_port: int | None, workers: int) -> None:
    """Fail before workers are started, each of which would fail and be started again.

    Raises:
        CommandError: If the figures of some worker have no port that can be listened on.
    """
    for port in range(first_port, first_port + workers) if first_port is not None else ():
        try:
            bind(host, port).close()
        except (OSError, OverflowError) as error:
            raise _no_metrics(host, port, error) from error


def open_metrics(
    stack: AsyncExitStack, host: str, first_port: int | None, worker: int
) -> Metrics | None:
    """Serve a worker's figures until the stack is closed; the next worker's port is one higher.

    Raises:
        CommandError: If the address cannot be listened on.
    """
    if first_port is None:
        return None
    metrics = Metrics()
    port = first_port + worker
    try:
        stack.enter_context(metrics.listening(host, port))
    except OSError as error:
        raise _no_metrics(host, port, error) from error
    return metrics


def _no_metrics(host: str, port: int, error: OSError | OverflowError) -> CommandError:
    reason = getattr(error, "strerror", None) or "unusable address"
    return CommandError(f"metrics at {host}:{port}: {reason}")


def show_plan_cache(metrics: Metrics | None, pipeline: GatewayPipeline) -> None:
    """Add the figures of a pipeline's plan cache."""
    if metrics is None:
        return
    cache = pipeline.cache
    metrics.gauge("gateway_plan_cache_bytes", "Estimate", lambda: cache.figures.size)
    metrics.gauge("gateway_plan_cache_entries", "Operations", lambda: cache.figures.entries)
    metrics.gauge("gateway_plan_cache_evictions", "Since start", lambda: cache.figures.evictions)


def show_owed_events(metrics: Metrics | None, log: CountedLog) -> None:
    """Add how many events of changes were not on record when their answers left."""
    if metrics is not None:
        text = "Events of answered changes that could not be written at first, since start"
        metrics.gauge("gateway_access_events_owed", text, lambda: log.owed)


def subgraph_endpoints(
    supergraph: Supergraph, overrides: Mapping[str, str], deadline: float, setting: str
) -> list[SubgraphEndpoint]:
    """Return where each subgraph is reached.

    Args:
        supergraph: Names the subgraphs and their own addresses.
        overrides: Addresses to use instead, by name.
        deadline: Seconds per fetch.
        setting: How the caller gives an address, for what is told of wrong ones.

    Raises:
        CommandError: If a name is unknown, or an address missing or unusable.
    """
    urls = {name: subgraph.url for name, subgraph in supergraph.subgraphs.items()}
    unknown = [name for name in overrides if name not in urls]
    if unknown:
        msg = f"{setting}: {unknown[0]} is none of {', '.join(urls)}"
        raise CommandError(msg)
    urls |= overrides
    _check_present(urls, setting)
    limits = TransportLimits(deadline=deadline)
    try:
        return [parse_endpoint(name, url, limits=limits) for name, url in urls.items()]
    except ValueError as error:
        raise CommandError(str(error)) from error


def _check_present(urls: Mapping[str, str], setting: str) -> None:
    """Name the subgraphs that cannot be reached: a supergraph may be composed without addresses.

    Raises:
        CommandError: If there are some.
    """
    missing = [name for name, url in urls.items() if not url]
    if missing:
        noun = "subgraph" if len(missing) == 1 else "subgraphs"
        msg = f"no URL for the {noun} {', '.join(missing)}: give {setting}"
        raise CommandError(msg)
