"""A composed specification that is called as one of federation's takes no protection away."""

import pytest

from gateway.federation.supergraph.reader import read_supergraph
from gateway.pipeline.graph import ServedGraph, UnprotectedGraphError
from tests.federation.composition.cases.subgraphs import link
from tests.federation.composition.composing import success


@pytest.mark.parametrize(
    ("name", "use"),
    [
        ("authenticated", "@authenticated"),
        ("requiresScopes", '@requiresScopes(scopes: [["s"]])'),
        ("policy", '@policy(policies: [["p"]])'),
    ],
)
def test_what_must_be_protected_is_not_served_without_an_authenticator(
    name: str, use: str
) -> None:
    foreign = (
        f'extend schema @link(url: "https://example.com/{name}/v1.0", import: ["@foo"])'
        ' @composeDirective(name: "@foo")\n'
        "directive @foo on FIELD_DEFINITION type Query { free: Int @foo }"
    )
    sdl = success(
        {
            "a": link("2.6", f"@{name}") + f"type Query {{ protected: Int {use} }}",
            "b": link("2.6", "@composeDirective") + foreign,
        }
    ).supergraph_sdl

    graph = ServedGraph(read_supergraph(sdl))

    with pytest.raises(UnprotectedGraphError, match=f"@{name}"):
        graph.check_protection(has_authenticator=False, has_guard=False)
