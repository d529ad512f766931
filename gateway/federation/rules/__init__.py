"""The rules that subgraphs and their supergraph must keep: one rule per module, in order."""

from gateway.federation.rules.contexts import check_context_names, check_contextual_arguments
from gateway.federation.rules.costs import check_costs
from gateway.federation.rules.externals import check_external_on_interfaces, check_external_used
from gateway.federation.rules.inaccessible import check_inaccessible
from gateway.federation.rules.interface_keys import check_interface_keys
from gateway.federation.rules.interface_objects import check_interface_objects_have_keys
from gateway.federation.rules.keys import check_keys
from gateway.federation.rules.merged_interfaces import (
    check_interface_fields_are_implemented,
    check_interface_keys_know_implementations,
    check_interface_objects_stand_alone,
)
from gateway.federation.rules.merged_requires import check_requires_in_supergraph
from gateway.federation.rules.provides import check_provides
from gateway.federation.rules.requirements import (
    check_requirements_not_empty,
    check_requirements_not_on_interfaces,
)
from gateway.federation.rules.requires import check_requires
from gateway.federation.rules.reserved_names import check_reserved_names
from gateway.federation.rules.shareable import check_shareable
from gateway.federation.rules.specified_definitions import check_specified_definitions
from gateway.federation.rules.transitive_requirements import check_transitive_requirements
from gateway.federation.rules.type_kinds import check_extensions_have_base, check_type_kinds
from gateway.federation.rules.view import (
    CompositionRule,
    MergedView,
    PreMergeRule,
    SubgraphRule,
    SubgraphView,
)

SUBGRAPH_RULES: tuple[SubgraphRule, ...] = (
    check_specified_definitions,
    check_keys,
    check_requires,
    check_provides,
    check_context_names,
    check_contextual_arguments,
    check_external_on_interfaces,
    check_external_used,
    check_interface_keys,
    check_interface_objects_have_keys,
    check_shareable,
    check_costs,
    check_requirements_not_on_interfaces,
    check_requirements_not_empty,
)
"""Checked for each subgraph by itself."""

PRE_MERGE_RULES: tuple[PreMergeRule, ...] = (
    check_type_kinds,
    check_extensions_have_base,
)
"""Checked for all subgraphs together before they are merged."""

MERGE_RULES: tuple[CompositionRule, ...] = (
    check_interface_keys_know_implementations,
    check_interface_objects_stand_alone,
    check_reserved_names,
)
"""Checked with the outcome of merging, whatever else merging found."""

POST_MERGE_RULES: tuple[CompositionRule, ...] = (
    check_interface_fields_are_implemented,
    check_requires_in_supergraph,
    check_transitive_requirements,
    check_inaccessible,
)
"""Checked on a schema that merged without errors."""

__all__ = [
    "MERGE_RULES",
    "POST_MERGE_RULES",
    "PRE_MERGE_RULES",
    "SUBGRAPH_RULES",
    "CompositionRule",
    "MergedView",
    "PreMergeRule",
    "SubgraphRule",
    "SubgraphView",
]
