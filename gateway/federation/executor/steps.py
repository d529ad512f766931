"""The leaves of a plan in their order: what must be done before what.

The tree of Sequence and Parallel is flattened once into steps that know how many others they wait
for, so that at run time finishing a step is a matter of counting down.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from gateway.federation.executor.conditions import holds, resolve_fetch
from gateway.federation.plan import (
    ConditionNode,
    Fetch,
    Flatten,
    Guard,
    Parallel,
    Path,
    PlanNode,
    Sequence,
)


@dataclass(slots=True)
class Step:
    """One fetch or one guard of a plan.

    Attributes:
        index: Its number in the list of steps.
        fetch: The fetch, conditions resolved; ``None`` for guards.
        paths: Where the fetch's objects stand; ``None`` for root fetches.
        guard: The guard; ``None`` for fetches.
        waits_for: Number of steps that must be done before.
        successors: Numbers of the steps that wait for this one.
    """

    index: int
    fetch: Fetch | None = None
    paths: tuple[Path, ...] | None = None
    guard: Guard | None = None
    waits_for: int = 0
    successors: list[int] = field(default_factory=list)


def steps_of(node: PlanNode | None, values: Mapping[str, bool]) -> list[Step]:
    """Return the steps of a plan under the condition variables' ``values``, in plan order."""
    builder = _Builder(values)
    if node is not None:
        builder.add(node, [])
    return builder.steps


class _Builder:
    def __init__(self, values: Mapping[str, bool]) -> None:
        self._values = values
        self.steps: list[Step] = []

    def add(self, node: PlanNode, before: list[int]) -> list[int]:
        """Add a node that starts when all of ``before`` are done; return what ends it."""
        match node:
            case Sequence(nodes):
                for child in nodes:
                    before = self.add(child, before)
                return before
            case Parallel(nodes):
                ends = [end for child in nodes for end in self.add(child, before)]
                return list(dict.fromkeys(ends)) or before
            case ConditionNode(condition, child):
                return self.add(child, before) if holds((condition,), self._values) else before
            case Guard():
                return self._leaf(Step(len(self.steps), guard=node), before)
            case Flatten(paths, fetch):
                return self._fetch(fetch, paths, before)
            case Fetch():
                return self._fetch(node, None, before)

    def _fetch(self, fetch: Fetch, paths: tuple[Path, ...] | None, before: list[int]) -> list[int]:
        resolved = resolve_fetch(fetch, self._values)
        if resolved is None:
            return before
        return self._leaf(Step(len(self.steps), fetch=resolved, paths=paths), before)

    def _leaf(self, step: Step, before: list[int]) -> list[int]:
        step.waits_for = len(before)
        for index in before:
            self.steps[index].successors.append(step.index)
        self.steps.append(step)
        return [step.index]
