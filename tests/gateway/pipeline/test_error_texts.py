"""What clients read of an error: in their language, and in production in the catalogue's words."""

import asyncio
from typing import Any

import orjson
import pytest

from gateway.errors import CATALOGUE, ClientErrors, ErrorCode, Language
from gateway.federation.executor.answers import ErrorMasking
from gateway.federation.executor.ports import FetchFailure, SubgraphRequest
from gateway.federation.supergraph.reader import read_supergraph
from gateway.limits import Limits
from gateway.pipeline.graph import ServedGraph
from gateway.pipeline.pipeline import GatewayPipeline, Ports
from tests.gateway.pipeline.graphs import OPEN, run

UNAVAILABLE = CATALOGUE[ErrorCode.UPSTREAM_UNAVAILABLE]
UNREACHABLE = CATALOGUE[ErrorCode.SUBREQUEST_HTTP_ERROR]


class FailingTransport:
    """A subgraph that answers an error of its own, or nothing at all."""

    def __init__(self, *, is_down: bool = False, code: str = "UPSTREAM_UNAVAILABLE") -> None:
        self._is_down = is_down
        self._code = code

    def send(self, _request: SubgraphRequest) -> "asyncio.Future[bytes | FetchFailure]":
        future: asyncio.Future[bytes | FetchFailure] = asyncio.get_running_loop().create_future()
        future.set_result(self._down() if self._is_down else self._error())
        return future

    def _error(self) -> bytes:
        error = {
            "message": "Hospital 7 is slow",
            "path": ["name"],
            "extensions": {"code": self._code, "retryable": True, "debug": "row 4"},
        }
        return orjson.dumps({"data": {"name": None}, "errors": [error]})

    def _down(self) -> FetchFailure:
        return FetchFailure("The subgraph cut the connection", "SUBREQUEST_HTTP_ERROR")


async def _error(
    transport: FailingTransport, language: Language, *, is_masked: bool
) -> dict[str, Any]:
    """The one error of an answer."""
    masking = ErrorMasking(is_masked, frozenset({"retryable"}))
    graph = ServedGraph(read_supergraph(OPEN), masking=masking)
    pipeline = GatewayPipeline(graph, Ports(transport))
    answers = [await run(pipeline, "{ name }", language=language) for _ in range(3)]
    assert answers[0] == answers[1] == answers[2], "every path words it alike"
    (error,) = answers[0]["errors"]
    return dict(error)


@pytest.mark.parametrize(
    ("language", "is_masked", "message"),
    [
        (Language.ENGLISH, False, "Hospital 7 is slow"),
        (Language.VIETNAMESE, False, UNAVAILABLE.vietnamese),
        (Language.ENGLISH, True, UNAVAILABLE.english),
        (Language.VIETNAMESE, True, UNAVAILABLE.vietnamese),
    ],
)
async def test_an_error_of_a_subgraph(language: Language, is_masked: bool, message: str) -> None:
    error = await _error(FailingTransport(), language, is_masked=is_masked)

    assert message == error["message"]


@pytest.mark.parametrize(
    ("language", "is_masked", "message"),
    [
        (Language.ENGLISH, False, "The subgraph cut the connection"),
        (Language.VIETNAMESE, False, UNREACHABLE.vietnamese),
        (Language.ENGLISH, True, UNREACHABLE.english),
        (Language.VIETNAMESE, True, UNREACHABLE.vietnamese),
    ],
)
async def test_a_subgraph_that_does_not_answer(
    language: Language, is_masked: bool, message: str
) -> None:
    error = await _error(FailingTransport(is_down=True), language, is_masked=is_masked)

    assert message == error["message"]


async def test_masking_keeps_the_code_and_what_the_contract_names() -> None:
    error = await _error(FailingTransport(), Language.ENGLISH, is_masked=True)

    assert {
        "code": "UPSTREAM_UNAVAILABLE",
        "serviceName": "shop",
        "retryable": True,
    } == error["extensions"]


async def test_a_code_that_is_not_in_the_catalogue_says_no_more_when_masked() -> None:
    error = await _error(FailingTransport(code="ROW_BROKEN"), Language.ENGLISH, is_masked=True)

    assert "A subgraph could not answer" == error["message"]


@pytest.mark.parametrize("is_masked", [False, True])
async def test_every_error_tells_whether_a_retry_may_help(is_masked: bool) -> None:
    error = await _error(FailingTransport(is_down=True), Language.ENGLISH, is_masked=is_masked)

    assert error["extensions"]["retryable"] is UNREACHABLE.retryable


@pytest.mark.parametrize(
    "query", ["{ nme }", "{ ...F } fragment F on Qery { name }", "{ item(ide: 1) }"]
)
@pytest.mark.parametrize("introspection", [True, False])
def test_names_are_suggested_only_where_they_could_be_asked_for(
    query: str, *, introspection: bool
) -> None:
    graph = ServedGraph(read_supergraph(OPEN), Limits(introspection=introspection))

    with pytest.raises(ClientErrors) as caught:
        graph.prepare(query, None)
    told = " ".join(error.message or "" for error in caught.value.errors)
    assert introspection == ("Did you mean" in told)
