"""Enums and inputs of which subgraphs know different parts; directives of operations."""

import pytest

from tests.federation.compliance.kit import Row, ask, by, data, link, subgraph
from tests.federation.oracle.in_memory import InMemorySubgraph

IMPORTS = ("key", "shareable", "inaccessible")
JOBS = [{"id": "1", "state": "OPEN"}, {"id": "2", "state": "LOST"}]


def jobs() -> list[InMemorySubgraph]:
    first = "type Query { jobs: [Job!]! inState(state: State!): [Job!]! } enum State { OPEN } "
    first += 'type Job @key(fields: "id") { id: ID! state: State @shareable }'
    second = "type Query { others: [Job!]! } enum State { OPEN LOST @inaccessible } "
    second += 'type Job @key(fields: "id") { id: ID! state: State @shareable }'

    def in_state(_: object, state: str) -> list[Row]:
        return [job for job in JOBS if job["state"] == state]

    return [
        subgraph(
            "first",
            link(*IMPORTS) + first,
            Query={"jobs": lambda _: JOBS, "inState": in_state},
            Job=by(JOBS, "id"),
        ),
        subgraph(
            "second", link(*IMPORTS) + second, Query={"others": lambda _: JOBS}, Job=by(JOBS, "id")
        ),
    ]


async def test_values_that_both_know() -> None:
    found = await data(jobs(), "{ jobs { id } inState(state: OPEN) { id state } }")

    assert [{"id": "1", "state": "OPEN"}] == found["inState"]


async def test_a_value_that_its_subgraph_does_not_know_is_its_error() -> None:
    answer = await ask(jobs(), "{ jobs { state } }")

    assert [{"state": "OPEN"}, {"state": None}] == answer["data"]["jobs"]
    assert [["jobs", 1, "state"]] == [error["path"] for error in answer["errors"]]


async def test_a_value_that_clients_do_not_know_is_null() -> None:
    answer = await ask(jobs(), "{ others { state } }")

    assert [{"state": "OPEN"}, {"state": None}] == answer["data"]["others"]


async def test_a_value_that_clients_do_not_know_cannot_be_sent() -> None:
    answer = await ask(jobs(), "{ inState(state: LOST) { id } }")

    assert answer["errors"]
    assert answer.get("data") is None


async def test_output_enums_have_the_values_of_all() -> None:
    sdl = "type Query {{ {0}: Tone }} enum Tone {{ {1} }}"
    parts = [
        subgraph("a", link(*IMPORTS) + sdl.format("a", "LOW HIGH"), Query={"a": lambda _: "HIGH"}),
        subgraph("b", link(*IMPORTS) + sdl.format("b", "LOW SOFT"), Query={"b": lambda _: "SOFT"}),
    ]

    assert {"a": "HIGH", "b": "SOFT"} == await data(parts, "{ a b }")


def pages() -> list[InMemorySubgraph]:
    sdl = "input Page {{ {0} }} type Query {{ {1}(page: Page!): [Int] }}"

    def numbers(_: object, page: Row) -> list[int]:
        return list(range(page["size"]))

    return [
        subgraph("a", link(*IMPORTS) + sdl.format("size: Int!", "a"), Query={"a": numbers}),
        subgraph(
            "b", link(*IMPORTS) + sdl.format("from: Int size: Int!", "b"), Query={"b": numbers}
        ),
    ]


async def test_inputs_have_the_fields_that_all_know() -> None:
    query = "query($p: Page!) { a(page: { size: 2 }) b(page: $p) }"

    assert {"a": [0, 1], "b": [0]} == await data(pages(), query, {"p": {"size": 1}})


@pytest.mark.parametrize("root", ["a", "b"])
async def test_a_field_that_one_subgraph_alone_knows_cannot_be_sent(root: str) -> None:
    answer = await ask(pages(), f"{{ {root}(page: {{ size: 1, from: 2 }}) }}")

    assert answer["errors"]
    assert answer.get("data") is None


async def test_a_composed_directive_of_operations() -> None:
    head = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.1", '
    head += 'import: ["@composeDirective"]) @link(url: "https://example.test/trace/v1.0", '
    head += 'import: ["@trace"]) @composeDirective(name: "@trace") '
    head += "enum Level { LOW HIGH } directive @trace(level: Level!{0}) on FIELD "
    parts = [
        subgraph(
            "a",
            head.replace("{0}", "") + "type Query { a: Int }",
            Query={"a": lambda _: 1},
        ),
        subgraph(
            "b",
            head.replace("{0}", " = LOW") + "type Query { b: Int }",
            Query={"b": lambda _: 2},
        ),
    ]

    assert {"a": 1, "b": 2} == await data(parts, "{ a @trace b @trace(level: HIGH) }")
