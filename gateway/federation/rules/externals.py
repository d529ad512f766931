"""``@external`` fields are used by something and are no fields of interfaces.

Source: federation specification, ``@external``.
"""

from collections.abc import Iterator

from gateway.federation.errors import CompositionError, ErrorCode
from gateway.federation.rules.view import SubgraphView
from gateway.federation.subgraph.model import TypeKind


def check_external_on_interfaces(view: SubgraphView) -> Iterator[CompositionError]:
    """Report external fields of interfaces."""
    for definition in view.subgraph.composite_types():
        if definition.kind is not TypeKind.INTERFACE:
            continue
        for name in definition.fields:
            coordinate = f"{definition.name}.{name}"
            if coordinate in view.facts.external:
                yield CompositionError(
                    ErrorCode.EXTERNAL_ON_INTERFACE,
                    f'Interface field "{coordinate}" cannot be @external',
                    (coordinate,),
                )


def check_external_used(view: SubgraphView) -> Iterator[CompositionError]:
    """Report external fields that nothing uses."""
    for definition in view.subgraph.composite_types():
        for name in definition.fields:
            coordinate = f"{definition.name}.{name}"
            if coordinate in view.facts.external and coordinate not in view.facts.used:
                yield CompositionError(
                    ErrorCode.EXTERNAL_UNUSED,
                    f'Field "{coordinate}" is @external but no @key, @requires, @provides,'
                    " @fromContext or interface uses it",
                    (coordinate,),
                )
