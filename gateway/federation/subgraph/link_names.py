"""Whether each name of a schema stands for one linked element at most.

Source: link specification v1.0, "Name conventions".
"""

import re
from collections.abc import Iterator, Sequence

from gateway.federation.directives import SPECIFICATIONS
from gateway.federation.links import Link

_NAME = re.compile(r"^[A-Za-z_][A-Za-z0-9_]*$")
_FEATURE_NAME = re.compile(r"^[A-Za-z_][A-Za-z0-9_-]*$")
"""Names of foreign features may have dashes: then all their elements must be imported."""

_FEDERATIONS_OWN = {
    f"{SPECIFICATIONS}/tag": "federation__tag",
    f"{SPECIFICATIONS}/inaccessible": "federation__inaccessible",
}
"""Aliases that name what federation itself has under the same name."""


def is_element_name(text: str) -> bool:
    """Whether a text can name an imported element: a type, or a directive with ``@``."""
    return _NAME.match(text.removeprefix("@")) is not None


def name_problems(links: Sequence[Link]) -> Iterator[str]:
    """What is wrong with the names that a schema's links give to features and elements."""
    by_alias: dict[str, Link] = {}
    for link in links:
        yield from _alias_problems(link)
        other = by_alias.setdefault(link.alias, link)
        if other is not link:
            yield f'"{other.identity}" and "{link.identity}" are both called "{link.alias}"'
    imported: dict[str, Link] = {}
    for link in links:
        named: dict[str, str] = {}
        for local, element in link.imports.items():
            if named.setdefault(element, local) != local:
                yield f'"{element}" is imported twice, as "{named[element]}" and "{local}"'
            other = imported.setdefault(local, link)
            if other is not link:
                yield f'"{local}" is imported from "{other.identity}" and "{link.identity}"'
            yield from _confusions(by_alias, link, local, element)


def _alias_problems(link: Link) -> Iterator[str]:
    alias = link.alias
    form = _NAME if link.identity.startswith(SPECIFICATIONS) else _FEATURE_NAME
    if not form.match(alias):
        yield f'"{link.identity}" cannot be called "{alias}": it is no GraphQL name'
    elif alias.endswith("_") or (
        "__" in alias and not (_FEDERATIONS_OWN.get(link.identity) == alias and not link.imports)
    ):
        yield f'"{link.identity}" cannot be called "{alias}": "__" parts features from elements'


def _confusions(by_alias: dict[str, Link], link: Link, local: str, element: str) -> Iterator[str]:
    """Imports under a name that stands for another element already."""
    name, own = local.removeprefix("@"), element.removeprefix("@")
    prefix, separator, rest = name.partition("__")
    owner = by_alias.get(prefix) if separator else None
    meant = rest
    if owner is None and local.startswith("@"):
        owner = by_alias.get(name)
        meant = owner.name if owner is not None else ""
    if owner is not None and (owner is not link or meant != own):
        yield f'"{local}" imported from "{link.identity}" already names "@{owner.name}" elements'
