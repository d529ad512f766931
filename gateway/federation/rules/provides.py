"""``@provides`` selects external fields of the type that the field returns.

Source: federation specification, ``@provides``.
"""

from collections.abc import Iterator

from gateway.federation.errors import CompositionError, ErrorCode
from gateway.federation.rules.field_sets import PROVIDES, check_field_set
from gateway.federation.rules.view import SubgraphView
from gateway.federation.subgraph.model import Directive, Field, TypeDefinition, TypeKind, specified


def check_provides(view: SubgraphView) -> Iterator[CompositionError]:
    """Check every ``@provides`` of a subgraph."""
    for definition in view.subgraph.composite_types():
        for field in definition.fields.values():
            for provides in specified(field.directives, "provides"):
                yield from _check(view, definition, field, provides)


def _check(
    view: SubgraphView, definition: TypeDefinition, field: Field, provides: Directive
) -> Iterator[CompositionError]:
    where = f"{definition.name}.{field.name}"
    target = view.subgraph.types.get(field.type.name)
    if where in view.facts.external:
        yield CompositionError(
            ErrorCode.EXTERNAL_COLLISION_WITH_ANOTHER_DIRECTIVE,
            f'Field "{where}" cannot be @external and have @provides',
            (where,),
        )
    elif target is None or not target.is_composite:
        yield CompositionError(
            ErrorCode.PROVIDES_ON_NON_OBJECT_FIELD,
            f'@provides on field "{where}" has nothing to select: its type is "{field.type}"',
            (where,),
        )
    else:
        if definition.kind is TypeKind.INTERFACE:
            yield CompositionError(
                ErrorCode.PROVIDES_UNSUPPORTED_ON_INTERFACE,
                f'@provides cannot stand on interface field "{where}"',
                (where,),
            )
        yield from check_field_set(view, PROVIDES, provides, field.type.name, where)
