"""Progressive overrides: which labels are on for a request, and what is asked of whom."""

import asyncio
import random
from collections import Counter
from functools import cache
from typing import Any

import orjson
import pytest

from gateway.federation.composition import CompositionSuccess, SubgraphDocument, compose
from gateway.federation.executor.ports import FetchFailure, SubgraphRequest
from gateway.federation.supergraph.model import Supergraph
from gateway.federation.supergraph.reader import read_supergraph
from gateway.pipeline.graph import ServedGraph
from gateway.pipeline.override_labels import OverrideLabels, UnknownLabelError
from gateway.pipeline.pipeline import GatewayPipeline, Ports
from tests.gateway.pipeline.graphs import OPEN, ShopTransport, run

_LINK = (
    'extend schema @link(url: "https://specs.apollo.dev/federation/v2.7",'
    ' import: ["@key", "@override", "@requires", "@external", "@shareable"])\n'
)
OLD = """
type Query { item: Item }
type Item @key(fields: "id") { id: ID! a: Int b: Int c: Int d: Int }
"""
NEW = """
type Item @key(fields: "id") {
  id: ID!
  a: Int @override(from: "old", label: "percent(25)")
  b: Int @override(from: "old", label: "percent(75.5)")
  c: Int @override(from: "old", label: "new-c")
}
"""


def _supergraph(**sdls: str) -> Supergraph:
    documents = [SubgraphDocument(n, f"http://{n}", _LINK + sdl) for n, sdl in sdls.items()]
    result = compose(documents)
    assert isinstance(result, CompositionSuccess), result.errors
    return read_supergraph(result.supergraph_sdl)


@cache
def _moving() -> Supergraph:
    return _supergraph(old=OLD, new=NEW)


class BothSubgraphs:
    """Two subgraphs whose fields have the subgraph's number as value."""

    def send(self, request: SubgraphRequest) -> "asyncio.Future[bytes | FetchFailure]":
        value = {"old": 1, "new": 2}[request.subgraph]
        item = {"__fed_id": "7", "id": "7", **dict.fromkeys("abcd", value)}
        body = orjson.loads(request.body)
        item = {name: each for name, each in item.items() if name in body["query"]}
        data = {"_entities": [item]} if "_entities" in body["query"] else {"item": item}
        future: asyncio.Future[bytes | FetchFailure] = asyncio.get_running_loop().create_future()
        future.set_result(orjson.dumps({"data": data}))
        return future


class Numbers:
    """Draws what it was given, and counts."""

    def __init__(self, *numbers: float) -> None:
        self._left = list(numbers)
        self.drawn = 0

    def __call__(self) -> float:
        self.drawn += 1
        return self._left.pop(0)


def _pipeline(draw: Numbers, *switched_on: str) -> GatewayPipeline:
    graph = ServedGraph(_moving(), switched_on=frozenset(switched_on))
    return GatewayPipeline(graph, Ports(BothSubgraphs(), draw=draw))


async def _item(pipeline: GatewayPipeline, fields: str = "a b c") -> Any:
    return (await run(pipeline, f"{{ item {{ {fields} }} }}"))["data"]["item"]


@pytest.mark.parametrize(
    ("number", "item"),
    [
        (0.0, {"a": 2, "b": 2, "c": 1}),
        (0.2499, {"a": 2, "b": 2, "c": 1}),
        (0.25, {"a": 1, "b": 2, "c": 1}),
        (0.7549, {"a": 1, "b": 2, "c": 1}),
        (0.755, {"a": 1, "b": 1, "c": 1}),
        (0.9999, {"a": 1, "b": 1, "c": 1}),
    ],
)
async def test_a_percentage_is_on_below_its_share(number: float, item: object) -> None:
    assert item == await _item(_pipeline(Numbers(number)))


async def test_another_label_is_on_where_the_configuration_names_it() -> None:
    assert {"c": 2, "a": 1} == await _item(_pipeline(Numbers(0.9), "new-c"), "c a")


async def test_requests_of_one_operation_take_turns() -> None:
    pipeline = _pipeline(Numbers(0.1, 0.9, 0.1))
    actual = [await _item(pipeline, "a") for _ in range(3)]

    assert [{"a": 2}, {"a": 1}, {"a": 2}] == actual


async def test_there_are_no_more_plans_than_sets_of_labels() -> None:
    source = random.Random(4)
    pipeline = GatewayPipeline(ServedGraph(_moving()), Ports(BothSubgraphs(), draw=source.random))
    found = Counter([tuple((await _item(pipeline, "a b")).values()) for _ in range(2_000)])
    prepared = pipeline.cache.get(("{ item { a b } }", None))

    assert prepared is not None
    assert len(prepared.plans) == 3
    assert {(2, 2): 25.0, (1, 2): 50.5, (1, 1): 24.5} == pytest.approx(
        {item: count / 20 for item, count in found.items()}, abs=3
    )


async def test_nothing_is_drawn_for_what_no_label_concerns() -> None:
    draw = Numbers()
    await _item(_pipeline(draw), "d")

    assert draw.drawn == 0


async def test_a_graph_without_labels_draws_nothing() -> None:
    draw = Numbers()
    graph = ServedGraph(read_supergraph(OPEN))
    pipeline = GatewayPipeline(graph, Ports(ShopTransport(), draw=draw))
    await run(pipeline, "{ name }")

    assert draw.drawn == 0
    assert graph.overrides.sets == (frozenset(),)


@pytest.mark.parametrize("share", ["0", "100"])
def test_nothing_and_everything_are_shares_too(share: str) -> None:
    overriding = f'a: Int @override(from: "old", label: "percent({share})")'
    new = f'type Item @key(fields: "id") {{ id: ID! {overriding} }}'
    labels = OverrideLabels(_supergraph(old=OLD, new=new))
    on = {f"percent({share})" in labels.sets[labels.drawn(n)] for n in (0.0, 0.5, 0.999999)}

    assert {share == "100"} == on


def test_an_input_of_another_field_concerns_every_operation() -> None:
    third = """
    type Item @key(fields: "id") { id: ID! a: Int @external twice: Int @requires(fields: "a") }
    """
    supergraph = _supergraph(old=OLD, new=NEW, third=third)
    graph = ServedGraph(supergraph)

    assert graph.prepare("{ item { twice } }", None).is_labelled
    assert not ServedGraph(_moving()).prepare("{ item { d } }", None).is_labelled


@pytest.mark.parametrize("label", ["no-such-label", "percent(25)"])
def test_a_label_that_cannot_be_switched_on_is_refused(label: str) -> None:
    with pytest.raises(UnknownLabelError) as raised:
        OverrideLabels(_moving(), frozenset({label}))

    assert f"the supergraph has no override label {label} to switch on" == str(raised.value)
