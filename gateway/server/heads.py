"""Request heads: parsed once by httptools, then known by their bytes.

Source: RFC 9112 (HTTP/1.1), sections 3 to 6.
"""

from contextlib import suppress
from dataclasses import dataclass, replace

import httptools

from gateway.endpoint.head import RequestHead

_MAX_BYTES = 8 * 1024 * 1024
_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class KnownHead:
    """A head that was parsed, and what it said.

    Attributes:
        raw: Its bytes, up to and including the empty line.
        length: Length of the body that follows.
        head: What it says of the request.
        keep_alive: The connection may carry another request.
        peer: Address of the peer, which is part of ``head``.
    """

    raw: bytes
    length: int
    head: RequestHead
    keep_alive: bool
    peer: str = ""

    def closing(self) -> "KnownHead":
        """Return the same for a connection that ends after this request."""
        return replace(self, keep_alive=False)


NO_HEAD = KnownHead(b"\x00", 0, RequestHead("GET"), keep_alive=False)
"""What a connection knows before its first request; no message begins with a zero byte."""


class KnownHeads:
    """The heads that clients sent lately, bounded in bytes.

    Behind a proxy one connection carries the requests of many callers, each with a head of its
    own. A head holds its caller's token, so none is kept for longer than a minute after its last
    use: two generations, of which the older is dropped every half minute.
    """

    def __init__(self) -> None:
        self._young: dict[bytes, KnownHead] = {}
        self._old: dict[bytes, KnownHead] = {}
        self._bytes = 0
        self._turned = 0.0

    def get(self, raw: bytes) -> KnownHead | None:
        """Return a head that is known."""
        known = self._young.get(raw)
        if known is None:
            known = self._old.get(raw)
            if known is not None:
                self.put(raw, known)
        return known

    def put(self, raw: bytes, known: KnownHead) -> None:
        """Keep a head."""
        if self._bytes > _MAX_BYTES:
            self._turn()
        self._young[raw] = known
        self._bytes += len(raw)

    def age(self, now: float) -> None:
        """Forget what was not used lately; ``now`` is in seconds."""
        if now - self._turned > _SECONDS:
            self._turned = now
            self._turn()

    def _turn(self) -> None:
        self._old, self._young, self._bytes = self._young, {}, 0


class ParsedHead:
    """A request head, parsed by httptools."""

    def __init__(self, raw: bytes) -> None:
        self.headers: list[tuple[bytes, bytes]] = []
        self.length = 0
        self.path = b""
        self.query = b""
        self.method = b""
        self.keep_alive = False
        self.is_plain = True
        self._url = b""
        self._heads = 0
        self._parser = parser = httptools.HttpRequestParser(self)
        try:
            # Another protocol that is offered need not be taken (RFC 9110, section 7.8).
            with suppress(httptools.HttpParserUpgrade):
                parser.feed_data(raw)
            url = httptools.parse_url(self._url)
        except httptools.HttpParserError:
            self.is_plain = False
            return
        if self._heads != 1:
            self.is_plain = False
            return
        self.method = parser.get_method()
        self.path = url.path or b""
        self.query = url.query or b""
        self._read_framing()

    @property
    def wants_page(self) -> bool:
        """Whether this is a browser that navigates to the path."""
        return self.method == b"GET" and any(
            name == b"accept" and b"text/html" in value.lower() for name, value in self.headers
        )

    def on_url(self, url: bytes) -> None:
        """Collect the target."""
        self._url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        """Collect a header."""
        self.headers.append((name.lower(), value))

    def on_headers_complete(self) -> None:
        """Count the heads: there must be exactly one."""
        self._heads += 1
        self.keep_alive = self._parser.should_keep_alive()

    def on_body(self, body: bytes) -> None:  # noqa: ARG002 - httptools' signature
        """Bytes after the head that the parser takes for a body: framed otherwise than here."""
        self.is_plain = False

    def _read_framing(self) -> None:
        for name, value in self.headers:
            if name in {b"transfer-encoding", b"expect"}:
                self.is_plain = False
            elif name == b"content-length":
                self.length = int(value)
