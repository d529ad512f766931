"""What a faster path has sent is not sent again, if it asks the same."""

import asyncio
import json
from typing import Any

import pytest

from gateway.federation.executor.answers import ErrorMasking
from gateway.federation.executor.general.run import GeneralRun
from gateway.federation.executor.ports import FetchFailure
from gateway.federation.executor.surroundings import FetchFuture, SentFetches, Surroundings
from gateway.federation.executor.variant import Variant
from gateway.federation.plan import Sequence
from tests.federation.executor.kit import Case, ScriptedSubgraphs, entity, flatten, graph, root

CASE = Case(
    graph("type Query { best: Product } type Product { upc: ID! price: Int }"),
    "best { price }",
    Sequence(
        (
            root(0, "b", "best { __fed_upc: upc }"),
            flatten(1, "c", "best", entity("Product", "upc=__fed_upc", "price")),
        )
    ),
)
BEST = {"data": {"best": {"__fed_upc": "1"}}}
PRICE = {"data": {"_entities": [{"price": 7}]}}


def product(upc: str) -> dict[str, str]:
    return {"__typename": "Product", "upc": upc}


def body(variant: Variant, index: int, *listed: Any) -> bytes:
    """What a fetch sends, with lists of representations."""
    fetch = variant.fetches[index]
    assert fetch is not None
    template = fetch.request(()).template
    assert template is not None
    return template.body({}, [json.dumps(item, separators=(",", ":")).encode() for item in listed])


def answered(value: Any) -> FetchFuture:
    future: asyncio.Future[bytes | FetchFailure] = asyncio.get_running_loop().create_future()
    future.set_result(json.dumps(value).encode())
    return future


async def run(
    variant: Variant, sent: SentFetches, answers: dict[str, list[Any]]
) -> tuple[Any, list[str]]:
    """The data, and the subgraphs that were asked beside what was sent."""
    subgraphs = ScriptedSubgraphs(answers)
    given = Surroundings(subgraphs, None, None, {}, ErrorMasking(), CASE.supergraph.api_schema)
    data, errors = await GeneralRun(variant, given, {}, sent).finish()
    assert [] == errors
    return data, [request.subgraph for request in subgraphs.requests]


async def test_the_request_that_asks_the_same_is_found_among_several() -> None:
    variant = CASE.compiled(fast_path=False).variant({}).variant
    other = answered({"data": {"best": {"__fed_upc": "2"}}})
    sent = {0: [(b'{"query":"{other}"}', other), (body(variant, 0), answered(BEST))]}

    assert ({"best": {"price": 7}}, ["c"]) == await run(variant, sent, {"c": [PRICE]})


@pytest.mark.parametrize("listed", [[], [product("2")]])
async def test_a_request_that_lacks_a_representation_is_sent_anew(listed: list[Any]) -> None:
    variant = CASE.compiled(fast_path=False).variant({}).variant
    sent = {1: [(body(variant, 1, listed), answered({"data": {"_entities": []}}))]}
    data, asked = await run(variant, sent, {"b": [BEST], "c": [PRICE]})

    assert ({"best": {"price": 7}}, ["b", "c"]) == (data, asked)


async def test_a_request_that_asks_for_more_representations_will_do() -> None:
    variant = CASE.compiled(fast_path=False).variant({}).variant
    answer = {"data": {"_entities": [{"price": 5}, {"price": 7}]}}
    sent = {1: [(body(variant, 1, [product("2"), product("1")]), answered(answer))]}

    assert ({"best": {"price": 7}}, ["b"]) == await run(variant, sent, {"b": [BEST]})
