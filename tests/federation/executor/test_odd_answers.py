"""Answers that a subgraph should never give: none raises, and all paths say the same of them.

``Case.run`` compares the answers of the paths byte for byte.
"""

import json
from typing import Any

import pytest

from gateway.federation.executor.compiled import execute
from gateway.federation.plan import KeyField, Sequence
from tests.federation.executor.error_kit import ENTITY, error, shown
from tests.federation.executor.kit import Case, ScriptedSubgraphs, entity, flatten, graph, root

GRAPH = graph("""
scalar Any
enum Kind { OLD NEW }
type Query { me: User node: Node nodes: [Node] any: Any lists: [[Any]] users: [User] }
interface Node { id: ID! }
type User implements Node {
  id: ID! name: String age: Int size: Float isOld: Boolean kind: Kind any: Any friend: User
}
type City implements Node { id: ID! }
""")


def one(text: str, fetched: str = "") -> Case:
    return Case(GRAPH, text, root(0, "b", fetched or text))


async def answered(text: str, body: bytes) -> bytes:
    """The bytes that all paths answer."""
    _, _, outcome = await one(text).run({"b": [body]})
    return outcome.body


@pytest.mark.parametrize(
    ("text", "sent", "expected"),
    [
        ("me { name }", b'{"me":{"name":"a","name":"b"}}', b'{"me":{"name":"b"}}'),
        ("me { name }", b'{"me":null,"me":{"name":"b"}}', b'{"me":{"name":"b"}}'),
        ("me { name }", b'{"me":{"name":"b"},"me":null}', b'{"me":null}'),
        ("any", b'{"any":{"x":1,"y":2,"x":3}}', b'{"any":{"x":3,"y":2}}'),
        (
            "node { __typename id }",
            b'{"node":{"__typename":"User","id":"1","__typename":"City"}}',
            b'{"node":{"__typename":"City","id":"1"}}',
        ),
        (
            "node { __typename id }",
            b'{"node":{"id":"1","__typename":"City","__typename":"User"}}',
            b'{"node":{"__typename":"User","id":"1"}}',
        ),
    ],
)
async def test_of_a_name_that_comes_twice_the_last_counts(
    text: str, sent: bytes, expected: bytes
) -> None:
    actual = await answered(text, b'{"data":' + sent + b"}")

    assert b'{"data":' + expected + b"}" == actual


async def test_of_data_that_come_twice_the_last_count() -> None:
    actual = await answered("me { name }", b'{"data":{"me":null},"data":{"me":{"name":"b"}}}')

    assert b'{"data":{"me":{"name":"b"}}}' == actual


async def test_names_may_be_escaped() -> None:
    actual = await answered("me { name }", b'{"d\\u0061ta":{"m\\u0065":{"n\\u0061me":"a"}}}')

    assert b'{"data":{"me":{"name":"a"}}}' == actual


@pytest.mark.parametrize(
    "value",
    [
        b"9223372036854775808",
        b"-9223372036854775809",
        b"18446744073709551616",
        b"123456789012345678901234567890",
        b"1.0",
        b"0.1",
        b"-0.0",
        b"5e-324",
        b"1.7976931348623157e308",
        b"9007199254740993",
    ],
)
async def test_numbers_keep_their_value(value: bytes) -> None:
    """Integers beyond 64 bits and doubles at their limits, wherever a number may stand."""
    data = b'{"me":{"size":%b,"any":%b},"any":[%b,{"x":%b}]}' % (value, value, value, value)
    actual = await answered("me { size any } any", b'{"data":' + data + b"}")

    assert b'{"data":' + data + b"}" == actual


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        (b"3.0", b"3"),
        (b"-0.0", b"0"),
        (b"1e2", b"100"),
        (b"2147483647", b"2147483647"),
        (b"2147483648", b"null"),
        (b"-2147483649", b"null"),
        (b"3.5", b"null"),
        (b"true", b"null"),
        (b'"3"', b"null"),
        (b"1e100", b"null"),
    ],
)
async def test_an_int_is_a_whole_number_of_32_bits(sent: bytes, expected: bytes) -> None:
    actual = await answered("me { age }", b'{"data":{"me":{"age":' + sent + b"}}}")

    assert actual.startswith(b'{"data":{"me":{"age":' + expected + b"}}")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"\xef\xbb\xbf" + b'{"data":{"me":{"name":"a"}}}',
        '{"data":{"me":{"name":"a"}}}'.encode("utf-16"),
        b'{"data":{"me":{"name":"\xff"}}}',
        b'{"data":{"me":{"name":"\\ud800"}}}',
        b'{"data":{"me":{"name":NaN}}}',
        b'{"data":{"me":{"name":Infinity}}}',
        b'{"data":{"me":{"name":"a"}}} {}',
        b'{"data":{"me":{"name":"a"}},}',
        b'{"data":{"me":{"name":"a"}}',
    ],
)
async def test_what_is_no_json_is_a_failed_fetch(body: bytes) -> None:
    response, _, outcome = await one("me { name }").run({"b": [body]})

    assert {"me": None} == response["data"]
    assert ["SUBREQUEST_MALFORMED_RESPONSE"] == [item.code for item in outcome.failures]


@pytest.mark.parametrize("extensions", [b"1e400", b'{"x":[1e400]}', b"[" * 900 + b"]" * 900])
async def test_extensions_of_a_subgraph_are_not_read(extensions: bytes) -> None:
    body = b'{"extensions":' + extensions + b',"data":{"me":{"name":"a"}}}'

    assert b'{"data":{"me":{"name":"a"}}}' == await answered("me { name }", body)


@pytest.mark.parametrize("name", [[], {}, 5, True, None, [["User"]], {"x": []}])
async def test_a_typename_that_is_no_name_is_no_type(name: Any) -> None:
    answer = {"data": {"node": {"__typename": name, "id": "1"}}}
    response, _, _ = await one("node { __typename id }").run({"b": [answer]})

    assert {"node": None} == response["data"]
    assert ["INVALID_VALUE"] == [item["extensions"]["code"] for item in response["errors"]]


@pytest.mark.parametrize("name", [[], {}, 5, "", None])
async def test_an_entity_whose_typename_is_no_name_is_asked_about_by_its_declared_type(
    name: Any,
) -> None:
    case = Case(
        GRAPH,
        "me { name }",
        Sequence(
            (
                root(0, "a", "me { __fed_typename: __typename __fed_id: id }"),
                flatten(
                    1,
                    "b",
                    "me",
                    entity(
                        "User",
                        "",
                        "name",
                        fields=(KeyField("id", "__fed_id"),),
                        typename_source="__fed_typename",
                    ),
                ),
            )
        ),
    )
    first = {"data": {"me": {"__fed_typename": name, "__fed_id": "1"}}}
    if name is None:
        first["errors"] = [error("me", "__fed_typename")]  # type: ignore[assignment]
    response, subgraphs, _ = await case.run(
        {"a": [first], "b": [{"data": {"_entities": [{"name": "An"}]}}]}
    )

    assert [[{"__typename": "User", "id": "1"}]] == subgraphs.representations("b")
    assert {"me": {"name": "An"}} == response["data"]


@pytest.mark.parametrize(
    ("text", "data", "at"),
    [
        ("any", {"any": [None, 1]}, ("any", 0)),
        ("any", {"any": [[1, None]]}, ("any", 0, 1)),
        ("me { any }", {"me": {"any": [None]}}, ("me", "any", 0)),
        ("lists", {"lists": [[[None]]]}, ("lists", 0, 0, 0)),
    ],
)
async def test_an_error_inside_a_custom_scalar_leaves_its_value(
    text: str, data: Any, at: tuple[Any, ...]
) -> None:
    response, _, _ = await one(text).run({"b": [{"data": data, "errors": [error(*at)]}]})

    assert {"data": data, "errors": [shown(*at)]} == response


def nested(depth: int, opened: bytes, inner: bytes, closed: bytes) -> bytes:
    return opened * depth + inner + closed * depth


SHAPES = [(b"[", b"1", b"]"), (b'{"x":', b"1", b"}")]


@pytest.mark.parametrize("depth", [100, 300, 500, 700, 850])
@pytest.mark.parametrize("shape", SHAPES)
async def test_a_deeply_nested_value_is_data_of_a_custom_scalar_alone(
    depth: int, shape: tuple[bytes, bytes, bytes]
) -> None:
    value = nested(depth, *shape)
    scalar, _, _ = await one("any").run({"b": [b'{"data":{"any":' + value + b"}}"]})
    found, _, _ = await one("me { name }").run({"b": [b'{"data":{"me":' + value + b"}}"]})

    assert ["data"] == list(scalar)
    assert ["data", "errors"] == list(found)


@pytest.mark.parametrize("depth", [*range(900, 1010, 3), 5_000])
@pytest.mark.parametrize("shape", SHAPES)
async def test_no_depth_of_nesting_raises(depth: int, shape: tuple[bytes, bytes, bytes]) -> None:
    """Some can be read and not be written: how deep that is depends on who calls."""
    value = nested(depth, *shape)
    asked = {"any": b'"any":%b', "me { name }": b'"me":%b', "me { any }": b'"me":{"any":%b}'}
    for text, data in asked.items():
        for fast_path in (True, False):
            subgraphs = ScriptedSubgraphs({"b": [b'{"data":{' + data % value + b"}}"]})
            outcome = await execute(one(text).compiled(fast_path), {}, subgraphs)

            assert outcome.body.startswith(b'{"data":')


async def test_a_list_in_place_of_an_object_costs_only_its_own_fetch() -> None:
    deep: Any = 1
    for _ in range(700):
        deep = [deep]
    users = {"data": {"users": [{"id": "1"}]}}
    body = json.dumps({"data": {"_entities": [{"name": "x", "city": deep}]}}).encode()
    response, _, _ = await ENTITY.run({"a": [users], "b": [body]})

    assert "1" == response["data"]["users"][0]["id"]
    assert response["data"]["users"][0]["city"] is None
