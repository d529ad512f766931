"""The specifications that a supergraph links, and their definitions in it.

Source: link specification v1.0, join specification v0.3 to v0.5.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from graphql import ConstValueNode, DocumentNode, parse

from gateway.federation.composition.context import Source
from gateway.federation.composition.findings import Findings, who_says_what
from gateway.federation.composition.link_aliases import LinkedSpecification, link_aliases
from gateway.federation.directives import (
    FEATURE_SCALARS,
    FEDERATION_DIRECTIVES,
    SPECIFICATIONS,
    DirectiveSpecification,
    Version,
    join_version,
    specification,
)
from gateway.federation.errors import ErrorCode, HintCode
from gateway.federation.links import Link
from gateway.federation.subgraph.definitions import DefinitionReader
from gateway.federation.subgraph.graphql_validation import definition_text
from gateway.federation.subgraph.model import (
    Directive,
    DirectiveDefinition,
    Subgraph,
    TypeDefinition,
    applied_directives,
)
from gateway.federation.subgraph.values import (
    Plain,
    constant,
    enum_node,
    string_node,
    value_text,
)

_FEATURE_VERSIONS: Mapping[str, Version] = {
    "authenticated": (2, 5),
    "context": (2, 8),
    "cost": (2, 9),
}
"""The version of federation that a specification needs, where it is linked by itself."""
_LINK = """
directive @link(url: String, as: String, for: link__Purpose, import: [link__Import]) repeatable on SCHEMA
scalar link__Import
enum link__Purpose {
  "`SECURITY` features provide metadata necessary to securely resolve fields."
  SECURITY
  "`EXECUTION` features provide metadata necessary for operation execution."
  EXECUTION
}
"""  # noqa: E501 - one definition, one line
_JOIN_GRAPH = (
    "directive @join__graph(name: String!, url: String!) on ENUM_VALUE\nscalar join__FieldSet\n"
)
_JOIN_COMMON = """
directive @join__type(graph: join__Graph!, key: join__FieldSet, extension: Boolean! = false, resolvable: Boolean! = true, isInterfaceObject: Boolean! = false) repeatable on OBJECT | INTERFACE | UNION | ENUM | INPUT_OBJECT | SCALAR
directive @join__implements(graph: join__Graph!, interface: String!) repeatable on OBJECT | INTERFACE
directive @join__unionMember(graph: join__Graph!, member: String!) repeatable on UNION
directive @join__enumValue(graph: join__Graph!) repeatable on ENUM_VALUE
"""  # noqa: E501 - one definition, one line
_JOIN_FIELD = (
    "graph: join__Graph, requires: join__FieldSet, provides: join__FieldSet, type: String, "
    "external: Boolean, override: String, usedOverridden: Boolean"
)
_JOIN_DIRECTIVE = """
directive @join__directive(graphs: [join__Graph!], name: String!, args: join__DirectiveArguments) repeatable on SCHEMA | OBJECT | INTERFACE | FIELD_DEFINITION
scalar join__DirectiveArguments
"""  # noqa: E501 - one definition, one line
_JOIN_CONTEXT = """
scalar join__FieldValue
input join__ContextArgument {
  name: String!
  type: String!
  context: String!
  selection: join__FieldValue!
}
"""


@dataclass(frozen=True, slots=True)
class SupergraphFeatures:
    """What the linked specifications add to a supergraph.

    Attributes:
        links: The ``@link`` applications on the schema.
        directives: Definitions of their directives.
        types: Definitions of their types.
    """

    links: tuple[Directive, ...]
    directives: Mapping[str, DirectiveDefinition]
    types: Mapping[str, TypeDefinition]


@dataclass(frozen=True, slots=True)
class LinkedFeature:
    """A specification with directives that are merged, as the supergraph links it."""

    name: str
    directives: Mapping[str, str]


def federation_version(subgraphs: Sequence[Subgraph], findings: Findings) -> Version:
    """The newest version of federation that a subgraph links, or that its features imply."""
    versions = []
    for subgraph in subgraphs:
        needed = {
            link.url: _FEATURE_VERSIONS.get(
                link.identity.removeprefix(f"{SPECIFICATIONS}/"), (0, 0)
            )
            for link in subgraph.links
        }
        url, version = max(needed.items(), key=lambda each: each[1], default=("", (0, 0)))
        if version > subgraph.version:
            findings.hint(
                HintCode.IMPLICITLY_UPGRADED_FEDERATION_VERSION,
                f'Subgraph "{subgraph.name}" links {url}, which needs federation'
                f" {version[0]}.{version[1]}",
            )
        versions.append(max(version, subgraph.version))
    return max(versions)


def merged_features(sources: Sequence[Source], findings: Findings) -> tuple[LinkedFeature, ...]:
    """The specifications whose directives are applied, with the names that subgraphs use."""
    names: dict[str, dict[str, str]] = {}
    for source in sources:
        used = {d.specified: d.name for d in applied_directives(source.subgraph) if d.specified}
        for known in FEDERATION_DIRECTIVES:
            if known.feature is not None and known.name in used:
                names.setdefault(known.name, {})[source.subgraph.name] = used[known.name]
    by_feature: dict[str, dict[str, str]] = {}
    for name, by_subgraph in names.items():
        if len(set(by_subgraph.values())) > 1:
            said = who_says_what({k: f'"@{v}"' for k, v in by_subgraph.items()})
            findings.error(
                ErrorCode.LINK_IMPORT_NAME_MISMATCH,
                f'The names of "@{name}" differ: it is {said}',
                (f"@{name}",),
                by_subgraph,
            )
        known_directive = specification(name)
        if known_directive is not None and known_directive.feature is not None:
            directives = by_feature.setdefault(known_directive.feature, {})
            directives[name] = next(iter(by_subgraph.values()))
    return tuple(LinkedFeature(f, d) for f, d in by_feature.items())


def linked_specifications(
    features: Sequence[LinkedFeature], composed: Sequence[tuple[Link, Mapping[str, str]]]
) -> tuple[LinkedSpecification, ...]:
    """What a supergraph links besides its machinery."""
    merged = [
        LinkedSpecification(
            f"{SPECIFICATIONS}/{feature.name}",
            feature.name,
            {used: own for own, used in feature.directives.items()},
        )
        for feature in features
    ]
    others = [LinkedSpecification(link.identity, link.name, names) for link, names in composed]
    return (*merged, *others)


def supergraph_features(
    sources: Sequence[Source],
    version: Version,
    features: Sequence[LinkedFeature],
    composed: Sequence[tuple[Link, Mapping[str, str]]],
    security_links: Collection[str],
) -> SupergraphFeatures:
    """The links and definitions of a supergraph.

    Args:
        sources: The subgraphs.
        version: The version of federation that they are composed by.
        features: Specifications with merged directives.
        composed: Links of directives composed by ``@composeDirective``, with the directives'
            own names by the names that they have in the supergraph.
        security_links: Identities (URLs without version) of links to be marked ``SECURITY``.
    """
    join = join_version(version)
    links = [
        _link(f"{SPECIFICATIONS}/link/v1.0"),
        _link(f"{SPECIFICATIONS}/join/v{join[0]}.{join[1]}", purpose="EXECUTION"),
    ]
    texts = [_LINK, _join_text(sources, join)]
    aliases = link_aliases(linked_specifications(features, composed), _names_in(sources))
    for feature in features:
        link, text = _feature(feature, aliases[f"{SPECIFICATIONS}/{feature.name}"])
        links.append(link)
        texts.append(text)
    for composed_link, names in composed:
        imports: list[Plain] = [
            f"@{name}" if name == own else {"name": f"@{own}", "as": f"@{name}"}
            for name, own in names.items()
        ]
        purpose = "SECURITY" if composed_link.identity in security_links else None
        alias = _alias(composed_link.name, aliases[composed_link.identity])
        links.append(_link(composed_link.url, alias=alias, imports=imports, purpose=purpose))
    document = parse("\n".join(texts), no_location=True)
    reader = DefinitionReader(())
    return SupergraphFeatures(
        tuple(links), _directive_definitions(reader, document), reader.types(document)
    )


def _directive_definitions(
    reader: DefinitionReader, document: DocumentNode
) -> dict[str, DirectiveDefinition]:
    return reader.directive_definitions(document)


def _names_in(sources: Sequence[Source]) -> Iterator[str]:
    for source in sources:
        yield from source.subgraph.types
        yield from source.subgraph.directive_definitions


def _alias(name: str, alias: str) -> str | None:
    """The ``as:`` of a link, if it needs one."""
    return None if alias == name else alias


def _link(
    url: str,
    *,
    alias: str | None = None,
    purpose: str | None = None,
    imports: Sequence[Plain] = (),
) -> Directive:
    arguments: dict[str, ConstValueNode] = {"url": string_node(url)}
    if alias is not None:
        arguments["as"] = string_node(alias)
    if purpose is not None:
        arguments["for"] = enum_node(purpose)
    if imports:
        arguments["import"] = constant(imports)
    return Directive("link", arguments)


def _join_text(sources: Sequence[Source], version: Version) -> str:
    field = _JOIN_FIELD
    text = _JOIN_GRAPH + _JOIN_COMMON
    if version >= (0, 4):
        field += ", overrideLabel: String"
        text += _JOIN_DIRECTIVE
    if version >= (0, 5):
        field += ", contextArguments: [join__ContextArgument!]"
        text += _JOIN_CONTEXT
    text += f"directive @join__field({field}) repeatable"
    text += " on FIELD_DEFINITION | INPUT_FIELD_DEFINITION\n"
    values = []
    for source in sources:
        name = value_text(string_node(source.subgraph.name))
        url = value_text(string_node(source.subgraph.url))
        values.append(f"{source.graph} @join__graph(name: {name}, url: {url})")
    return text + "enum join__Graph {\n" + "\n".join(values) + "\n}"


def _feature(feature: LinkedFeature, alias: str) -> tuple[Directive, str]:
    specifications = [d for d in FEDERATION_DIRECTIVES if d.feature == feature.name]
    first = specifications[0]
    url = f"{SPECIFICATIONS}/{feature.name}/v{first.feature_version[0]}.{first.feature_version[1]}"
    imports: list[Plain] = []
    texts = []
    types = {t: f"{alias}__{t}" for t in FEATURE_SCALARS.get(feature.name, ())}
    texts += [f"scalar {t}" for t in types.values()]
    for directive in specifications:
        default = alias if directive.name == feature.name else f"{alias}__{directive.name}"
        name = feature.directives.get(directive.name)
        if name is not None and name != default:
            imports.append(
                f"@{name}"
                if name == directive.name
                else {"name": f"@{directive.name}", "as": f"@{name}"}
            )
        texts.append(definition_text(directive, name or default, types))
    if feature.name == "context":
        texts.append(_from_context(alias, types))
    link = _link(url, alias=_alias(feature.name, alias), purpose=first.purpose, imports=imports)
    return link, "\n".join(texts)


def _from_context(alias: str, types: dict[str, str]) -> str:
    directive: DirectiveSpecification = next(
        d for d in FEDERATION_DIRECTIVES if d.name == "fromContext"
    )
    return definition_text(directive, f"{alias}__fromContext", types)
