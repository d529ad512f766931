"""Where in a subgraph's SDL its GraphQL is not valid."""

import pytest

from gateway.federation.composition import CompositionFailure, SubgraphDocument, compose
from gateway.federation.errors import ErrorCode

LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@tag"])\n'

CASES = {
    "a syntax error": ("type Query {\n  x: [Int\n}", [(3, 1)]),
    "an operation": ("type Query { x: Int }\n query { x }", [(2, 2)]),
    "an unknown type": ("type Query {\n  x: Unknown\n}", [(2, 6)]),
    "an unknown type of an extension": (
        "type Query { x: Int }\nextend type User {\n  id: Unknown\n}",
        [(3, 7)],
    ),
    "a type defined twice": (
        "type Query { x: Int }\ntype A { a: Int }\ntype A { b: Int }",
        [(2, 6), (3, 6)],
    ),
    "an unknown directive": ("type Query {\n  x: Int @nowhere\n}", [(2, 10)]),
    "an interface that is not fulfilled": (
        "type Query { x: A }\ninterface I { i: Int }\ntype A implements I { a: Int }",
        [(2, 15), (3, 1)],
    ),
    "a reason that is null": ("type Query {\n  x: Int @deprecated(reason: null)\n}", [(2, 30)]),
    "an argument of another type": (
        LINK + "type Query {\n  x: Int @tag(name: 7)\n}",
        [(3, 21)],
    ),
}


@pytest.mark.parametrize("about", CASES)
def test_an_error_of_graphql_tells_its_lines_and_columns(about: str) -> None:
    sdl, positions = CASES[about]
    result = compose([SubgraphDocument("a", "", sdl)])

    assert isinstance(result, CompositionFailure)
    assert [(ErrorCode.INVALID_GRAPHQL, tuple(positions))] == [
        (each.code, each.positions) for each in result.errors
    ]
