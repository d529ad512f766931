"""Writing sets of subgraphs."""

from collections.abc import Mapping
from typing import TypeAlias

Subgraphs: TypeAlias = Mapping[str, str]

_IMPORTS = (
    "@key @requires @provides @external @tag @extends @shareable @inaccessible @override "
    "@composeDirective @interfaceObject @authenticated @requiresScopes @policy @context "
    "@fromContext @cost @listSize"
)
LINK = (
    'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ['
    + ", ".join(f'"{name}"' for name in _IMPORTS.split())
    + "])\n"
)


def link(version: str, *imports: str) -> str:
    """A link to a version of federation."""
    names = ", ".join(f'"{i}"' for i in imports)
    return (
        f'extend schema @link(url: "https://specs.apollo.dev/federation/v{version}",'
        f" import: [{names}])\n"
    )


def linked(**sdls: str) -> Subgraphs:
    """Subgraphs that import all of federation 2.9."""
    return {name: LINK + sdl for name, sdl in sdls.items()}


Q = "type Query { q: Int }\n"

Cases: TypeAlias = Mapping[str, Mapping[str, Subgraphs]]
"""Sets by code, by what they are about."""
