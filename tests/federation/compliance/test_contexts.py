"""Arguments that are filled from what stands above: values behind interfaces and unions."""

import pytest

from tests.federation.compliance.kit import data, echo, link, subgraph
from tests.federation.oracle.in_memory import REFERENCE, InMemorySubgraph

SHOPS = """
type Query { shops: [Shop] }
interface Owner { name: String }
type Person implements Owner { name: String }
type Company implements Owner { name: String number: String }
type Shop @key(fields: "id") @context(name: "shop") { id: ID! owner: Owner item: Item }
type Item @key(fields: "id") { id: ID! label(of: String @fromContext(field: "SELECTION")): String }
"""
ROWS = [
    {"id": "1", "owner": {"__typename": "Person", "name": "An"}, "item": {"id": "i"}},
    {"id": "2", "owner": {"__typename": "Company", "name": "Hoa Sen"}, "item": {"id": "i"}},
]


def shops(selection: str) -> list[InMemorySubgraph]:
    imports = link("key", "context", "fromContext", version="2.8")
    return [
        subgraph(
            "shops",
            imports + SHOPS.replace("SELECTION", selection),
            Query={"shops": lambda _: ROWS},
            Item={REFERENCE: lambda item: item, "label": lambda item, of: f"{item['id']} of {of}"},
        ),
        subgraph("stock", link("key") + 'type Item @key(fields: "id") { id: ID! }', Item=echo()),
    ]


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        ("$shop { owner { name } }", ["i of An", "i of Hoa Sen"]),
        ("$shop { owner { __typename } }", ["i of Person", "i of Company"]),
        ("$shop { __typename }", ["i of Shop", "i of Shop"]),
    ],
)
async def test_the_value_may_be_of_an_object_whose_type_is_not_known(
    selection: str, expected: list[str]
) -> None:
    actual = await data(shops(selection), "{ shops { item { label } } }")

    assert expected == [shop["item"]["label"] for shop in actual["shops"]]


@pytest.mark.parametrize(
    "selected",
    [
        "... on Person { called: name }",
        "... on Person { name }",
        "... on Person { name } ... on Company { called: name }",
        "... on Person { name } ... on Company { name: number }",
    ],
)
async def test_the_value_is_found_whatever_the_client_calls_it_on_one_of_the_types(
    selected: str,
) -> None:
    query = f"{{ shops {{ owner {{ {selected} }} item {{ label }} }} }}"
    actual = await data(shops("$shop { owner { name } }"), query)

    assert ["i of An", "i of Hoa Sen"] == [shop["item"]["label"] for shop in actual["shops"]]


async def test_a_value_that_a_required_field_needs_too_is_fetched_once() -> None:
    imports = link("key", "external", "requires", "context", "fromContext", version="2.8")
    subgraphs = [
        subgraph(
            "start",
            imports + 'type Query { shop: Shop } type Shop @key(fields: "id") { id: ID! }',
            Query={"shop": lambda _: {"id": "1"}},
        ),
        subgraph(
            "money",
            imports + 'type Shop @key(fields: "id") { id: ID! currency: String }',
            Shop={"currency": lambda _: "VND"},
        ),
        subgraph(
            "ranks",
            imports + 'type Shop @key(fields: "id") { id: ID! currency: String @external '
            'rank: Int @requires(fields: "currency") }',
            Shop={"rank": lambda _: 3},
        ),
        subgraph(
            "prices",
            imports + 'type Shop @key(fields: "id") @context(name: "shop") { id: ID! item: Item '
            "currency: String @external rank: Int @external "
            'label: String @requires(fields: "currency rank") } '
            'type Item @key(fields: "id") { id: ID! '
            'price(in: String @fromContext(field: "$shop { currency }")): String }',
            Shop={
                "label": lambda shop: f"{shop['currency']} {shop['rank']}",
                "item": lambda _: {"id": "5"},
            },
            Item={"price": lambda _, **given: f"5 {given['in']}"},
        ),
    ]
    actual = await data(subgraphs, "{ shop { label item { price } } }")

    assert {"shop": {"label": "VND 3", "item": {"price": "5 VND"}}} == actual
    assert [1, 1, 1, 3] == [len(part.requests) for part in subgraphs]
