"""Features that a supergraph links, and the local names of their elements.

Source: link specification v1.0 (https://specs.apollo.dev/link/v1.0), and core v0.1 before it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from graphql import (
    ConstDirectiveNode,
    DocumentNode,
    ListValueNode,
    ObjectValueNode,
    SchemaDefinitionNode,
    SchemaExtensionNode,
    StringValueNode,
    ValueNode,
)

from gateway.federation.directives import (
    ACCESS_DIRECTIVES,
    CORE_IDENTITY,
    LINK_IDENTITY,
    MERGED_FEATURES,
    SPECIFICATIONS,
)


@dataclass(frozen=True, slots=True)
class Feature:
    """One linked feature.

    Attributes:
        url: The ``@link`` URL.
        name: The feature's own name, from the URL.
        version: The version part of the URL, or an empty string.
        prefix: Local prefix of its elements (``as:``, else the name).
        imports: Local name of each imported element, ``@`` included for directives.
        purpose: ``SECURITY``, ``EXECUTION`` or ``None``.
    """

    url: str
    name: str
    version: str
    prefix: str
    imports: Mapping[str, str] = field(default_factory=dict)
    purpose: str | None = None

    @property
    def identity(self) -> str:
        """The URL without its version."""
        return self.url.removesuffix("/").removesuffix(f"/{self.version}")

    @property
    def key(self) -> str:
        """What names the feature for sure: its own name where it is one of federation's.

        Anybody may call a specification of his own ``authenticated``: it goes by its identity.
        What is written with ``http:`` is taken for federation's: better that than unprotected.
        """
        identity = self.identity.replace("http://", "https://", 1)
        return self.name if identity == f"{SPECIFICATIONS}/{self.name}" else self.identity

    def directive(self, name: str) -> str:
        """Returns the local name of this feature's directive ``name``."""
        imported = self.imports.get("@" + name)
        if imported is not None:
            return imported.removeprefix("@")
        return self.prefix if name == self.name else f"{self.prefix}__{name}"

    def element(self, local_name: str) -> str:
        """Returns the feature's own name of a directive that it owns."""
        for name, imported in self.imports.items():
            if imported == "@" + local_name:
                return name.removeprefix("@")
        is_main = local_name == self.prefix
        return self.name if is_main else local_name.removeprefix(self.prefix + "__")

    def owns(self, local_name: str, *, directive: bool) -> bool:
        """Tells whether a definition with this local name is part of the feature."""
        if local_name.startswith(self.prefix + "__"):
            return True
        if directive:
            return local_name == self.prefix or "@" + local_name in self.imports.values()
        return local_name in self.imports.values()


_LINKING = frozenset({LINK_IDENTITY, CORE_IDENTITY})
_UNDERSTOOD = frozenset(
    {LINK_IDENTITY, CORE_IDENTITY, f"{SPECIFICATIONS}/join"}
    | {f"{SPECIFICATIONS}/{name}" for name in MERGED_FEATURES}
)


def demanded_features(features: Iterable[Feature]) -> tuple[str, ...]:
    """URLs of features that whoever serves the supergraph must know, though federation does not.

    Source: link specification v1.0, ``@link(for:)``: data that a feature protects or resolves
    must not be served without it.
    """
    return tuple(f.url for f in features if f.purpose and f.identity not in _UNDERSTOOD)


_PROTECTING = (*ACCESS_DIRECTIVES, "inaccessible")
"""Directives that keep data from somebody: one that is passed over lays open what it protects."""


def unlinked_protections(
    applied: Iterable[str], features: Sequence[Feature]
) -> tuple[tuple[str, str], ...]:
    """Directives that protect data under names that their specification's link does not give.

    A directive is another's, and none of federation's, where a link of that other accounts for
    its name.

    Args:
        applied: Local names of the directives that the types of a schema bear.
        features: What the schema links.

    Returns:
        Each local name with its name in federation's specification, sorted.
    """
    # Of several links of one specification the first counts.
    linked = {f.key: f.directive(f.name) for f in reversed(features) if f.key in _PROTECTING}
    found: set[tuple[str, str]] = set()
    for local in applied:
        if local in linked.values():
            continue
        owners = [f for f in features if f.prefix and f.owns(local, directive=True)]
        names = {f.element(local) for f in owners if f.identity.startswith(f"{SPECIFICATIONS}/")}
        if not owners:
            names = {local.rpartition("__")[2]}
        found.update((local, name) for name in names if name in _PROTECTING)
    return tuple(sorted(found))


def read_features(document: DocumentNode) -> tuple[Feature, ...]:
    """Reads the ``@link`` (or ``@core``) applications of the schema definition."""
    nodes = [
        node
        for definition in document.definitions
        if isinstance(definition, SchemaDefinitionNode | SchemaExtensionNode)
        for node in definition.directives or ()
        if _text(_argument(node, "url")) or _text(_argument(node, "feature"))
    ]
    features = [(node.name.value, _feature(node)) for node in nodes]
    # Other directives of a schema have addresses too: a link is what links the link specification.
    links = {n for n, f in features if f.prefix == n and f.identity in _LINKING}
    return tuple(feature for name, feature in features if name in links or not links)


def _feature(node: ConstDirectiveNode) -> Feature:
    url = _text(_argument(node, "url")) or _text(_argument(node, "feature")) or ""
    parts = [part for part in url.split("/") if part]
    version = parts.pop() if parts and _is_version(parts[-1]) else ""
    name = parts[-1] if len(parts) > 1 else ""
    purpose = _argument(node, "for")
    return Feature(
        url=url,
        name=name,
        version=version,
        prefix=_text(_argument(node, "as")) or name or url,
        imports=dict(_imports(_argument(node, "import"))),
        purpose=getattr(purpose, "value", None),
    )


def _is_version(part: str) -> bool:
    return part[:1] == "v" and part[1:2].isdigit()


def _imports(value: ValueNode | None) -> list[tuple[str, str]]:
    if not isinstance(value, ListValueNode):
        return []
    found: list[tuple[str, str]] = []
    for item in value.values:
        if isinstance(item, StringValueNode):
            found.append((item.value, item.value))
        elif isinstance(item, ObjectValueNode):
            entry = {part.name.value: _text(part.value) or "" for part in item.fields}
            name = entry.get("name", "")
            found.append((name, entry.get("as") or name))
    return found


def _argument(node: ConstDirectiveNode, name: str) -> ValueNode | None:
    return next((a.value for a in node.arguments or () if a.name.value == name), None)


def _text(value: ValueNode | None) -> str | None:
    return value.value if isinstance(value, StringValueNode) else None
