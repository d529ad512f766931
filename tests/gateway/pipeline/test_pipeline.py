"""The steps of a request: their order, what each refuses, what is decided once."""

import asyncio
from collections.abc import Awaitable, Sequence

import pytest

from gateway.authentication.authenticator import (
    AuthenticationError,
    AuthenticationUnavailableError,
)
from gateway.errors import ClientError, ClientErrors, ErrorCode, Language
from gateway.pipeline.graph import UnprotectedGraphError
from gateway.pipeline.pipeline import GatewayPipeline
from gateway.pipeline.ports import OperationFacts
from gateway.principal import ANONYMOUS, Principal
from gateway.rate_limit import RateLimit, RateLimiter
from gateway.request import PendingRecord, RequestScope
from gateway.scopes import parse_scopes
from tests.gateway.pipeline.graphs import OPEN, PROTECTED, pipeline_on, run


class NamedTokens:
    """Every token names its holder; what it knows already needs no waiting."""

    def __init__(self, *, scopes: str = "", knows: bool = True) -> None:
        self._scopes = scopes
        self._knows = knows
        self.error: Exception | None = None

    def recall(self, authorization: bytes | None) -> Principal | None:
        if authorization is None:
            return ANONYMOUS
        return self._principal(authorization) if self._knows and not self.error else None

    async def authenticate(self, authorization: bytes | None) -> Principal:
        await asyncio.sleep(0)
        if self.error is not None:
            raise self.error
        assert authorization is not None
        return self._principal(authorization)

    def _principal(self, authorization: bytes) -> Principal:
        return Principal(authorization.decode(), "issuer", parse_scopes(self._scopes))


class RecordedAudit:
    """Writes into a list; can be made to fail."""

    def __init__(
        self, log: list[str], error: OSError | None = None, end_error: OSError | None = None
    ) -> None:
        self._log = log
        self._error = error
        self._end_error = end_error

    def begin(self, scope: RequestScope, operation: OperationFacts) -> Sequence[PendingRecord]:
        self._log.append(f"begin {operation.kind} {operation.name} by {scope.principal.subject}")
        return self._write("durable", self._error)

    def end(
        self, scope: RequestScope, operation: OperationFacts, *, succeeded: bool
    ) -> Sequence[PendingRecord]:
        return self._write("ended" if succeeded else "ended with errors", self._end_error)

    def _write(self, entry: str, error: OSError | None) -> Sequence[PendingRecord]:
        return (asyncio.ensure_future(self._written(entry, error)),)

    async def _written(self, entry: str, error: OSError | None) -> None:
        if error is not None:
            raise error
        self._log.append(entry)


async def _refusal(awaitable: Awaitable[object]) -> ErrorCode:
    try:
        await awaitable
    except ClientError as error:
        return error.code
    except ClientErrors as errors:
        return errors.errors[0].code
    raise AssertionError("not refused")


async def test_answers_a_query() -> None:
    pipeline, _ = pipeline_on(OPEN)
    answer = await run(pipeline, "{ name }")

    assert answer == {"data": {"name": "name"}}


async def test_variables_are_coerced_with_their_defaults() -> None:
    pipeline, transport = pipeline_on(OPEN)
    query = 'query ($id: Int!, $tags: [String!] = ["d"]) { item(id: $id, tags: $tags) }'
    await run(pipeline, query, variables={"id": 3})

    assert transport.requests[0]["variables"] == {"id": 3, "tags": ["d"]}


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{", ErrorCode.GRAPHQL_PARSE_FAILED),
        ("{ nothing }", ErrorCode.GRAPHQL_VALIDATION_FAILED),
        ("query A { name } query B { name }", ErrorCode.OPERATION_RESOLUTION_FAILURE),
        ("query ($id: Int!) { item(id: $id) }", ErrorCode.BAD_USER_INPUT),
        ("{" * 100_000, ErrorCode.GRAPHQL_PARSE_FAILED),
        ("{" + "name{" * 5_000 + "name" + "}" * 5_001, ErrorCode.GRAPHQL_PARSE_FAILED),
        ("{" + "name{" * 60 + "name" + "}" * 61, ErrorCode.OPERATION_LIMIT_EXCEEDED),
        ("{" + " name" * 200 + "}", ErrorCode.OPERATION_LIMIT_EXCEEDED),
    ],
)
async def test_what_is_wrong_with_an_operation_is_told(query: str, code: ErrorCode) -> None:
    pipeline, transport = pipeline_on(OPEN)
    found = await _refusal(run(pipeline, query))

    assert code is found
    assert transport.requests == []


async def test_a_mutation_by_a_read_only_transport_is_refused() -> None:
    pipeline, transport = pipeline_on(OPEN)
    code = await _refusal(run(pipeline, 'mutation { rename(name: "x") }', is_read_only=True))

    assert code is ErrorCode.METHOD_NOT_ALLOWED
    assert transport.requests == []


async def test_t22_only_the_selected_operation_is_judged() -> None:
    pipeline, transport = pipeline_on(PROTECTED, authenticator=NamedTokens())
    query = "query Open { name } query Closed { account }"
    answer = await run(pipeline, query, name="Open")

    assert answer == {"data": {"name": "name"}}
    assert "account" not in transport.requests[0]["query"]


def test_t19_a_graph_with_requirements_needs_an_authenticator() -> None:
    with pytest.raises(UnprotectedGraphError, match="@authenticated, @requiresScopes"):
        pipeline_on(PROTECTED)


async def test_a_denied_field_is_null_with_one_error_and_never_fetched() -> None:
    pipeline, transport = pipeline_on(PROTECTED, authenticator=NamedTokens())
    answer = await run(pipeline, "{ name mine: account }")

    assert {"name": "name", "mine": None} == answer["data"]
    assert [(["mine"], {"code": "UNAUTHORIZED_FIELD_OR_TYPE", "retryable": False})] == [
        (error["path"], error["extensions"]) for error in answer["errors"]
    ]
    assert "account" not in transport.requests[0]["query"]


async def test_a_permitted_field_is_fetched() -> None:
    pipeline, _ = pipeline_on(PROTECTED, authenticator=NamedTokens(scopes="secret:read"))
    answer = await run(pipeline, "{ account secret }", authorization=b"Ann")

    assert answer == {"data": {"account": "account", "secret": "secret"}}


async def test_callers_with_different_scopes_never_share_a_plan() -> None:
    authenticator = NamedTokens()
    pipeline, _ = pipeline_on(PROTECTED, authenticator=authenticator)
    answers = [
        await run(pipeline, "{ account }", authorization=authorization)
        for authorization in (b"Ann", None, b"Bob", None)
    ]

    assert ["account", None, "account", None] == [each["data"]["account"] for each in answers]


async def test_t23_callers_who_meet_the_same_requirements_share_a_plan() -> None:
    pipeline, _ = pipeline_on(PROTECTED, authenticator=NamedTokens())
    for holder in (b"Ann", b"Bob", b"Cid"):
        await run(pipeline, "{ account }", authorization=holder)
    prepared = pipeline.cache.get(("{ account }", None))

    assert prepared is not None
    assert len(prepared.plans) == 1


async def test_denials_are_told_in_the_callers_language() -> None:
    pipeline, _ = pipeline_on(PROTECTED, authenticator=NamedTokens())
    messages = [
        (await run(pipeline, "{ account }", language=language))["errors"][0]["message"]
        for language in (Language.VIETNAMESE, Language.ENGLISH)
    ]

    assert messages == [
        "Không có quyền với trường hoặc kiểu này.",
        "Not authorized for this field or type.",
    ]


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (AuthenticationError("no"), ErrorCode.UNAUTHENTICATED),
        (AuthenticationUnavailableError("down"), ErrorCode.AUTHENTICATION_UNAVAILABLE),
    ],
)
async def test_a_token_that_does_not_hold_ends_the_request(
    error: Exception, code: ErrorCode
) -> None:
    authenticator = NamedTokens()
    authenticator.error = error
    pipeline, transport = pipeline_on(OPEN, authenticator=authenticator)
    found = await _refusal(run(pipeline, "{ name }", authorization=b"bad"))

    assert code is found
    assert transport.requests == []


async def test_an_unknown_token_is_verified() -> None:
    pipeline, _ = pipeline_on(PROTECTED, authenticator=NamedTokens(knows=False))
    answer = await run(pipeline, "{ account }", authorization=b"Ann")

    assert answer == {"data": {"account": "account"}}


async def test_callers_are_counted_by_token_or_address() -> None:
    limiter = RateLimiter(RateLimit(per_second=0.001, burst=1), lambda: 0.0)
    pipeline, _ = pipeline_on(OPEN, authenticator=NamedTokens(), rate_limiter=limiter)
    for authorization in (None, b"Ann", b"Bob"):
        await run(pipeline, "{ name }", authorization=authorization)
    codes = [
        await _refusal(run(pipeline, "{ name }", authorization=authorization))
        for authorization in (None, b"Ann")
    ]

    assert codes == [ErrorCode.RATE_LIMITED] * 2


async def test_a_query_is_audited_beside_the_fetches_and_before_the_answer() -> None:
    log: list[str] = []
    pipeline, transport = pipeline_on(OPEN, authenticator=NamedTokens(), audit=RecordedAudit(log))
    transport.before = lambda: log.append("sent")
    await run(pipeline, "query Q { name }", authorization=b"Ann")

    assert log == ["begin query Q by Ann", "sent", "durable", "ended"]


async def test_a_mutations_event_is_durable_before_it_is_sent() -> None:
    log: list[str] = []
    pipeline, transport = pipeline_on(OPEN, audit=RecordedAudit(log))
    transport.before = lambda: log.append("sent")
    await run(pipeline, 'mutation M { rename(name: "x") }')

    assert log == ["begin mutation M by ", "durable", "sent", "ended"]


async def test_a_query_whose_decisions_are_not_on_record_is_not_answered() -> None:
    audit = RecordedAudit([], end_error=OSError("disk full"))
    pipeline, _ = pipeline_on(OPEN, audit=audit)

    assert ErrorCode.AUDIT_UNAVAILABLE is await _refusal(run(pipeline, "{ name }"))


async def test_a_committed_mutation_is_answered_though_its_end_is_not_on_record() -> None:
    audit = RecordedAudit([], end_error=OSError("disk full"))
    pipeline, transport = pipeline_on(OPEN, audit=audit)
    answer = await run(pipeline, 'mutation { rename(name: "x") }')

    assert (1, True) == (len(transport.requests), "errors" not in answer)


async def test_a_mutation_that_is_refused_on_its_way_is_closed_in_the_log() -> None:
    log: list[str] = []
    pipeline, transport = pipeline_on(OPEN, audit=RecordedAudit(log))

    def refuse() -> None:
        raise ClientError(ErrorCode.AUTHORIZATION_UNAVAILABLE)

    transport.before = refuse
    code = await _refusal(run(pipeline, 'mutation M { rename(name: "x") }'))

    assert ErrorCode.AUTHORIZATION_UNAVAILABLE is code
    assert ["begin mutation M by ", "durable", "ended with errors"] == log


class ClosedAudit(RecordedAudit):
    """Takes no events at all, as a log with too many waiting."""

    def begin(self, scope: RequestScope, operation: OperationFacts) -> Sequence[PendingRecord]:
        raise OSError("the access log takes no events")


@pytest.mark.parametrize("query", ["{ name }", 'mutation { rename(name: "x") }'])
async def test_a_log_that_takes_no_events_refuses_before_anything_is_sent(query: str) -> None:
    pipeline, transport = pipeline_on(OPEN, audit=ClosedAudit([]))
    code = await _refusal(run(pipeline, query))

    assert (ErrorCode.AUDIT_UNAVAILABLE, []) == (code, transport.requests)


@pytest.mark.parametrize(
    ("query", "sent"), [("{ name }", 1), ('mutation { rename(name: "x") }', 0)]
)
async def test_without_a_log_nothing_is_answered(query: str, sent: int) -> None:
    pipeline, transport = pipeline_on(OPEN, audit=RecordedAudit([], OSError("disk full")))
    code = await _refusal(run(pipeline, query))

    assert (ErrorCode.AUDIT_UNAVAILABLE, sent) == (code, len(transport.requests))


async def test_identical_cold_operations_are_prepared_once() -> None:
    pipeline, _ = pipeline_on(OPEN)
    prepared = []
    original = pipeline._graph.prepare

    def counting(text: str, name: str | None) -> object:
        prepared.append(text)
        return original(text, name)

    pipeline._graph.prepare = counting  # type: ignore[method-assign,assignment]
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(run(pipeline, "{ name }")) for _ in range(10)]

    assert [{"data": {"name": "name"}}] * 10 == [task.result() for task in tasks]
    assert prepared == ["{ name }"]


async def test_the_cache_is_bounded_in_bytes() -> None:
    graph_pipeline, _transport = pipeline_on(OPEN)
    pipeline = GatewayPipeline(graph_pipeline._graph, graph_pipeline._ports, cache_bytes=100_000)
    for number in range(100):
        await run(pipeline, f"query Q{number} {{ name }}")
    figures = pipeline.cache.figures

    assert figures.size <= 100_000
    assert figures.entries + figures.evictions == 100
    assert figures.entries > 1
