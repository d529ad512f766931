"""Specifications that a subgraph links by themselves, and the version of federation they need."""

import pytest

from tests.federation.composition.cases.subgraphs import link
from tests.federation.composition.composing import success

_COST = ' @link(url: "https://specs.apollo.dev/cost/v0.1", import: ["@cost"])'
_AUTHENTICATED = (
    ' @link(url: "https://specs.apollo.dev/authenticated/v0.1", import: ["@authenticated"])'
)
_TAG = ' @link(url: "https://specs.apollo.dev/tag/v0.3", import: ["@tag"])'
_CONTEXT = (
    ' @link(url: "https://specs.apollo.dev/context/v0.1", import: ["@context", "@fromContext"])'
)
_CODE = "IMPLICITLY_UPGRADED_FEDERATION_VERSION"


@pytest.mark.parametrize(
    ("version", "links", "needed"),
    [
        ("2.3", _AUTHENTICATED, ["2.5"]),
        ("2.5", _AUTHENTICATED, []),
        ("2.3", _AUTHENTICATED + _COST, ["2.9"]),
        ("2.5", _COST + _AUTHENTICATED, ["2.9"]),
        ("2.3", _TAG, []),
        ("2.7", _CONTEXT, ["2.8"]),
    ],
)
def test_the_newest_that_is_needed_is_told_once(
    version: str, links: str, needed: list[str]
) -> None:
    result = success({"a": link(version).strip() + links + " type Query { q: Int }"})

    told = [hint.message.rsplit(" ", 1)[-1] for hint in result.hints if hint.code == _CODE]
    assert needed == told


def test_contexts_may_be_linked_by_themselves() -> None:
    sdl = success(
        {
            "a": link("2.7", "@key").strip() + _CONTEXT + " type Query { t: T } "
            'type T @key(fields: "id") @context(name: "c") { id: ID! x: String u: U } '
            'type U @key(fields: "id") '
            '{ id: ID! f(a: String @fromContext(field: "$c { x }")): Int }'
        }
    ).supergraph_sdl

    assert "f: Int @join__field(graph: A, contextArguments:" in sdl
