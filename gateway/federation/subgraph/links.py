"""Reading ``@link``: which features a schema uses and what it calls their elements.

Source: link specification v1.0.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from graphql import (
    ConstDirectiveNode,
    DocumentNode,
    NullValueNode,
    SchemaDefinitionNode,
    SchemaExtensionNode,
    StringValueNode,
    ValueNode,
)
from graphql.language import ListValueNode, ObjectValueNode

from gateway.federation.directives import (
    FEDERATION_2_0,
    FEDERATION_IDENTITY,
    LATEST_FEDERATION,
    LINK_IDENTITY,
    is_known_version,
)
from gateway.federation.errors import CompositionError, ErrorCode
from gateway.federation.links import Link, elements_of_link, merged_feature, parse_feature_url
from gateway.federation.subgraph.link_names import is_element_name, name_problems
from gateway.federation.subgraph.values import string_value


@dataclass(frozen=True, slots=True)
class Links:
    """The links of a schema and what is wrong with them."""

    links: tuple[Link, ...]
    errors: tuple[CompositionError, ...]


def read_links(document: DocumentNode) -> Links:
    """Read every ``@link`` on the schema definition and its extensions."""
    applications = list(_schema_directives(document))
    name = _link_directive_name(applications)
    links: list[Link] = []
    errors: list[CompositionError] = []
    for directive in applications:
        if directive.name.value != name:
            continue
        arguments = {a.name.value: a.value for a in directive.arguments or ()}
        link = _read_link(arguments, errors)
        if link is not None:
            if any(other.identity == link.identity for other in links):
                errors.append(_usage(f'feature "{link.identity}" is linked twice'))
                continue
            links.append(link)
    if links and not any(link.identity == LINK_IDENTITY for link in links):
        links.insert(0, Link(LINK_IDENTITY, "link", (1, 0), "link", {}, f"{LINK_IDENTITY}/v1.0"))
    errors.extend(_usage(problem) for problem in name_problems(links))
    return Links(tuple(links), tuple(errors))


def _schema_directives(document: DocumentNode) -> Iterator[ConstDirectiveNode]:
    for definition in document.definitions:
        if isinstance(definition, SchemaDefinitionNode | SchemaExtensionNode):
            yield from definition.directives or ()


def _link_directive_name(applications: Sequence[ConstDirectiveNode]) -> str:
    """``link``, unless the schema links the link specification itself under another name."""
    for directive in applications:
        arguments = {a.name.value: a.value for a in directive.arguments or ()}
        url = string_value(arguments.get("url"))
        if url is None or not url.startswith(f"{LINK_IDENTITY}/"):
            continue
        alias = string_value(arguments.get("as"))
        if directive.name.value == (alias or "link"):
            return directive.name.value
    return "link"


def _read_link(arguments: Mapping[str, ValueNode], errors: list[CompositionError]) -> Link | None:
    url = string_value(arguments.get("url"))
    if url is None:
        errors.append(_usage("@link has no url"))
        return None
    if "://" not in url:
        errors.append(_usage(f'the url "{url}" of @link is none'))
        return None
    parsed = parse_feature_url(url)
    if parsed is None:
        errors.append(
            CompositionError(
                ErrorCode.INVALID_LINK_IDENTIFIER,
                f'@link url "{url}" does not end in a version such as /v1.0',
            )
        )
        return None
    identity, name, version = parsed
    alias = string_value(arguments.get("as"))
    imports = _imports(arguments.get("import"), errors)
    link = Link(identity, name, version, name if alias is None else alias, imports, url)
    errors.extend(_check_known(link))
    return link


def _imports(node: ValueNode | None, errors: list[CompositionError]) -> dict[str, str]:
    imports: dict[str, str] = {}
    if node is None or isinstance(node, NullValueNode):
        return imports
    if not isinstance(node, ListValueNode):
        errors.append(_usage("the import of @link is not a list"))
        return imports
    for item in node.values:
        found = _import(item)
        if isinstance(found, str):
            errors.append(_usage(found))
        elif imports.setdefault(found[1], found[0]) != found[0]:
            errors.append(_usage(f'"{found[0]}" and another import are both named "{found[1]}"'))
    return imports


def _import(item: ValueNode) -> tuple[str, str] | str:
    """The element and its local name, or what is wrong."""
    if isinstance(item, StringValueNode):
        return item.value, item.value
    fields = (
        {f.name.value: string_value(f.value) for f in item.fields}
        if isinstance(item, ObjectValueNode)
        else {}
    )
    element = fields.get("name")
    alias = fields.get("as", element)
    if element is None or alias is None or fields.keys() - {"name", "as"}:
        return "an import of @link is neither a name nor {name:, as:}"
    if element.startswith("@") is not alias.startswith("@") or not is_element_name(alias):
        return f'"{element}" cannot be imported as "{alias}"'
    return element, alias


def _check_known(link: Link) -> Iterator[CompositionError]:
    if link.identity == LINK_IDENTITY and link.version != (1, 0):
        yield CompositionError(
            ErrorCode.UNKNOWN_LINK_VERSION, f'unknown version of link in "{link.url}"'
        )
    feature = merged_feature(link)
    if feature is not None and not is_known_version(feature, link.version):
        yield CompositionError(
            ErrorCode.UNKNOWN_LINK_VERSION, f'unknown version of {feature} in "{link.url}"'
        )
        return
    if link.identity == FEDERATION_IDENTITY:
        if not FEDERATION_2_0 <= link.version <= LATEST_FEDERATION:
            yield CompositionError(
                ErrorCode.UNKNOWN_FEDERATION_LINK_VERSION,
                f'unknown version of federation in "{link.url}"',
            )
            return
    elif feature is None and link.identity != LINK_IDENTITY:
        return
    known = elements_of_link(link)
    for element in link.imports.values():
        if element not in known:
            yield _usage(f'cannot import "{element}": {link.url} does not have it')


def _usage(message: str) -> CompositionError:
    return CompositionError(ErrorCode.INVALID_LINK_DIRECTIVE_USAGE, message)
