"""The printed form of a query plan that the field knows.

Source: the ``QueryPlan { … }`` text of Apollo's and other federation gateways.
"""

from typing import assert_never

from gateway.federation.plan import (
    ConditionNode,
    Fetch,
    FieldStep,
    Flatten,
    Guard,
    KeyField,
    KeySelection,
    Parallel,
    Path,
    PlanNode,
    QueryPlan,
    Representation,
    RootFieldSubject,
    Sequence,
)
from gateway.federation.selection import Condition, Field, SelectionSet

_INDENT = "  "


def print_plan(plan: QueryPlan) -> str:
    """Prints a plan as text."""
    if plan.node is None:
        return "QueryPlan {}"
    return "\n".join(["QueryPlan {", *_indented(_node(plan.node)), "}"])


def _indented(lines: list[str]) -> list[str]:
    return [_INDENT + line for line in lines]


def _node(node: PlanNode) -> list[str]:
    match node:
        case Sequence(nodes):
            return _block("Sequence", [_node(child) for child in nodes])
        case Parallel(nodes):
            return _block("Parallel", [_node(child) for child in nodes])
        case ConditionNode(condition, child):
            word = "Include" if condition.wanted else "Skip"
            return _block(f"{word}(if: ${condition.variable})", [_node(child)])
        case Flatten(paths, fetch):
            places = ", ".join(f'"{print_path(path)}"' for path in paths)
            return _block(f"Flatten(path: {places})", [_fetch(fetch, paths[0])])
        case Guard():
            return _guard(node)
        case Fetch():
            return _fetch(node)
    assert_never(node)


def _block(head: str, children: list[list[str]]) -> list[str]:
    lines = [f"{head} {{"]
    for child in children:
        *body, last = child
        lines.extend(_indented([*body, last + ","]))
    return [*lines, "}"]


def print_path(path: Path) -> str:
    """Prints a path: ``users.reviews.author``; type filters in brackets."""
    return ".".join(_step(step) for step in path)


def _step(step: FieldStep) -> str:
    if step.types is None:
        return step.response_name
    return f"{step.response_name}|[{','.join(sorted(step.types))}]"


def _guard(guard: Guard) -> list[str]:
    subject = guard.subject
    if isinstance(subject, RootFieldSubject):
        about = f"{subject.type_name}.{subject.field_name} as {subject.response_name}"
    else:
        paths = ", ".join(print_path(path) for path in subject.paths)
        about = f"{paths} by {'.'.join(subject.source)}"
    return [f'Guard(id: {guard.id}, subject: "{about}", groups: [{", ".join(guard.groups)}])']


def _fetch(fetch: Fetch, path: Path = ()) -> list[str]:
    lines = [f'Fetch(service: "{fetch.subgraph}") {{']
    for context in fetch.contexts:
        place = print_path(path[: context.depth])
        lines.append(f"  # ${context.variable}: {place} by {'.'.join(context.source)}")
    if fetch.selections:
        lines.extend(_indented(["{", *_indented(_selections(fetch.selections)), "}"]))
    for item in fetch.representations:
        lines.extend(_indented(_representation(item)))
    return [*lines, "}"]


def _representation(item: Representation) -> list[str]:
    typename = (
        "__typename" if item.typename_source is None else f"__typename: {item.typename_source}"
    )
    head = "".join(f" @{_condition(c)}" for c in item.conditions)
    return [
        "{",
        f"  ... on {item.type_name} {{",
        *_indented(_indented([typename, *_keys(item.fields)])),
        "  }",
        "} =>",
        "{",
        f"  ... on {item.type_name}{head} {{",
        *_indented(_indented(_selections(item.selections))),
        "  }",
        "}",
    ]


def _keys(keys: tuple[KeySelection, ...]) -> list[str]:
    lines: list[str] = []
    for key in keys:
        if isinstance(key, KeyField):
            head = key.name if key.source == key.name else f"{key.name}: {key.source}"
            inner = key.selections
        else:
            head = f"... on {key.type_condition}"
            inner = key.selections
        lines.extend([head] if inner is None else [f"{head} {{", *_indented(_keys(inner)), "}"])
    return lines


def _condition(condition: Condition) -> str:
    return f"{'include' if condition.wanted else 'skip'}(if: ${condition.variable})"


def _selections(selections: SelectionSet) -> list[str]:
    lines: list[str] = []
    for selection in selections:
        if isinstance(selection, Field):
            head = _field(selection)
        else:
            head = f"... on {selection.type_condition}"
        head += "".join(f" @{_condition(c)}" for c in selection.conditions)
        note = ""
        if isinstance(selection, Field) and selection.requirements:
            asked = ", ".join(f"{r.guard}:{r.group}" for r in selection.requirements)
            note = f"  # requires {asked}"
        if selection.selections:
            lines.extend([f"{head} {{{note}", *_indented(_selections(selection.selections)), "}"])
        else:
            lines.append(head + note)
    return lines


def _field(field: Field) -> str:
    head = field.name
    if field.response_name != field.name:
        head = f"{field.response_name}: {field.name}"
    if field.output_name is not None:
        head = f"{field.output_name} <- {head}"
    if field.arguments:
        given = ", ".join(f"{argument.name}: {argument.text}" for argument in field.arguments)
        head += f"({given})"
    return head
