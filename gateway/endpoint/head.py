"""What the head of a request says: method, media types, encoding, language, credentials.

A pure function of the head, so that a kept connection that repeats its head is read once.
Source: GraphQL over HTTP (working draft), "Request" and "Response"; RFC 9110 sections 8 and 12.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from gateway.errors import ClientError, ErrorCode, Language
from gateway.request import Caller

_ONCE = frozenset({b"authorization", b"content-type", b"content-encoding", b"host"})
"""Headers of which a second one would leave open which of them counts (RFC 9112, section 3.2)."""


class MediaType(StrEnum):
    """Media types of an answer."""

    JSON = "application/json"
    GRAPHQL_RESPONSE = "application/graphql-response+json"


class ContentEncoding(StrEnum):
    """Encodings of a request body."""

    IDENTITY = "identity"
    GZIP = "gzip"


@dataclass(frozen=True, slots=True)
class RequestHead:
    """The head of a GraphQL request.

    Attributes:
        method: ``GET`` or ``POST`` where ``refusal`` is ``None``.
        query_string: The target's query, still percent-encoded.
        media_type: Of the answer.
        encoding: Of the request's body.
        caller: What is known of the caller.
        refusal: The head alone is reason to refuse the request.
    """

    method: str
    query_string: bytes = b""
    media_type: MediaType = MediaType.JSON
    encoding: ContentEncoding = ContentEncoding.IDENTITY
    caller: Caller = field(default_factory=Caller)
    refusal: ClientError | None = None


def read_head(
    method: bytes, query_string: bytes, headers: Iterable[tuple[bytes, bytes]], peer: str = ""
) -> RequestHead:
    """Read a request's head.

    Args:
        method: The request's method.
        query_string: The target's query without the question mark.
        headers: Names in any case, with their values.
        peer: Address of the peer.

    Returns:
        The head; what is wrong with it, if anything, is its ``refusal``.
    """
    fields: dict[bytes, bytes] = {}
    repeated = False
    for name, value in headers:
        key = name.lower()
        if key in fields:
            if key in _ONCE:
                repeated = True
            fields[key] += b", " + value
        else:
            fields[key] = value.strip()
    media_type = negotiate(fields.get(b"accept"))
    encoding = _encoding(fields.get(b"content-encoding"))
    refusal = None
    if method not in {b"GET", b"POST"}:
        refusal = ClientError(ErrorCode.METHOD_NOT_ALLOWED, headers=(("allow", "GET, POST"),))
    elif media_type is None:
        refusal = ClientError(ErrorCode.NOT_ACCEPTABLE)
    elif repeated:
        refusal = ClientError(ErrorCode.BAD_REQUEST)
    elif encoding is None or not _accepts_content_type(method, fields.get(b"content-type")):
        refusal = ClientError(ErrorCode.UNSUPPORTED_MEDIA_TYPE)
    return RequestHead(
        method=method.decode("ascii", "replace"),
        query_string=query_string,
        media_type=media_type or MediaType.JSON,
        encoding=encoding or ContentEncoding.IDENTITY,
        caller=Caller(
            authorization=fields.get(b"authorization"),
            peer=peer,
            language=preferred_language(fields.get(b"accept-language")),
            is_read_only=method != b"POST",
        ),
        refusal=refusal,
    )


def negotiate(accept: bytes | None) -> MediaType | None:
    """Choose the answer's media type by the ``Accept`` header; ``None`` if none will do.

    A missing header and a wildcard take ``application/json``, as legacy clients expect. Among
    equal weights the type that the client names first wins.
    """
    if accept is None or not accept.strip():
        return MediaType.JSON
    best: tuple[float, MediaType] | None = None
    for item in accept.decode("latin-1").lower().split(","):
        name, parameters = _media_range(item)
        weight = _weight(parameters.get("q"))
        charset = parameters.get("charset", "utf-8")
        found = {
            "application/json": MediaType.JSON,
            "application/graphql-response+json": MediaType.GRAPHQL_RESPONSE,
            "application/*": MediaType.JSON,
            "*/*": MediaType.JSON,
        }.get(name)
        if found is None or weight <= 0 or charset not in {"utf-8", "utf8"}:
            continue
        if best is None or weight > best[0]:
            best = (weight, found)
    return best[1] if best else None


def preferred_language(accept_language: bytes | None) -> Language:
    """Choose the language of messages by the ``Accept-Language`` header; English by default."""
    best = (0.0, Language.ENGLISH)
    for item in (accept_language or b"").decode("latin-1").lower().split(","):
        name, parameters = _media_range(item)
        weight = _weight(parameters.get("q"))
        for language in Language:
            if name.partition("-")[0] == language.value and weight > best[0]:
                best = (weight, language)
    return best[1]


def _accepts_content_type(method: bytes, content_type: bytes | None) -> bool:
    if content_type is None:
        return method == b"GET"
    name, parameters = _media_range(content_type.decode("latin-1").lower())
    charset = parameters.get("charset", "utf-8")
    return name == "application/json" and charset in {"utf-8", "utf8"}


def _encoding(content_encoding: bytes | None) -> ContentEncoding | None:
    name = (content_encoding or b"identity").decode("latin-1").lower().strip()
    if name in {"gzip", "x-gzip"}:
        return ContentEncoding.GZIP
    return ContentEncoding.IDENTITY if name == "identity" else None


def _media_range(text: str) -> tuple[str, dict[str, str]]:
    name, *rest = text.split(";")
    parameters = {}
    for part in rest:
        key, _, value = part.partition("=")
        parameters[key.strip()] = value.strip().strip('"')
    return name.strip(), parameters


def _weight(text: str | None) -> float:
    if text is None:
        return 1.0
    try:
        weight = float(text)
    except ValueError:
        return 0.0
    return weight if 0.0 <= weight <= 1.0 else 0.0
