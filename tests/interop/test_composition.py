"""Our composition accepts, refuses and prints what Apollo's does.

What differs on purpose stands in composition-differences.md; those cases are not asked here.
"""

from collections.abc import Iterator

import pytest

from tests.federation.composition.cases import BROKEN
from tests.federation.composition.good_cases import GOOD
from tests.interop.composition_comparison import (
    Peer,
    lines_by_definition,
    our_verdict,
    running_peer,
)
from tests.interop.composition_generator import generated
from tests.interop.composition_tables import TABLES
from tests.interop.satisfiability_generator import generated as generated_graph

pytestmark = pytest.mark.node

GENERATED = 350
ARGUED = frozenset({333})
GRAPHS = 150
ARGUED_GRAPHS = frozenset({103})
"""Seeds whose difference is argued in composition-differences.md."""


@pytest.fixture(scope="module")
def peer() -> Iterator[Peer]:
    with running_peer() as running:
        yield running


@pytest.mark.parametrize("code", BROKEN)
def test_broken_subgraphs_are_refused_with_the_same_codes(peer: Peer, code: str) -> None:
    cases = BROKEN[code]

    assert {about: peer.compose(s).codes for about, s in cases.items()} == {
        about: our_verdict(s).codes for about, s in cases.items()
    }


@pytest.mark.parametrize("about", GOOD)
def test_supergraphs_are_printed_alike(peer: Peer, about: str) -> None:
    expected, actual = peer.compose(GOOD[about]), our_verdict(GOOD[about])

    assert expected.supergraph.strip() == actual.supergraph.strip()
    assert expected.hints == actual.hints


@pytest.mark.parametrize("start", range(0, GENERATED, 50))
def test_generated_subgraphs_get_the_same_verdict(peer: Peer, start: int) -> None:
    seeds = [s for s in range(start, start + 50) if s not in ARGUED]
    expected = {s: peer.compose(generated(s)) for s in seeds}
    actual = {s: our_verdict(generated(s)) for s in seeds}

    assert {s: v.codes for s, v in expected.items()} == {s: v.codes for s, v in actual.items()}
    for seed in seeds:
        if not expected[seed].codes:
            assert lines_by_definition(expected[seed].supergraph) == lines_by_definition(
                actual[seed].supergraph
            )
            assert expected[seed].hints == actual[seed].hints


@pytest.mark.parametrize("about", TABLES)
def test_what_meets_in_two_subgraphs_merges_alike(peer: Peer, about: str) -> None:
    for subgraphs in TABLES[about]():
        expected, actual = peer.compose(subgraphs), our_verdict(subgraphs)

        assert (expected.codes, expected.hints) == (actual.codes, actual.hints), subgraphs
        if not expected.codes:
            assert lines_by_definition(expected.supergraph) == lines_by_definition(
                actual.supergraph
            ), subgraphs


@pytest.mark.parametrize("start", range(0, GRAPHS, 50))
def test_generated_graphs_are_satisfiable_alike(peer: Peer, start: int) -> None:
    seeds = [s for s in range(start, start + 50) if s not in ARGUED_GRAPHS]

    assert {s: peer.compose(generated_graph(s)).codes for s in seeds} == {
        s: our_verdict(generated_graph(s)).codes for s in seeds
    }
