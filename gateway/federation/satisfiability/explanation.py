"""Saying which query cannot be answered, and what was tried in each subgraph."""

from collections.abc import Iterator
from dataclasses import dataclass

from gateway.federation.rules.view import MergedView
from gateway.federation.satisfiability.graph import Node, SubgraphIndex
from gateway.federation.satisfiability.resolution import Nodes
from gateway.federation.subgraph.field_sets import TYPENAME, field_set_text
from gateway.federation.subgraph.model import (
    Field,
    TypeDefinition,
    TypeKind,
    is_resolvable,
    specified,
)
from gateway.federation.subgraph.type_reference import TypeReference

_LEAVES = {"Int": "0", "Float": "0.0", "String": '""', "ID": '""', "Boolean": "false"}


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a path: a field, or a type condition.

    Attributes:
        before: The steps before it.
        field: The field's name.
        condition: The type condition's name.
    """

    before: "Step | None"
    field: str | None
    condition: str | None


def witness(view: MergedView, last: Step) -> str:
    """The query that ends in the given step, with a value for every required argument."""
    steps = list(_steps(last))[::-1]
    root = next(
        r
        for r in ("Query", "Mutation", "Subscription")
        if r in view.types and _leads_from(view, r, steps)
    )
    lines = [f"{root.lower()} {{"]
    parent = root
    indent = "  "
    for step in steps:
        if step.condition is not None:
            lines.append(f"{indent}... on {step.condition} {{")
            parent = step.condition
        else:
            text, parent = _field_text(view, parent, step.field or "")
            lines.append(f"{indent}{text}" + (" {" if step is not last or parent else ""))
        indent += "  "
    if parent and parent in view.types and last.field != TYPENAME:
        lines.append(f"{indent}...")
    opened = sum(line.endswith("{") for line in lines)
    lines += ["  " * depth + "}" for depth in reversed(range(opened))]
    return "\n".join(lines)


def _steps(step: Step | None) -> Iterator[Step]:
    while step is not None:
        yield step
        step = step.before


def _leads_from(view: MergedView, root: str, steps: list[Step]) -> bool:
    """Whether the path can begin at the root."""
    name: str | None = root
    for step in steps:
        if step.condition is not None:
            name = step.condition
        elif step.field == TYPENAME:
            name = None
        else:
            definition = view.types.get(name or "")
            declared = definition.fields.get(step.field or "") if definition else None
            if declared is None:
                return False
            name = declared.type.name
    return True


def _field_text(view: MergedView, parent: str, name: str) -> tuple[str, str]:
    """A field with values for its required arguments, and its type if that has fields."""
    definition = view.types.get(parent)
    declared = definition.fields.get(name) if definition is not None else None
    if declared is None:
        return name, ""
    arguments = ", ".join(
        f"{a.name}: {_value(view, a.type)}" for a in declared.arguments.values() if a.is_required
    )
    target = view.types.get(declared.type.name)
    composite = target is not None and target.is_composite
    return (
        name + (f"({arguments})" if arguments else ""),
        declared.type.name if composite else "",
    )


def _value(view: MergedView, reference: TypeReference) -> str:
    """Some valid value of the type."""
    if reference.is_list:
        return "[]"
    definition = view.types.get(reference.name)
    if definition is not None and definition.kind is TypeKind.ENUM:
        return next(iter(definition.values), "null")
    if definition is not None and definition.kind is TypeKind.INPUT:
        inner = ", ".join(
            f"{f.name}: {_value(view, f.type)}"
            for f in definition.fields.values()
            if f.is_required
        )
        return f"{{{inner}}}"
    return _LEAVES.get(reference.name, '""')


def explain(index: SubgraphIndex, type_name: str, held: Nodes, name: str) -> list[str]:
    """What was tried: in each subgraph that holds the object, and by moving to others."""
    lines = []
    tried = {n.subgraph for n in held}
    for node in sorted(held, key=lambda n: (n.subgraph, n.type_name)):
        lines.append(f'- from subgraph "{index.names[node.subgraph]}":')
        lines.append(f"  - {_why_not_here(index, node, type_name, name)}.")
    for other, definition in _others(index, type_name, name, tried):
        why = _why_not_entered(definition)
        lines.append(f'- subgraph "{index.names[other]}" has "{type_name}.{name}", but {why}.')
    return lines


def _why_not_here(index: SubgraphIndex, node: Node, type_name: str, name: str) -> str:
    where = f'"{type_name}.{name}"'
    if name == TYPENAME:
        return (
            f'"{node.type_name}" is an @interfaceObject, so it does not know the concrete type,'
            " and no subgraph with the interface can be entered by a key of it"
        )
    offer = index.offer(node.subgraph, node.type_name, name)
    declared = index.definition(node).fields.get(name)
    if declared is None:
        return f"it does not have field {where}"
    if offer is None:
        return f"field {where} is overridden by another subgraph"
    if offer.external:
        return f"field {where} is @external and not provided on this path"
    if offer.requires is not None:
        return (
            f'the @requires(fields: "{field_set_text(offer.requires)}") of field {where} cannot'
            " be met"
        )
    return f"a context that field {where} takes a value from is not set on this path"


def _others(
    index: SubgraphIndex, type_name: str, name: str, tried: set[int]
) -> Iterator[tuple[int, TypeDefinition]]:
    interfaces = index.view.types[type_name].interfaces
    for number, view in enumerate(index.view.subgraphs):
        for known in (type_name, *interfaces):
            definition = view.subgraph.types.get(known)
            if definition is None or number in tried or definition.kind is TypeKind.UNION:
                continue
            field: Field | None = definition.fields.get(name)
            if field is not None and f"{known}.{name}" not in view.facts.external:
                yield number, definition
                break


def _why_not_entered(definition: TypeDefinition) -> str:
    keys = specified(definition.directives, "key")
    if not keys:
        return f'type "{definition.name}" has no @key there'
    if not any(is_resolvable(k) for k in keys):
        return f'no @key of type "{definition.name}" is resolvable there'
    texts = [f'"{k.text("fields")}"' for k in keys if is_resolvable(k)]
    return f"none of its keys ({', '.join(texts)}) can be had from the subgraphs above"
