"""First pass: named fragments become inline fragments, literal conditions are resolved."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from graphql import (
    BooleanValueNode,
    DirectiveNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    ListValueNode,
    ObjectValueNode,
    SelectionSetNode,
    ValueNode,
    VariableNode,
    print_ast,
)

from gateway.federation.selection import (
    Argument,
    Condition,
    Field,
    InlineFragment,
    Selection,
    SelectionSet,
)


def inline_fragments(
    selection_set: SelectionSetNode, fragments: Mapping[str, FragmentDefinitionNode]
) -> SelectionSet:
    """Turns an AST into selections without named fragments.

    A fragment that is spread often is converted once and shared.

    Args:
        selection_set: The selections of a validated operation.
        fragments: The document's fragments by name.
    """
    return _Inliner(fragments, {}).selections(selection_set)


@dataclass(frozen=True, slots=True)
class _Inliner:
    fragments: Mapping[str, FragmentDefinitionNode]
    done: dict[str, SelectionSet]

    def selections(self, node: SelectionSetNode | None) -> SelectionSet:
        if node is None:
            return ()
        found = (self.selection(child) for child in node.selections)
        return tuple(selection for selection in found if selection is not None)

    def selection(self, node: object) -> Selection | None:
        assert isinstance(node, FieldNode | InlineFragmentNode | FragmentSpreadNode)  # noqa: S101
        conditions = _conditions(node.directives)
        if conditions is None:
            return None
        if isinstance(node, FieldNode):
            return Field(
                response_name=node.alias.value if node.alias else node.name.value,
                name=node.name.value,
                arguments=tuple(_argument(a.name.value, a.value) for a in node.arguments or ()),
                selections=self.selections(node.selection_set),
                conditions=conditions,
            )
        if isinstance(node, InlineFragmentNode):
            type_condition = node.type_condition.name.value if node.type_condition else None
            return InlineFragment(type_condition, self.selections(node.selection_set), conditions)
        name = node.name.value
        fragment = self.fragments[name]
        if name not in self.done:
            self.done[name] = self.selections(fragment.selection_set)
        return InlineFragment(fragment.type_condition.name.value, self.done[name], conditions)


def _conditions(directives: Iterable[DirectiveNode] | None) -> tuple[Condition, ...] | None:
    """Returns what must hold at run time, or ``None`` where a literal already says no."""
    conditions: list[Condition] = []
    for node in directives or ():
        name = node.name.value
        if name not in {"skip", "include"}:
            continue
        wanted = name == "include"
        value = next(a.value for a in node.arguments or () if a.name.value == "if")
        if isinstance(value, VariableNode):
            conditions.append(Condition(value.name.value, wanted))
        elif isinstance(value, BooleanValueNode) and value.value is not wanted:
            return None
    return tuple(dict.fromkeys(conditions))


def _argument(name: str, value: ValueNode) -> Argument:
    return Argument(name, print_ast(value), tuple(sorted(set(variables_of(value)))))


def variables_of(value: ValueNode) -> list[str]:
    """Returns the names of the variables that a value uses."""
    if isinstance(value, VariableNode):
        return [value.name.value]
    if isinstance(value, ListValueNode):
        return [name for item in value.values for name in variables_of(item)]
    if isinstance(value, ObjectValueNode):
        return [name for part in value.fields for name in variables_of(part.value)]
    return []
