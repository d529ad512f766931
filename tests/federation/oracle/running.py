"""Runs cases through the engine and compares them with the monolith."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from graphql import GraphQLSchema

from tests.federation.oracle.cases import Case, cases_of, shrink
from tests.federation.oracle.compare import differences
from tests.federation.oracle.engine import Answer, Federation, compose_in_memory
from tests.federation.oracle.in_memory import InMemorySubgraph
from tests.federation.oracle.model import Universe
from tests.federation.oracle.resolving import (
    Hidden,
    State,
    answer_monolith,
    make_subgraph,
    monolith_schema,
)

DEADLINE_S = 10.0


@dataclass(frozen=True, slots=True)
class Judge:
    """Tells what is wrong with the engine's answer to a case.

    Attributes:
        needed: Objects and fields that the answer needs, where the monolith resolved them all and
            no condition is left to run time.
    """

    problems: Callable[[Answer], list[str]]
    needed: frozenset[tuple[str, str]] | None = None


Compose: TypeAlias = Callable[[Sequence[InMemorySubgraph]], str]


@dataclass(frozen=True, slots=True)
class Failure:
    """A case that the engine answers wrongly, shrunk, and what is wrong."""

    case: Case
    problems: tuple[str, ...]

    def __str__(self) -> str:
        return "\n".join([*self.problems, self.case.report()])


@dataclass(frozen=True, slots=True)
class Split:
    """What all cases on one split into subgraphs share."""

    key: tuple[object, ...]
    federation: Federation
    monolith: GraphQLSchema

    @classmethod
    def of(cls, universe: Universe, compose: Compose) -> "Split":
        parts = [make_subgraph(universe, State(), i) for i in range(universe.count)]
        federation = Federation.serve(compose(parts), parts)
        key = (universe.objects, universe.abstracts)
        return cls(key, federation, monolith_schema(universe))

    def with_data(self, universe: Universe, state: State, hidden: Hidden | None) -> Federation:
        """The same supergraph over other data."""
        subgraphs = {
            name: make_subgraph(universe, state, index, known, hidden)
            for index, (name, known) in enumerate(self.federation.subgraphs.items())
        }
        return replace(self.federation, subgraphs=subgraphs)


class Runner:
    """Runs cases; keeps what the last split was compiled to.

    Args:
        compose: Makes the supergraph.
    """

    def __init__(self, compose: Compose = compose_in_memory) -> None:
        self._compose = compose
        self._split: Split | None = None

    def problems(self, case: Case) -> list[str]:
        """What is wrong with the engine's answer to a case; empty if nothing."""
        universe = case.universe
        operation = case.operation
        try:
            split = self.prepare_split(self._split_of(universe), case)
            federation = replace(split.federation, labels=universe.labels)
            prepared = federation.prepare(operation.document, operation.variables)
            fast = federation.compiled(prepared, fast_path=True)
            general = federation.compiled(prepared, fast_path=False)
        except Exception as error:  # noqa: BLE001 - whatever happens is the finding
            return [f"{type(error).__name__}: {error}"]
        hidden = self.hidden(case)
        judge = self.judge(case, split)
        ways = {"fast path": fast, "fast path, shared objects": fast, "general path": general}
        for path, compiled in ways.items():
            state = State(needed=judge.needed)
            try:
                running = split.with_data(universe, state, hidden).run(prepared, compiled)
                answer = asyncio.run(asyncio.wait_for(running, DEADLINE_S))
            except Exception as error:  # noqa: BLE001 - whatever happens is the finding
                return [f"{type(error).__name__}: {error}"]
            found = [*state.violations, *judge.problems(answer)]
            if found:
                messages = [str(e.get("message")) for e in answer.get("errors", ())][:3]
                return [f"{path}: {found[0]}", *found[1:5], *messages]
        return []

    def prepare_split(self, split: Split, case: Case) -> Split:
        """What a case changes about its split: nothing here."""
        return split

    def judge(self, case: Case, split: Split) -> Judge:
        """What tells what is wrong with an answer: here, how it differs from the monolith's."""
        operation, state = case.operation, State()
        expected = answer_monolith(
            case.universe,
            operation.document,
            operation.variables,
            split.monolith,
            self.hidden(case),
            state=state,
        )
        sure = not case.universe.failing and not case.universe.void
        # What a context needs is fetched beside what is below it, before it is known to be empty.
        sure = sure and "given" not in operation.document
        certain = sure and "(if: $" not in operation.document
        complete = certain and not expected.get("errors")
        needed = frozenset(state.resolved) if complete else None
        return Judge(lambda answer: differences(answer, expected), needed)

    def hidden(self, case: Case) -> Hidden | None:
        """Which fields are pruned: none here."""
        return None

    def _split_of(self, universe: Universe) -> Split:
        if self._split is None or self._split.key != (universe.objects, universe.abstracts):
            self._split = Split.of(universe, self._compose)
        return self._split

    def shrunk(self, case: Case) -> Failure:
        """The smallest case that fails in the same way."""
        kind = _kind(self.problems(case))

        def fails(smaller: Case) -> bool:
            return _kind(self.problems(smaller)) == kind

        small = shrink(case, fails)
        return Failure(small, tuple(self.problems(small)))


def _kind(problems: list[str]) -> str:
    """The sort of a failure: shrinking must not slide into another one."""
    if not problems:
        return ""
    first = problems[0]
    for word in ("AssertionError: invalid request", "AssertionError", "violation", "instead of"):
        if word in first:
            return word
    return first.split(":", 1)[0]


def run(seed: int, operations: int, runner: Runner) -> Iterator[Case]:
    """The failing cases of a seed."""
    for case in cases_of(seed, operations):
        if runner.problems(case):
            yield case
