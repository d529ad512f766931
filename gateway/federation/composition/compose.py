"""Composition: from subgraph documents to a supergraph, or to the reasons why there is none.

The stages are those of the field: read, check each subgraph, upgrade federation 1, check them
together, merge, check the merged schema, check that every query can be answered. A stage collects
all its errors; a stage that found any is the last.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from gateway.federation.composition.findings import Findings
from gateway.federation.composition.merging import Merge, merge
from gateway.federation.composition.printing import print_supergraph
from gateway.federation.composition.supergraph import Supergraph
from gateway.federation.composition.validity import merged_graphql_errors
from gateway.federation.errors import CompositionError, CompositionHint, ErrorCode
from gateway.federation.rules import (
    MERGE_RULES,
    POST_MERGE_RULES,
    PRE_MERGE_RULES,
    SUBGRAPH_RULES,
    CompositionRule,
    MergedView,
    SubgraphView,
)
from gateway.federation.satisfiability import check_satisfiability
from gateway.federation.subgraph.facts import field_facts
from gateway.federation.subgraph.model import Subgraph
from gateway.federation.subgraph.reading import located, read_subgraph
from gateway.federation.subgraph.upgrade import upgrade_subgraphs

_RESERVED_NAME = "_"


@dataclass(frozen=True, slots=True)
class SubgraphDocument:
    """A subgraph as composition takes it.

    Attributes:
        name: Its name, unique among the subgraphs.
        url: Its routing URL; may be empty.
        sdl: Its schema document.
    """

    name: str
    url: str
    sdl: str


@dataclass(frozen=True, slots=True)
class CompositionSuccess:
    """The subgraphs compose.

    Attributes:
        supergraph_sdl: The supergraph's SDL, as other routers read it.
        supergraph: The same as values.
        hints: What is worth knowing.
    """

    supergraph_sdl: str
    supergraph: Supergraph
    hints: tuple[CompositionHint, ...] = ()


@dataclass(frozen=True, slots=True)
class CompositionFailure:
    """The subgraphs do not compose: all errors of the first stage that found any."""

    errors: tuple[CompositionError, ...]
    hints: tuple[CompositionHint, ...] = ()


CompositionResult: TypeAlias = CompositionSuccess | CompositionFailure


def compose(
    subgraphs: Sequence[SubgraphDocument],
    *,
    extra_rules: Sequence[CompositionRule] = (),
    security_links: Collection[str] = (),
) -> CompositionResult:
    """Compose subgraphs into a supergraph.

    Args:
        subgraphs: The subgraphs, in any order: the result is the same.
        extra_rules: Rules of the caller, checked on the merged schema after federation's own.
        security_links: URLs without version of specifications whose ``@link`` the supergraph is
            to mark ``for: SECURITY``, so that a router that does not know them refuses to start.

    Returns:
        The supergraph or the errors, with hints. Nothing is raised for what is wrong with the
        documents.
    """
    findings = Findings()
    upgraded = _read_and_upgraded(subgraphs, findings)
    if findings.errors:
        return _failure(findings)
    views = tuple(SubgraphView(s, field_facts(s)) for s in upgraded)
    for rule in PRE_MERGE_RULES:
        findings.extend(rule(views))
    merged = merge(upgraded, findings, security_links)
    if merged is None:
        return _failure(findings)
    sdl = _checked_sdl(_view(views, merged), merged, extra_rules, findings)
    if sdl is None:
        return _failure(findings)
    return CompositionSuccess(sdl, merged.supergraph, findings.hints)


def _read_and_upgraded(
    subgraphs: Sequence[SubgraphDocument], findings: Findings
) -> tuple[Subgraph, ...]:
    if not subgraphs:
        findings.error(ErrorCode.NO_QUERIES, "There are no subgraphs")
    models = _read(sorted(subgraphs, key=lambda s: s.name), findings)
    return () if findings.errors else _upgraded(models, findings)


def _checked_sdl(
    view: MergedView, merged: Merge, extra_rules: Sequence[CompositionRule], findings: Findings
) -> str | None:
    """The supergraph's SDL, unless a stage of checking the merged schema finds errors."""
    for rules in (MERGE_RULES, POST_MERGE_RULES, extra_rules):
        _check(view, rules, findings)
        if findings.errors:
            return None
    sdl = print_supergraph(merged.supergraph)
    findings.extend(merged_graphql_errors(sdl))
    if findings.errors:
        return None
    satisfiability = check_satisfiability(view)
    findings.extend(satisfiability.errors)
    for hint in satisfiability.hints:
        findings.hint(hint.code, hint.message, hint.coordinate)
    return None if findings.errors else sdl


def _failure(findings: Findings) -> CompositionFailure:
    return CompositionFailure(findings.errors, findings.hints)


def _check(view: MergedView, rules: Iterable[CompositionRule], findings: Findings) -> None:
    for rule in rules:
        findings.extend(rule(view))


def _upgraded(models: Sequence[Subgraph], findings: Findings) -> tuple[Subgraph, ...]:
    """All subgraphs as federation 2; those that were federation 1 are checked now."""
    upgrade = upgrade_subgraphs(models)
    findings.extend(upgrade.errors)
    if not upgrade.errors:
        for before, after in zip(models, upgrade.subgraphs, strict=True):
            if before.is_federation_1:
                findings.extend(subgraph_errors(after))
    return upgrade.subgraphs


def _view(subgraphs: tuple[SubgraphView, ...], merged: Merge) -> MergedView:
    own = {
        k: v
        for k, v in merged.supergraph.types.items()
        if k not in merged.supergraph.specified_types
    }
    return MergedView(subgraphs, own, merged.directives)


def _read(documents: Sequence[SubgraphDocument], findings: Findings) -> list[Subgraph]:
    """Read the documents and check each subgraph by itself."""
    counts = Counter(d.name for d in documents)
    for name, count in counts.items():
        if count > 1 or name in {"", _RESERVED_NAME}:
            findings.error(
                ErrorCode.INVALID_SUBGRAPH_NAME,
                f'"{name}" cannot be the name of a subgraph'
                + (" twice" if count > 1 else ": it is reserved"),
                (),
                (name,),
            )
    models = []
    for document in documents:
        reading = read_subgraph(document.name, document.url, document.sdl)
        findings.extend(reading.errors)
        if reading.subgraph is None:
            continue
        models.append(reading.subgraph)
        if not reading.subgraph.is_federation_1 and not reading.errors:
            findings.extend(subgraph_errors(reading.subgraph))
    return models


def subgraph_errors(subgraph: Subgraph) -> Iterable[CompositionError]:
    """What the rules for single subgraphs find, each error said of the subgraph."""
    view = SubgraphView(subgraph, field_facts(subgraph))
    for rule in SUBGRAPH_RULES:
        for error in rule(view):
            yield located(error, subgraph.name)
