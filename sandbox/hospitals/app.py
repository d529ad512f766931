"""The HTTP face of one hospital (https://hl7.org/fhir/R4/http.html)."""

import asyncio
import hmac
import logging
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urlencode

import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from sandbox.faults import FaultSwitch
from sandbox.hospitals.capabilities import capability_statement
from sandbox.hospitals.outcome import (
    RefusalError,
    invalid,
    not_found,
    not_supported,
    operation_outcome,
)
from sandbox.hospitals.parameters import PARAMETERS
from sandbox.hospitals.search import parse_search
from sandbox.hospitals.searching import Page, find_page
from sandbox.hospitals.store import ResourceStore
from sandbox.hospitals.transaction import Writer, Written, parse_resource

_MEDIA_TYPE = "application/fhir+json"
MAX_BODY_BYTES = 64 * 1024 * 1024
_LOG = logging.getLogger(__name__)
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class HospitalSettings:
    """What one hospital needs to be served.

    Args:
        facility_code: The 5-character code of the facility.
        database: SQLite file of its resources.
        bearer_token: What a system client presents.
        admin_token: What the fault endpoint wants.
        clock: Returns the current instant, with its offset.
    """

    facility_code: str
    database: Path
    bearer_token: str
    admin_token: str
    clock: Callable[[], datetime]


def create_hospital_app(settings: HospitalSettings) -> ASGIApp:
    """Return the ASGI app of one hospital; its database is opened at start-up.

    Raises:
        BrokenDatabaseError: At start-up, when the database cannot be used.
    """
    hospital = _Hospital(settings)
    routes = [
        Route("/fhir/metadata", hospital.metadata, methods=["GET"]),
        Route("/fhir", hospital.transact, methods=["POST"]),
        Route("/fhir/", hospital.transact, methods=["POST"]),
        Route("/fhir/{type}", hospital.search, methods=["GET"]),
        Route("/fhir/{type}", hospital.create, methods=["POST"]),
        Route("/fhir/{type}/_search", hospital.search, methods=["POST"]),
        Route("/fhir/{type}/{id}", hospital.read, methods=["GET"]),
        Route("/fhir/{type}/{id}", hospital.update, methods=["PUT"]),
        Route("/fhir/{type}/{id}", hospital.delete, methods=["DELETE"]),
    ]
    app = Starlette(
        routes=routes,
        lifespan=hospital.lifespan,
        exception_handlers={
            RefusalError: _refused,
            404: _no_such_address,
            405: _method_not_allowed,
            Exception: _crashed,
        },
    )
    return FaultSwitch(_BearerGate(app, settings.bearer_token), admin_token=settings.admin_token)


class _BearerGate:
    """Lets only the system token in, except to the CapabilityStatement."""

    def __init__(self, app: ASGIApp, token: str) -> None:
        self._app = app
        self._expected = b"Bearer " + token.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] != "/fhir/metadata":
            given = dict(scope["headers"]).get(b"authorization", b"")
            if not hmac.compare_digest(given, self._expected):
                outcome = operation_outcome("login", "a valid bearer token is needed")
                response = _answer(outcome, 401, {"www-authenticate": "Bearer"})
                await response(scope, receive, send)
                return
        await self._app(scope, receive, send)


class _Hospital:
    """The handlers of one hospital; blocking work goes to one thread of its own."""

    def __init__(self, settings: HospitalSettings) -> None:
        self._settings = settings
        self._open_store: ResourceStore | None = None
        self._thread: ThreadPoolExecutor | None = None

    @asynccontextmanager
    async def lifespan(self, _: Starlette) -> AsyncIterator[None]:
        self._open_store = ResourceStore.open(self._settings.database)
        self._thread = ThreadPoolExecutor(1, f"hospital-{self._settings.facility_code}")
        try:
            yield
        finally:
            self._thread.shutdown(wait=True)
            self._open_store.close()

    async def _run(self, work: Callable[[ResourceStore], Answer]) -> Answer:
        if self._open_store is None:
            raise RefusalError(503, "transient", "the hospital is not open yet")
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, work, self._open_store)

    def _now(self) -> str:
        return self._settings.clock().isoformat(timespec="milliseconds")

    async def metadata(self, request: Request) -> Response:
        statement = capability_statement(_base(request), "1", self._now())
        return _answer(statement)

    async def read(self, request: Request) -> Response:
        type_name, identifier = _type(request), request.path_params["id"]
        stored = await self._run(lambda store: store.read(type_name, identifier))
        if stored is None:
            raise not_found(f"{type_name}/{identifier[:64]}")
        if stored.body is None:
            raise RefusalError(410, "deleted", f"{type_name}/{identifier} was deleted")
        return Response(
            stored.body, media_type=_MEDIA_TYPE, headers={"etag": f'W/"{stored.version}"'}
        )

    async def search(self, request: Request) -> Response:
        type_name = _type(request)
        pairs = parse_qsl(request.url.query, keep_blank_values=True)
        if request.method == "POST":
            body = (await _body(request)).decode(errors="replace")
            pairs += parse_qsl(body, keep_blank_values=True)
        search = parse_search(type_name, pairs)
        page = await self._run(lambda store: find_page(store, search))
        return _answer(_searchset(_base(request), type_name, pairs, page))

    async def create(self, request: Request) -> Response:
        type_name = _type(request)
        resource = parse_resource(await _body(request))
        if resource.get("resourceType") != type_name:
            raise invalid(f"the body is not a {type_name}")
        condition = request.headers.get("if-none-exist")

        def work(store: ResourceStore) -> Written:
            with store.transaction():
                writer = Writer(store, self._now)
                if condition:
                    return writer.create_unless(resource, condition)
                return writer.create(resource)

        return _written(await self._run(work), _base(request))

    async def update(self, request: Request) -> Response:
        type_name, identifier = _type(request), request.path_params["id"]
        resource = parse_resource(await _body(request))
        if resource.get("resourceType") != type_name:
            raise invalid(f"the body is not a {type_name}")
        expected = request.headers.get("if-match")

        def work(store: ResourceStore) -> Written:
            with store.transaction():
                stored = store.read(type_name, identifier)
                if expected and (stored is None or expected != f'W/"{stored.version}"'):
                    raise RefusalError(412, "conflict", "the resource has another version")
                return Writer(store, self._now).update(resource, identifier)

        return _written(await self._run(work), _base(request))

    async def delete(self, request: Request) -> Response:
        type_name, identifier = _type(request), request.path_params["id"]

        def work(store: ResourceStore) -> Written:
            with store.transaction():
                return Writer(store, self._now).delete(type_name, identifier)

        await self._run(work)
        return Response(status_code=204)

    async def transact(self, request: Request) -> Response:
        bundle = parse_resource(await _body(request))

        def work(store: ResourceStore) -> list[Written]:
            with store.transaction():
                return Writer(store, self._now).transaction(bundle)

        done = await self._run(work)
        return _answer(_transaction_response(done))


async def _body(request: Request) -> bytes:
    chunks, size = [], 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > MAX_BODY_BYTES:
            raise RefusalError(413, "too-long", f"more than {MAX_BODY_BYTES} bytes")
        chunks.append(chunk)
    return b"".join(chunks)


def _type(request: Request) -> str:
    type_name = str(request.path_params["type"])
    if type_name not in PARAMETERS:
        raise RefusalError(404, "not-supported", f"resource type {type_name[:60]} is not served")
    return type_name


def _base(request: Request) -> str:
    return f"{request.url.scheme}://{request.url.netloc}/fhir"


def _answer(
    document: dict[str, Any], status: int = 200, headers: dict[str, str] | None = None
) -> Response:
    return Response(orjson.dumps(document), status, headers, media_type=_MEDIA_TYPE)


def _written(written: Written, base: str) -> Response:
    headers = {
        "location": f"{base}/{written.type}/{written.id}/_history/{written.version}",
        "etag": f'W/"{written.version}"',
    }
    return _answer(dict(written.resource or {}), written.status, headers)


def _transaction_response(done: list[Written]) -> dict[str, Any]:
    reasons = {200: "200 OK", 201: "201 Created", 204: "204 No Content"}
    entries = []
    for one in done:
        response = {"status": reasons[one.status], "etag": f'W/"{one.version}"'}
        if one.resource is not None:
            response["location"] = f"{one.type}/{one.id}/_history/{one.version}"
            response["lastModified"] = one.resource["meta"]["lastUpdated"]
        entries.append({"response": response})
    return {"resourceType": "Bundle", "type": "transaction-response", "entry": entries}


def _searchset(
    base: str, type_name: str, pairs: list[tuple[str, str]], page: Page
) -> dict[str, Any]:
    asked = [(name, value) for name, value in pairs if name != "_cursor"]
    links = [{"relation": "self", "url": f"{base}/{type_name}?{urlencode(pairs)}"}]
    if page.next is not None:
        query = urlencode([*asked, ("_cursor", page.next)])
        links.append({"relation": "next", "url": f"{base}/{type_name}?{query}"})
    entries = [_entry(base, resource, "match") for resource in page.matches]
    entries += [_entry(base, resource, "include") for resource in page.included]
    bundle: dict[str, Any] = {
        "resourceType": "Bundle",
        "type": "searchset",
        "total": page.total,
        "link": links,
    }
    if entries:
        bundle["entry"] = entries
    return bundle


def _entry(base: str, resource: dict[str, Any], mode: str) -> dict[str, Any]:
    return {
        "fullUrl": f"{base}/{resource['resourceType']}/{resource['id']}",
        "resource": resource,
        "search": {"mode": mode},
    }


async def _refused(_: Request, problem: Exception) -> Response:
    if not isinstance(problem, RefusalError):
        raise problem
    return _answer(operation_outcome(problem.code, problem.diagnostics), problem.status)


async def _no_such_address(request: Request, _: Exception) -> Response:
    problem = not_supported(f"{request.url.path[:120]} is not served")
    return _answer(operation_outcome(problem.code, problem.diagnostics), 404)


async def _method_not_allowed(request: Request, _: Exception) -> Response:
    return _answer(operation_outcome("not-supported", f"{request.method} is not allowed"), 405)


async def _crashed(request: Request, problem: Exception) -> Response:
    _LOG.error("hospital failed on %s", request.method, exc_info=problem)
    return _answer(operation_outcome("exception", "internal error"), 500)
