"""``@cost`` stands on concrete types; ``@listSize`` on lists, naming what exists.

Source: cost specification v0.1.
"""

from collections.abc import Iterator

from gateway.federation.errors import CompositionError, ErrorCode
from gateway.federation.rules.view import SubgraphView
from gateway.federation.subgraph.model import (
    Directive,
    Field,
    Subgraph,
    TypeKind,
    has_specified,
    specified,
)
from gateway.federation.subgraph.values import int_value, strings


def check_costs(view: SubgraphView) -> Iterator[CompositionError]:
    """Check ``@cost`` and ``@listSize`` of a subgraph."""
    for definition in view.subgraph.composite_types():
        for field in definition.fields.values():
            where = f"{definition.name}.{field.name}"
            if definition.kind is TypeKind.INTERFACE and has_specified(field.directives, "cost"):
                yield CompositionError(
                    ErrorCode.COST_APPLIED_TO_INTERFACE_FIELD,
                    f'@cost cannot stand on interface field "{where}"',
                    (where,),
                )
            for size in specified(field.directives, "listSize"):
                for code, message in _check_size(view.subgraph, field, size):
                    yield CompositionError(code, f'@listSize on "{where}": {message}', (where,))


def _check_size(
    subgraph: Subgraph, field: Field, size: Directive
) -> Iterator[tuple[ErrorCode, str]]:
    sized = strings(size.arguments.get("sizedFields"))
    if not sized and not field.type.is_list:
        yield ErrorCode.LIST_SIZE_APPLIED_TO_NON_LIST, "the field is not a list"
    assumed = int_value(size.arguments.get("assumedSize"))
    if assumed is not None and assumed < 0:
        yield ErrorCode.LIST_SIZE_INVALID_ASSUMED_SIZE, "the assumed size is negative"
    for name in strings(size.arguments.get("slicingArguments")):
        argument = field.arguments.get(name)
        if argument is None or str(argument.type.nullable) != "Int":
            yield (
                ErrorCode.LIST_SIZE_INVALID_SLICING_ARGUMENT,
                f'slicing argument "{name}" is not an argument of type Int',
            )
    target = subgraph.types.get(field.type.name)
    if sized and (target is None or not target.is_composite):
        yield ErrorCode.LIST_SIZE_INVALID_SIZED_FIELD, f'"{field.type}" has no fields'
        return
    for name in sized:
        inner = target.fields.get(name) if target is not None else None
        if inner is None:
            yield ErrorCode.LIST_SIZE_INVALID_SIZED_FIELD, f'there is no field "{name}"'
        elif not inner.type.is_list:
            yield ErrorCode.LIST_SIZE_APPLIED_TO_NON_LIST, f'field "{name}" is not a list'
