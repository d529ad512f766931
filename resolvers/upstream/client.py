"""One upstream over HTTP: deadline, retries of reads, breaker, caps on concurrency and size."""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field

import aiohttp

from resolvers.upstream.breaker import CircuitBreaker
from resolvers.upstream.budget import RetryBudget
from resolvers.upstream.errors import UpstreamError, UpstreamFault

_RETRYABLE_STATUS = frozenset({429, 502, 503, 504})

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class UpstreamLimits:
    """What an upstream is allowed to cost.

    Attributes:
        deadline: Seconds for a request with its retries and its waiting for a place.
        concurrency: Requests under way at once.
        waiting: Requests that may wait for a place; more are refused at once.
        body_bytes: Largest body that is read.
        attempts: Attempts of a read at most, the first included.
    """

    deadline: float = 2.0
    concurrency: int = 20
    waiting: int = 200
    body_bytes: int = 16 * 1024 * 1024
    attempts: int = 2


@dataclass(frozen=True, slots=True)
class UpstreamRequest:
    """A request below an upstream's base address.

    Attributes:
        method: HTTP method.
        path: Path below the base, without a leading slash; may carry a query.
        query: Query parameters, in order.
        headers: Request headers.
        body: The body's bytes, or ``None``.
        is_read: It changes nothing and may be sent again.
    """

    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    is_read: bool = True


@dataclass(frozen=True, slots=True)
class UpstreamAnswer:
    """A complete answer, whatever its status below 500."""

    status: int
    body: bytes


class UpstreamClient:
    """Sends requests to one upstream."""

    def __init__(
        self,
        name: str,
        base_url: str,
        session: aiohttp.ClientSession,
        breaker: CircuitBreaker,
        limits: UpstreamLimits | None = None,
    ) -> None:
        """Prepares a client.

        Args:
            name: Of the upstream, for logs and errors.
            base_url: Absolute address; paths are appended after a slash.
            session: Used, not owned.
            breaker: The upstream's own.
            limits: What it may cost.
        """
        self.name = name
        self._base = base_url.rstrip("/")
        self._session = session
        self._breaker = breaker
        self._limits = limits or UpstreamLimits()
        self._places = asyncio.Semaphore(self._limits.concurrency)
        self._waiting = 0
        self._budget = RetryBudget()

    async def send(self, request: UpstreamRequest) -> UpstreamAnswer:
        """The answer to a request.

        Raises:
            UpstreamError: if there is none in time, it is a server error or too large, or the
                upstream is not asked because it is failing or too many wait for it.
        """
        if self._waiting >= self._limits.waiting:
            raise UpstreamError(self.name, UpstreamFault.OVERLOADED, "too many requests wait")
        try:
            async with asyncio.timeout(self._limits.deadline):
                self._waiting += 1
                try:
                    await self._places.acquire()
                finally:
                    self._waiting -= 1
                try:
                    return await self._attempts(request)
                finally:
                    self._places.release()
        except TimeoutError as error:
            # A deadline that passes tells of the upstream; a caller that goes away does not.
            self._failed()
            raise UpstreamError(self.name, UpstreamFault.TIMEOUT) from error

    async def _attempts(self, request: UpstreamRequest) -> UpstreamAnswer:
        self._budget.earn()
        left = self._limits.attempts if request.is_read else 1
        while True:
            left -= 1
            try:
                return await self._attempt(request)
            except UpstreamError as error:
                is_final = error.fault is not UpstreamFault.UNAVAILABLE
                if is_final or left == 0 or not self._budget.spend():
                    raise

    async def _attempt(self, request: UpstreamRequest) -> UpstreamAnswer:
        if not self._breaker.admit():
            raise UpstreamError(self.name, UpstreamFault.OVERLOADED, "the breaker is open")
        try:
            answer = await self._exchange(request)
        except UpstreamError as error:
            if error.fault is UpstreamFault.MALFORMED:
                self._succeeded()
            else:
                self._failed()
            raise
        except asyncio.CancelledError:
            self._breaker.abandoned()
            raise
        self._succeeded()
        return answer

    def _failed(self) -> None:
        was_open = self._breaker.is_open
        self._breaker.failed()
        if self._breaker.is_open and not was_open:
            _LOG.warning("upstream %s keeps failing and is left alone for a while", self.name)

    def _succeeded(self) -> None:
        if self._breaker.is_open:
            _LOG.warning("upstream %s answers again", self.name)
        self._breaker.succeeded()

    async def _exchange(self, request: UpstreamRequest) -> UpstreamAnswer:
        try:
            async with self._session.request(
                request.method,
                f"{self._base}/{request.path}",
                params=request.query or None,
                headers=request.headers,
                data=request.body,
                allow_redirects=False,
            ) as response:
                if response.status >= 500 or response.status in _RETRYABLE_STATUS:
                    detail = f"status {response.status}"
                    raise UpstreamError(self.name, UpstreamFault.UNAVAILABLE, detail)
                if 300 <= response.status < 400:
                    raise UpstreamError(self.name, UpstreamFault.MALFORMED, "a redirect")
                return UpstreamAnswer(response.status, await self._read(response))
        except (aiohttp.ClientError, OSError) as error:
            detail = type(error).__name__
            raise UpstreamError(self.name, UpstreamFault.UNAVAILABLE, detail) from error

    async def _read(self, response: aiohttp.ClientResponse) -> bytes:
        chunks: list[bytes] = []
        size = 0
        async for chunk in response.content.iter_any():
            size += len(chunk)
            if size > self._limits.body_bytes:
                raise UpstreamError(self.name, UpstreamFault.MALFORMED, "too large")
            chunks.append(chunk)
        return b"".join(chunks)
