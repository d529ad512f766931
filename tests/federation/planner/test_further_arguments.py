"""Types whose fields take arguments that the fields of their interfaces do not take."""

from typing import Any

import pytest

from tests.federation.oracle.engine import Federation
from tests.federation.oracle.in_memory import InMemorySubgraph

LINK = (
    'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key",'
    ' "@external", "@interfaceObject", "@requires", "@shareable"])\n'
)


def _weight(_: object, unit: str = "g") -> str:
    return f"12 {unit}"


def _label(given: dict[str, Any]) -> dict[str, Any]:
    return {"id": given["id"], "label": f"heavy: {given['weight']}"}


SHELVES = InMemorySubgraph(
    "shelves",
    LINK
    + """
    type Query { thing: Thing crate: Crate }
    interface Thing { id: ID! weight: String }
    type Crate implements Thing @key(fields: "id") { id: ID! weight(unit: String): String }
    """,
    {
        "Query": {
            "thing": lambda _: {"__typename": "Crate", "id": "1"},
            "crate": lambda _: {"id": "1"},
        },
        "Crate": {"weight": _weight},
    },
)
LABELS = InMemorySubgraph(
    "labels",
    LINK
    + """
    type Crate @key(fields: "id") {
      id: ID! weight(unit: String): String @external
      label: String @requires(fields: "weight(unit: \\"kg\\")")
    }
    """,
    {"Crate": {"__resolve_reference": _label}},
)
WEIGHTS = InMemorySubgraph(
    "weights",
    LINK
    + """
    interface Thing @key(fields: "id") { id: ID! }
    type Crate implements Thing @key(fields: "id") {
      id: ID! weight(unit: String): String @shareable
    }
    """,
    {
        name: {"__resolve_reference": lambda r: {**r, "__typename": "Crate"}, "weight": _weight}
        for name in ("Crate", "Thing")
    },
)
SCALES = InMemorySubgraph(
    "scales",
    LINK
    + """
    type Thing @key(fields: "id") @interfaceObject {
      id: ID! weight: String @shareable price: Int
    }
    """,
    {"Thing": {"__resolve_reference": lambda r: {**r, "weight": "12 g", "price": 3}}},
)
STORE = InMemorySubgraph(
    "store",
    LINK
    + """
    type Query { crate: Crate }
    type Crate @key(fields: "id") { id: ID! }
    """,
    {"Query": {"crate": lambda _: {"id": "1"}}},
)
TOP = InMemorySubgraph(
    "top",
    LINK
    + """
    type Query { top: Thing }
    type Thing @key(fields: "id") @interfaceObject { id: ID! weight: String @shareable }
    """,
    {"Query": {"top": lambda _: {"id": "1", "weight": "12 g"}}},
)


@pytest.mark.parametrize("fast_path", [True, False])
async def test_what_only_the_type_takes_is_not_asked_of_its_interface(fast_path: bool) -> None:
    actual = await Federation.composed([SHELVES]).answer(
        '{ thing { ... on Crate { weight(unit: "kg") } } }', fast_path=fast_path
    )

    assert {"data": {"thing": {"weight": "12 kg"}}} == actual


@pytest.mark.parametrize("fast_path", [True, False])
async def test_an_input_that_only_the_type_takes_so_is_not_asked_of_its_interface(
    fast_path: bool,
) -> None:
    actual = await Federation.composed([SHELVES, LABELS]).answer(
        "{ thing { ... on Crate { label } } }", fast_path=fast_path
    )

    assert {"data": {"thing": {"label": "heavy: 12 kg"}}} == actual


@pytest.mark.parametrize("fast_path", [True, False])
async def test_what_only_the_type_takes_is_not_asked_of_an_interface_object(
    fast_path: bool,
) -> None:
    actual = await Federation.composed([STORE, SCALES, WEIGHTS]).answer(
        '{ crate { price weight(unit: "kg") } }', fast_path=fast_path
    )

    assert {"data": {"crate": {"price": 3, "weight": "12 kg"}}} == actual


@pytest.mark.parametrize("fast_path", [True, False])
async def test_what_only_the_type_takes_is_not_asked_where_it_stands_as_an_interface_object(
    fast_path: bool,
) -> None:
    actual = await Federation.composed([TOP, WEIGHTS]).answer(
        '{ top { ... on Crate { weight(unit: "kg") } } }', fast_path=fast_path
    )

    assert {"data": {"top": {"weight": "12 kg"}}} == actual
