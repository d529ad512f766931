"""``@composeDirective``: carrying directives of other specifications into the supergraph.

Source: federation specification 2.1, ``@composeDirective``.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from gateway.federation.composition.findings import Findings, subgraph_names, who_says_what
from gateway.federation.directives import (
    CORE_IDENTITY,
    FEDERATION_IDENTITY,
    LINK_IDENTITY,
    MACHINERY,
    MACHINERY_PREFIXES,
    MERGED_FEATURES,
    SPECIFICATIONS,
)
from gateway.federation.errors import ErrorCode, HintCode
from gateway.federation.links import Link, linked_directive
from gateway.federation.subgraph.model import DirectiveDefinition, Subgraph, specified

_NOT_COMPOSABLE = {
    CORE_IDENTITY,
    LINK_IDENTITY,
    FEDERATION_IDENTITY,
    *(f"{SPECIFICATIONS}/{f}" for f in MERGED_FEATURES),
}


@dataclass(frozen=True, slots=True)
class Composed:
    """The directives to carry over.

    Attributes:
        by_subgraph: Names of the directives by the subgraph that asks to compose them.
        definitions: Their definitions in the supergraph, from the newest version linked.
        links: Their links, each with the directives' own names by name in the supergraph.
    """

    by_subgraph: Mapping[str, frozenset[str]]
    definitions: Mapping[str, DirectiveDefinition]
    links: tuple[tuple[Link, Mapping[str, str]], ...]


@dataclass(frozen=True, slots=True)
class _Request:
    subgraph: Subgraph
    name: str
    link: Link
    element: str


def composed_directives(subgraphs: Sequence[Subgraph], findings: Findings) -> Composed:
    """Find what the subgraphs ask to compose, and check that it can be done."""
    requests = [r for s in subgraphs for r in _requests(s, subgraphs, findings)]
    refused = set(_conflicting_names(requests, findings))
    refused |= set(_inconsistent_names(requests, subgraphs, findings))
    _hint_major_versions(requests, subgraphs, findings)
    links: list[tuple[Link, dict[str, str]]] = []
    definitions: dict[str, DirectiveDefinition] = {}
    for identity in dict.fromkeys(r.link.identity for r in requests):
        wanted = [r for r in requests if r.link.identity == identity and r.name not in refused]
        if not wanted or _major_mismatch(identity, wanted, findings):
            continue
        newest = max(wanted, key=lambda r: r.link.version).link
        elements = {r.name: r.element for r in wanted}
        links.append((newest, elements))
        definitions |= _definitions(elements, newest, subgraphs, findings)
    by_subgraph: dict[str, set[str]] = {}
    for request in requests:
        if request.name in definitions:
            by_subgraph.setdefault(request.subgraph.name, set()).add(request.name)
    return Composed({k: frozenset(v) for k, v in by_subgraph.items()}, definitions, tuple(links))


def _requests(
    subgraph: Subgraph, subgraphs: Sequence[Subgraph], findings: Findings
) -> Iterator[_Request]:
    for use in specified(subgraph.schema_directives, "composeDirective"):
        argument = use.text("name")
        if not argument:
            _refuse(findings, subgraph, "the name of a @composeDirective is empty")
            continue
        if not argument.startswith("@"):
            _refuse(findings, subgraph, f'@composeDirective(name: "{argument}") lacks the "@"')
            continue
        name = argument.removeprefix("@")
        element = linked_directive(subgraph.links, name)
        if name not in subgraph.directive_definitions and element is None:
            _refuse(findings, subgraph, f'there is no directive "@{name}" to compose')
        elif element is None:
            _refuse(findings, subgraph, f'"@{name}" does not belong to a linked specification')
        elif element.link.identity in _NOT_COMPOSABLE:
            _own_directive(findings, subgraph, name, element.link, element.name)
        elif name not in subgraph.directive_definitions:
            _refuse(findings, subgraph, f'there is no definition of "@{name}" to compose')
        elif name.startswith(MACHINERY_PREFIXES) or name in MACHINERY:
            findings.error(
                ErrorCode.INVALID_LINK_DIRECTIVE_USAGE,
                f'[{subgraph.name}] "@{name}" cannot be composed: the name is reserved for what a'
                " supergraph is made of",
                (f"@{name}",),
                (subgraph.name,),
            )
        elif (clash := _automatic(name, subgraphs)) is not None:
            _refuse(findings, subgraph, f'"@{name}" is the name of federation\'s @{clash}')
        else:
            yield _Request(subgraph, name, element.link, element.name)


def _automatic(name: str, subgraphs: Sequence[Subgraph]) -> str | None:
    """The directive of federation that some subgraph calls by this name, if composed anyway."""
    for subgraph in subgraphs:
        element = linked_directive(subgraph.links, name)
        if (
            element is not None
            and element.link.identity == FEDERATION_IDENTITY
            and element.name in {"tag", "inaccessible"}
        ):
            return element.name
    return None


def _refuse(findings: Findings, subgraph: Subgraph, message: str) -> None:
    findings.error(
        ErrorCode.DIRECTIVE_COMPOSITION_ERROR,
        f"[{subgraph.name}] {message}",
        (),
        (subgraph.name,),
    )


def _own_directive(
    findings: Findings, subgraph: Subgraph, name: str, link: Link, element: str
) -> None:
    merged = element in MERGED_FEATURES and element != "cost"
    if merged or link.identity.removeprefix(f"{SPECIFICATIONS}/") in MERGED_FEATURES:
        findings.hint(
            HintCode.DIRECTIVE_COMPOSITION_INFO,
            f'Subgraph "{subgraph.name}" need not compose "@{name}": federation does it anyway',
            f"@{name}",
        )
    else:
        _refuse(findings, subgraph, f'federation\'s own "@{name}" cannot be composed')


def _conflicting_names(requests: Sequence[_Request], findings: Findings) -> Iterator[str]:
    """Names that stand for different directives in different subgraphs."""
    for name in dict.fromkeys(r.name for r in requests):
        alike = [r for r in requests if r.name == name]
        meant = {(r.link.identity, r.element) for r in alike}
        if len(meant) > 1:
            findings.error(
                ErrorCode.DIRECTIVE_COMPOSITION_ERROR,
                f'"@{name}" is not the same directive in every subgraph that composes it',
                (f"@{name}",),
                (r.subgraph.name for r in alike),
            )
            yield name


def _inconsistent_names(
    requests: Sequence[_Request], subgraphs: Sequence[Subgraph], findings: Findings
) -> Iterator[str]:
    """Directives that different subgraphs call by different names."""
    for identity, element in dict.fromkeys((r.link.identity, r.element) for r in requests):
        alike = [r for r in requests if (r.link.identity, r.element) == (identity, element)]
        if len({r.name for r in alike}) > 1:
            said = who_says_what({r.subgraph.name: f'"@{r.name}"' for r in alike})
            findings.error(
                ErrorCode.DIRECTIVE_COMPOSITION_ERROR,
                f"A composed directive has different names: {said}",
                (f"@{element}",),
                (r.subgraph.name for r in alike),
            )
            yield from (r.name for r in alike)
        _hint_other_names(alike[0], {r.subgraph.name for r in alike}, subgraphs, findings)


def _hint_other_names(
    request: _Request, composing: set[str], subgraphs: Sequence[Subgraph], findings: Findings
) -> None:
    others = [
        s.name
        for s in subgraphs
        if s.name not in composing
        for link in s.links
        if link.identity == request.link.identity
        and link.imports.get(f"@{request.name}") != f"@{request.element}"
        and f"@{request.element}" in link.imports.values()
    ]
    if others:
        findings.hint(
            HintCode.DIRECTIVE_COMPOSITION_WARN,
            f'"@{request.name}" has another name in {subgraph_names(others)}, which do not'
            " compose it",
            f"@{request.name}",
        )


def _hint_major_versions(
    requests: Sequence[_Request], subgraphs: Sequence[Subgraph], findings: Findings
) -> None:
    """Specifications whose major versions differ, but not among those who compose them."""
    for identity in dict.fromkeys(link.identity for s in subgraphs for link in s.links):
        linked = {k.version[0] for s in subgraphs for k in s.links if k.identity == identity}
        composed = {r.link.version[0] for r in requests if r.link.identity == identity}
        if len(linked) > 1 and len(composed) <= 1:
            findings.hint(
                HintCode.DIRECTIVE_COMPOSITION_INFO,
                f'"{identity}" is linked in different major versions by subgraphs that do not all'
                " compose it",
                identity,
            )


def _major_mismatch(identity: str, requests: Sequence[_Request], findings: Findings) -> bool:
    majors = {r.link.version[0] for r in requests}
    if len(majors) > 1:
        findings.error(
            ErrorCode.DIRECTIVE_COMPOSITION_ERROR,
            f'"{identity}" is linked in different major versions, so it cannot be composed',
            (),
            dict.fromkeys(r.subgraph.name for r in requests),
        )
    return len(majors) > 1


def _definitions(
    elements: Mapping[str, str], newest: Link, subgraphs: Sequence[Subgraph], findings: Findings
) -> Iterator[tuple[str, DirectiveDefinition]]:
    """Each directive as the newest version says it: where several do, the last, as others do."""
    knowing = [
        (subgraph, link)
        for subgraph in reversed(subgraphs)
        for link in subgraph.links
        if (link.identity, link.version) == (newest.identity, newest.version)
    ]
    for name, element in elements.items():
        for subgraph, link in knowing:
            found = subgraph.directive_definitions.get(link.directive_name(element))
            if found is not None:
                yield name, replace(found, name=name)
                break
        else:
            names = [subgraph.name for subgraph, _ in reversed(knowing)]
            findings.error(
                ErrorCode.DIRECTIVE_COMPOSITION_ERROR,
                f'"@{name}" is not defined in {subgraph_names(names)}, which link the newest'
                f' version of "{newest.identity}"',
                (f"@{name}",),
                names,
            )
