"""The names by which a supergraph links specifications: each stands for one of them only.

Source: link specification v1.0, ``@link(as:)`` and "Name Conventions": a name with a prefix, and
the directive of a specification's own name, belong to whoever is linked by that name.
"""

from collections import deque
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from string import ascii_letters, ascii_lowercase, ascii_uppercase, digits

from gateway.federation.composition.findings import Findings
from gateway.federation.errors import ErrorCode

_FIRST = "_" + ascii_lowercase + ascii_uppercase
_FURTHER = ascii_lowercase + ascii_uppercase + digits
_TAKEN = frozenset({"link", "join"})
_MACHINERY = frozenset({"_Any", "_Entity", "_Service"})


@dataclass(frozen=True, slots=True)
class LinkedSpecification:
    """A specification of which the supergraph uses directives.

    Attributes:
        identity: Its URL without the version.
        name: Its own name, the last part of the identity.
        directives: The directives' own names by the names that they have in the supergraph.
    """

    identity: str
    name: str
    directives: Mapping[str, str]


def check_directive_names(
    specifications: Sequence[LinkedSpecification], findings: Findings
) -> None:
    """Report names that would stand for directives of several specifications."""
    owners: dict[str, str] = {}
    for each in specifications:
        for name in each.directives:
            owner = owners.setdefault(name, each.identity)
            if owner != each.identity:
                findings.error(
                    ErrorCode.INVALID_LINK_DIRECTIVE_USAGE,
                    f'"@{name}" would stand for directives of two specifications in the'
                    f' supergraph, "{owner}" and "{each.identity}": import one of them under'
                    " another name",
                    (f"@{name}",),
                )


def link_aliases(
    specifications: Sequence[LinkedSpecification], names: Iterable[str]
) -> dict[str, str]:
    """Return the name by which each specification is linked, by its identity.

    Args:
        specifications: In the order of their links.
        names: Of all types and directives of the subgraphs.
    """
    found: dict[str, str] = {}
    prefix = ""
    renamed = 0
    for each in specifications:
        alias = each.name
        if alias in found.values() or not _is_clear(each, specifications):
            prefix = prefix or _free_prefix({*names, *_names_of(specifications)})
            alias = f"{prefix}{renamed}{''.join(c for c in alias if c in ascii_letters)}"
            renamed += 1
        found[each.identity] = alias
    return found


def _is_clear(named: LinkedSpecification, all_of_them: Sequence[LinkedSpecification]) -> bool:
    """Whether a specification's own name is one, and no directive can be taken for one of it."""
    alias = named.name
    if alias in _TAKEN or "__" in alias or alias.endswith("_") or not _is_name(alias):
        return False
    for each in all_of_them:
        for name, element in each.directives.items():
            prefix, separator, rest = name.partition("__")
            is_own = each.identity == named.identity
            if separator and prefix == alias and not (is_own and rest == element):
                return False
            if name == alias and not (is_own and element == alias):
                return False
    return True


def _is_name(text: str) -> bool:
    return text.isascii() and text.isidentifier()


def _names_of(specifications: Sequence[LinkedSpecification]) -> Iterable[str]:
    for each in specifications:
        yield each.name
        yield from each.directives


def _free_prefix(names: Collection[str]) -> str:
    """The shortest beginning that none of the names has."""
    taken = {n for n in names if not n.startswith("__") and n not in _MACHINERY}
    pending = deque([""])
    while True:
        beginning = pending.popleft()
        for letter in _FURTHER if beginning else _FIRST:
            if not any(name.startswith(beginning + letter) for name in taken):
                return beginning + letter
            pending.append(beginning + letter)
