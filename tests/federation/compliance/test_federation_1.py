"""Subgraphs that speak federation 1, or federation 2 with its words."""

import pytest

from tests.federation.compliance.kit import Row, by, data, find, link, never, only, subgraph
from tests.federation.oracle.in_memory import InMemorySubgraph

BOATS = [
    {"id": "1", "name": "Sao", "crew": 3, "sign": "S1", "length": 9},
    {"id": "2", "name": "Mai", "crew": 4, "sign": "M2", "length": 7},
]


def boats(style: str, version: int) -> list[InMemorySubgraph]:
    head = {
        "extends": 'type Boat @key(fields: "id") @extends',
        "extension": 'extend type Boat @key(fields: "id")',
    }[style]
    imports = ("key", "external", "extends", "provides", "shareable")
    start = link(*imports) if version == 2 else ""
    first = 'type Query { boat: Boat named: Boat @provides(fields: "name") } '
    first += head + " { id: ID! @external name: String! @external crew: Int }"
    second = 'type Query { byId(id: ID): Boat } type Boat @key(fields: "id") '
    shareable = "@shareable" if version == 2 else ""
    second += f"{{ id: ID! name: String! {shareable} sign: String }}"
    return [
        subgraph(
            "first",
            start + first,
            Query={
                "boat": lambda _: only(BOATS[0], "id", "crew"),
                "named": lambda _: only(BOATS[0], "id", "crew", "name"),
            },
            Boat=by(BOATS, "id"),
        ),
        subgraph(
            "second",
            start + second,
            Query={"byId": lambda _, **arguments: find(BOATS, **arguments)},
            Boat=by(BOATS, "id"),
        ),
    ]


@pytest.mark.parametrize("style", ["extends", "extension"])
@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("{ boat { id crew } }", {"boat": {"id": "1", "crew": 3}}),
        ("{ boat { name crew id } }", {"boat": {"name": "Sao", "crew": 3, "id": "1"}}),
        ("{ named { name crew } }", {"named": {"name": "Sao", "crew": 3}}),
        (
            '{ boat { name } byId(id: "2") { id sign crew } }',
            {"boat": {"name": "Sao"}, "byId": {"id": "2", "sign": "M2", "crew": 4}},
        ),
        ('{ byId(id: "9") { crew } }', {"byId": None}),
    ],
)
async def test_extended_types(style: str, version: int, query: str, expected: Row) -> None:
    assert expected == await data(boats(style, version), query)


async def test_provided_fields_need_no_second_subgraph() -> None:
    parts = boats("extension", 1)
    parts[1].resolvers = {"Boat": {"__resolve_reference": never("the name was provided")}}

    assert {"named": {"name": "Sao"}} == await data(parts, "{ named { name } }")


async def test_several_keys_of_extended_types() -> None:
    first = 'type Query { boat: Boat } type Boat @extends @key(fields: "id sign") '
    first += '@key(fields: "name") { id: ID @external sign: ID @external name: String @external }'
    second = 'extend type Boat @key(fields: "id name") @key(fields: "name") '
    second += "{ id: ID @external name: String @external length: Int! }"
    owner = 'type Boat @key(fields: "id sign") @key(fields: "name") @key(fields: "id name") '
    owner += "{ id: ID sign: ID name: String crew: Int }"
    parts = [
        subgraph("first", first, Query={"boat": lambda _: only(BOATS[0], "id", "sign", "name")}),
        subgraph("second", second, Boat=by(BOATS, "id", "name")),
        subgraph("owner", owner, Boat=by(BOATS, "id", "sign", "name")),
    ]

    found = await data(parts, "{ boat { id sign length crew name } }")

    assert {"boat": {"id": "1", "sign": "S1", "length": 9, "crew": 3, "name": "Sao"}} == found


async def test_an_extension_whose_key_is_external_in_federation_2() -> None:
    prices = 'extend type Boat @key(fields: "id") { id: ID! @external price: Int } '
    prices += "type Query { cheapest: Boat }"
    names = 'type Query { boats: [Boat] } type Boat @key(fields: "id") { id: ID! name: String }'
    priced = [{"id": b["id"], "price": 10} for b in BOATS]
    named = [only(b, "id", "name") for b in BOATS]
    parts = [
        subgraph(
            "prices",
            link("key", "external") + prices,
            Query={"cheapest": lambda _: priced[0]},
            Boat=by(priced, "id"),
        ),
        subgraph(
            "names", link("key") + names, Query={"boats": lambda _: named}, Boat=by(named, "id")
        ),
    ]

    found = await data(parts, "{ cheapest { id price name } boats { name price id } }")

    assert {"id": "1", "price": 10, "name": "Sao"} == found["cheapest"]
    assert [{"name": n, "price": 10, "id": i} for n, i in (("Sao", "1"), ("Mai", "2"))] == found[
        "boats"
    ]


async def test_federation_1_beside_federation_2() -> None:
    new = 'type Query { boat: Boat } type Boat @key(fields: "id") @key(fields: "sign") '
    new += "{ id: ID! sign: String! }"
    old = 'extend type Boat @key(fields: "sign") { sign: String! @external crew: Int }'
    parts = [
        subgraph(
            "new", link("key") + new, Query={"boat": lambda _: BOATS[1]}, Boat=by(BOATS, "id")
        ),
        subgraph("old", old, Boat=by(BOATS, "sign")),
    ]

    assert {"boat": {"id": "2", "crew": 4}} == await data(parts, "{ boat { id crew } }")
