"""Scopes of access tokens: plain OAuth 2.0 scopes and the SMART on FHIR v2 grammar.

Sources: RFC 6749 section 3.3 (scope-token); SMART App Launch 2.x, "Scopes for requesting FHIR
Resources": ``patient|user|system / ResourceType|* . c?r?u?d?s? [?param=value&…]``.
"""

import re
from dataclasses import dataclass

_TOKEN = re.compile(r"[\x21\x23-\x5B\x5D-\x7E]+")
_SMART = re.compile(
    r"(?P<context>patient|user|system)/(?P<resource>[A-Z][A-Za-z]+|\*)"
    r"\.(?P<letters>(?=[cruds])c?r?u?d?s?)(?P<query>\?.+)?"
)


class ScopeSyntaxError(ValueError):
    """A scope that begins as a SMART scope does not follow the grammar."""


@dataclass(frozen=True, slots=True)
class SmartScope:
    """One SMART v2 scope.

    Attributes:
        context: ``patient``, ``user`` or ``system``.
        resource: FHIR resource type, or ``*``.
        letters: Subset of ``cruds``, in this order.
        query: Restriction after ``?``, or an empty text.
    """

    context: str
    resource: str
    letters: str
    query: str = ""

    def implies(self, other: "SmartScope") -> bool:
        """Whether everything that ``other`` allows is allowed by this scope.

        A restricted scope implies no unrestricted one, whatever its restriction says.
        """
        return (
            self.context == other.context
            and self.resource in {"*", other.resource}
            and set(other.letters) <= set(self.letters)
            and self.query in {"", other.query}
        )


def parse_smart_scope(text: str) -> SmartScope | None:
    """The SMART scope that a text is, or ``None`` for a scope of another kind.

    Raises:
        ScopeSyntaxError: if it begins like one (``patient/``, ``user/``, ``system/``) but is none.
    """
    match = _SMART.fullmatch(text)
    if match is not None:
        return SmartScope(
            match["context"], match["resource"], match["letters"], (match["query"] or "")[1:]
        )
    if text.startswith(("patient/", "user/", "system/")):
        raise ScopeSyntaxError("a SMART scope does not follow the grammar")
    return None


@dataclass(frozen=True, slots=True)
class ScopeSet:
    """The scopes that a token grants.

    Attributes:
        text: The normalised ``scope`` claim (sorted, single spaces).
        names: The scopes as they were written.
        smart: Those that are SMART scopes, parsed.
    """

    text: str = ""
    names: frozenset[str] = frozenset()
    smart: tuple[SmartScope, ...] = ()

    @property
    def contexts(self) -> frozenset[str]:
        """The SMART contexts that occur (``patient``, ``user``, ``system``)."""
        return frozenset(scope.context for scope in self.smart)

    def grants(self, required: str) -> bool:
        """Whether a required scope, as a schema states it, is granted.

        A scope is granted by itself, and a SMART scope also by one that implies it.
        """
        if required in self.names:
            return True
        try:
            wanted = parse_smart_scope(required)
        except ScopeSyntaxError:
            return False
        return wanted is not None and any(scope.implies(wanted) for scope in self.smart)


def parse_scopes(claim: str) -> ScopeSet:
    """The scopes of a ``scope`` claim.

    Args:
        claim: Scopes separated by single spaces (RFC 6749 section 3.3).

    Raises:
        ScopeSyntaxError: for characters that no scope may have and for broken SMART scopes.
    """
    names = sorted(set(claim.split(" ")) - {""})
    for name in names:
        if not _TOKEN.fullmatch(name):
            raise ScopeSyntaxError("a scope has characters that no scope may have")
    smart = tuple(scope for scope in map(parse_smart_scope, names) if scope is not None)
    return ScopeSet(" ".join(names), frozenset(names), smart)
