"""Objects of an interface object whose concrete type its own subgraph fails to tell."""

import json
from typing import Any

import pytest

from gateway.federation.executor.ports import FetchFailure
from tests.federation.oracle.engine import Federation
from tests.federation.oracle.in_memory import InMemorySubgraph

LINK = (
    'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9",'
    ' import: ["@key", "@interfaceObject", "@inaccessible"])\n'
)
PEOPLE = InMemorySubgraph(
    "people",
    f'{LINK} interface Person @key(fields: "id") {{ id: ID! }}'
    " interface Named { name: String }"
    ' type Cook implements Person & Named @key(fields: "id") { id: ID! name: String }'
    ' type Guard implements Person & Named @key(fields: "id") { id: ID! name: String }',
    {"Person": {"__resolve_reference": lambda r: {"__typename": "Cook", "id": r["id"]}}},
)
LOCKS = InMemorySubgraph(
    "locks",
    f"{LINK} type Query {{ owners: [Person] first: Person! }}"
    ' type Person @key(fields: "id") @interfaceObject { id: ID! key: String }',
    {
        "Query": {"owners": lambda _: [{"id": "1"}, {"id": "2"}], "first": lambda _: {"id": "1"}},
        "Person": {"key": lambda p: f"k{p['id']}"},
    },
)
LOST = {"code": "GATEWAY_TIMEOUT", "serviceName": "people"}


async def ask(document: str, arriving: Any, *, fast_path: bool) -> dict[str, Any]:
    """The answer where the subgraph that knows the types answers so."""

    def spoil(subgraph: str, _: bytes, answer: dict[str, Any]) -> bytes | FetchFailure:
        if subgraph != "people":
            return json.dumps(answer).encode()
        return arriving if isinstance(arriving, FetchFailure) else json.dumps(arriving).encode()

    federation = Federation.composed([PEOPLE, LOCKS])
    federation.faults = spoil
    return await federation.answer(document, fast_path=fast_path)


@pytest.mark.parametrize("fast_path", [True, False])
@pytest.mark.parametrize(
    "arriving",
    [
        FetchFailure("late", "GATEWAY_TIMEOUT"),
        {"data": None, "errors": [{"message": "late", "extensions": LOST}]},
    ],
    ids=["no answer", "no data"],
)
async def test_an_object_whose_type_was_lost_bears_the_error(
    arriving: Any, *, fast_path: bool
) -> None:
    actual = await ask("{ owners { ... on Cook { key } } }", arriving, fast_path=fast_path)

    errors = [
        {"message": "late", "path": ["owners", index], "extensions": LOST} for index in (0, 1)
    ]
    assert {"data": {"owners": [None, None]}, "errors": errors} == actual


@pytest.mark.parametrize("fast_path", [True, False])
async def test_where_null_may_not_be_the_error_is_the_cause(*, fast_path: bool) -> None:
    failure = FetchFailure("late", "GATEWAY_TIMEOUT")

    actual = await ask("{ first { ... on Cook { key } } }", failure, fast_path=fast_path)

    error = {"message": "late", "path": ["first"], "extensions": LOST}
    assert {"data": None, "errors": [error]} == actual


@pytest.mark.parametrize("fast_path", [True, False])
async def test_an_object_that_the_subgraph_of_the_types_does_not_know_is_null(
    *, fast_path: bool
) -> None:
    arriving = {"data": {"_entities": [None, {"__fed_typename": "Cook", "__fed_id": "2"}]}}

    actual = await ask("{ owners { ... on Cook { key } } }", arriving, fast_path=fast_path)

    assert {"data": {"owners": [None, {"key": "k2"}]}} == actual


@pytest.mark.parametrize("fast_path", [True, False])
async def test_what_needs_no_type_is_told_without_it(*, fast_path: bool) -> None:
    failure = FetchFailure("late", "GATEWAY_TIMEOUT")

    actual = await ask("{ owners { key } }", failure, fast_path=fast_path)

    assert {"data": {"owners": [{"key": "k1"}, {"key": "k2"}]}} == actual


@pytest.mark.parametrize("fast_path", [True, False])
async def test_a_field_that_all_types_have_costs_itself_alone(*, fast_path: bool) -> None:
    failure = FetchFailure("late", "GATEWAY_TIMEOUT")

    actual = await ask("{ first { key ... on Named { name } } }", failure, fast_path=fast_path)

    error = {"message": "late", "path": ["first", "name"], "extensions": LOST}
    assert {"data": {"first": {"key": "k1", "name": None}}, "errors": [error]} == actual


@pytest.mark.parametrize("fast_path", [True, False])
async def test_an_object_that_can_only_be_of_a_hidden_type_is_not_shown(
    *, fast_path: bool
) -> None:
    hidden = InMemorySubgraph(
        "people",
        f'{LINK} interface Person @key(fields: "id") {{ id: ID! }}'
        ' type Cook implements Person @key(fields: "id") @inaccessible { id: ID! }',
    )

    actual = await Federation.composed([hidden, LOCKS]).answer(
        "{ owners { key } }", fast_path=fast_path
    )

    assert {"owners": [None, None]} == actual["data"]
    assert ["INVALID_VALUE"] * 2 == [e["extensions"]["code"] for e in actual["errors"]]
