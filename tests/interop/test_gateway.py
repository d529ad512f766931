"""Our supergraphs in the field's gateway, and the supergraphs of the field's composers in ours."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice
from typing import Any

import pytest

from tests.federation.oracle.cases import Case, cases_of, universe_of
from tests.federation.oracle.compare import differences
from tests.federation.oracle.engine import compose_in_memory
from tests.federation.oracle.model import FieldModel, Universe
from tests.federation.oracle.resolving import (
    State,
    answer_monolith,
    make_subgraph,
    monolith_schema,
)
from tests.federation.oracle.running import Runner
from tests.interop.gateway_comparison import GatewayPeer, running_gateway_peer

pytestmark = pytest.mark.node

SEEDS = 10
OPERATIONS = 5


@pytest.fixture(scope="module")
def peer() -> Iterator[GatewayPeer]:
    with running_gateway_peer() as running:
        yield running


def plain(universe: Universe) -> Universe:
    """The universe without failing resolvers and without numbers that JavaScript changes."""

    def tamed(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: tamed(item) for key, item in value.items()}
        if isinstance(value, list):
            return [tamed(item) for item in value]
        if isinstance(value, int) and abs(value) > 2**53:
            return value % 1000
        return 0.5 if isinstance(value, float) and value.is_integer() else value

    return replace(universe, failing=frozenset(), data=tamed(universe.data))


def answer_of_peer(peer: GatewayPeer, case: Case, supergraph: str) -> dict[str, Any]:
    parts = [make_subgraph(case.universe, State(), i) for i in range(case.universe.count)]
    operation = case.operation
    named = {part.name: part for part in parts}
    return peer.execute(supergraph, operation.document, operation.variables, named)


def seeds_without(refused: Callable[[FieldModel], object]) -> list[int]:
    """The first seeds whose schemas have no fields that others refuse."""
    fitting = (
        seed
        for seed in range(10 * SEEDS)
        if not any(refused(f) for model in universe_of(seed).objects for f in model.fields)
    )
    return list(islice(fitting, SEEDS))


def refused_by_gateway(field: FieldModel) -> object:
    """Apollo Gateway knows no contexts, and Apollo's composition crashes at computed keys."""
    return field.context or refused_by_composition(field)


def refused_by_composition(field: FieldModel) -> object:
    """Apollo's composition crashes at computed keys."""
    return field.kind == "computed"


@pytest.mark.parametrize("seed", seeds_without(refused_by_gateway))
def test_apollo_gateway_serves_our_supergraph(peer: GatewayPeer, seed: int) -> None:
    """It answers as the monolith does; where it does not, neither does it over its own."""
    found = [replace(c, universe=plain(c.universe)) for c in cases_of(seed, OPERATIONS)]
    parts = [make_subgraph(found[0].universe, State(), i) for i in range(found[0].universe.count)]
    ours, theirs = compose_in_memory(parts), peer.compose("apollo", parts)
    schema = monolith_schema(found[0].universe)

    for case in found:
        operation = case.operation
        expected = answer_monolith(case.universe, operation.document, operation.variables, schema)
        answer = answer_of_peer(peer, case, ours)
        if differences({"data": answer["data"]}, {"data": expected["data"]}):
            own = answer_of_peer(peer, case, theirs)

            assert own["data"] == answer["data"], case.report()


def beyond_theguild(field: FieldModel) -> object:
    """What its composition merges wrongly, or refuses.

    It gives a field the type of the one subgraph that narrows it, which others do not keep, and
    wants arguments that clients do not see where others have the field as an external one.
    """
    narrowed = field.narrowed_in is not None and field.narrowed_in[1].name != field.type.name
    return narrowed or field.strict_in is not None or refused_by_composition(field)


@pytest.mark.parametrize(
    ("tool", "seed"),
    [
        *(("apollo", seed) for seed in seeds_without(refused_by_composition)),
        *(("theguild", seed) for seed in seeds_without(beyond_theguild)),
    ],
)
def test_we_serve_the_supergraphs_of_others(peer: GatewayPeer, tool: str, seed: int) -> None:
    runner = Runner(lambda parts: peer.compose(tool, parts))

    problems = [(runner.problems(case), case) for case in cases_of(seed, OPERATIONS)]

    assert [] == [f"{found}\n{case.report()}" for found, case in problems if found]
