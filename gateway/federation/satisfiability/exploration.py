"""Walking all paths of the API schema, each position once per distinct way of being held.

A position is a merged type together with where its object can be had. A position that was already
walked while held in fewer places need not be walked again: whatever could be had then can be had
now. So the walk ends, and what it costs does not depend on how many paths lead to a type.

Source: federation specification, "Satisfiability".
"""

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product

from gateway.federation.errors import CompositionError, CompositionHint, ErrorCode
from gateway.federation.rules.view import MergedView
from gateway.federation.satisfiability.explanation import Step, explain, witness
from gateway.federation.satisfiability.graph import (
    ROOT_TYPES,
    SubgraphIndex,
    is_abstract,
    is_visible,
    override_labels,
)
from gateway.federation.satisfiability.resolution import (
    Budget,
    BudgetExceededError,
    Nodes,
    Resolver,
)
from gateway.federation.satisfiability.runtime_types import RuntimeTypes, compare_runtime_types
from gateway.federation.subgraph.field_sets import TYPENAME

DEFAULT_BUDGET = 2_000_000
"""Steps after which the walk gives up; ordinary graphs take some thousands."""

_MANY_LABELS = 4


@dataclass(frozen=True, slots=True)
class Satisfiability:
    """What the walk found."""

    errors: tuple[CompositionError, ...] = ()
    hints: tuple[CompositionHint, ...] = ()


@dataclass(frozen=True, slots=True)
class Position:
    """An object on a path of the API schema.

    Attributes:
        type_name: Its merged type.
        nodes: Where it is held.
        contexts: Contexts that the objects above it have set.
        path: The steps that lead to it.
    """

    type_name: str
    nodes: Nodes
    contexts: frozenset[str]
    path: Step | None


@dataclass(slots=True)
class _Walk:
    index: SubgraphIndex
    resolver: Resolver
    queue: deque[Position] = field(default_factory=deque)
    seen: dict[str, list[tuple[Nodes, frozenset[str]]]] = field(default_factory=dict)
    errors: dict[str, CompositionError] = field(default_factory=dict)
    runtime: RuntimeTypes = field(default_factory=RuntimeTypes)

    def run(self) -> None:
        for name in ROOT_TYPES:
            if name in self.index.view.types:
                self._visit(Position(name, self.resolver.closure(name, ()), frozenset(), None))
        while self.queue:
            self._explore(self.queue.popleft())

    def _visit(self, position: Position) -> None:
        """Queue a position unless it was seen held in no more places."""
        nodes = self._of_known_type(position.type_name, position.nodes)
        held = self.resolver.closure(position.type_name, nodes)
        contexts = position.contexts
        known = self.seen.setdefault(position.type_name, [])
        if any(n <= held and c <= contexts for n, c in known):
            return
        known.append((held, contexts))
        self.queue.append(Position(position.type_name, held, contexts, position.path))

    def _of_known_type(self, type_name: str, nodes: Nodes) -> Nodes:
        """Leave out where nobody can tell the concrete type, if it is known elsewhere.

        What only such a place resolves cannot be had together with the type.
        """
        telling = frozenset(
            node
            for node in nodes
            if not all(
                self.index.abstracts(n)
                for n in self.resolver.closure(type_name, frozenset({node}))
            )
        )
        return telling or nodes

    def _set_here(self, type_name: str, held: Nodes) -> frozenset[str]:
        return frozenset(
            s.context
            for s in self.index.setters(type_name)
            if all(self.resolver.can_select(type_name, held, x) for x in s.selections)
        )

    def _explore(self, position: Position) -> None:
        definition = self.index.view.types[position.type_name]
        if is_abstract(definition):
            self._explore_abstract(position)
            return
        below = position.contexts | self._set_here(position.type_name, position.nodes)
        for merged in definition.fields.values():
            if not is_visible(merged):
                continue
            found = self.resolver.resolved(
                position.type_name, position.nodes, merged.name, position.contexts
            )
            step = Step(position.path, merged.name, None)
            if not found:
                self._fail(position, merged.name, step)
                continue
            target = self.index.view.types.get(merged.type.name)
            if target is not None and target.is_composite:
                compare_runtime_types(
                    self.runtime, self.index, position.type_name, merged, found, step
                )
                self._visit(Position(target.name, found, below, step))

    def _explore_abstract(self, position: Position) -> None:
        if all(self.index.abstracts(n) for n in position.nodes):
            step = Step(position.path, TYPENAME, None)
            self._fail(position, TYPENAME, step)
            return
        for concrete, held in self.resolver.concrete(position.type_name, position.nodes):
            if is_visible(self.index.view.types[concrete]):
                step = Step(position.path, None, concrete)
                self._visit(Position(concrete, held, position.contexts, step))

    def _fail(self, position: Position, name: str, step: Step) -> None:
        query = witness(self.index.view, step)
        reasons = explain(self.index, position.type_name, position.nodes, name)
        message = "\n".join(
            [
                "The subgraphs cannot answer this query of the supergraph's API:",
                query,
                "because:",
                *reasons,
            ]
        )
        self.errors.setdefault(
            query,
            CompositionError(
                ErrorCode.SATISFIABILITY_ERROR,
                message,
                (f"{position.type_name}.{name}",),
                tuple(self.index.names[i] for i in sorted({n.subgraph for n in position.nodes})),
            ),
        )


def check_satisfiability(view: MergedView, steps: int = DEFAULT_BUDGET) -> Satisfiability:
    """Check that every query of the API schema can be answered.

    Args:
        view: The subgraphs and what they were merged into.
        steps: The budget; where it ends there is an error instead of an answer.
    """
    errors: dict[str, CompositionError] = {}
    runtime = RuntimeTypes()
    budget = Budget(steps)
    try:
        for labels in _label_assignments(override_labels(view)):
            index = SubgraphIndex(view, labels)
            walk = _Walk(index, Resolver(index, budget), runtime=runtime)
            walk.run()
            errors = {**walk.errors, **errors}
    except BudgetExceededError:
        return Satisfiability(
            (
                CompositionError(
                    ErrorCode.MAX_VALIDATION_SUBGRAPH_PATHS_EXCEEDED,
                    f"The check of all queries was given up after {steps} steps",
                ),
            )
        )
    return Satisfiability((*errors.values(), *runtime.errors), tuple(runtime.hints))


def _label_assignments(labels: tuple[str, ...]) -> Iterator[Mapping[str, bool]]:
    """Which labels hold: all combinations of a few; for many, all, none, and each apart."""
    if len(labels) <= _MANY_LABELS:
        for values in product((True, False), repeat=len(labels)):
            yield dict(zip(labels, values, strict=True))
        return
    yield dict.fromkeys(labels, True)
    yield dict.fromkeys(labels, False)
    for label in labels:
        yield {x: x == label for x in labels}
        yield {x: x != label for x in labels}
