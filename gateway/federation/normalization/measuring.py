"""Counts what an operation's selections expand to, before anything is expanded.

The work is linear in the document, however often fragments are re-used in fragments: a small
document that expands to millions of fields is refused for the price of reading it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    SelectionSetNode,
)


@dataclass(frozen=True, slots=True)
class Size:
    """Size of a selection set with all its fragments expanded.

    Attributes:
        fields: Number of fields.
        depth: Longest chain of nested fields.
    """

    fields: int
    depth: int


def expanded_size(
    selection_set: SelectionSetNode, fragments: Mapping[str, FragmentDefinitionNode]
) -> Size:
    """Returns the expanded size; cyclic and unknown fragments count as empty.

    Args:
        selection_set: The selections of an operation.
        fragments: The document's fragments by name.
    """
    return _Measure(fragments, {}).of(selection_set)


@dataclass(frozen=True, slots=True)
class _Measure:
    fragments: Mapping[str, FragmentDefinitionNode]
    known: dict[str, Size]

    def of(self, selection_set: SelectionSetNode | None) -> Size:
        fields = depth = 0
        for node in selection_set.selections if selection_set else ():
            if isinstance(node, FieldNode):
                inner = self.of(node.selection_set)
                size = Size(inner.fields + 1, inner.depth + 1)
            elif isinstance(node, InlineFragmentNode):
                size = self.of(node.selection_set)
            else:
                assert isinstance(node, FragmentSpreadNode)  # noqa: S101 - for the type checker
                size = self.of_fragment(node.name.value)
            fields += size.fields
            depth = max(depth, size.depth)
        return Size(fields, depth)

    def of_fragment(self, name: str) -> Size:
        if name not in self.known:
            self.known[name] = Size(0, 0)  # what a cycle sees
            fragment = self.fragments.get(name)
            if fragment is not None:
                self.known[name] = self.of(fragment.selection_set)
        return self.known[name]
