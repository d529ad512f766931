"""Whatever documents it is given, composition answers; it does not raise."""

import re
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest

from gateway.federation.composition import (
    CompositionFailure,
    CompositionSuccess,
    SubgraphDocument,
    compose,
)
from tests.federation.composition.cases import BROKEN, Subgraphs, linked
from tests.federation.composition.composing import codes, success
from tests.federation.composition.good_cases import GOOD

POOL = [*(s for cases in BROKEN.values() for s in cases.values()), *GOOD.values()]
TOKENS = re.compile(r'"[^"]*"|@?\w+|[^\w\s]|\s+')
WORDS = (
    "@key",
    "@external",
    '@requires(fields:"id")',
    '@provides(fields:"x")',
    "@shareable",
    "@interfaceObject",
    '@override(from:"a")',
    '@context(name:"c")',
    '@fromContext(field:"$c{x}")',
    "@inaccessible",
    '@tag(name:"t")',
    "@authenticated",
    '@policy(policies:[["p"]])',
    "@cost(weight:1)",
    "@extends",
    "interface",
    "type",
    "union",
    "extend",
    "enum",
    "input",
    "id",
    "x",
    "T",
    "I",
    "U",
    "Query",
    "Int",
    "[",
    "!",
    "(x:Int)",
)


def mutated(random: Random, subgraphs: Subgraphs) -> dict[str, str]:
    """The subgraphs with some words taken out, put in and exchanged."""
    changed = dict(subgraphs)
    for _ in range(random.randint(1, 6)):
        name = random.choice(list(changed))
        tokens = TOKENS.findall(changed[name])
        if not tokens:
            continue
        # Not in the first line: without its link a subgraph is another kind of subgraph.
        place = random.randrange(min(len(tokens) - 1, 90), len(tokens))
        action = random.random()
        if action < 0.3:
            del tokens[place]
        elif action < 0.8:
            tokens.insert(place, f" {random.choice(WORDS)} ")
        else:
            other = random.randrange(min(len(tokens) - 1, 90), len(tokens))
            tokens[place], tokens[other] = tokens[other], tokens[place]
        changed[name] = "".join(tokens)
    return changed


@pytest.mark.parametrize("seed", range(8))
def test_mutated_documents_compose_or_fail_with_errors(seed: int) -> None:
    random = Random(seed)
    for _ in range(50):
        subgraphs = mutated(random, random.choice(POOL))
        result = compose([SubgraphDocument(n, "", s) for n, s in subgraphs.items()])

        if isinstance(result, CompositionFailure):
            assert result.errors
        else:
            assert isinstance(result, CompositionSuccess)


def test_no_subgraphs_have_no_queries() -> None:
    result = compose([])

    assert isinstance(result, CompositionFailure)
    assert ["NO_QUERIES"] == [e.code.value for e in result.errors]


def test_two_subgraphs_of_one_name_are_refused() -> None:
    document = SubgraphDocument("a", "", "type Query { q: Int }")
    result = compose([document, document])

    assert isinstance(result, CompositionFailure)
    assert "INVALID_SUBGRAPH_NAME" in [e.code.value for e in result.errors]


FINGERPRINT = """
import hashlib
from gateway.federation.composition import SubgraphDocument, compose
from tests.federation.composition.cases import BROKEN
from tests.federation.composition.good_cases import GOOD

digest = hashlib.sha256()
for case in [*(s for c in BROKEN.values() for s in c.values()), *GOOD.values()][::3]:
    result = compose([SubgraphDocument(n, "", s) for n, s in case.items()])
    digest.update(repr(getattr(result, "errors", None)).encode())
    digest.update(repr(result.hints).encode())
    digest.update(getattr(result, "supergraph_sdl", "").encode())
print(digest.hexdigest())
"""


def test_results_do_not_depend_on_the_process() -> None:
    """Sets are ordered by hashes, and those of texts differ from process to process."""
    root = Path(__file__).parents[3]
    prints = {
        subprocess.run(
            [sys.executable, "-c", FINGERPRINT],
            cwd=root,
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": str(root)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }

    assert 1 == len(prints)


def test_numbers_beyond_all_bounds_are_compared_as_they_are_written() -> None:
    field = "type Query {{ f(x: Float = {}): Int @shareable }}"
    huge = "1e99999999999999999999"

    assert success(linked(a=field.format(huge), b=field.format(huge)))
    assert ["FIELD_ARGUMENT_DEFAULT_MISMATCH"] == codes(
        linked(a=field.format(huge), b=field.format("1"))
    )
