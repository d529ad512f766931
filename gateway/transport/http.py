"""The transport over HTTP: one pool per subgraph."""

import asyncio
from collections.abc import Iterable

from gateway.federation.executor.ports import FetchFailure, SubgraphRequest
from gateway.transport.deliveries import Deliveries
from gateway.transport.endpoint import SubgraphEndpoint
from gateway.transport.failure import FailureReason, failure
from gateway.transport.pool import Pool


class HttpTransport:
    """Sends requests to subgraphs over HTTP/1.1 with kept connections.

    Pools are made on the running loop at first use, so that the transport may be built before it.
    """

    def __init__(self, endpoints: Iterable[SubgraphEndpoint]) -> None:
        self._endpoints = {endpoint.name: endpoint for endpoint in endpoints}
        self._pools: dict[str, Pool] = {}
        self._deliveries: Deliveries | None = None

    def send(self, request: SubgraphRequest) -> "asyncio.Future[bytes | FetchFailure]":
        """Send a request at once and return the future of the answer's body, or of the failure."""
        pool = self._pools.get(request.subgraph)
        if pool is None:
            loop = asyncio.get_running_loop()
            endpoint = self._endpoints.get(request.subgraph)
            if endpoint is None:
                future: asyncio.Future[bytes | FetchFailure] = loop.create_future()
                future.set_result(failure(FailureReason.UNKNOWN_SUBGRAPH))
                return future
            if self._deliveries is None:
                self._deliveries = Deliveries(loop)
            pool = self._pools[request.subgraph] = Pool(endpoint, loop, self._deliveries)
        return pool.send(request.body, read=not request.is_mutation)

    async def close(self) -> None:
        """Close every connection."""
        for pool in self._pools.values():
            pool.close()
        self._pools.clear()
