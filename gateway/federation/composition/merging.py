"""Merging subgraphs into one supergraph.

Source: federation specification, "Composition rules".
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from graphql import OperationType

from gateway.federation.composition.access import reaching_requirements
from gateway.federation.composition.applied import merge_applied
from gateway.federation.composition.compose_directives import Composed, composed_directives
from gateway.federation.composition.context import (
    MergeContext,
    Source,
    merged_kind,
)
from gateway.federation.composition.elements import merge_description
from gateway.federation.composition.executable_directives import (
    merge_executable_directives,
    note_enums_of_directives,
)
from gateway.federation.composition.features import (
    federation_version,
    linked_specifications,
    merged_features,
    supergraph_features,
)
from gateway.federation.composition.findings import Findings
from gateway.federation.composition.graph_names import graph_names
from gateway.federation.composition.interface_objects import with_interface_object_fields
from gateway.federation.composition.link_aliases import check_directive_names
from gateway.federation.composition.supergraph import Supergraph
from gateway.federation.composition.types import merge_types
from gateway.federation.directives import ACCESS_DIRECTIVES
from gateway.federation.errors import ErrorCode
from gateway.federation.subgraph.facts import field_facts
from gateway.federation.subgraph.model import DirectiveDefinition, Directives, Subgraph, TypeKind
from gateway.federation.subgraph.reading import DEFAULT_ROOTS


@dataclass(frozen=True, slots=True)
class Merge:
    """A merged supergraph, and those of its directives that belong to no specification."""

    supergraph: Supergraph
    directives: Mapping[str, DirectiveDefinition]


def merge(
    subgraphs: Sequence[Subgraph], findings: Findings, security_links: Collection[str]
) -> Merge | None:
    """Merge federation 2 subgraphs.

    Args:
        subgraphs: The subgraphs, sorted by name.
        findings: Where errors and hints are collected.
        security_links: Identities of links to be marked ``for: SECURITY``.

    Returns:
        The merge, or ``None`` if it could not begin; errors are among the findings either way.
    """
    before = len(findings.errors)
    graphs = graph_names([s.name for s in subgraphs])
    sources = [Source(s, field_facts(s), graphs[s.name]) for s in subgraphs]
    version = federation_version(subgraphs, findings)
    features = merged_features(sources, findings)
    composed = composed_directives(subgraphs, findings)
    check_directive_names(linked_specifications(features, composed.links), findings)
    sources = [
        replace(s, composed=composed.by_subgraph.get(s.subgraph.name, frozenset()))
        for s in sources
    ]
    if len(findings.errors) > before:
        return None
    access = tuple(n for f in features for n in f.directives if n in ACCESS_DIRECTIVES)
    context = replace(_outline(sources, findings, composed), access_order=access)
    executable = merge_executable_directives(context)
    note_enums_of_directives(context)
    requirements = reaching_requirements(context)
    types = merge_types(context, requirements)
    types = with_interface_object_fields(context, types, requirements)
    specified = supergraph_features(sources, version, features, composed.links, security_links)
    supergraph = Supergraph(
        {**types, **specified.types},
        {**specified.directives, **composed.definitions, **executable},
        _roots(subgraphs, types, findings),
        specified.links,
        _schema_directives(context),
        _schema_description(context),
        {v: k for k, v in graphs.items()},
        frozenset(specified.types),
    )
    return Merge(supergraph, {**composed.definitions, **executable})


def _roots(
    subgraphs: Sequence[Subgraph], types: Collection[str], findings: Findings
) -> dict[OperationType, str]:
    roots = {
        kind: name
        for kind, name in DEFAULT_ROOTS.items()
        if name in types and any(kind in s.roots for s in subgraphs)
    }
    if OperationType.QUERY not in roots:
        findings.error(ErrorCode.NO_QUERIES, "No subgraph has a query field")
    return roots


@dataclass(frozen=True, slots=True)
class _SchemaText:
    subgraph: Subgraph

    @property
    def description(self) -> str | None:
        return self.subgraph.schema_description


def _schema_description(context: MergeContext) -> str | None:
    texts = {i: _SchemaText(s.subgraph) for i, s in enumerate(context.sources)}
    return merge_description(context, "schema", texts)


def _schema_directives(context: MergeContext) -> Directives:
    return merge_applied(
        context,
        "schema",
        {i: s.subgraph.schema_directives for i, s in enumerate(context.sources)},
    )


def _outline(sources: Sequence[Source], findings: Findings, composed: Composed) -> MergeContext:
    kinds: dict[str, TypeKind] = {}
    interfaces: dict[str, dict[str, None]] = {}
    members: dict[str, dict[str, None]] = {}
    for source in sources:
        for definition in source.subgraph.types.values():
            kind = kinds.setdefault(definition.name, merged_kind(definition))
            if merged_kind(definition) is not kind:
                continue
            interfaces.setdefault(definition.name, {}).update(dict.fromkeys(definition.interfaces))
            members.setdefault(definition.name, {}).update(dict.fromkeys(definition.members))
    return MergeContext(
        tuple(sources),
        findings,
        kinds,
        {k: tuple(v) for k, v in interfaces.items() if v},
        {k: tuple(v) for k, v in members.items() if v},
        composed.definitions,
    )
