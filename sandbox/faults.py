"""Faults that can be switched on and off while an upstream runs: slow, error, cut, malformed.

A fault belongs to one upstream (one `FaultSwitch` wraps one ASGI app), so that demonstrations and
tests can take down one hospital and leave the others alone.
"""

import asyncio
import hmac
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

ADMIN_PATH = "/_admin/fault"
MAX_SLOW_SECONDS = 600.0


class FaultKind(StrEnum):
    """What an upstream does instead of answering well."""

    SLOW = "slow"
    ERROR = "error"
    CUT = "cut"
    MALFORMED = "malformed"


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault in force.

    Args:
        kind: What happens to a request.
        seconds: For `slow`, how long the answer is held back.
        status: For `error`, the HTTP status that is answered.
        remaining: How many requests it still hits; None means until it is switched off.
        path: Only requests whose path starts with this are hit.
    """

    kind: FaultKind
    seconds: float = 5.0
    status: int = 503
    remaining: int | None = None
    path: str = "/"


def parse_fault(body: bytes) -> Fault:
    """Read a fault from the JSON body of the admin endpoint.

    Raises:
        ValueError: The body is not JSON, names no known kind or has a value out of range.
    """
    document = orjson.loads(body)
    if not isinstance(document, dict):
        message = "a fault is a JSON object"
        raise ValueError(message)
    unknown = set(document) - {"kind", "seconds", "status", "remaining", "path"}
    if unknown:
        message = f"unknown members: {', '.join(sorted(unknown))}"
        raise ValueError(message)
    fault = Fault(
        kind=FaultKind(str(document.get("kind"))),
        seconds=float(document.get("seconds", 5.0)),
        status=int(document.get("status", 503)),
        remaining=None if document.get("remaining") is None else int(document["remaining"]),
        path=str(document.get("path", "/")),
    )
    if not 0 <= fault.seconds <= MAX_SLOW_SECONDS or not 400 <= fault.status <= 599:
        message = "seconds must be within 0..600 and status within 400..599"
        raise ValueError(message)
    return fault


class FaultSwitch:
    """ASGI middleware that answers the admin endpoint and applies the fault in force."""

    def __init__(self, app: ASGIApp, *, admin_token: str) -> None:
        self._app = app
        self._admin_token = admin_token.encode()
        self._fault: Fault | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, badly if a fault says so."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if scope["path"] == ADMIN_PATH:
            response = await self._administer(Request(scope, receive))
            await response(scope, receive, send)
            return
        fault = self._take(scope["path"])
        if fault is None:
            await self._app(scope, receive, send)
            return
        await self._misbehave(fault, (scope, receive, send))

    def _take(self, path: str) -> Fault | None:
        fault = self._fault
        if fault is None or not path.startswith(fault.path):
            return None
        if fault.remaining is not None:
            left = fault.remaining - 1
            self._fault = replace(fault, remaining=left) if left > 0 else None
        return fault

    async def _administer(self, request: Request) -> Response:
        given = request.headers.get("authorization", "").encode()
        if not hmac.compare_digest(given, b"Bearer " + self._admin_token):
            return JSONResponse({"problem": "the admin token is missing or wrong"}, 401)
        if request.method in {"POST", "PUT"}:
            try:
                self._fault = parse_fault(await request.body())
            except (ValueError, TypeError) as problem:
                return JSONResponse({"problem": str(problem)}, 400)
        elif request.method == "DELETE":
            self._fault = None
        elif request.method != "GET":
            return JSONResponse({"problem": "method not allowed"}, 405)
        return JSONResponse({"fault": _shown(self._fault)})

    async def _misbehave(self, fault: Fault, call: tuple[Scope, Receive, Send]) -> None:
        scope, receive, send = call
        if fault.kind is FaultKind.SLOW:
            await asyncio.sleep(fault.seconds)
            await self._app(scope, receive, send)
        elif fault.kind is FaultKind.ERROR:
            problem = JSONResponse({"problem": "fault switched on"}, fault.status)
            await problem(scope, receive, send)
        elif fault.kind is FaultKind.MALFORMED:
            text = b'{"resourceType":"Bundle","type":"searchset","entry":[{"resource":<html>'
            await Response(text, media_type="application/fhir+json")(scope, receive, send)
        else:
            await _cut(send)


async def _cut(send: Send) -> None:
    """Promise more bytes than are sent, then return: the server closes the connection."""
    start: Message = {
        "type": "http.response.start",
        "status": 200,
        "headers": [(b"content-type", b"application/json"), (b"content-length", b"65536")],
    }
    await send(start)
    await send({"type": "http.response.body", "body": b'{"resource', "more_body": True})


def _shown(fault: Fault | None) -> dict[str, Any] | None:
    if fault is None:
        return None
    return {
        "kind": fault.kind.value,
        "seconds": fault.seconds,
        "status": fault.status,
        "remaining": fault.remaining,
        "path": fault.path,
    }
