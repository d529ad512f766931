"""Operations that ask the same share plans, and subgraphs see each under its own name."""

import gc
import tracemalloc

import pytest

from gateway.errors import ClientErrors
from gateway.pipeline.graph import PreparedOperation
from gateway.pipeline.pipeline import GatewayPipeline
from tests.gateway.pipeline.graphs import OPEN, pipeline_on, run

_LIST = "query {name}($id: Int!) {{ item(id: $id) other: item(id: 2) name }}"


def _kept(pipeline: GatewayPipeline, text: str) -> PreparedOperation:
    prepared = pipeline.cache.get((text, None))
    assert prepared is not None
    return prepared


async def test_operations_that_differ_in_their_names_share_plans() -> None:
    pipeline, _ = pipeline_on(OPEN)
    texts = ["query A { name }", "query B { name }"]
    for text in texts:
        await run(pipeline, text)
    first, second = (_kept(pipeline, text) for text in texts)

    assert first.plans is second.plans
    assert len(first.plans) == 1


async def test_operations_that_are_written_differently_share_plans() -> None:
    pipeline, _ = pipeline_on(OPEN)
    texts = ["{ name }", "{ ...Name } fragment Name on Query { name } # the same"]
    for text in texts:
        await run(pipeline, text)

    assert _kept(pipeline, texts[0]).plans is _kept(pipeline, texts[1]).plans


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("query A { name }", "{ name }"),
        ("query A { name }", "query A { name again: name }"),
        ("query A { item(id: 1) }", "query A { item(id: 2) }"),
        ("query A($id: Int!) { item(id: $id) }", "query A($id: Int! = 1) { item(id: $id) }"),
        ("{ a: name b: item(id: 1) }", "{ b: item(id: 1) a: name }"),
    ],
)
async def test_operations_that_ask_otherwise_share_nothing(first: str, second: str) -> None:
    pipeline, _ = pipeline_on(OPEN)
    for text in (first, second):
        await run(pipeline, text, variables={"id": 1})

    assert _kept(pipeline, first).plans is not _kept(pipeline, second).plans


async def test_subgraphs_see_each_operation_under_its_own_name() -> None:
    pipeline, transport = pipeline_on(OPEN)
    for name in ("Mine", "Yours", "Mine"):
        await run(pipeline, f'query {name} {{ item(id: 1, tags: ["query Mine__x"]) }}')

    assert ["Mine__shop__0", "Yours__shop__0", "Mine__shop__0"] == [
        request["operationName"] for request in transport.requests
    ]
    assert [
        f'query {name}__shop__0{{item(id:1,tags:["query Mine__x"])}}'
        for name in ("Mine", "Yours", "Mine")
    ] == [request["query"] for request in transport.requests]


async def test_a_mutation_is_renamed_too() -> None:
    pipeline, transport = pipeline_on(OPEN)
    for name in ("Mine", "Yours"):
        await run(pipeline, f'mutation {name} {{ rename(name: "x") }}')

    assert ["Mine__shop__0", "Yours__shop__0"] == [
        request["operationName"] for request in transport.requests
    ]


async def test_a_wrong_variable_is_told_where_it_stands_in_the_callers_own_text() -> None:
    pipeline, _ = pipeline_on(OPEN)
    places = []
    for text in (
        "query A($id: Int!) { item(id: $id) }",
        "query A(\n  $id: Int!\n) { item(id: $id) }",
    ):
        with pytest.raises(ClientErrors) as caught:
            await run(pipeline, text, variables={"id": "x"})
        places.append(caught.value.errors[0].locations)

    assert [((1, 9),), ((2, 3),)] == places


async def test_the_estimate_of_memory_is_close_to_what_is_taken() -> None:
    pipeline, transport = pipeline_on(OPEN)

    async def fill(numbers: range) -> None:
        for number in numbers:
            text = f"query Q($id: Int!) {{ a{number}: item(id: $id) b{number}: name c: name }}"
            for _ in range(3):
                await run(pipeline, text, variables={"id": 1})
        transport.requests.clear()

    await fill(range(5))  # what is made once
    gc.collect()
    tracemalloc.start()
    before, estimated = tracemalloc.get_traced_memory()[0], pipeline.cache.figures.size
    await fill(range(100, 160))
    gc.collect()
    taken = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()

    assert (pipeline.cache.figures.size - estimated) / taken == pytest.approx(1.0, abs=0.35)


async def test_operations_of_many_names_take_little_memory() -> None:
    pipeline, _ = pipeline_on(OPEN)
    for number in range(100):
        await run(pipeline, _LIST.format(name=f"N{number}"), variables={"id": 1})

    assert pipeline.cache.figures.size < 100 * 3_000 + 30_000
