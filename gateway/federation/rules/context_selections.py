"""What a ``@fromContext`` may select: one field, or one field per concrete type.

Source: federation specification 2.8, "FieldValue selections".
"""

from collections.abc import Iterator, Sequence

from graphql import FieldNode, InlineFragmentNode, SelectionSetNode

from gateway.federation.subgraph.field_sets import TYPENAME, parse_field_set, problems
from gateway.federation.subgraph.model import Subgraph, is_interface_object
from gateway.federation.subgraph.type_reference import NON_NULL, TypeReference


def selection_problems(
    subgraph: Subgraph, setters: Sequence[str], selection: str, wanted: TypeReference
) -> Iterator[str]:
    """What is wrong with a selection.

    Args:
        subgraph: The subgraph.
        setters: Names of the types that set the context.
        selection: The text after the context's name.
        wanted: The argument's type.
    """
    parsed = parse_field_set(selection)
    if parsed.selections is None:
        yield parsed.problem
        return
    problem = _form_problem(parsed.selections)
    if problem is not None:
        yield problem
        return
    unused = {
        n.type_condition.name.value
        for n in parsed.selections.selections
        if isinstance(n, InlineFragmentNode) and n.type_condition
    }
    for setter in setters:
        problem = next(
            problems(subgraph.types, setter, _applicable(subgraph, parsed.selections, setter)),
            None,
        )
        if problem is not None:
            yield problem
            return
        matching = _matching(subgraph, parsed.selections, setter)
        if isinstance(parsed.selections.selections[0], FieldNode):
            yield from _value_problems(subgraph, setter, parsed.selections, wanted)
        elif not matching:
            yield f'no type condition matches "{setter}"'
            return
        for condition, fragment in matching.items():
            unused.discard(condition)
            yield from _value_problems(subgraph, condition, fragment.selection_set, wanted)
    yield from (f'type condition "{name}" is never used' for name in sorted(unused))


def _form_problem(selections: SelectionSetNode) -> str | None:
    nodes = selections.selections
    if isinstance(nodes[0], FieldNode):
        return None if len(nodes) == 1 else "several fields are selected"
    if not all(isinstance(n, InlineFragmentNode) for n in nodes):
        return "several values could be selected"
    conditions = [
        n.type_condition.name.value if n.type_condition else ""
        for n in nodes
        if isinstance(n, InlineFragmentNode)
    ]
    if len(set(conditions)) < len(conditions) or "" in conditions:
        return "each fragment needs a type condition of its own"
    return None


def _matching(
    subgraph: Subgraph, selections: SelectionSetNode, setter: str
) -> dict[str, InlineFragmentNode]:
    """The fragments on types that this setter may be, by type condition."""
    possible = subgraph.runtime_types(setter)
    return {
        n.type_condition.name.value: n
        for n in selections.selections
        if isinstance(n, InlineFragmentNode)
        and n.type_condition is not None
        and n.type_condition.name.value in possible
    }


def _applicable(subgraph: Subgraph, selections: SelectionSetNode, setter: str) -> SelectionSetNode:
    """The selection without fragments on types that this setter never is."""
    matching = list(_matching(subgraph, selections, setter).values())
    nodes = tuple(
        n for n in selections.selections if not isinstance(n, InlineFragmentNode) or n in matching
    )
    return SelectionSetNode(selections=nodes)


def _value_problems(
    subgraph: Subgraph, parent: str, selections: SelectionSetNode, wanted: TypeReference
) -> Iterator[str]:
    definition = subgraph.types[parent]
    if is_interface_object(definition):
        yield f'"{parent}" is an @interfaceObject'
    nodes = [n for n in selections.selections if isinstance(n, FieldNode)]
    if len(nodes) != 1 or len(selections.selections) != 1:
        yield "exactly one field must be selected"
        return
    node = nodes[0]
    if node.directives:
        yield "directives are not allowed"
    value = _value_type(subgraph, parent, node)
    if value is None:
        yield "exactly one field must be selected"
    elif not _is_assignable(value, wanted):
        yield f'the value has type "{value}" but the argument needs "{wanted}"'


def _value_type(subgraph: Subgraph, parent: str, node: FieldNode) -> TypeReference | None:
    """The type of the one value that a field with its nested selection gives."""
    if node.name.value == TYPENAME:
        return TypeReference("String")
    field = subgraph.types[parent].fields[node.name.value]
    lists = field.type.wrappers.replace(NON_NULL, "")
    if node.selection_set is None:
        return TypeReference(field.type.name, lists)
    inner = node.selection_set.selections
    target = subgraph.types.get(field.type.name)
    if len(inner) != 1 or not isinstance(inner[0], FieldNode) or target is None:
        return None
    nested = _value_type(subgraph, target.name, inner[0])
    return None if nested is None else TypeReference(nested.name, lists + nested.wrappers)


def _is_assignable(value: TypeReference, wanted: TypeReference) -> bool:
    """Whether the value fits: lists of the same depth of the same type, null allowed at each."""
    return value == wanted
