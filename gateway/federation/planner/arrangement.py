"""Orders a plan's nodes: Sequence only where one needs another's data, Parallel else."""

from collections.abc import Sequence as Items
from dataclasses import dataclass

from gateway.federation.plan import ConditionNode, Parallel, PlanNode, Sequence
from gateway.federation.selection import Condition


@dataclass(frozen=True, slots=True, eq=False)
class Task:
    """A node and the tasks that must be done before it, transitive ones removed."""

    node: PlanNode
    needs: tuple["Task", ...]


def direct(needs: Items[Task]) -> tuple[Task, ...]:
    """Returns those needs that do not follow from others."""
    implied: set[Task] = set()
    for need in needs:
        _add_implied(need, implied)
    return tuple(dict.fromkeys(need for need in needs if need not in implied))


def _add_implied(task: Task, implied: set[Task]) -> None:
    for need in task.needs:
        if need not in implied:
            implied.add(need)
            _add_implied(need, implied)


def arrange(tasks: Items[Task]) -> PlanNode | None:
    """Returns the tree of all tasks.

    A task that needs one other only follows it directly, so that branches do not wait for each
    other; what needs several waits for all that stand beside each other before it. Where that
    makes the plan longer than its longest chain of needs, the tasks are put level by level
    instead.

    Args:
        tasks: In an order in which needs come first.
    """
    if not tasks:
        return None
    by_branch = _sequence(_process(list(tasks)))
    levels = _levels(tasks)
    if _length(by_branch) <= len(levels):
        return by_branch
    return _sequence([_parallel([task.node for task in level]) for level in levels])


def _levels(tasks: Items[Task]) -> list[list[Task]]:
    levels: list[list[Task]] = []
    level_of: dict[Task, int] = {}
    for task in tasks:
        level = 1 + max((level_of[need] for need in task.needs), default=-1)
        level_of[task] = level
        levels.extend([] for _ in range(level + 1 - len(levels)))
        levels[level].append(task)
    return levels


def _length(node: PlanNode) -> int:
    """Returns how many fetches and guards run one after the other at most."""
    match node:
        case Sequence(nodes):
            return sum(_length(child) for child in nodes)
        case Parallel(nodes):
            return max(_length(child) for child in nodes)
        case ConditionNode(_, child):
            return _length(child)
        case _:
            return 1


def _process(tasks: list[Task]) -> list[PlanNode]:
    """Arranges tasks as a list of nodes that run one after the other."""
    inside = set(tasks)
    ready = [t for t in tasks if not any(need in inside for need in t.needs)]
    rest = [t for t in tasks if t not in set(ready)]
    branches: list[PlanNode] = []
    for task in ready:
        own = _only_below(task, rest)
        rest = [t for t in rest if t not in own]
        below = [t for t in tasks if t in own]
        branches.append(_sequence([task.node, *_process(below)] if below else [task.node]))
    nodes = [_parallel(branches)] if branches else []
    if rest:
        nodes.extend(_process(rest))
    return nodes


def _only_below(root: Task, tasks: list[Task]) -> set[Task]:
    """Returns the tasks that need nothing outside the branch of ``root``."""
    branch = {root}
    inside = set(tasks)
    for task in tasks:
        if all(need in branch or need not in inside for need in task.needs) and any(
            need in branch for need in task.needs
        ):
            others = [need for need in task.needs if need not in branch]
            if not others:
                branch.add(task)
    return branch - {root}


def _sequence(nodes: list[PlanNode]) -> PlanNode:
    flat: list[PlanNode] = []
    for node in nodes:
        flat.extend(node.nodes if isinstance(node, Sequence) else [node])
    joined: list[PlanNode] = []
    for node in flat:
        last = joined[-1] if joined else None
        if (
            isinstance(node, ConditionNode)
            and isinstance(last, ConditionNode)
            and node.condition == last.condition
        ):
            joined[-1] = ConditionNode(node.condition, _sequence([last.node, node.node]))
        else:
            joined.append(node)
    return joined[0] if len(joined) == 1 else Sequence(tuple(joined))


def _parallel(nodes: list[PlanNode]) -> PlanNode:
    flat: list[PlanNode] = []
    for node in nodes:
        flat.extend(node.nodes if isinstance(node, Parallel) else [node])
    joined: list[PlanNode] = []
    places: dict[Condition, int] = {}
    for node in flat:
        if not isinstance(node, ConditionNode):
            joined.append(node)
            continue
        place = places.setdefault(node.condition, len(joined))
        if place == len(joined):
            joined.append(node)
        else:
            last = joined[place]
            assert isinstance(last, ConditionNode)  # noqa: S101 - placed above
            joined[place] = ConditionNode(node.condition, _parallel([last.node, node.node]))
    return joined[0] if len(joined) == 1 else Parallel(tuple(joined))


def in_series(nodes: Items[PlanNode]) -> PlanNode | None:
    """Returns nodes that run strictly one after the other (root fields of a mutation)."""
    return _sequence(list(nodes)) if nodes else None
