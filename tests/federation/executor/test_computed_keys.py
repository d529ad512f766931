"""A key that a subgraph computes from what a failed fetch would have brought names nothing."""

import json
from typing import Any

import pytest

from gateway.federation.executor.ports import FetchFailure
from tests.federation.oracle.engine import Federation
from tests.federation.oracle.in_memory import InMemorySubgraph

LINK = (
    'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9",'
    ' import: ["@key", "@external", "@requires", "@shareable"])\n'
)


def subgraph(name: str, sdl: str, **types: Any) -> InMemorySubgraph:
    return InMemorySubgraph(name, LINK + sdl, types)


START = subgraph(
    "start",
    'type Query { t: T ts: [T] } type T @key(fields: "id") { id: ID! }',
    Query={"t": lambda _: {"id": "7"}, "ts": lambda _: [{"id": "7"}, {"id": "8"}]},
)
INPUTS = subgraph(
    "inputs",
    'type T @key(fields: "id") { id: ID! x: Int }',
    T={"x": lambda t: int(t["id"]) * 10},
)
BETWEEN = subgraph(
    "between",
    'type T @key(fields: "id") { id: ID! x: Int @external y: String @requires(fields: "x") }',
    T={"y": lambda t: f"y{t['x']}"},
)
BY_KEY = subgraph(
    "last",
    'type T @key(fields: "k") { k: ID! z: String }',
    T={"__resolve_reference": lambda r: {**r, "z": f"z of {r['k']}"}},
)
FAILURE = FetchFailure("late", "GATEWAY_TIMEOUT")
LOST = {"code": "GATEWAY_TIMEOUT"}
SECOND_LOST = {
    "data": {"_entities": [{"__fed_x": 70}, {"__fed_x": None}]},
    "errors": [
        {
            "message": "late",
            "path": ["_entities", 1, "__fed_x"],
            "extensions": LOST,
        }
    ],
}


def computing(needed: str, kind: str) -> InMemorySubgraph:
    """The subgraph that computes the key from a field, and something else from the id."""
    return subgraph(
        "computing",
        f'type T @key(fields: "id") @key(fields: "k") {{ id: ID! {needed}: {kind} @external'
        f' k: ID! @requires(fields: "{needed}") own: String }}',
        T={"k": lambda t: f"k{t[needed]}", "own": lambda t: f"own {t['id']}"},
    )


async def ask(
    document: str, arriving: Any, between: tuple[InMemorySubgraph, ...] = (), *, fast_path: bool
) -> dict[str, Any]:
    """The answer where the subgraph that the inputs are from answers so."""

    def spoil(subgraph: str, _: bytes, answer: dict[str, Any]) -> bytes | FetchFailure:
        if subgraph != "inputs":
            return json.dumps(answer).encode()
        return arriving if isinstance(arriving, FetchFailure) else json.dumps(arriving).encode()

    by = computing("y", "String") if between else computing("x", "Int")
    federation = Federation.composed([START, INPUTS, *between, by, BY_KEY])
    federation.faults = spoil
    return await federation.answer(document, fast_path=fast_path)


def late(*path: str | int) -> dict[str, Any]:
    extensions = {"code": "GATEWAY_TIMEOUT", "serviceName": "inputs"}
    return {"message": "late", "path": list(path), "extensions": extensions}


@pytest.mark.parametrize("fast_path", [True, False])
@pytest.mark.parametrize("between", [(), (BETWEEN,)], ids=["at once", "by a further field"])
async def test_nothing_is_asked_by_a_key_of_lost_inputs(
    between: tuple[InMemorySubgraph, ...], *, fast_path: bool
) -> None:
    actual = await ask("{ t { z } }", FAILURE, between, fast_path=fast_path)

    assert {"data": {"t": {"z": None}}, "errors": [late("t", "z")]} == actual


@pytest.mark.parametrize("fast_path", [True, False])
async def test_it_is_so_at_every_place_that_one_representation_is_made_at(
    *, fast_path: bool
) -> None:
    actual = await ask("{ t { id z } ts { z } }", FAILURE, fast_path=fast_path)

    errors = [late("t", "z"), late("ts", 0, "z"), late("ts", 1, "z")]
    data = {"t": {"id": "7", "z": None}, "ts": [{"z": None}, {"z": None}]}
    assert {"data": data, "errors": errors} == actual


@pytest.mark.parametrize("fast_path", [True, False])
async def test_what_the_same_fetch_brings_beside_the_key_is_told(*, fast_path: bool) -> None:
    actual = await ask("{ t { own z } }", FAILURE, fast_path=fast_path)

    expected = {"t": {"own": "own 7", "z": None}}
    assert {"data": expected, "errors": [late("t", "z")]} == actual


@pytest.mark.parametrize("fast_path", [True, False])
async def test_objects_whose_inputs_are_there_are_asked_about(*, fast_path: bool) -> None:
    actual = await ask("{ ts { z } }", SECOND_LOST, fast_path=fast_path)

    expected = {"ts": [{"z": "z of k70"}, {"z": None}]}
    assert {"data": expected, "errors": [late("ts", 1, "z")]} == actual


@pytest.mark.parametrize("fast_path", [True, False])
async def test_a_key_of_inputs_that_are_truly_null_is_a_key(*, fast_path: bool) -> None:
    null = {"data": {"_entities": [{"__fed_x": None}]}}

    actual = await ask("{ t { z } }", null, fast_path=fast_path)

    assert {"data": {"t": {"z": "z of kNone"}}} == actual


@pytest.mark.parametrize("fast_path", [True, False])
async def test_a_field_of_lost_inputs_that_is_no_key_is_as_its_subgraph_says(
    *, fast_path: bool
) -> None:
    actual = await ask("{ t { y } }", FAILURE, (BETWEEN,), fast_path=fast_path)

    assert {"data": {"t": {"y": "yNone"}}} == actual


@pytest.mark.parametrize("fast_path", [True, False])
async def test_a_key_needs_only_those_parts_of_an_object_that_it_is_computed_from(
    *, fast_path: bool
) -> None:
    parts = subgraph(
        "inputs",
        'type T @key(fields: "id") { id: ID! v: V } type V @shareable { a: Int b: Int }',
        T={"v": lambda _: {"a": 70, "b": 71}},
    )
    by_parts = subgraph(
        "computing",
        'type T @key(fields: "id") @key(fields: "k") { id: ID! v: V @external'
        ' k: ID! @requires(fields: "v { a }") own: Int @requires(fields: "v { b }") }'
        " type V @shareable { a: Int b: Int }",
        T={"k": lambda t: f"k{t['v']['a']}", "own": lambda t: t["v"]["b"]},
    )

    def spoil(subgraph: str, _: bytes, answer: dict[str, Any]) -> bytes:
        if subgraph == "inputs":
            answer["data"]["_entities"][0]["__fed_v"]["__fed_b"] = None
            path = ["_entities", 0, "__fed_v", "__fed_b"]
            answer["errors"] = [{"message": "late", "path": path, "extensions": LOST}]
        return json.dumps(answer).encode()

    federation = Federation.composed([START, parts, by_parts, BY_KEY])
    federation.faults = spoil
    actual = await federation.answer("{ t { own z } }", fast_path=fast_path)

    expected = {"t": {"own": None, "z": "z of k70"}}
    assert {"data": expected, "errors": [late("t", "own")]} == actual


@pytest.mark.parametrize("fast_path", [True, False])
async def test_inputs_may_be_of_one_type_of_a_union(*, fast_path: bool) -> None:
    """The key needs what is computed of a part, which needs what the failed fetch brings."""
    parts = "union M = A"
    part = '@key(fields: "id") { id: ID!'
    federation = Federation.composed(
        [
            subgraph(
                "start",
                f'type Query {{ t: T }} type T @key(fields: "id") {{ id: ID! m: M }} {parts} '
                f"type A {part} }}",
                Query={"t": lambda _: {"id": "7", "m": {"__typename": "A", "id": "5"}}},
            ),
            subgraph("inputs", f"type A {part} x: Int }}", A={"x": lambda a: int(a["id"])}),
            subgraph(
                "between",
                f'type A {part} x: Int @external y: String @requires(fields: "x") }}',
                A={"y": lambda a: f"y{a['x']}"},
            ),
            subgraph(
                "computing",
                'type T @key(fields: "id") @key(fields: "k") { id: ID! m: M @external '
                f'k: ID! @requires(fields: "m {{ ... on A {{ y }} }}") }} {parts} '
                f"type A {part} y: String @external }}",
                T={"k": lambda t: f"k of {t['m']['y']}"},
            ),
            BY_KEY,
        ]
    )
    whole = await federation.answer("{ t { z } }", fast_path=fast_path)

    assert {"data": {"t": {"z": "z of k of y5"}}} == whole

    federation.faults = lambda name, _, answer: (
        FAILURE if name == "inputs" else json.dumps(answer).encode()
    )
    lacking = await federation.answer("{ t { z } }", fast_path=fast_path)

    assert {"data": {"t": {"z": None}}, "errors": [late("t", "z")]} == lacking
