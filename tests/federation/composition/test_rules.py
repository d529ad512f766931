"""Every code of the catalogue is found where it belongs."""

import pytest

from gateway.federation.composition import CompositionFailure, SubgraphDocument, compose
from gateway.federation.errors import ErrorCode
from tests.federation.composition.cases import BROKEN, OURS, Subgraphs

CASES = [
    pytest.param(code, subgraphs, id=f"{code}-{about}".replace(" ", "_"))
    for group in (BROKEN, OURS)
    for code, cases in group.items()
    for about, subgraphs in cases.items()
]


@pytest.mark.parametrize(("code", "subgraphs"), CASES)
def test_broken_subgraphs_get_their_code(code: str, subgraphs: Subgraphs) -> None:
    result = compose([SubgraphDocument(n, "", sdl) for n, sdl in subgraphs.items()])

    assert isinstance(result, CompositionFailure)
    assert code in [e.code.value for e in result.errors]


TESTED_ELSEWHERE = {ErrorCode.MAX_VALIDATION_SUBGRAPH_PATHS_EXCEEDED}


def test_every_code_has_a_case() -> None:
    without_case = set(ErrorCode) - {*BROKEN, *OURS} - TESTED_ELSEWHERE

    assert set() == without_case
