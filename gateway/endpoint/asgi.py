"""The endpoint as a plain ASGI application, for any server and for mounting."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Protocol, TypeAlias

from gateway.endpoint.answer import CACHE_CONTROL, HttpAnswer, refusal
from gateway.endpoint.head import RequestHead, read_head
from gateway.errors import ClientError, ErrorCode

Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]


class Answering(Protocol):
    """Answers requests whose head and body were read.

    Attributes:
        max_body_bytes: Most bytes of a body.
    """

    max_body_bytes: int

    async def answer(self, head: RequestHead, body: bytes) -> HttpAnswer:
        """Answer one request, when the answer may leave."""


class AsgiEndpoint:
    """Serves one path of an ASGI server."""

    def __init__(self, endpoint: Answering) -> None:
        self._endpoint = endpoint

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one HTTP request."""
        client = scope.get("client")
        head = read_head(
            scope["method"].encode("ascii"),
            scope["query_string"],
            scope["headers"],
            client[0] if client else "",
        )
        body = await self._body(receive)
        if body is None:
            answer = refusal(head, (ClientError(ErrorCode.REQUEST_TOO_LARGE),))
        else:
            answer = await self._endpoint.answer(head, body)
        await _respond(answer, send)

    async def _body(self, receive: Receive) -> bytes | None:
        pieces: list[bytes] = []
        size = 0
        while True:
            message = await receive()
            if message["type"] != "http.request":
                return b""
            piece = message.get("body", b"")
            size += len(piece)
            if size > self._endpoint.max_body_bytes:
                return None
            pieces.append(piece)
            if not message.get("more_body", False):
                return b"".join(pieces)


async def _respond(answer: HttpAnswer, send: Send) -> None:
    headers = [
        (b"content-type", f"{answer.media_type}; charset=utf-8".encode("ascii")),
        (b"content-length", str(len(answer.body)).encode("ascii")),
        (b"cache-control", CACHE_CONTROL.encode("ascii")),
        *((name.encode("ascii"), value.encode("ascii")) for name, value in answer.headers),
    ]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})
