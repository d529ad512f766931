"""Errors of subgraphs stand where the client asked for what failed."""

import pytest

from tests.federation.compliance.kit import Row, ask, echo, link, never, subgraph
from tests.federation.oracle.in_memory import InMemorySubgraph


def engine() -> list[InMemorySubgraph]:
    first = "type Query { car: Car } type Part { size: Int grip: Int } "
    first += 'type Car @key(fields: "id") { id: ID! wheel: Part name: String }'
    second = (
        'type Car @key(fields: "id") { id: ID! motor: Motor } type Motor { power: Int sound: Int }'
    )

    def fails(_: Row) -> int:
        message = "broken"
        raise ValueError(message)

    return [
        subgraph(
            "first",
            link("key") + first,
            Query={"car": lambda _: {"id": "1", "name": "c", "wheel": {"size": 3}}},
            Part={"grip": fails},
        ),
        subgraph(
            "second",
            link("key") + second,
            Car={**echo(), "motor": lambda _: {"sound": 5}},
            Motor={"power": fails},
        ),
    ]


@pytest.mark.parametrize(
    ("query", "expected", "path"),
    [
        ("{ car { w: wheel { g: grip } } }", {"w": {"g": None}}, ["car", "w", "g"]),
        ("{ car { m: motor { p: power } } }", {"m": {"p": None}}, ["car", "m", "p"]),
        (
            "query($s: Boolean = false) "
            "{ car @skip(if: $s) { name } car { wheel { size } wheel { grip } } }",
            {"name": "c", "wheel": {"size": 3, "grip": None}},
            ["car", "wheel", "grip"],
        ),
        (
            "query($s: Boolean = false) { car { motor @skip(if: $s) { sound } motor { power } } }",
            {"motor": {"sound": 5, "power": None}},
            ["car", "motor", "power"],
        ),
    ],
)
async def test_an_error_has_the_clients_path(query: str, expected: Row, path: list[str]) -> None:
    answer = await ask(engine(), query)

    assert {"car": expected} == answer["data"]
    assert [path] == [error["path"] for error in answer["errors"]]


async def test_a_skipped_field_cannot_fail() -> None:
    parts = engine()
    parts[0].resolvers = {**parts[0].resolvers, "Part": {"grip": never("it was skipped")}}

    answer = await ask(parts, "{ car { wheel { size grip @include(if: false) } } }")

    assert {"data": {"car": {"wheel": {"size": 3}}}} == answer
