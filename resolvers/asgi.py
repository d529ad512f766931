"""One ASGI application per subgraph: GraphQL over HTTP for the gateway alone.

A request must carry an access context that verifies for this subgraph and these bytes; without
one only `_service` is answered. Errors leave with a stable code; faults are logged without
values and masked.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import orjson
from graphql import DocumentNode, ExecutionResult, GraphQLError, parse

from access.context import AccessContextError, verify_access_context
from access.faults import described_fault
from access.nonces import NonceWindow
from resolvers.errors import ErrorCode, SubgraphError
from resolvers.federation import Subgraph, asks_for_service_only
from resolvers.requests import Clock, RequestContext
from storage.documents import StorageUnavailableError

Scope: TypeAlias = MutableMapping[str, Any]
Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]

LARGEST_BODY = 8 * 1024 * 1024
DEADLINE_SECONDS = 10.0
GRAPHQL_PATH = "/graphql"
HEALTH_PATH = "/health"

_LARGEST_UNSIGNED = 4096
_JSON = (b"content-type", b"application/json")
_STORE_UNAVAILABLE = SubgraphError(
    ErrorCode.INTERNAL_SERVER_ERROR, "the subgraph cannot reach its data", retryable=True
)
_FAILED = SubgraphError(ErrorCode.INTERNAL_SERVER_ERROR, "the subgraph failed")
_UNFIT = SubgraphError(
    ErrorCode.GRAPHQL_VALIDATION_FAILED, "a value does not fit the subgraph's schema"
)
_log = logging.getLogger("resolvers")


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer with a JSON body."""

    status: int
    body: bytes


@dataclass(frozen=True, slots=True)
class GraphQLParameters:
    """The members of a GraphQL request that execution needs."""

    query: str
    variables: dict[str, Any]
    operation_name: str | None


class SubgraphApplication:
    """Answers one subgraph's requests, over ASGI or called directly with a request's bytes."""

    def __init__(
        self,
        subgraph: Subgraph,
        key: bytes,
        clock: Clock,
        *,
        deadline_seconds: float = DEADLINE_SECONDS,
        largest_body: int = LARGEST_BODY,
    ) -> None:
        """Prepares to serve.

        Args:
            subgraph: What to serve.
            key: The key that the gateway signs this subgraph's access contexts with.
            clock: Answers the present instant, aware.
            deadline_seconds: How long an operation may take.
            largest_body: Bytes of a request body at most.
        """
        self.subgraph = subgraph
        self._key = key
        self._clock = clock
        self._deadline = deadline_seconds
        self._largest_body = largest_body
        self._nonces = NonceWindow()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves ASGI 3: `POST /graphql`, `GET /health` and the lifespan."""
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
            return
        if scope["type"] != "http":
            return
        answer = await self._route(scope, receive)
        headers = [_JSON, (b"content-length", str(len(answer.body)).encode())]
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        await send({"type": "http.response.body", "body": answer.body})

    async def answer(self, body: bytes) -> Answer:
        """Answers one GraphQL request.

        Args:
            body: The JSON body as the gateway sent it.
        """
        try:
            context = self._context(body)
            parameters = _parameters(body)
            document = self._document(parameters.query)
        except AccessContextError as error:
            return self._answer_unsigned(body, error)
        except SubgraphError as error:
            return _refusal(error)
        try:
            async with asyncio.timeout(self._deadline):
                result = await self.subgraph.schema.run(
                    document, parameters.variables, parameters.operation_name, context
                )
        except TimeoutError:
            late = SubgraphError(
                ErrorCode.DEADLINE_EXCEEDED, "the subgraph did not finish in time", retryable=True
            )
            return Answer(200, orjson.dumps({"data": None, "errors": [_error(late)]}))
        return self._encode(result, context)

    def _answer_unsigned(self, body: bytes, refused: AccessContextError) -> Answer:
        """The SDL, if nothing else is asked for; nobody unknown gets anything parsed and kept."""
        refusal = _refusal(SubgraphError(ErrorCode.ACCESS_CONTEXT_REFUSED, str(refused)))
        if len(body) > _LARGEST_UNSIGNED:
            return refusal
        try:
            parameters = _parameters(body)
            document = parse(parameters.query)
        except (SubgraphError, GraphQLError, RecursionError):
            return refusal
        if not asks_for_service_only(document):
            return refusal
        return self._encode(self.subgraph.schema.run_service(document), None)

    def _document(self, text: str) -> DocumentNode:
        try:
            outcome = self.subgraph.schema.document(text)
        except GraphQLError as error:
            raise SubgraphError(ErrorCode.GRAPHQL_PARSE_FAILED, error.message) from None
        if isinstance(outcome, list):
            raise SubgraphError(ErrorCode.GRAPHQL_VALIDATION_FAILED, outcome[0].message)
        return outcome

    def _context(self, body: bytes) -> RequestContext[Any, Any]:
        """The caller of a request and what works for it.

        Raises:
            AccessContextError: if the gateway did not sign these bytes for this subgraph, once.
        """
        now = self._clock()
        access = verify_access_context(body, self._key, self.subgraph.name, now.timestamp())
        self._nonces.admit(access, now.timestamp())
        return RequestContext(access, now, self.subgraph.loaders(access), self.subgraph.commands)

    def _encode(self, result: ExecutionResult, context: RequestContext[Any, Any] | None) -> Answer:
        content: dict[str, Any] = {"data": result.data}
        request_id = context.access.request_id if context else ""
        errors = [self._located(error, request_id) for error in result.errors or ()]
        if context is not None:
            errors.extend({**_error(error), "path": path} for error, path in context.noted)
        if errors:
            content["errors"] = errors
        return Answer(200, orjson.dumps(content))

    def _located(self, error: GraphQLError, request_id: str) -> dict[str, Any]:
        """One error of an answer; a fault is logged by its type and place, and masked."""
        cause = error.original_error
        if isinstance(cause, SubgraphError):
            told = _error(cause)
        elif isinstance(cause, StorageUnavailableError):
            told = self._fault(cause, _STORE_UNAVAILABLE, request_id)
        elif cause is None or isinstance(cause, GraphQLError):
            # Its text may repeat a value that did not fit its type.
            told = _error(_UNFIT)
        else:
            told = self._fault(cause, _FAILED, request_id)
        if error.path is not None:
            told["path"] = error.path
        return told

    def _fault(
        self, cause: BaseException, shown: SubgraphError, request_id: str
    ) -> dict[str, Any]:
        """What is told of a fault: nothing but where the log has it."""
        _log_fault(self.subgraph.name, request_id, cause)
        told = _error(shown)
        if request_id:
            told["extensions"] = {**shown.extensions, "requestId": request_id}
        return told

    async def _route(self, scope: Scope, receive: Receive) -> Answer:
        path, method = scope["path"], scope["method"]
        if path == HEALTH_PATH and method == "GET":
            return Answer(200, b'{"status":"ok"}')
        if path != GRAPHQL_PATH:
            return _bad_request("no such page", 404)
        if method != "POST":
            return _bad_request("GraphQL requests are posted", 405)
        media_type = dict(scope["headers"]).get(b"content-type", b"").split(b";")[0].strip()
        if media_type.lower() != b"application/json":
            return _bad_request("GraphQL requests are application/json", 415)
        body = await self._read(receive)
        if body is None:
            return _bad_request("the request is too large", 413)
        return await self.answer(body)

    async def _read(self, receive: Receive) -> bytes | None:
        """The whole body, or None where it is too large or the client has gone."""
        chunks: list[bytes] = []
        size = 0
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return None
            chunk = message.get("body", b"")
            size += len(chunk)
            if size > self._largest_body:
                return None
            chunks.append(chunk)
            if not message.get("more_body", False):
                return b"".join(chunks)

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                await self.subgraph.start()
                await send({"type": "lifespan.startup.complete"})
            else:
                await self.subgraph.stop()
                await send({"type": "lifespan.shutdown.complete"})
                return


def create_subgraph_app(
    subgraph: Subgraph, key: bytes, clock: Clock, *, deadline_seconds: float = DEADLINE_SECONDS
) -> SubgraphApplication:
    """The ASGI application of one subgraph.

    Args:
        subgraph: What to serve.
        key: The key that the gateway signs this subgraph's access contexts with, 32 bytes or more.
        clock: Answers the present instant, aware.
        deadline_seconds: How long an operation may take.

    Raises:
        ValueError: if the key is too short.
    """
    if len(key) < 32:
        raise ValueError("the access context key must have 32 bytes at least")
    return SubgraphApplication(subgraph, key, clock, deadline_seconds=deadline_seconds)


class SubgraphSite:
    """Several subgraphs in one process: `/patient/graphql`, `/pharmacy/graphql`."""

    def __init__(self, applications: Mapping[str, SubgraphApplication]) -> None:
        """Args: applications: By subgraph name."""
        self.applications = dict(applications)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes a request to the subgraph that its path begins with."""
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
            return
        _, _, rest = scope["path"].partition("/")
        name, _, page = rest.partition("/")
        application = self.applications.get(name)
        if application is None:
            status = 200 if scope["path"] == HEALTH_PATH else 404
            body = (
                b'{"status":"ok"}' if status == 200 else b'{"errors":[{"message":"no such page"}]}'
            )
            await send({"type": "http.response.start", "status": status, "headers": [_JSON]})
            await send({"type": "http.response.body", "body": body})
            return
        await application({**scope, "path": "/" + page}, receive, send)

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                for application in self.applications.values():
                    await application.subgraph.start()
                await send({"type": "lifespan.startup.complete"})
            else:
                for application in self.applications.values():
                    await application.subgraph.stop()
                await send({"type": "lifespan.shutdown.complete"})
                return


def _parameters(body: bytes) -> GraphQLParameters:
    try:
        content = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise SubgraphError(ErrorCode.BAD_REQUEST, "the body is not JSON") from None
    if not isinstance(content, dict):
        raise SubgraphError(ErrorCode.BAD_REQUEST, "the body is no GraphQL request")
    query = content.get("query")
    variables = content.get("variables")
    operation_name = content.get("operationName")
    if (
        not isinstance(query, str)
        or not isinstance(variables, dict | None)
        or not isinstance(operation_name, str | None)
    ):
        raise SubgraphError(ErrorCode.BAD_REQUEST, "the body is no GraphQL request")
    return GraphQLParameters(query, variables or {}, operation_name)


def _error(error: SubgraphError) -> dict[str, Any]:
    return {"message": error.message, "extensions": error.extensions}


def _refusal(error: SubgraphError) -> Answer:
    status = 403 if error.code is ErrorCode.ACCESS_CONTEXT_REFUSED else 400
    return Answer(status, orjson.dumps({"errors": [_error(error)]}))


def _bad_request(message: str, status: int) -> Answer:
    error = SubgraphError(ErrorCode.BAD_REQUEST, message)
    return Answer(status, orjson.dumps({"errors": [_error(error)]}))


def _log_fault(subgraph: str, request_id: str, cause: BaseException) -> None:
    """Logs where a fault happened, never its text: it may hold a value of a row."""
    described = described_fault(cause)
    _log.error("fault in subgraph %s, request %s: %s", subgraph, request_id, described)
