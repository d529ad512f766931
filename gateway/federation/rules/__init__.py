"""The rules that subgraphs and their supergraph must keep: one rule per module, in order."""

from gateway.federation.rules.view import (
    CompositionRule,
    MergedView,
    PreMergeRule,
    SubgraphRule,
    SubgraphView,
)

SUBGRAPH_RULES: tuple[SubgraphRule, ...] = ()
"""Checked for each subgraph by itself."""

PRE_MERGE_RULES: tuple[PreMergeRule, ...] = ()
"""Checked for all subgraphs together before they are merged."""

POST_MERGE_RULES: tuple[CompositionRule, ...] = ()
"""Checked on the merged schema."""

__all__ = [
    "POST_MERGE_RULES",
    "PRE_MERGE_RULES",
    "SUBGRAPH_RULES",
    "CompositionRule",
    "MergedView",
    "PreMergeRule",
    "SubgraphRule",
    "SubgraphView",
]
