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
        is_cyclic: A fragment spreads itself; what it would add counts as nothing.
    """

    fields: int
    depth: int
    is_cyclic: bool = False


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
        is_cyclic = False
        for node in selection_set.selections if selection_set else ():
            if isinstance(node, FieldNode):
                inner = self.of(node.selection_set)
                size = Size(inner.fields + 1, inner.depth + 1, inner.is_cyclic)
            elif isinstance(node, InlineFragmentNode):
                size = self.of(node.selection_set)
            else:
                assert isinstance(node, FragmentSpreadNode)  # noqa: S101 - for the type checker
                size = self.of_fragment(node.name.value)
            fields += size.fields
            depth = max(depth, size.depth)
            is_cyclic = is_cyclic or size.is_cyclic
        return Size(fields, depth, is_cyclic)

    def of_fragment(self, name: str) -> Size:
        if name not in self.known:
            self.known[name] = Size(0, 0, is_cyclic=True)  # what a cycle sees
            fragment = self.fragments.get(name)
            empty = Size(0, 0)
            self.known[name] = self.of(fragment.selection_set) if fragment else empty
        return self.known[name]


def overlapping_pairs(
    selection_set: SelectionSetNode, fragments: Mapping[str, FragmentDefinitionNode]
) -> int:
    """Counts the pairs of fields that share a response name and so must be compared.

    Validation compares each with each, so its work may be quadratic in a document's length. This
    count is linear in the expanded size (which is to be capped before, and not to be cyclic).
    Source: specification, section 5.3.2 "Field selection merging".
    """
    return _pairs([selection_set], fragments)


def _pairs(
    selection_sets: list[SelectionSetNode], fragments: Mapping[str, FragmentDefinitionNode]
) -> int:
    fields: dict[str, list[FieldNode]] = {}
    for selection_set in selection_sets:
        _collect(selection_set, fragments, fields)
    pairs = 0
    for alike in fields.values():
        pairs += len(alike) * (len(alike) - 1) // 2
        below = [node.selection_set for node in alike if node.selection_set is not None]
        if below:
            pairs += _pairs(below, fragments)
    return pairs


def _collect(
    selection_set: SelectionSetNode,
    fragments: Mapping[str, FragmentDefinitionNode],
    fields: dict[str, list[FieldNode]],
) -> None:
    for node in selection_set.selections:
        if isinstance(node, FieldNode):
            name = node.alias.value if node.alias else node.name.value
            fields.setdefault(name, []).append(node)
        elif isinstance(node, InlineFragmentNode):
            _collect(node.selection_set, fragments, fields)
        else:
            assert isinstance(node, FragmentSpreadNode)  # noqa: S101 - for the type checker
            fragment = fragments.get(node.name.value)
            if fragment is not None:
                _collect(fragment.selection_set, fragments, fields)
