"""What a federation 1 ``@requires`` or ``@provides`` names without any effect.

Source: federation specification, "Moving to Federation 2".
"""

from graphql import FieldNode, InlineFragmentNode, SelectionSetNode

from gateway.federation.subgraph.model import Subgraph, TypeKind, has_specified


def _is_external(subgraph: Subgraph, parent: str, name: str) -> bool:
    definition = subgraph.types.get(parent)
    field = definition.fields.get(name) if definition is not None else None
    if definition is None or field is None:
        return True
    if has_specified(field.directives, "external"):
        return True
    return definition.kind is TypeKind.INTERFACE and any(
        name in t.fields and has_specified(t.fields[name].directives, "external")
        for t in subgraph.implementations(parent)
    )


def _target(subgraph: Subgraph, parent: str, node: FieldNode | InlineFragmentNode) -> str:
    if isinstance(node, InlineFragmentNode):
        return node.type_condition.name.value if node.type_condition else parent
    definition = subgraph.types.get(parent)
    field = definition.fields.get(node.name.value) if definition is not None else None
    return field.type.name if field is not None else ""


def has_inactive(subgraph: Subgraph, parent: str, selections: SelectionSetNode) -> bool:
    """Tells whether a FieldSet selects what the subgraph resolves itself."""
    for node in selections.selections:
        if isinstance(node, FieldNode):
            if _is_external(subgraph, parent, node.name.value):
                continue
            if node.selection_set is None:
                return True
        if isinstance(node, FieldNode | InlineFragmentNode) and node.selection_set is not None:
            target = _target(subgraph, parent, node)
            if has_inactive(subgraph, target, node.selection_set):
                return True
    return False


def only_external(
    subgraph: Subgraph, parent: str, selections: SelectionSetNode
) -> SelectionSetNode:
    """Returns the part of a FieldSet that the subgraph needs from others."""
    kept: list[FieldNode | InlineFragmentNode] = []
    for node in selections.selections:
        if isinstance(node, FieldNode) and _is_external(subgraph, parent, node.name.value):
            kept.append(node)
        elif isinstance(node, FieldNode | InlineFragmentNode) and node.selection_set is not None:
            target = _target(subgraph, parent, node)
            inner = only_external(subgraph, target, node.selection_set)
            if not inner.selections:
                continue
            if isinstance(node, FieldNode):
                kept.append(
                    FieldNode(
                        alias=node.alias,
                        name=node.name,
                        arguments=node.arguments,
                        directives=node.directives,
                        selection_set=inner,
                    )
                )
            else:
                kept.append(
                    InlineFragmentNode(
                        type_condition=node.type_condition,
                        directives=node.directives,
                        selection_set=inner,
                    )
                )
    return SelectionSetNode(selections=tuple(kept))
