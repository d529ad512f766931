"""The ASGI application of a subgraph, over real HTTP."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, MutableMapping
from dataclasses import replace
from datetime import UTC, datetime

import httpx
import pytest
import strawberry
import uvicorn
from strawberry.types.info import Info

from access.context import AccessContext, attach_access_context
from resolvers.asgi import SubgraphSite, create_subgraph_app
from resolvers.errors import ErrorCode, SubgraphError
from resolvers.federation import Subgraph, SubgraphSchema
from storage.documents import StorageUnavailableError
from tests.resolvers.fakes import KEY, Caller, SettableClock, permitting, signed

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


@strawberry.type
class Query:
    @strawberry.field
    def caller(self, info: Info) -> str:
        return str(info.context.access.actor)

    @strawberry.field
    def secret_fault(self) -> str | None:
        raise ValueError("Nguyễn Thị Bí Mật has HIV")

    @strawberry.field
    def known_error(self) -> str | None:
        raise SubgraphError(ErrorCode.UPSTREAM_UNAVAILABLE, "a hospital is down", retryable=True)

    @strawberry.field
    def unfit_value(self) -> int | None:
        return "Nguyễn Thị Bí Mật"  # type: ignore[return-value]

    @strawberry.field
    def lost_store(self) -> str | None:
        raise StorageUnavailableError("it is gone")

    @strawberry.field
    async def slow(self) -> str | None:
        await asyncio.Event().wait()
        return None


@strawberry.type
class Mutation:
    @strawberry.field
    def change(self) -> int:
        return 1


def subgraph(name: str = "things") -> Subgraph:
    return Subgraph(name, SubgraphSchema(Query, Mutation), lambda access: None)


@pytest.fixture
async def url() -> AsyncIterator[str]:
    clock = SettableClock(NOW)
    site = SubgraphSite({"things": create_subgraph_app(subgraph(), KEY, clock)})
    config = uvicorn.Config(site, host="127.0.0.1", port=0, log_level="error", lifespan="on")
    server = uvicorn.Server(config)
    running = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn offers no event
        await asyncio.sleep(0.005)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}/things/graphql"
    server.should_exit = True
    await running


async def post(url: str, body: bytes, media_type: str = "application/json") -> httpx.Response:
    async with httpx.AsyncClient() as client:
        return await client.post(url, content=body, headers={"content-type": media_type})


def ask(query: str, context: AccessContext | None = None) -> bytes:
    return signed("things", SettableClock(NOW), query, None, context or permitting({}))


async def test_answers_a_request_with_a_valid_access_context(url: str) -> None:
    response = await post(url, ask("{ caller }", permitting({}, actor="dr-1")))

    assert (200, {"data": {"caller": "dr-1"}}) == (response.status_code, response.json())


async def test_answers_service_without_an_access_context(url: str) -> None:
    response = await post(url, b'{"query":"{ _service { sdl } }"}')

    assert "type Query" in response.json()["data"]["_service"]["sdl"]


@pytest.mark.parametrize(
    "query",
    [
        "{ caller }",
        "{ _service { sdl } caller }",
        "{ __schema { types { name } } }",
        "{ __typename }",
        "mutation { change }",
        "query A { _service { sdl } } query B { caller }",
        "{ ...on Query { caller } }",
        "fragment F on Query { caller } { ...F }",
    ],
)
async def test_refuses_everything_but_service_without_an_access_context(
    url: str, query: str
) -> None:
    response = await post(url, json.dumps({"query": query, "operationName": "A"}).encode())

    codes = [error["extensions"]["code"] for error in response.json()["errors"]]

    assert (403, ["ACCESS_CONTEXT_REFUSED"]) == (response.status_code, codes)


async def test_refuses_a_context_made_for_another_subgraph(url: str) -> None:
    body = signed("others", SettableClock(NOW), "{ caller }", None, permitting({}))

    response = await post(url, body)

    assert 403 == response.status_code


async def test_refuses_a_context_of_another_body(url: str) -> None:
    body = ask("{ caller }").replace(b"{ caller }", b"{ knownError }")

    response = await post(url, body)

    assert 403 == response.status_code


async def test_refuses_a_context_under_another_key(url: str) -> None:
    context = replace(permitting({}), expires=int(NOW.timestamp()) + 30)
    body = attach_access_context(b'{"query":"{ caller }"}', context, b"x" * 32, "things")

    response = await post(url, body)

    assert 403 == response.status_code


async def test_refuses_an_expired_context(url: str) -> None:
    context = replace(permitting({}), expires=int(NOW.timestamp()) - 1)
    body = attach_access_context(b'{"query":"{ caller }"}', context, KEY, "things")

    response = await post(url, body)

    assert 403 == response.status_code


async def test_refuses_a_replayed_context(url: str) -> None:
    body = ask("{ caller }")

    statuses = [(await post(url, body)).status_code for _ in range(2)]

    assert [200, 403] == statuses


async def test_tells_a_known_error_with_its_code(url: str) -> None:
    response = await post(url, ask("{ knownError }"))

    assert {
        "data": {"knownError": None},
        "errors": [
            {
                "message": "a hospital is down",
                "path": ["knownError"],
                "extensions": {
                    "code": "UPSTREAM_UNAVAILABLE",
                    "retryable": True,
                    "messageVi": "Một nguồn dữ liệu hiện không truy cập được.",
                },
            }
        ],
    } == response.json()


async def test_masks_a_fault_and_logs_its_place_without_its_text(
    url: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR, "resolvers"):
        response = await post(url, ask("{ secretFault }", permitting({}, request_id="r-7")))

    assert "Bí Mật" not in response.text
    (error,) = response.json()["errors"]
    assert ("INTERNAL_SERVER_ERROR", "r-7") == (
        error["extensions"]["code"],
        error["extensions"]["requestId"],
    )
    assert "Bí Mật" not in caplog.text
    assert "r-7" in caplog.text
    assert "ValueError" in caplog.text


async def test_a_value_that_does_not_fit_its_type_is_not_repeated(url: str) -> None:
    response = await post(url, ask("{ unfitValue }"))

    assert {"unfitValue": None} == response.json()["data"]
    assert "GRAPHQL_VALIDATION_FAILED" == response.json()["errors"][0]["extensions"]["code"]
    assert "Bí Mật" not in response.text


async def test_a_store_that_is_gone_may_come_back(url: str) -> None:
    response = await post(url, ask("{ lostStore }"))

    (error,) = response.json()["errors"]
    assert {
        "code": "INTERNAL_SERVER_ERROR",
        "retryable": True,
        "messageVi": "Lỗi hệ thống.",
    } == error["extensions"]


async def test_a_site_tells_that_it_is_up_and_what_it_lacks(url: str) -> None:
    root = url.removesuffix("/things/graphql")
    async with httpx.AsyncClient() as client:
        pages = ["/health", "/things/nothing", "/nothing/graphql", "/"]
        statuses = [(await client.get(root + page)).status_code for page in pages]

    assert [200, 404, 404, 404] == statuses


async def test_an_application_runs_what_starts_and_stops_it() -> None:
    ran: list[str] = []

    async def start() -> None:
        ran.append("start")

    async def stop() -> None:
        ran.append("stop")

    application = create_subgraph_app(
        replace(subgraph(), start=start, stop=stop), KEY, SettableClock(NOW)
    )
    messages = [{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}]
    sent: list[str] = []

    async def receive() -> dict[str, str]:
        return messages.pop(0)

    async def send(message: MutableMapping[str, object]) -> None:
        sent.append(str(message["type"]))

    await application({"type": "lifespan"}, receive, send)

    assert (
        ["start", "stop"],
        ["lifespan.startup.complete", "lifespan.shutdown.complete"],
    ) == (ran, sent)


async def test_gives_up_at_the_deadline() -> None:
    clock = SettableClock(NOW)
    application = create_subgraph_app(subgraph(), KEY, clock, deadline_seconds=0.01)

    answer = await application.answer(ask("{ slow }"))

    assert "DEADLINE_EXCEEDED" == json.loads(answer.body)["errors"][0]["extensions"]["code"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"not json}", "BAD_REQUEST"),
        (b'{"query":5}', "BAD_REQUEST"),
        (b'{"query":"{ caller }","variables":[]}', "BAD_REQUEST"),
        (b'{"query":"{ caller "}', "GRAPHQL_PARSE_FAILED"),
        (b'{"query":"{ nothing }"}', "GRAPHQL_VALIDATION_FAILED"),
    ],
)
async def test_says_what_is_wrong_with_the_gateway_s_request(
    url: str, body: bytes, code: str
) -> None:
    context = replace(permitting({}), expires=int(NOW.timestamp()) + 30)

    response = await post(url, attach_access_context(body, context, KEY, "things"))

    assert (400, code) == (
        response.status_code,
        response.json()["errors"][0]["extensions"]["code"],
    )


@pytest.mark.parametrize(
    "body",
    [
        b"not json",
        b"[]",
        b'{"query":"{ caller "}',
        b'{"query":"{ _service { sdl } }"}' + b" " * 4096,
        b'{"query":"{ _service { nothing caller } caller }"}',
        b'{"query":"' + b"{a" * 2000 + b'"}',
    ],
)
async def test_tells_nobody_else_what_is_wrong(url: str, body: bytes) -> None:
    response = await post(url, body)

    assert (403, ["ACCESS_CONTEXT_REFUSED"]) == (
        response.status_code,
        [error["extensions"]["code"] for error in response.json()["errors"]],
    )


async def test_an_unsigned_request_leaves_nothing_behind() -> None:
    served = subgraph()
    application = create_subgraph_app(served, KEY, SettableClock(NOW))

    for number in range(3):
        await application.answer(b'{"query":"query A%d { _service { sdl } }"}' % number)
        await application.answer(b'{"query":"query B%d { caller }"}' % number)

    assert 0 == served.schema.documents_kept


async def test_refuses_another_media_type(url: str) -> None:
    response = await post(url, ask("{ caller }"), "text/plain")

    assert 415 == response.status_code


async def test_refuses_get(url: str) -> None:
    async with httpx.AsyncClient() as client:
        response = await client.get(url)

    assert 405 == response.status_code


async def test_refuses_a_body_that_is_too_large(url: str) -> None:
    response = await post(url, b" " * (8 * 1024 * 1024 + 1))

    assert 413 == response.status_code


async def test_tells_that_it_is_up(url: str) -> None:
    async with httpx.AsyncClient() as client:
        response = await client.get(url.replace("/graphql", "/health"))

    assert {"status": "ok"} == response.json()


async def test_an_unknown_entity_fails_alone() -> None:
    @strawberry.federation.type(keys=["id"])
    class Thing:
        id: strawberry.ID

        @classmethod
        def resolve_reference(cls, info: Info, representation: dict[str, str]) -> "Thing":
            return cls(id=strawberry.ID(representation["id"]))

    schema = SubgraphSchema(Query, types=[Thing])
    caller = Caller(Subgraph("things", schema, lambda access: None), SettableClock(NOW))

    content = await caller.ask(
        "query($r: [_Any!]!) { _entities(representations: $r) { ... on Thing { id } } }",
        permitting({}),
        {
            "r": [
                {"__typename": "Thing", "id": "1"},
                {"__typename": "Nothing", "id": "2"},
                {"__typename": "Thing"},
                {"__typename": "Thing", "id": "4"},
            ]
        },
    )

    assert [{"id": "1"}, None, None, {"id": "4"}] == content["data"]["_entities"]
    assert [["_entities", 1], ["_entities", 2]] == [error["path"] for error in content["errors"]]


def test_refuses_a_short_key() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        create_subgraph_app(subgraph(), b"short", SettableClock(NOW))
