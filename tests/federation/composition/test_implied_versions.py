"""Specifications that a subgraph links by themselves, and the version of federation they need."""

import pytest

from tests.federation.composition.cases.subgraphs import link
from tests.federation.composition.composing import success

_COST = ' @link(url: "https://specs.apollo.dev/cost/v0.1", import: ["@cost"])'
_AUTHENTICATED = (
    ' @link(url: "https://specs.apollo.dev/authenticated/v0.1", import: ["@authenticated"])'
)
_TAG = ' @link(url: "https://specs.apollo.dev/tag/v0.3", import: ["@tag"])'
_CODE = "IMPLICITLY_UPGRADED_FEDERATION_VERSION"


@pytest.mark.parametrize(
    ("version", "links", "needed"),
    [
        ("2.3", _AUTHENTICATED, ["2.5"]),
        ("2.5", _AUTHENTICATED, []),
        ("2.3", _AUTHENTICATED + _COST, ["2.9"]),
        ("2.5", _COST + _AUTHENTICATED, ["2.9"]),
        ("2.3", _TAG, []),
    ],
)
def test_the_newest_that_is_needed_is_told_once(
    version: str, links: str, needed: list[str]
) -> None:
    result = success({"a": link(version).strip() + links + " type Query { q: Int }"})

    told = [hint.message.rsplit(" ", 1)[-1] for hint in result.hints if hint.code == _CODE]
    assert needed == told
