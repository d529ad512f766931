"""Links: which specifications a schema uses, and under which names.

Source: link specification v1.0 (https://specs.apollo.dev/link/v1.0).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from gateway.federation.directives import (
    FEATURE_SCALARS,
    FEDERATION_DIRECTIVES,
    FEDERATION_IDENTITY,
    LINK_IDENTITY,
    MERGED_FEATURES,
    SCALARS,
    SPECIFICATIONS,
    UNMERGED_DIRECTIVES,
    DirectiveSpecification,
    Version,
    directives_of,
)

_URL = re.compile(r"^(?P<identity>[^?#]*)/v(?P<major>\d+)\.(?P<minor>\d+)([?#].*)?$")


@dataclass(frozen=True, slots=True)
class Link:
    """One ``@link``: a feature that a schema uses.

    Attributes:
        identity: The URL without the version.
        name: The feature's own name, the last part of the identity.
        version: Major and minor version.
        alias: The name that the schema uses for the feature (``as:`` or ``name``).
        imports: Element names by the names that the schema uses, directives with ``@``.
        url: The URL as written.
    """

    identity: str
    name: str
    version: Version
    alias: str
    imports: Mapping[str, str] = field(default_factory=dict)
    url: str = ""

    def directive_name(self, element: str) -> str:
        """The name that the schema uses for a directive of this feature."""
        return self._name_of(f"@{element}", element)

    def type_name(self, element: str) -> str:
        """The name that the schema uses for a type of this feature."""
        imported = next((k for k, v in self.imports.items() if v == element), None)
        return imported or f"{self.alias}__{element}"

    def _name_of(self, wanted: str, element: str) -> str:
        imported = next((k for k, v in self.imports.items() if v == wanted), None)
        if imported is not None:
            return imported.removeprefix("@")
        return self.alias if element == self.name else f"{self.alias}__{element}"


@dataclass(frozen=True, slots=True)
class LinkedElement:
    """What a directive name of a schema stands for."""

    link: Link
    name: str


def merged_feature(link: Link) -> str | None:
    """The feature that a schema links by itself, if its directives are merged, or ``None``."""
    feature = link.identity.removeprefix(f"{SPECIFICATIONS}/")
    return feature if feature in MERGED_FEATURES and feature != link.identity else None


def directives_of_link(link: Link) -> tuple[DirectiveSpecification, ...]:
    """The specified directives that a link brings; none where it is of no specification here."""
    if link.identity == FEDERATION_IDENTITY:
        return directives_of(link.version)
    feature = merged_feature(link)
    return tuple(
        replace(d, locations=d.locations_in(link.version))
        for d in FEDERATION_DIRECTIVES
        if feature is not None and feature in (d.feature, UNMERGED_DIRECTIVES.get(d.name))
    )


def scalars_of_link(link: Link) -> tuple[str, ...]:
    """The specified scalars that a link brings."""
    if link.identity == FEDERATION_IDENTITY:
        return tuple(name for name, since in SCALARS.items() if since <= link.version)
    return FEATURE_SCALARS.get(merged_feature(link) or "", ())


def elements_of_link(link: Link) -> frozenset[str]:
    """What may be imported from a specification known here, directives with ``@``."""
    if link.identity == LINK_IDENTITY:
        return frozenset({"@link", "Import", "Purpose"})
    cache_tag = link.identity == FEDERATION_IDENTITY and link.version >= (2, 12)
    directives = {f"@{d.name}" for d in directives_of_link(link)}
    return frozenset(
        directives | {*scalars_of_link(link)} | ({"@cacheTag"} if cache_tag else set())
    )


def parse_feature_url(url: str) -> tuple[str, str, Version] | None:
    """Identity, name and version of a feature's URL, or ``None`` if it has no version."""
    match = _URL.match(url)
    if match is None:
        return None
    identity = match["identity"]
    name = identity.rstrip("/").rsplit("/", 1)[-1]
    return identity, name, (int(match["major"]), int(match["minor"]))


def linked_directive(links: tuple[Link, ...], name: str) -> LinkedElement | None:
    """The feature and element that a directive name of a schema stands for, or ``None``."""
    for link in links:
        element = link.imports.get(f"@{name}")
        if element is not None:
            return LinkedElement(link, element.removeprefix("@"))
    prefix, separator, element = name.partition("__")
    for link in links:
        if separator and link.alias == prefix and element:
            return LinkedElement(link, element)
        if not separator and link.alias == name:
            return LinkedElement(link, link.name)
    return None
