"""``@requires`` selects external fields of the type that bears the field.

Source: federation specification, ``@requires``.
"""

from collections.abc import Iterator

from gateway.federation.errors import CompositionError, ErrorCode
from gateway.federation.rules.field_sets import REQUIRES, check_field_set
from gateway.federation.rules.view import SubgraphView
from gateway.federation.subgraph.model import TypeKind, specified


def check_requires(view: SubgraphView) -> Iterator[CompositionError]:
    """Check every ``@requires`` of a subgraph."""
    for definition in view.subgraph.composite_types():
        for field in definition.fields.values():
            where = f"{definition.name}.{field.name}"
            for requires in specified(field.directives, "requires"):
                if definition.kind is TypeKind.INTERFACE:
                    yield CompositionError(
                        ErrorCode.REQUIRES_UNSUPPORTED_ON_INTERFACE,
                        f'@requires cannot stand on interface field "{where}"',
                        (where,),
                    )
                yield from check_field_set(view, REQUIRES, requires, definition.name, where)
