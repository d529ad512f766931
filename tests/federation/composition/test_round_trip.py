"""Composing what a supergraph was taken apart into gives the same supergraph.

The order of links and of fields is not compared: it follows from fields that are overridden, and
so not in the supergraph any more.
"""

import pytest

from gateway.federation.composition import CompositionSuccess, SubgraphDocument, compose
from tests.federation.composition.cases import Subgraphs
from tests.federation.composition.extraction import extract
from tests.federation.composition.good_cases import GOOD, OURS
from tests.interop.composition_comparison import lines_by_definition
from tests.interop.composition_generator import generated

CASES = {**GOOD, **OURS}


def composed(subgraphs: Subgraphs) -> str:
    result = compose([SubgraphDocument(n, f"http://{n}", s) for n, s in subgraphs.items()])
    assert isinstance(result, CompositionSuccess), result.errors
    return result.supergraph_sdl


@pytest.mark.parametrize("about", CASES)
def test_extracted_subgraphs_compose_into_the_same_supergraph(about: str) -> None:
    supergraph = composed(CASES[about])

    assert lines_by_definition(supergraph) == lines_by_definition(composed(extract(supergraph)))


@pytest.mark.parametrize("start", range(0, 120, 40))
def test_generated_supergraphs_survive_the_round_trip(start: int) -> None:
    survived = 0
    for seed in range(start, start + 40):
        documents = [SubgraphDocument(n, f"http://{n}", s) for n, s in generated(seed).items()]
        result = compose(documents)
        if isinstance(result, CompositionSuccess):
            survived += 1
            again = composed(extract(result.supergraph_sdl))

            assert lines_by_definition(result.supergraph_sdl) == lines_by_definition(again)

    assert survived > 10
