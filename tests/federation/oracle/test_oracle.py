"""The engine answers as one server that has all data would answer.

Each seed is one random schema with a random split into subgraphs; each case has data, nulls,
failing resolvers and an operation of its own, and runs with the fast path and without.
"""

import pytest

from tests.federation.oracle.faults import FaultRunner
from tests.federation.oracle.guards import DisclosureRunner, GuardedRunner
from tests.federation.oracle.running import Runner, run

SPLITS = 80
GUARDED_SPLITS = 12
FAULTY_SPLITS = 16
OPERATIONS = 26


@pytest.mark.parametrize("seed", range(SPLITS))
def test_the_federated_answer_is_the_monoliths(seed: int) -> None:
    runner = Runner()

    failed = next(run(seed, OPERATIONS, runner), None)

    assert failed is None, str(runner.shrunk(failed))


@pytest.mark.parametrize("seed", range(FAULTY_SPLITS))
def test_a_subgraph_that_misbehaves_costs_its_own_fields_only(seed: int) -> None:
    runner = FaultRunner()

    failed = next(run(seed, OPERATIONS, runner), None)

    assert failed is None, str(runner.shrunk(failed))


@pytest.mark.parametrize("seed", range(GUARDED_SPLITS))
def test_no_permission_no_fetch(seed: int) -> None:
    runner = GuardedRunner()

    failed = next(run(seed, OPERATIONS, runner), None)

    assert failed is None, str(runner.shrunk(failed))


@pytest.mark.parametrize("seed", range(GUARDED_SPLITS))
def test_nothing_is_disclosed_through_an_inherited_guard(seed: int) -> None:
    runner = DisclosureRunner()

    failed = next(run(seed, OPERATIONS, runner), None)

    assert failed is None, str(runner.shrunk(failed))
