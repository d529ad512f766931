"""``@key`` selects fields of its type; on interfaces only since federation 2.3.

Source: federation specification, ``@key``.
"""

from collections.abc import Iterator

from gateway.federation.errors import CompositionError, ErrorCode
from gateway.federation.rules.field_sets import KEY, check_field_set
from gateway.federation.rules.view import SubgraphView
from gateway.federation.subgraph.model import TypeKind, specified


def check_keys(view: SubgraphView) -> Iterator[CompositionError]:
    """Check every key of a subgraph."""
    for definition in view.subgraph.composite_types():
        for key in specified(definition.directives, "key"):
            on_interface = definition.kind is TypeKind.INTERFACE
            if on_interface and view.subgraph.version < (2, 3):
                yield CompositionError(
                    ErrorCode.KEY_UNSUPPORTED_ON_INTERFACE,
                    f'@key on interface "{definition.name}" needs federation 2.3',
                    (definition.name,),
                )
            yield from check_field_set(view, KEY, key, definition.name, definition.name)
