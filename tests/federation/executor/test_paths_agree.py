"""Whatever subgraphs answer: no path raises, and all answer and ask the same, byte for byte.

Answers are good ones with a few things changed at random, the same for all paths.
"""

from dataclasses import dataclass

import pytest

from gateway.federation.executor.compiled import CompiledPlan, execute
from gateway.federation.executor.outcome import ExecutionOutcome
from tests.federation.executor.random_answers import Subgraphs
from tests.federation.executor.scenarios import SCENARIOS

ROUNDS = 250


@dataclass
class Told:
    """What one execution answered and asked."""

    body: bytes
    failures: list[tuple[str, str, str]]
    asked: list[bytes]

    @classmethod
    def of(cls, outcome: ExecutionOutcome, subgraphs: Subgraphs) -> "Told":
        failures = sorted((item.subgraph, item.code, item.message) for item in outcome.failures)
        return cls(outcome.body, failures, sorted(item.body for item in subgraphs.requests))


@pytest.mark.parametrize("name", SCENARIOS)
async def test_all_paths_agree_whatever_is_answered(name: str) -> None:
    scenario = SCENARIOS[name]
    general, faster = (scenario.case.compiled(fast_path) for fast_path in (False, True))

    async def told(compiled: CompiledPlan, seed: int) -> tuple[Told, bool]:
        subgraphs = Subgraphs(scenario.data, scenario.entities, seed)
        outcome = await execute(compiled, {}, subgraphs, scenario.guard(), "scope")
        return Told.of(outcome, subgraphs), outcome.is_general

    ways = set()
    for seed in range(ROUNDS):
        expected, _ = await told(general, seed)
        faster.variant({}).careful_path_done(was_regular=True)
        first, was_general = await told(faster, seed)
        again, _ = await told(faster, seed)
        ways.add(was_general)

        assert (seed, expected) == (seed, first)
        assert (seed, expected) == (seed, again)

    assert {True, False} == ways
