"""Where a subgraph is reached and within which bounds."""

import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import SplitResult, urlsplit

_HOST = re.compile(r"([A-Za-z0-9_-]{1,63}\.)*[A-Za-z0-9_-]{1,63}\.?")
"""Names and IPv4 addresses (RFC 1123, section 2.1), and the underscores of container networks."""

_HOST_LENGTH = 253


@dataclass(frozen=True, slots=True)
class TransportLimits:
    """Bounds of one subgraph's connections; every default stands here only.

    Attributes:
        deadline: Seconds from sending (or queueing) a request to the last byte of its answer.
        connect_timeout: Seconds for name resolution, TCP and TLS.
        connections: Most connections open at once.
        waiting: Most requests that wait for a connection; the next one fails at once.
        idle: Seconds after which an unused connection is closed.
        fresh: Seconds of idleness up to which a connection may carry a mutation, which is
            never sent twice: an older one may have been closed by the peer meanwhile.
        response_bytes: Most bytes of one answer, head included.
        head_bytes: Most bytes of an answer's head.
    """

    deadline: float = 10.0
    connect_timeout: float = 3.0
    connections: int = 128
    waiting: int = 10_000
    idle: float = 30.0
    fresh: float = 2.0
    response_bytes: int = 64 * 1024 * 1024
    head_bytes: int = 32 * 1024


@dataclass(frozen=True, slots=True)
class SubgraphEndpoint:
    """One subgraph's address.

    Attributes:
        name: The subgraph's name in the supergraph.
        host: Host name or address, as it goes into name resolution.
        port: TCP port.
        target: Path and query of the request line.
        tls: Context for ``https``; ``None`` for plain ``http``.
        headers: Further request headers, sent with every request.
        limits: Bounds.
    """

    name: str
    host: str
    port: int
    target: str
    tls: ssl.SSLContext | None = None
    headers: tuple[tuple[str, str], ...] = ()
    limits: TransportLimits = field(default_factory=TransportLimits)

    def request_head(self) -> bytes:
        """Return the head of every request up to and including ``content-length: ``.

        Raises:
            ValueError: If a part holds a control character or is not ASCII.
        """
        default_port = 443 if self.tls else 80
        host = f"[{self.host}]" if ":" in self.host else self.host
        authority = host if self.port == default_port else f"{host}:{self.port}"
        lines = [
            f"POST {self.target} HTTP/1.1",
            f"host: {authority}",
            "content-type: application/json",
            "accept: application/graphql-response+json, application/json",
            *(f"{name}: {value}" for name, value in self.headers),
        ]
        if any(not line.isascii() or not line.isprintable() for line in lines):
            raise ValueError(f"subgraph {self.name}: request head is not printable ASCII")
        return "\r\n".join([*lines, "content-length: "]).encode("ascii")


def parse_endpoint(
    name: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    limits: TransportLimits | None = None,
    tls: ssl.SSLContext | None = None,
) -> SubgraphEndpoint:
    """Read a subgraph's URL.

    Args:
        name: The subgraph's name.
        url: Absolute ``http`` or ``https`` URL without credentials or fragment.
        headers: Further request headers.
        limits: Bounds; the defaults of :class:`TransportLimits` where absent.
        tls: Context for ``https``; the platform's trust store where absent.

    Raises:
        ValueError: If the URL is anything else.
    """
    try:
        parts, port = split_address(url)
    except ValueError as error:
        raise ValueError(f"subgraph {name}: {error}") from error
    secure = parts.scheme == "https"
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    endpoint = SubgraphEndpoint(
        name=name,
        host=parts.hostname or "",
        port=port if port is not None else (443 if secure else 80),
        target=target,
        tls=(tls or ssl.create_default_context()) if secure else None,
        headers=tuple((headers or {}).items()),
        limits=limits or TransportLimits(),
    )
    if " " in target:
        raise ValueError(f"subgraph {name}: the URL's path must not hold spaces")
    endpoint.request_head()
    return endpoint


def split_address(url: str) -> tuple[SplitResult, int | None]:
    """Read an absolute URL's parts and port; what would be stripped or guessed at is refused.

    Raises:
        ValueError: If no request can go there.
    """
    if not url.isprintable() or url != url.strip():
        raise ValueError("the URL must hold no control characters and no spaces around it")
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("the URL must be absolute, http or https")
    if parts.username is not None or parts.fragment:
        raise ValueError("the URL must have no credentials and no fragment")
    if ":" not in parts.hostname and not _is_host(parts.hostname):
        raise ValueError(f"the URL's host is none: {parts.hostname}")
    try:
        port = parts.port
    except ValueError as error:
        raise ValueError("the URL's port is none") from error
    if port == 0:
        raise ValueError("the URL's port is 0, where nothing can listen")
    return parts, port


def _is_host(text: str) -> bool:
    return len(text) <= _HOST_LENGTH and _HOST.fullmatch(text) is not None
