"""A value object whose parts come from several subgraphs, of which one fails."""

import json
from typing import Any

import pytest

from gateway.federation.executor.ports import FetchFailure
from tests.federation.oracle.engine import Federation
from tests.federation.oracle.in_memory import InMemorySubgraph

LINK = (
    'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9",'
    ' import: ["@key", "@shareable"])\n'
)
ENTITY = 'type T @key(fields: "id") { id: ID! org: Org @shareable orgs: [Org] @shareable }'
CODES = InMemorySubgraph(
    "codes",
    f"{LINK} type Query {{ t: T }} {ENTITY} type Org {{ code: ID! @shareable }}",
    {"Query": {"t": lambda _: {"id": "7", "org": {"code": "C"}, "orgs": [{"code": "D"}]}}},
)
NAMES = InMemorySubgraph("names", f"{LINK} {ENTITY} type Org {{ name: String @shareable }}")
BY_WHOLE = InMemorySubgraph(
    "whole",
    f'{LINK} type T @key(fields: "org {{ code name }}") {{ org: Org @shareable z: String }}'
    " type Org { code: ID! @shareable name: String @shareable }",
)


def late(path: list[str | int]) -> dict[str, Any]:
    return {
        "message": "late",
        "path": path,
        "extensions": {"code": "GATEWAY_TIMEOUT", "serviceName": "names"},
    }


@pytest.mark.parametrize("fast_path", [True, False])
@pytest.mark.parametrize(
    ("others", "document", "t", "path"),
    [
        (
            [],
            "{ t { org { code name } } }",
            {"org": {"code": "C", "name": None}},
            ["t", "org", "name"],
        ),
        (
            [],
            "{ t { orgs { code name } } }",
            {"orgs": [{"code": "D", "name": None}]},
            ["t", "orgs", 0, "name"],
        ),
        ([BY_WHOLE], "{ t { z } }", {"z": None}, ["t", "z"]),
    ],
    ids=["in an object", "in a list", "as a key"],
)
async def test_the_lost_part_bears_the_error_of_its_fetch(
    others: list[InMemorySubgraph],
    document: str,
    t: dict[str, Any],
    path: list[str | int],
    *,
    fast_path: bool,
) -> None:
    def spoil(subgraph: str, _: bytes, answer: dict[str, Any]) -> bytes | FetchFailure:
        lost = subgraph == "names"
        return FetchFailure("late", "GATEWAY_TIMEOUT") if lost else json.dumps(answer).encode()

    federation = Federation.composed([CODES, NAMES, *others])
    federation.faults = spoil

    actual = await federation.answer(document, fast_path=fast_path)

    assert {"data": {"t": t}, "errors": [late(path)]} == actual


def half(name: str) -> InMemorySubgraph:
    """A subgraph that knows one field of a value object."""
    return InMemorySubgraph(
        name,
        f'{LINK} type T @key(fields: "id") {{ id: ID! pair: Pair @shareable }}'
        f" type Pair {{ {name}: Int @shareable }}",
        {"T": {"pair": lambda _: {name: 1}}},
    )


@pytest.mark.parametrize("fast_path", [True, False])
@pytest.mark.parametrize("lost", ["left", "right"])
async def test_it_is_the_same_whichever_part_is_lost(lost: str, *, fast_path: bool) -> None:
    def spoil(subgraph: str, _: bytes, answer: dict[str, Any]) -> bytes | FetchFailure:
        if subgraph == lost:
            return FetchFailure("late", "GATEWAY_TIMEOUT")
        return json.dumps(answer).encode()

    beginning = InMemorySubgraph(
        "beginning",
        f'{LINK} type Query {{ t: T }} type T @key(fields: "id") {{ id: ID! }}',
        {"Query": {"t": lambda _: {"id": "7"}}},
    )
    federation = Federation.composed([beginning, half("left"), half("right")])
    federation.faults = spoil

    actual = await federation.answer("{ t { pair { left right } } }", fast_path=fast_path)

    error = {
        "message": "late",
        "path": ["t", "pair", lost],
        "extensions": {"code": "GATEWAY_TIMEOUT", "serviceName": lost},
    }
    expected = {"t": {"pair": {"left": 1, "right": 1, lost: None}}}
    assert {"data": expected, "errors": [error]} == actual


@pytest.mark.parametrize("fast_path", [True, False])
async def test_all_parts_of_an_object_that_only_the_plan_asks_for_are_sent(
    *, fast_path: bool
) -> None:
    link = LINK.replace('"@shareable"', '"@shareable", "@external", "@requires"')
    entity = 'type T @key(fields: "id") { id: ID! org: Org @shareable }'
    one = InMemorySubgraph(
        "one",
        f"{link} {entity} type Org {{ code: ID! @shareable }}",
        {"T": {"org": lambda _: {"code": "C"}}},
    )
    other = InMemorySubgraph(
        "other",
        f"{link} {entity} type Org {{ name: String @shareable }}",
        {"T": {"org": lambda _: {"name": "N"}}},
    )
    computing = InMemorySubgraph(
        "computing",
        f'{link} type Query {{ t: T }} type T @key(fields: "id") {{ id: ID!'
        ' org: Org @external z: String @requires(fields: "org { code name }") }'
        " type Org { code: ID! @shareable name: String @shareable }",
        {"Query": {"t": lambda _: {"id": "7"}}, "T": {"z": lambda t: f"{t['org']}"}},
    )

    federation = Federation.composed([one, other, computing])
    actual = await federation.answer("{ t { z } }", fast_path=fast_path)

    assert {"data": {"t": {"z": str({"code": "C", "name": "N"})}}} == actual
