"""What subgraphs that compose are merged into.

The expected supergraphs are the text that Apollo's composer prints too (see ``tests/interop``),
without the definitions of linked specifications. To write them anew after a change that is wanted:
``python -m tests.federation.composition.test_supergraphs``.
"""

from pathlib import Path

import pytest

from gateway.federation.composition import CompositionSuccess, SubgraphDocument, compose
from tests.federation.composition.cases import Subgraphs
from tests.federation.composition.good_cases import GOOD, OURS

EXPECTED = Path(__file__).parent / "expected"
CASES = {**GOOD, **OURS}


def path_of(about: str) -> Path:
    return EXPECTED / f"{about.replace(' ', '_')}.graphql"


def own_definitions(subgraphs: Subgraphs) -> str:
    """The supergraph without what its linked specifications define."""
    result = compose([SubgraphDocument(n, f"http://{n}", s) for n, s in subgraphs.items()])
    assert isinstance(result, CompositionSuccess)
    schema, *definitions = result.supergraph_sdl.strip().split("\n\n")
    machinery = ("join__", "link__", "context__", "policy__", "requiresScopes__")
    kept = [
        d
        for d in definitions
        if not d.startswith("directive @")
        and not any(f" {m}" in d.split("\n", 1)[0] for m in machinery)
        and not d.startswith(('  """', "  EXECUTION"))
    ]
    return "\n\n".join([schema, *kept]) + "\n"


@pytest.mark.parametrize("about", CASES)
def test_subgraphs_merge_into_the_expected_supergraph(about: str) -> None:
    expected = path_of(about).read_text("utf-8")

    assert expected == own_definitions(CASES[about])


if __name__ == "__main__":
    for name, case in CASES.items():
        path_of(name).write_text(own_definitions(case), "utf-8")
