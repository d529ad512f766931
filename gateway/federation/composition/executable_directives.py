"""Merging definitions of executable directives: those that all subgraphs share.

Source: federation specification, "Executable directives": intersection of subgraphs and locations.
"""

from collections.abc import Mapping, Sequence

from gateway.federation.composition.context import MergeContext
from gateway.federation.composition.elements import (
    merge_arguments,
    merge_description,
    note_enum,
)
from gateway.federation.composition.findings import subgraph_names
from gateway.federation.directives import BUILT_IN_DIRECTIVES, EXECUTABLE_LOCATIONS
from gateway.federation.errors import HintCode
from gateway.federation.links import linked_directive
from gateway.federation.subgraph.model import DirectiveDefinition, Subgraph

_NEVER_MERGED = BUILT_IN_DIRECTIVES | {"defer", "stream"}
"""Not the subgraphs' to define: incremental delivery is between client and gateway."""


def merge_executable_directives(context: MergeContext) -> dict[str, DirectiveDefinition]:
    """Merge the executable directives that every subgraph defines, where they overlap."""
    merged = {}
    for name in dict.fromkeys(n for s in context.sources for n in _names(s.subgraph)):
        definition = _merge(context, name)
        if definition is not None:
            merged[name] = definition
    return merged


def note_enums_of_directives(context: MergeContext) -> None:
    """Remember the enums that arguments of composed directives take."""
    for definition in context.composed.values():
        for argument in definition.arguments.values():
            coordinate = f"@{definition.name}({argument.name}:)"
            note_enum(context, coordinate, argument.type, is_input=True)


def _names(subgraph: Subgraph) -> list[str]:
    return [
        d.name
        for d in subgraph.directive_definitions.values()
        if _locations(d)
        and d.name not in _NEVER_MERGED
        and linked_directive(subgraph.links, d.name) is None
    ]


def _locations(definition: DirectiveDefinition) -> list[str]:
    return sorted(x for x in definition.locations if x in EXECUTABLE_LOCATIONS)


def _merge(context: MergeContext, name: str) -> DirectiveDefinition | None:
    declared = {
        i: s.subgraph.directive_definitions[name]
        for i, s in enumerate(context.sources)
        if name in s.subgraph.directive_definitions
    }
    if len(declared) < len(context.sources):
        missing = context.names(i for i in range(len(context.sources)) if i not in declared)
        context.findings.hint(
            HintCode.INCONSISTENT_EXECUTABLE_DIRECTIVE_PRESENCE,
            f'Executable directive "@{name}" is left out: {subgraph_names(missing)} lack it',
            f"@{name}",
        )
        return None
    locations = _common_locations(context, name, list(declared.values()))
    if not locations:
        return None
    return DirectiveDefinition(
        name,
        merge_arguments(context, f"@{name}", {i: d.arguments for i, d in declared.items()}),
        tuple(locations),
        _repeatable(context, name, declared),
        merge_description(context, f"@{name}", declared),
    )


def _common_locations(
    context: MergeContext, name: str, declared: Sequence[DirectiveDefinition]
) -> list[str]:
    all_locations = [_locations(d) for d in declared]
    common = [x for x in all_locations[0] if all(x in other for other in all_locations)]
    if not common:
        context.findings.hint(
            HintCode.NO_EXECUTABLE_DIRECTIVE_INTERSECTION,
            f'Executable directive "@{name}" is left out: no location is common to all subgraphs',
            f"@{name}",
        )
    elif any(other != common for other in all_locations):
        context.findings.hint(
            HintCode.INCONSISTENT_EXECUTABLE_DIRECTIVE_LOCATIONS,
            f'Executable directive "@{name}" keeps the locations that all subgraphs share:'
            f" {', '.join(common)}",
            f"@{name}",
        )
    return common


def _repeatable(
    context: MergeContext, name: str, declared: Mapping[int, DirectiveDefinition]
) -> bool:
    said = {d.repeatable for d in declared.values()}
    if len(said) > 1:
        context.findings.hint(
            HintCode.INCONSISTENT_EXECUTABLE_DIRECTIVE_REPEATABLE,
            f'Executable directive "@{name}" is not repeatable, as some subgraphs want it',
            f"@{name}",
        )
    return said == {True}
