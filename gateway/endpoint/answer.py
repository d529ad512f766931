"""What goes back to the client, as a value, and how request errors become one.

Source: GraphQL over HTTP (working draft), "Status Codes".
"""

from dataclasses import dataclass

import orjson

from gateway.endpoint.head import MediaType, RequestHead
from gateway.errors import CATALOGUE, ClientError, formatted


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """An answer.

    Attributes:
        status: HTTP status.
        media_type: Media type, without its charset, which is UTF-8.
        body: The body.
        headers: Headers beside type, length and ``cache-control``, which every answer has.
    """

    status: int
    media_type: str
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()


CACHE_CONTROL = "private, no-store"
"""No answer of this endpoint may be stored by anyone: it may hold personal data."""


def refusal(
    head: RequestHead, errors: tuple[ClientError, ...], request_id: str | None = None
) -> HttpAnswer:
    """Return the answer to a request that ended with errors before it had data.

    The status is that of the first error. A well-formed request that accepts
    ``application/json`` gets 200, because such clients cannot tell an intermediary's status from
    the server's.
    """
    first = CATALOGUE[errors[0].code]
    legacy = head.media_type is MediaType.JSON and first.well_formed and first.status < 500
    headers = tuple(header for error in errors for header in error.headers)
    if errors[0].retry_after is not None:
        headers += (("retry-after", str(max(1, round(errors[0].retry_after)))),)
    body = orjson.dumps(
        {"errors": [formatted(error, head.caller.language, request_id) for error in errors]}
    )
    return HttpAnswer(200 if legacy else first.status, str(head.media_type), body, headers)
