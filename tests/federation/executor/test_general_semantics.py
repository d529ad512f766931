"""What the client gets: order, aliases, merging, nulls, errors. Every case runs on both paths."""

from typing import Any

import pytest

from gateway.federation.executor.answers import ErrorMasking
from gateway.federation.executor.compiled import ExecutionOptions
from gateway.federation.executor.ports import FetchFailure
from gateway.federation.plan import OperationKind, Parallel, Sequence
from tests.federation.executor.kit import Case, entity, flatten, graph, root

SHOP = graph("""
type Query { users: [User!] topProducts(first: Int): [Product] me: User product: Product! }
type User { id: ID! name: String reviews: [Review!] }
type Review { id: ID! body: String product: Product author: User! }
type Product {
  upc: String! name: String price: Int weight: Float inStock: Boolean! tags: [String!]
}
""")

PRODUCTS = "topProducts { inStock name price upc }"


def products_case(text: str = PRODUCTS, keys: str = "upc") -> Case:
    return Case(
        SHOP,
        text,
        Sequence(
            (
                root(0, "products", "topProducts { name price upc }"),
                flatten(1, "inventory", "topProducts", entity("Product", keys, "inStock")),
            )
        ),
    )


async def test_fields_come_in_the_clients_order() -> None:
    response, _, outcome = await products_case().run(
        {
            "products": [{"data": {"topProducts": [{"name": "Table", "price": 9, "upc": "1"}]}}],
            "inventory": [{"data": {"_entities": [{"inStock": True}]}}],
        }
    )

    assert list(response["data"]["topProducts"][0]) == ["inStock", "name", "price", "upc"]
    assert (
        outcome.body
        == b'{"data":{"topProducts":[{"inStock":true,"name":"Table","price":9,"upc":"1"}]}}'
    )


async def test_representations_are_sent_once_per_entity() -> None:
    item = {"name": "Table", "price": 9, "upc": "1"}
    response, subgraphs, _ = await products_case().run(
        {
            "products": [{"data": {"topProducts": [item, {**item, "upc": "2"}, item]}}],
            "inventory": [{"data": {"_entities": [{"inStock": True}, {"inStock": False}]}}],
        }
    )

    assert [
        [{"__typename": "Product", "upc": "1"}, {"__typename": "Product", "upc": "2"}]
    ] == subgraphs.representations("inventory")
    assert [True, False, True] == [item["inStock"] for item in response["data"]["topProducts"]]


async def test_nothing_unasked_reaches_the_client() -> None:
    sent = {"name": "Table", "price": 9, "upc": "1", "weight": 7, "secret": "x"}
    response, _, _ = await products_case().run(
        {
            "products": [
                {"data": {"topProducts": [sent], "me": {"id": "1"}}, "extensions": {"a": 1}}
            ],
            "inventory": [
                {"data": {"_entities": [{"inStock": True, "name": "Other", "secret": 1}]}}
            ],
        }
    )

    assert {
        "data": {"topProducts": [{"inStock": True, "name": "Table", "price": 9, "upc": "1"}]}
    } == response


async def test_a_null_in_a_non_null_field_nulls_the_nearest_nullable_ancestor() -> None:
    response, _, _ = await products_case().run(
        {
            "products": [{"data": {"topProducts": [{"name": "A", "price": 1, "upc": "1"}]}}],
            "inventory": [{"data": {"_entities": [{"inStock": None}]}}],
        }
    )

    assert {"topProducts": [None]} == response["data"]
    assert [["topProducts", 0, "inStock"]] == [error["path"] for error in response["errors"]]


async def test_a_null_entity_nulls_its_own_fields_only() -> None:
    item = {"name": "Table", "price": 9}
    response, _, _ = await products_case().run(
        {
            "products": [{"data": {"topProducts": [{**item, "upc": "1"}, {**item, "upc": "2"}]}}],
            "inventory": [{"data": {"_entities": [None, {"inStock": True}]}}],
        }
    )

    assert [None, {"inStock": True, **item, "upc": "2"}] == response["data"]["topProducts"]
    assert [["topProducts", 0, "inStock"]] == [error["path"] for error in response["errors"]]


async def test_an_entity_error_stands_at_every_place_of_the_entity() -> None:
    item = {"name": "Table", "price": 9, "upc": "1"}
    response, _, _ = await products_case().run(
        {
            "products": [{"data": {"topProducts": [item, {**item, "upc": "2"}, item]}}],
            "inventory": [
                {
                    "data": {"_entities": [None, {"inStock": True}]},
                    "errors": [
                        {
                            "message": "broken",
                            "path": ["_entities", 0, "inStock"],
                            "extensions": {"code": "BROKEN"},
                        }
                    ],
                }
            ],
        }
    )

    assert [None, {"inStock": True, **item, "upc": "2"}, None] == response["data"]["topProducts"]
    assert [
        {
            "message": "broken",
            "path": ["topProducts", index, "inStock"],
            "extensions": {"code": "BROKEN", "serviceName": "inventory"},
        }
        for index in (0, 2)
    ] == response["errors"]


@pytest.mark.parametrize(
    "answer",
    [
        FetchFailure("The subgraph did not answer in time", "SUBREQUEST_HTTP_ERROR"),
        b"<html>",
        b"[]",
        b"{}",
        {"data": None},
        {"data": 1},
        {"data": {"_entities": []}},
        {"data": {"_entities": [1]}},
        {"data": {"_entities": {"inStock": True}}},
        {"data": {"_entities": [{"inStock": True}]}, "errors": {"message": "x"}},
        b'{"data":{"_entities":[{"inStock":1e400}]}}',
        b'{"data":{"_entities":[{"inStock":"' + b"\xff" + b'"}]}}',
        b"[" * 10_000,
    ],
)
async def test_a_bad_answer_costs_only_the_fields_of_its_fetch(answer: Any) -> None:
    case = products_case("topProducts { name inStock }")
    case.supergraph = graph(
        "type Query { topProducts: [P] } type P { name: String inStock: Boolean upc: ID }"
    )
    response, _, outcome = await case.run(
        {
            "products": [{"data": {"topProducts": [{"name": "A", "price": 1, "upc": "1"}]}}],
            "inventory": [answer],
        }
    )

    assert {"topProducts": [{"name": "A", "inStock": None}]} == response["data"]
    assert [["topProducts", 0, "inStock"]] == [error["path"] for error in response["errors"]]
    assert ["inventory"] == [failure.subgraph for failure in outcome.failures]


async def test_a_failed_root_fetch_costs_its_own_root_fields() -> None:
    case = Case(
        SHOP,
        "me { name } topProducts { name }",
        Parallel((root(0, "a", "me { name }"), root(1, "b", "topProducts { name }"))),
    )
    response, _, _ = await case.run(
        {
            "a": [FetchFailure("refused", "SUBREQUEST_HTTP_ERROR")],
            "b": [{"data": {"topProducts": []}}],
        }
    )

    assert {
        "data": {"me": None, "topProducts": []},
        "errors": [
            {
                "message": "refused",
                "path": ["me"],
                "extensions": {"code": "SUBREQUEST_HTTP_ERROR", "serviceName": "a"},
            }
        ],
    } == response


async def test_masked_errors_keep_their_code_only() -> None:
    case = Case(SHOP, "me { name }", root(0, "a", "me { name }"))
    case.options = ExecutionOptions(masking=ErrorMasking(True, frozenset({"retryable"})))
    answer = {
        "data": {"me": None},
        "errors": [
            {
                "message": "row 7 of table x",
                "path": ["me"],
                "extensions": {"code": "GONE", "retryable": True, "stacktrace": []},
            }
        ],
    }
    response, _, _ = await case.run({"a": [answer]})

    assert [
        {
            "message": "A subgraph could not answer",
            "path": ["me"],
            "extensions": {"code": "GONE", "serviceName": "a", "retryable": True},
        }
    ] == response["errors"]


async def test_numbers_pass_unchanged() -> None:
    supergraph = graph("scalar Big type Query { a: Big b: Float c: Big d: Float e: Big }")
    case = Case(supergraph, "a b c d e", root(0, "s", "a b c d e"))
    _, _, outcome = await case.run(
        {
            "s": [
                b'{"data":{"a":123456789012345678901234567890,"b":0.1,"c":9007199254740993,'
                b'"d":9007199254740993,"e":{"x":[1e22,18446744073709551615,-1]}}}'
            ]
        }
    )

    assert outcome.body == (
        b'{"data":{"a":123456789012345678901234567890,"b":0.1,"c":9007199254740993,'
        b'"d":9007199254740993,"e":{"x":[1e22,18446744073709551615,-1]}}}'
    )


async def test_a_number_that_fits_no_double_fails_its_fetch() -> None:
    supergraph = graph("scalar Big type Query { a: Big b: Int }")
    case = Case(supergraph, "a b", root(0, "s", "a b"))
    response, _, _ = await case.run({"s": [b'{"data":{"a":1e400,"b":1}}']})

    assert {"a": None, "b": None} == response["data"]
    assert {"SUBREQUEST_MALFORMED_RESPONSE"} == {
        error["extensions"]["code"] for error in response["errors"]
    }


async def test_t9_odd_names_are_plain_data() -> None:
    case = Case(
        SHOP,
        "__proto__: me { __class__: name __dict__: id constructor: __typename }"
        " __init__: me { id }",
        root(
            0,
            "s",
            "__proto__: me { __class__: name __dict__: id } __init__: me { id }",
        ),
    )
    response, _, _ = await case.run(
        {
            "s": [
                {
                    "data": {
                        "__proto__": {"__class__": "n", "__dict__": "i", "__slots__": 1},
                        "__init__": {"id": "1"},
                    }
                }
            ]
        }
    )

    assert {
        "__proto__": {"__class__": "n", "__dict__": "i", "constructor": "User"},
        "__init__": {"id": "1"},
    } == response["data"]


async def test_mutations_run_in_series_each_with_its_own_follow_up() -> None:
    supergraph = graph(
        "type Query { x: Int } type Mutation { a: P b: P } type P { id: ID! n: Int m: Int }"
    )
    mutation = {"kind": OperationKind.MUTATION}
    case = Case(
        supergraph,
        "a { n m } b { n m }",
        Sequence(
            (
                root(0, "one", "a { n __fed_id: id }", **mutation),
                flatten(1, "two", "a", entity("P", "id=__fed_id", "m")),
                root(2, "one", "b { n __fed_id: id }", **mutation),
                flatten(3, "two", "b", entity("P", "id=__fed_id", "m")),
            )
        ),
        OperationKind.MUTATION,
    )
    response, subgraphs, _ = await case.run(
        {
            "one": [
                {"data": {"a": {"n": 1, "__fed_id": "1"}}},
                {"data": {"b": {"n": 2, "__fed_id": "1"}}},
            ],
            "two": [{"data": {"_entities": [{"m": 10}]}}, {"data": {"_entities": [{"m": 20}]}}],
        }
    )

    assert {"data": {"a": {"n": 1, "m": 10}, "b": {"n": 2, "m": 20}}} == response
    assert ["one", "two", "one", "two"] == [item.subgraph for item in subgraphs.requests]
    assert [True, False, True, False] == [item.is_mutation for item in subgraphs.requests]
