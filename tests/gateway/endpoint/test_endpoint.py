"""GraphQL over HTTP: negotiation, decoding, statuses, masking; cases T8, T12, T15, T24."""

import gzip
import logging
from collections.abc import Mapping

import orjson
import pytest

from gateway.endpoint.answer import HttpAnswer
from gateway.endpoint.endpoint import GraphQLEndpoint
from gateway.endpoint.head import read_head
from gateway.errors import ClientError, ClientErrors, ErrorCode
from gateway.federation.executor.outcome import ExecutionOutcome
from gateway.federation.plan import OperationKind
from gateway.pipeline.answer import Answer
from gateway.request import Caller, GraphQLRequest

JSON = b"application/json"
GRAPHQL = b"application/graphql-response+json"


class EchoPipeline:
    """Answers with what it was asked; raises what it was given."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.requests: list[GraphQLRequest] = []
        self.callers: list[Caller] = []

    async def execute(self, request: GraphQLRequest, caller: Caller) -> Answer:
        self.requests.append(request)
        self.callers.append(caller)
        if self.error is not None:
            raise self.error
        return Answer(OperationKind.QUERY, ExecutionOutcome(b'{"data":{}}'))


async def _send(
    body: bytes = b'{"query":"{a}"}',
    headers: Mapping[bytes, bytes] | None = None,
    *,
    method: bytes = b"POST",
    query_string: bytes = b"",
    pipeline: EchoPipeline | None = None,
) -> HttpAnswer:
    defaults = {b"Content-Type": JSON} if method == b"POST" else {}
    head = read_head(method, query_string, {**defaults, **(headers or {})}.items(), "1.2.3.4")
    endpoint = GraphQLEndpoint(pipeline or EchoPipeline(), max_body_bytes=2000)
    return await endpoint.answer(head, body)


def _code(answer: HttpAnswer) -> object:
    return orjson.loads(answer.body)["errors"][0]["extensions"]["code"]


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, "application/json"),
        (b"*/*", "application/json"),
        (b"application/*", "application/json"),
        (b"application/json", "application/json"),
        (b"application/json; charset=utf-8", "application/json"),
        (GRAPHQL, "application/graphql-response+json"),
        (GRAPHQL + b", application/json;q=0.9", "application/graphql-response+json"),
        (b"application/json;q=0.5, " + GRAPHQL + b";q=0.6", "application/graphql-response+json"),
        (b"text/html, */*;q=0.1", "application/json"),
    ],
)
async def test_the_answer_has_the_media_type_that_is_preferred(
    accept: bytes | None, expected: str
) -> None:
    answer = await _send(headers={} if accept is None else {b"Accept": accept})

    assert (200, expected) == (answer.status, answer.media_type)


@pytest.mark.parametrize(
    "accept", [b"text/html", b"application/json;q=0", b"application/json; charset=utf-16"]
)
async def test_nothing_acceptable_is_406(accept: bytes) -> None:
    answer = await _send(headers={b"accept": accept})

    assert (406, "NOT_ACCEPTABLE") == (answer.status, _code(answer))


@pytest.mark.parametrize(
    "content_type",
    [
        b"text/plain",
        b"application/x-www-form-urlencoded",
        b"multipart/form-data; boundary=x",
        b"application/json; charset=utf-7",
        b"application/json; charset=iso-8859-1",
        b'application/json; charset="utf-16"',
        b"application/jsonx",
        b"",
    ],
)
async def test_t15_other_content_types_and_charsets_are_415(content_type: bytes) -> None:
    pipeline = EchoPipeline()
    answer = await _send(headers={b"Content-Type": content_type}, pipeline=pipeline)

    assert (415, "UNSUPPORTED_MEDIA_TYPE") == (answer.status, _code(answer))
    assert pipeline.requests == []


@pytest.mark.parametrize(
    "content_type", [b"application/json; charset=UTF-8", b'Application/JSON;charset="utf-8"']
)
async def test_utf_8_is_accepted_however_it_is_written(content_type: bytes) -> None:
    answer = await _send(headers={b"Content-Type": content_type})

    assert answer.status == 200


async def test_a_post_without_content_type_is_415() -> None:
    head = read_head(b"POST", b"", [])
    answer = await GraphQLEndpoint(EchoPipeline()).answer(head, b'{"query":"{a}"}')

    assert answer.status == 415


@pytest.mark.parametrize(
    ("content_type", "status"),
    [(None, 200), (b"application/json", 200), (b"text/plain", 415), (b"multipart/form-data", 415)],
)
async def test_t8_get_with_another_content_type_is_415(
    content_type: bytes | None, status: int
) -> None:
    headers = {} if content_type is None else {b"content-type": content_type}
    answer = await _send(b"", headers, method=b"GET", query_string=b"query=%7Ba%7D")

    assert answer.status == status


async def test_get_decodes_its_parameters() -> None:
    pipeline = EchoPipeline()
    await _send(
        b"",
        method=b"GET",
        query_string=b"query=query+A%7Ba%7D&operationName=A&variables=%7B%22x%22%3A1%7D",
        pipeline=pipeline,
    )

    assert pipeline.requests == [GraphQLRequest("query A{a}", "A", {"x": 1}, {})]
    assert pipeline.callers[0].is_read_only


@pytest.mark.parametrize(
    "query_string",
    [
        b"",
        b"query=",
        b"variables=%7B%7D",
        b"query=%7Ba%7D&query=%7Bb%7D",
        b"query=%7Ba%7D&variables=x",
        b"query=%ff",
        b"query=%7Ba%7D&variables=%5B%5D",
    ],
)
async def test_malformed_query_strings_are_400(query_string: bytes) -> None:
    pipeline = EchoPipeline(ClientError(ErrorCode.GRAPHQL_PARSE_FAILED))
    answer = await _send(
        b"", {b"accept": GRAPHQL}, method=b"GET", query_string=query_string, pipeline=pipeline
    )

    assert answer.status == 400


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b'"query"',
        b"{}",
        b'{"query":null}',
        b'{"query":1}',
        b'{"query":{}}',
        b'{"query":"{a}","operationName":1}',
        b'{"query":"{a}","variables":[]}',
        b'{"query":"{a}","variables":"{}"}',
        b'{"query":"{a}","extensions":1}',
        b'{"query":"\xff"}',
        b'{"query":"{a}"}x',
        b'{"query":"{a}","variables":{"x":' + b"[" * 400 + b"1" + b"]" * 399 + b"}}",
    ],
)
async def test_malformed_bodies_are_400_for_both_media_types(body: bytes) -> None:
    answers = [await _send(body, {b"accept": accept}) for accept in (JSON, GRAPHQL)]

    assert [(400, "BAD_REQUEST")] * 2 == [(a.status, _code(a)) for a in answers]


async def test_batches_are_refused() -> None:
    answer = await _send(b'[{"query":"{a}"}]')

    assert (400, "BATCHING_NOT_SUPPORTED") == (answer.status, _code(answer))


async def test_a_persisted_query_without_text_is_refused_by_its_own_code() -> None:
    answer = await _send(b'{"extensions":{"persistedQuery":{"version":1}}}', {b"accept": GRAPHQL})

    assert (400, "PERSISTED_QUERY_NOT_SUPPORTED") == (answer.status, _code(answer))


async def test_null_parameters_count_as_absent() -> None:
    pipeline = EchoPipeline()
    await _send(
        b'{"query":"{a}","operationName":null,"variables":null,"extensions":null}',
        pipeline=pipeline,
    )

    assert pipeline.requests == [GraphQLRequest("{a}", None, {}, {})]


@pytest.mark.parametrize(
    ("code", "json", "graphql"),
    [
        (ErrorCode.GRAPHQL_PARSE_FAILED, 200, 400),
        (ErrorCode.GRAPHQL_VALIDATION_FAILED, 200, 400),
        (ErrorCode.OPERATION_RESOLUTION_FAILURE, 200, 400),
        (ErrorCode.BAD_USER_INPUT, 200, 400),
        (ErrorCode.UNAUTHENTICATED, 401, 401),
        (ErrorCode.RATE_LIMITED, 429, 429),
        (ErrorCode.AUDIT_UNAVAILABLE, 503, 503),
        (ErrorCode.METHOD_NOT_ALLOWED, 405, 405),
    ],
)
async def test_statuses_of_request_errors(code: ErrorCode, json: int, graphql: int) -> None:
    answers = [
        await _send(headers={b"accept": accept}, pipeline=EchoPipeline(ClientError(code)))
        for accept in (JSON, GRAPHQL)
    ]

    assert [json, graphql] == [answer.status for answer in answers]
    assert all("data" not in orjson.loads(answer.body) for answer in answers)


async def test_several_errors_are_all_told() -> None:
    errors = tuple(
        ClientError(ErrorCode.GRAPHQL_VALIDATION_FAILED, text, locations=((1, column),))
        for column, text in enumerate(("a", "b"), start=1)
    )
    answer = await _send(pipeline=EchoPipeline(ClientErrors(errors)))

    assert orjson.loads(answer.body)["errors"] == [
        {
            "message": text,
            "locations": [{"line": 1, "column": column}],
            "extensions": {"code": "GRAPHQL_VALIDATION_FAILED", "retryable": False},
        }
        for column, text in enumerate(("a", "b"), start=1)
    ]


@pytest.mark.parametrize("method", [b"PUT", b"DELETE", b"PATCH", b"OPTIONS"])
async def test_other_methods_are_405_and_name_the_allowed_ones(method: bytes) -> None:
    answer = await _send(method=method)

    assert (405, (("allow", "GET, POST"),)) == (answer.status, answer.headers)


async def test_internal_errors_are_masked_and_logged_with_the_request_id(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.ERROR):
        answer = await _send(pipeline=EchoPipeline(RuntimeError("secret")))
    error = orjson.loads(answer.body)["errors"][0]

    assert (500, "INTERNAL_SERVER_ERROR") == (answer.status, _code(answer))
    assert b"secret" not in answer.body
    assert error["extensions"]["requestId"] in caplog.text
    assert "secret" not in caplog.text


@pytest.mark.parametrize(
    ("accept_language", "message"),
    [
        (b"vi", "Cần mã truy cập hợp lệ."),
        (b"vi-VN,en;q=0.5", "Cần mã truy cập hợp lệ."),
        (b"en-US,vi;q=0.5", "A valid access token is required."),
        (b"fr", "A valid access token is required."),
    ],
)
async def test_messages_are_in_the_preferred_language(
    accept_language: bytes, message: str
) -> None:
    answer = await _send(
        headers={b"accept-language": accept_language},
        pipeline=EchoPipeline(ClientError(ErrorCode.UNAUTHENTICATED)),
    )

    assert orjson.loads(answer.body)["errors"][0]["message"] == message


async def test_retry_after_is_told_in_header_and_extensions() -> None:
    error = ClientError(ErrorCode.RATE_LIMITED, retry_after=1.5)
    answer = await _send(pipeline=EchoPipeline(error))

    assert answer.headers == (("retry-after", "2"),)
    assert orjson.loads(answer.body)["errors"][0]["extensions"]["retryAfterMs"] == 1500


async def test_gzip_bodies_are_decoded() -> None:
    pipeline = EchoPipeline()
    body = gzip.compress(b'{"query":"{a}"}')
    await _send(body, {b"content-encoding": b"gzip"}, pipeline=pipeline)

    assert [request.query for request in pipeline.requests] == ["{a}"]


@pytest.mark.parametrize("encoding", [b"br", b"deflate", b"gzip, gzip"])
async def test_other_encodings_are_415(encoding: bytes) -> None:
    answer = await _send(headers={b"content-encoding": encoding})

    assert answer.status == 415


@pytest.mark.parametrize(
    "body",
    [b"x", gzip.compress(b'{"query":"{a}"}')[:-4], gzip.compress(b'{"query":"{a}"}') + b"x"],
    ids=["no gzip", "cut", "trailing"],
)
async def test_broken_gzip_is_400(body: bytes) -> None:
    answer = await _send(body, {b"content-encoding": b"gzip"})

    assert answer.status == 400


async def test_t12_the_body_limit_counts_decompressed_bytes() -> None:
    body = gzip.compress(b'{"query":"{a}' + b" " * 100_000_000 + b'"}')
    answer = await _send(body, {b"content-encoding": b"gzip"})

    assert (413, "REQUEST_TOO_LARGE") == (answer.status, _code(answer))


async def test_t13_the_body_limit_holds_for_query_strings() -> None:
    answer = await _send(b"", method=b"GET", query_string=b"query=" + b"a" * 3000)

    assert answer.status == 413


async def test_a_repeated_authorization_header_is_refused() -> None:
    head = read_head(
        b"POST",
        b"",
        [
            (b"content-type", JSON),
            (b"Authorization", b"Bearer a"),
            (b"authorization", b"Bearer b"),
        ],
    )
    answer = await GraphQLEndpoint(EchoPipeline()).answer(head, b'{"query":"{a}"}')

    assert answer.status == 400


async def test_two_hosts_are_refused() -> None:
    head = read_head(b"POST", b"", [(b"content-type", JSON), (b"host", b"a"), (b"Host", b"b")])
    answer = await GraphQLEndpoint(EchoPipeline()).answer(head, b'{"query":"{a}"}')

    assert 400 == answer.status


@pytest.mark.parametrize("name", ["__proto__", "__class__", "__dict__"])
async def test_t9_special_names_in_a_request_are_plain_data(name: str) -> None:
    pipeline = EchoPipeline()
    body = orjson.dumps({"query": "{a}", "variables": {name: {name: 1}}, name: 1})
    await _send(body, pipeline=pipeline)

    assert pipeline.requests[0].variables == {name: {name: 1}}
