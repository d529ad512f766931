"""Metrics for Prometheus, on a listener of their own.

Labels name kinds, codes and subgraphs: never a person, a value, or a client's text.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from wsgiref.simple_server import WSGIServer

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, start_http_server

from gateway.federation.executor.outcome import ExecutionOutcome
from gateway.federation.plan import OperationKind

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Metrics:
    """One worker's figures; an observer of the pipeline."""

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        """Take a monotonic clock in seconds."""
        self.clock = clock
        self.registry = CollectorRegistry()
        self._operations = Counter(
            "gateway_operations", "Operations executed", ["kind", "result"], registry=self.registry
        )
        self._duration = Histogram(
            "gateway_operation_seconds",
            "Duration of executed operations",
            ["kind"],
            buckets=_SECONDS,
            registry=self.registry,
        )
        self._fetches = Counter(
            "gateway_fetches", "Requests sent to subgraphs", registry=self.registry
        )
        self._failures = Counter(
            "gateway_fetch_failures",
            "Requests to subgraphs without a usable answer",
            ["subgraph", "code"],
            registry=self.registry,
        )
        self._refusals = Counter(
            "gateway_refusals", "Requests refused", ["code"], registry=self.registry
        )
        self._by_kind = {
            kind: (
                self._operations.labels(kind, "data"),
                self._operations.labels(kind, "errors"),
                self._duration.labels(kind),
            )
            for kind in OperationKind
        }

    def executed(self, kind: OperationKind, outcome: ExecutionOutcome, seconds: float) -> None:
        """Count an executed operation."""
        clean, faulty, duration = self._by_kind[kind]
        (faulty if outcome.errors else clean).inc()
        duration.observe(seconds)
        self._fetches.inc(outcome.fetches)
        for failure in outcome.failures:
            self._failures.labels(failure.subgraph, failure.code).inc()

    def refused(self, code: str) -> None:
        """Count a refused request."""
        self._refusals.labels(code).inc()

    def gauge(self, name: str, text: str, read: Callable[[], float]) -> None:
        """Show a figure that is read when it is asked for."""
        Gauge(name, text, registry=self.registry).set_function(read)

    @contextmanager
    def listening(self, host: str, port: int) -> Iterator[None]:
        """Serve the figures meanwhile (see :meth:`listen`)."""
        server = self.listen(host, port)
        try:
            yield
        finally:
            server.shutdown()
            server.server_close()

    def listen(self, host: str, port: int) -> WSGIServer:
        """Serve the figures from a thread of its own; returns the server, to be shut down.

        Raises:
            OSError: If the address cannot be listened on.
        """
        server, _ = start_http_server(port, host, registry=self.registry)
        return server
