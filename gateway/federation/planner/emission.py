"""Makes selection sets of outputs."""

from gateway.federation.plan import TYPENAME_KEY
from gateway.federation.planner.units import Output, OutputField
from gateway.federation.query_graph.graph import QueryGraph
from gateway.federation.selection import (
    Condition,
    Field,
    GroupRequirement,
    InlineFragment,
    Selection,
    SelectionSet,
)
from gateway.federation.supergraph.model import TypeKind

_TYPENAME = Field(TYPENAME_KEY, "__typename")


def emit(graph: QueryGraph, output: Output) -> SelectionSet:
    """Returns the selection set of an output.

    Fields that all concrete types need stand on the abstract type itself where its subgraph has
    them there; the others stand under the concrete types.
    """
    found: list[Selection] = []
    if output.typename or not output.fields:
        found.append(_TYPENAME)
    type_ = graph.type(output.site.subgraph, output.site.type_name)
    abstract = type_ is not None and type_.kind in {TypeKind.INTERFACE, TypeKind.UNION}
    run: list[Field] = []
    run_types: frozenset[str] = frozenset()
    for field in output.fields:
        if abstract and not is_common(graph, output, field):
            if run and run_types != field.types:
                found.extend(_fragments(run, run_types))
                run = []
            run_types = field.types
            run.append(_field(graph, field))
            continue
        found.extend(_fragments(run, run_types))
        run = []
        found.append(_field(graph, field))
    found.extend(_fragments(run, run_types))
    return tuple(found)


def is_common(graph: QueryGraph, output: Output, field: OutputField) -> bool:
    """Tells whether a field can stand on the output's type itself, abstract as it may be."""
    if field.types != output.types:
        return False
    if field.name == "__typename":
        return True
    site = output.site
    known = graph.field(site.subgraph, site.type_name, field.name)
    if known is None or not graph.takes(site.type_name, field.name, field.arguments):
        return False
    return field.child is None or known.type_name == field.child.site.type_name


def _field(graph: QueryGraph, field: OutputField) -> Field:
    return Field(
        response_name=field.response_name,
        name=field.name,
        arguments=field.arguments,
        selections=emit(graph, field.child) if field.child is not None else (),
        conditions=field.conditions,
        output_name=field.output_name,
        requirements=tuple(
            GroupRequirement(guard.number, group) for guard, group in field.requirements
        ),
    )


def _fragments(fields: list[Field], types: frozenset[str]) -> list[InlineFragment]:
    return [InlineFragment(name, tuple(fields)) for name in sorted(types)] if fields else []


def common_conditions(selections: SelectionSet) -> tuple[Condition, ...]:
    """Returns the conditions that every field of a selection set has."""
    found: tuple[Condition, ...] | None = None
    for selection in selections:
        if isinstance(selection, Field):
            own = selection.conditions
        else:
            own = common_conditions(selection.selections)
        found = own if found is None else tuple(c for c in found if c in own)
    return found or ()


def without_conditions(
    selections: SelectionSet, conditions: tuple[Condition, ...]
) -> SelectionSet:
    """Returns the selections with conditions removed that are checked elsewhere."""
    if not conditions:
        return selections
    found: list[Selection] = []
    for selection in selections:
        if isinstance(selection, Field):
            rest = tuple(c for c in selection.conditions if c not in conditions)
            found.append(
                Field(
                    selection.response_name,
                    selection.name,
                    selection.arguments,
                    selection.selections,
                    rest,
                    selection.requirements,
                    selection.output_name,
                )
            )
        else:
            inner = without_conditions(selection.selections, conditions)
            found.append(InlineFragment(selection.type_condition, inner))
    return tuple(found)


def variables_in(selections: SelectionSet) -> set[str]:
    """Returns the names of the variables that a selection set uses, conditions included."""
    found: set[str] = set()
    for selection in selections:
        if isinstance(selection, Field):
            for argument in selection.arguments:
                found.update(argument.variables)
        found.update(condition.variable for condition in selection.conditions)
        found |= variables_in(selection.selections)
    return found
