"""A supergraph names what it must not be served without: what is not known here is refused."""

import re

import pytest

from gateway.federation.supergraph.reader import read_supergraph
from gateway.pipeline.graph import ServedGraph, UnprotectedGraphError


def served(link: str, field: str = "") -> ServedGraph:
    return ServedGraph(
        read_supergraph(
            f"""
            schema @link(url: "https://specs.apollo.dev/link/v1.0")
              @link(url: "https://specs.apollo.dev/join/v0.3", for: EXECUTION)
              @link(url: "https://specs.apollo.dev/inaccessible/v0.2", for: SECURITY)
              {link} {{ query: Query }}
            enum join__Graph {{ A @join__graph(name: "a", url: "http://a") }}
            type Query @join__type(graph: A) {{ a: Int {field} }}
            """
        )
    )


@pytest.mark.parametrize("purpose", ["SECURITY", "EXECUTION"])
def test_a_demanded_feature_that_is_not_known_is_refused(purpose: str) -> None:
    graph = served(f'@link(url: "https://example.com/seals/v1.2", for: {purpose})')

    with pytest.raises(UnprotectedGraphError, match=r"https://example\.com/seals/v1\.2"):
        graph.check_protection(has_authenticator=True, has_guard=True)


def test_a_feature_that_demands_nothing_is_left_alone() -> None:
    served('@link(url: "https://example.com/notes/v1.2")').check_protection(
        has_authenticator=False, has_guard=False
    )


def test_a_protection_that_is_not_linked_is_refused_whoever_asks() -> None:
    graph = served("", field="@authenticated")

    told = (
        "the supergraph uses @authenticated without linking its specification: add"
        ' @link(url: "https://specs.apollo.dev/authenticated/v0.1", for: SECURITY)'
    )
    with pytest.raises(UnprotectedGraphError, match=f"^{re.escape(told)}"):
        graph.check_protection(has_authenticator=True, has_guard=True)
