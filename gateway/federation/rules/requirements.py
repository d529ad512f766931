"""Requirements on the caller stand on what is resolved and name somebody who may pass.

A requirement on an interface would not hold for readers of its implementations, so it is refused.
An empty list of scopes or policies is refused too: whether it lets everybody or nobody pass would
be a guess. Source: federation specification 2.5 and 2.6.
"""

from collections.abc import Iterator

from graphql import ConstValueNode, ValueNode
from graphql.language import ListValueNode

from gateway.federation.directives import ACCESS_DIRECTIVES
from gateway.federation.errors import CompositionError, ErrorCode
from gateway.federation.rules.view import SubgraphView
from gateway.federation.subgraph.model import (
    Directives,
    TypeDefinition,
    TypeKind,
    is_interface_object,
)
from gateway.federation.subgraph.values import strings

_GROUPS = {"requiresScopes": "scopes", "policy": "policies"}


def check_requirements_not_on_interfaces(view: SubgraphView) -> Iterator[CompositionError]:
    """Report requirements on interfaces, their fields, and interface objects."""
    for definition in view.subgraph.composite_types():
        interface = definition.kind is TypeKind.INTERFACE
        if interface or is_interface_object(definition):
            yield from _refused(definition.name, definition.directives)
        if interface:
            for field in definition.fields.values():
                yield from _refused(f"{definition.name}.{field.name}", field.directives)


def _refused(coordinate: str, directives: Directives) -> Iterator[CompositionError]:
    for directive in directives:
        if directive.specified in ACCESS_DIRECTIVES:
            yield CompositionError(
                ErrorCode.AUTH_REQUIREMENTS_APPLIED_ON_INTERFACE,
                f'@{directive.name} cannot stand on "{coordinate}": put it on the types that'
                " implement the interface",
                (coordinate,),
            )


def check_requirements_not_empty(view: SubgraphView) -> Iterator[CompositionError]:
    """Report requirements without alternatives, or with an empty one."""
    for definition in view.subgraph.types.values():
        for coordinate, directives in _bearers(definition):
            for directive in directives:
                argument = _GROUPS.get(directive.specified or "")
                if argument and _is_empty(directive.arguments.get(argument)):
                    yield CompositionError(
                        ErrorCode.EMPTY_AUTH_REQUIREMENT,
                        f'@{directive.name} on "{coordinate}" has an empty list of {argument}',
                        (coordinate,),
                    )


def _bearers(definition: TypeDefinition) -> Iterator[tuple[str, Directives]]:
    yield definition.name, definition.directives
    for field in definition.fields.values():
        yield f"{definition.name}.{field.name}", field.directives


def _is_empty(node: ConstValueNode | None) -> bool:
    """Whether some alternative names nobody: it is empty, or holds what is no text."""
    if isinstance(node, ListValueNode):
        return not node.values or any(_names_nobody(group) for group in node.values)
    return not strings(node)


def _names_nobody(group: ValueNode) -> bool:
    if isinstance(group, ListValueNode):
        return not group.values or len(strings(group)) < len(group.values)
    return not strings(group)
