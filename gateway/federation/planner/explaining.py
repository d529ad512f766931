"""The planner's intermediate stages as text, for those who ask why a plan is as it is."""

from collections.abc import Iterable

from gateway.federation.plan_printing import print_path
from gateway.federation.planner.choices import (
    FieldChoice,
    HopChoice,
    ObjectChoice,
    PlaceChoice,
)
from gateway.federation.planner.scheduling import Batch
from gateway.federation.planner.units import Unit
from gateway.federation.supergraph.field_sets import print_field_set

_INDENT = "  "


def print_choice(choice: ObjectChoice) -> str:
    """Prints where the search has each field resolved, and by which hops."""
    return "\n".join(_object(choice))


def _object(choice: ObjectChoice) -> list[str]:
    lines = [line for item in choice.local for line in _field(item)]
    for hop in choice.hops:
        lines.append(_hop(hop))
        lines.extend(_indented(line for item in hop.fields for line in _field(item)))
    return lines


def _hop(hop: HopChoice) -> str:
    if hop.level == 0:
        return f"start in {hop.site.subgraph}"
    key = print_field_set(hop.move.selections) or "re-entry"
    via = ", ".join(inner.site.subgraph for inner in hop.key.hops)
    parts = [f"hop {hop.level} to {hop.site.type_name} in {hop.site.subgraph} by {key}"]
    if via:
        parts.append(f"through {via}")
    if hop.required:
        parts.append(f"with {print_field_set(hop.required)}")
    if hop.contexts:
        parts.append("with " + ", ".join(context.context for context in hop.contexts))
    if hop.guarded:
        parts.append("after the guard")
    return ", ".join(parts)


def _field(item: FieldChoice) -> list[str]:
    name = item.field.name
    if item.field.response_name != name:
        name = f"{item.field.response_name}: {name}"
    return [name, *_indented(_place(item.child))] if item.child is not None else [name]


def _place(choice: PlaceChoice) -> list[str]:
    if list(choice.objects) == [choice.site.type_name]:
        lines = _object(choice.objects[choice.site.type_name])
    else:
        lines = []
        for type_name, found in choice.objects.items():
            inner = _object(found)
            if inner:
                lines.extend([f"... on {type_name}", *_indented(inner)])
    if choice.reentry is not None:
        hop, then = choice.reentry
        lines.extend([_hop(hop) + ", to find the concrete type", *_indented(_place(then))])
    return lines


def print_batches(batches: Iterable[Batch]) -> str:
    """Prints the fetch graph: what goes together in one request, and what it waits for."""
    batches = list(batches)
    numbers = {id(batch): number for number, batch in enumerate(batches)}
    lines: list[str] = []
    for batch in batches:
        needs = ", ".join(str(numbers[id(need)]) for need in batch.needs)
        after = f" after {needs}" if needs else ""
        lines.append(f"{numbers[id(batch)]}: {batch.subgraph}, level {batch.level}{after}")
        lines.extend(_indented(_unit(unit) for unit in batch.units))
    return "\n".join(lines)


def _unit(unit: Unit) -> str:
    fields = " ".join(item.response_name for item in unit.output.fields)
    if unit.place is None:
        return fields
    what = "re-entry" if unit.reentry else unit.target
    return f"{what} at {print_path(unit.place.path)}: {fields}"


def _indented(lines: Iterable[str]) -> list[str]:
    return [_INDENT + line for line in lines]
