"""An ``@interfaceObject`` is an entity.

Source: federation specification 2.3, ``@interfaceObject``.
"""

from collections.abc import Iterator

from gateway.federation.errors import CompositionError, ErrorCode
from gateway.federation.rules.view import SubgraphView
from gateway.federation.subgraph.model import is_entity, is_interface_object


def check_interface_objects_have_keys(view: SubgraphView) -> Iterator[CompositionError]:
    """Report interface objects without key."""
    for definition in view.subgraph.types.values():
        if is_interface_object(definition) and not is_entity(definition):
            yield CompositionError(
                ErrorCode.INTERFACE_OBJECT_USAGE_ERROR,
                f'Type "{definition.name}" is an @interfaceObject but has no @key',
                (definition.name,),
            )
