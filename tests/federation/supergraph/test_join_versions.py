"""One graph as older composers write it, served as the one that we compose: as few fetches."""

import pytest

from tests.federation.oracle.engine import Federation
from tests.federation.oracle.in_memory import InMemorySubgraph

USERS = {
    "1": {"id": "1", "name": "Ada", "username": "@ada"},
    "2": {"id": "2", "name": "Alan", "username": "@alan"},
}
PRODUCTS = {
    "1": {"upc": "1", "name": "Table", "price": 899, "weight": 100},
    "2": {"upc": "2", "name": "Couch", "price": 1299, "weight": 1000},
}
REVIEWS = [
    {"id": "r1", "body": "Love it!", "author": USERS["1"], "product": {"upc": "1"}},
    {"id": "r2", "body": "Meh.", "author": USERS["2"], "product": {"upc": "2"}},
]

_JOINS = """
directive @join__graph(name: String!, url: String!) on ENUM_VALUE
scalar join__FieldSet
enum join__Graph {
  ACCOUNTS @join__graph(name: "accounts" url: "http://accounts")
  INVENTORY @join__graph(name: "inventory" url: "http://inventory")
  PRODUCTS @join__graph(name: "products" url: "http://products")
  REVIEWS @join__graph(name: "reviews" url: "http://reviews")
}
"""
JOIN_0_1 = f"""
schema
  @core(feature: "https://specs.apollo.dev/core/v0.1")
  @core(feature: "https://specs.apollo.dev/join/v0.1")
{{ query: Query }}
directive @core(feature: String!) repeatable on SCHEMA
directive @join__field(graph: join__Graph, requires: join__FieldSet, provides: join__FieldSet)
  on FIELD_DEFINITION
directive @join__type(graph: join__Graph!, key: join__FieldSet) repeatable on OBJECT | INTERFACE
directive @join__owner(graph: join__Graph!) on OBJECT | INTERFACE
{_JOINS}
type Product
  @join__owner(graph: PRODUCTS)
  @join__type(graph: PRODUCTS, key: "upc")
  @join__type(graph: INVENTORY, key: "upc")
  @join__type(graph: REVIEWS, key: "upc")
{{
  name: String @join__field(graph: PRODUCTS)
  price: Int @join__field(graph: PRODUCTS)
  reviews: [Review] @join__field(graph: REVIEWS)
  shippingEstimate: Int @join__field(graph: INVENTORY, requires: "price weight")
  upc: String! @join__field(graph: PRODUCTS)
  weight: Int @join__field(graph: PRODUCTS)
}}
type Query {{
  me: User @join__field(graph: ACCOUNTS)
  topProducts(first: Int = 5): [Product] @join__field(graph: PRODUCTS)
}}
type Review @join__owner(graph: REVIEWS) @join__type(graph: REVIEWS, key: "id") {{
  author: User @join__field(graph: REVIEWS, provides: "username")
  body: String @join__field(graph: REVIEWS)
  id: ID! @join__field(graph: REVIEWS)
  product: Product @join__field(graph: REVIEWS)
}}
type User
  @join__owner(graph: ACCOUNTS)
  @join__type(graph: ACCOUNTS, key: "id")
  @join__type(graph: REVIEWS, key: "id")
{{
  id: ID! @join__field(graph: ACCOUNTS)
  name: String @join__field(graph: ACCOUNTS)
  reviews: [Review] @join__field(graph: REVIEWS)
  username: String @join__field(graph: ACCOUNTS)
}}
"""
JOIN_0_2 = f"""
schema
  @link(url: "https://specs.apollo.dev/link/v1.0")
  @link(url: "https://specs.apollo.dev/join/v0.2", for: EXECUTION)
{{ query: Query }}
{_JOINS}
type Product
  @join__type(graph: PRODUCTS, key: "upc")
  @join__type(graph: INVENTORY, key: "upc", extension: true)
  @join__type(graph: REVIEWS, key: "upc", extension: true)
{{
  upc: String!
  name: String @join__field(graph: PRODUCTS)
  price: Int @join__field(graph: PRODUCTS) @join__field(graph: INVENTORY, external: true)
  weight: Int @join__field(graph: PRODUCTS) @join__field(graph: INVENTORY, external: true)
  shippingEstimate: Int @join__field(graph: INVENTORY, requires: "price weight")
  reviews: [Review] @join__field(graph: REVIEWS)
}}
type Query
  @join__type(graph: ACCOUNTS) @join__type(graph: INVENTORY)
  @join__type(graph: PRODUCTS) @join__type(graph: REVIEWS)
{{
  me: User @join__field(graph: ACCOUNTS)
  topProducts(first: Int = 5): [Product] @join__field(graph: PRODUCTS)
}}
type Review @join__type(graph: REVIEWS, key: "id") {{
  id: ID!
  body: String
  author: User @join__field(graph: REVIEWS, provides: "username")
  product: Product
}}
type User
  @join__type(graph: ACCOUNTS, key: "id") @join__type(graph: REVIEWS, key: "id", extension: true)
{{
  id: ID!
  name: String @join__field(graph: ACCOUNTS)
  username: String @join__field(graph: ACCOUNTS) @join__field(graph: REVIEWS, external: true)
  reviews: [Review] @join__field(graph: REVIEWS)
}}
"""


def subgraphs() -> list[InMemorySubgraph]:
    return [
        InMemorySubgraph(
            "accounts",
            "type Query { me: User }"
            ' type User @key(fields: "id") { id: ID! name: String username: String }',
            {
                "Query": {"me": lambda _: USERS["1"]},
                "User": {"__resolve_reference": lambda r: USERS[r["id"]]},
            },
        ),
        InMemorySubgraph(
            "products",
            "type Query { topProducts(first: Int = 5): [Product] }"
            ' type Product @key(fields: "upc")'
            " { upc: String! name: String price: Int weight: Int }",
            {
                "Query": {"topProducts": lambda _, first: [*PRODUCTS.values()][:first]},
                "Product": {"__resolve_reference": lambda r: PRODUCTS[r["upc"]]},
            },
        ),
        InMemorySubgraph(
            "inventory",
            'extend type Product @key(fields: "upc") { upc: String! @external'
            " weight: Int @external price: Int @external"
            ' shippingEstimate: Int @requires(fields: "price weight") }',
            {"Product": {"shippingEstimate": lambda p: p["price"] + p["weight"]}},
        ),
        InMemorySubgraph(
            "reviews",
            'type Review @key(fields: "id") { id: ID! body: String'
            ' author: User @provides(fields: "username") product: Product }'
            ' extend type User @key(fields: "id")'
            " { id: ID! @external username: String @external reviews: [Review] }"
            ' extend type Product @key(fields: "upc")'
            " { upc: String! @external reviews: [Review] }",
            {
                "User": {"reviews": lambda u: _reviews_of("author", u)},
                "Product": {"reviews": lambda p: _reviews_of("product", p)},
            },
        ),
    ]


def _reviews_of(name: str, entity: dict[str, str]) -> list[object]:
    return [r for r in REVIEWS if entity.items() & r[name].items()]  # type: ignore[attr-defined]


@pytest.mark.parametrize("sdl", [JOIN_0_1, JOIN_0_2], ids=["v0.1", "v0.2"])
@pytest.mark.parametrize(
    "operation",
    [
        "{ me { name reviews { body product { name shippingEstimate } } } }",
        "{ topProducts { shippingEstimate reviews { author { username } } } }",
        "{ topProducts(first: 1) { reviews { author { username name } product { upc } } } }",
    ],
)
async def test_a_supergraph_of_an_older_join_is_served_alike(sdl: str, operation: str) -> None:
    composed, older = Federation.composed(subgraphs()), Federation.serve(sdl, subgraphs())

    expected, actual = await composed.answer(operation), await older.answer(operation)

    assert expected == actual
    assert "errors" not in actual
    assert _fetches(composed) == _fetches(older)


def _fetches(federation: Federation) -> list[int]:
    return [len(each.requests) for each in federation.subgraphs.values()]
