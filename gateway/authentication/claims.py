"""From verified claims to a principal.

Two readings exist: the health book's, which insists on the claims of the API's contract and
refuses tokens that mix contexts, and the generic one for any other federated graph.
"""

from collections.abc import Mapping
from typing import Any, TypeVar

from access.purposes import PURPOSES_OF_ROLE, Purpose, Role
from gateway.principal import Principal
from gateway.scopes import ScopeSet, ScopeSyntaxError, parse_scopes

_Enum = TypeVar("_Enum", Role, Purpose)

_SMART_CONTEXT: dict[Role, str] = {
    Role.CITIZEN: "patient",
    Role.PRACTITIONER: "user",
    Role.PHARMACIST: "user",
    Role.INSURER: "system",
    Role.AUTHORITY: "system",
}


class ClaimsError(Exception):
    """The claims do not make a principal. The text names the claim, never its value."""


def generic_principal(claims: Mapping[str, Any]) -> Principal:
    """The principal of a token on a graph that is not the health book.

    Args:
        claims: Verified claims; ``scope`` (text) or ``scp`` (text or list) are read.

    Raises:
        ClaimsError: if ``sub`` or the scopes are not what their definitions say.
    """
    return Principal(
        subject=_text(claims, "sub"),
        issuer=_text(claims, "iss"),
        scopes=_scopes(claims),
        client=_optional_text(claims, "client"),
        expires=float(claims["exp"]),
        token_id=_optional_text(claims, "jti") or "",
    )


def health_book_principal(claims: Mapping[str, Any]) -> Principal:
    """The principal of a health book token.

    Args:
        claims: Verified claims with ``role``, ``purpose``, ``scope`` and, by role, ``patient``,
            ``practitioner`` and ``organization``.

    Raises:
        ClaimsError: if a claim is missing or unknown, a purpose is not one of the role's, or the
            token mixes contexts (a citizen's token with staff scopes or an organization, a staff
            token with a patient of its own).
    """
    role = _member(Role, _text(claims, "role"), "role")
    purpose = _member(Purpose, _text(claims, "purpose"), "purpose")
    if purpose not in PURPOSES_OF_ROLE[role]:
        raise ClaimsError("claim purpose is not one of the role's")
    scopes = _scopes(claims)
    if not scopes.contexts <= {_SMART_CONTEXT[role]}:
        raise ClaimsError("claim scope mixes contexts")
    is_citizen = role is Role.CITIZEN
    _require(claims, "patient", present=is_citizen)
    _require(claims, "organization", present=not is_citizen)
    needs_practitioner = role in {Role.PRACTITIONER, Role.PHARMACIST}
    _require(claims, "practitioner", present=needs_practitioner)
    return Principal(
        subject=_text(claims, "sub"),
        issuer=_text(claims, "iss"),
        scopes=scopes,
        role=role,
        patient=_optional_text(claims, "patient"),
        practitioner=_optional_text(claims, "practitioner"),
        organization=_optional_text(claims, "organization"),
        purpose=purpose,
        assurance=_optional_text(claims, "acr"),
        client=_optional_text(claims, "client"),
        expires=float(claims["exp"]),
        token_id=_optional_text(claims, "jti") or "",
    )


def _require(claims: Mapping[str, Any], name: str, *, present: bool) -> None:
    if present and not _optional_text(claims, name):
        raise ClaimsError(f"claim {name} is missing")
    if not present and claims.get(name) is not None:
        raise ClaimsError(f"claim {name} does not belong to the role")


def _scopes(claims: Mapping[str, Any]) -> ScopeSet:
    value = claims.get("scope", claims.get("scp", ""))
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        value = " ".join(value)
    if not isinstance(value, str):
        raise ClaimsError("claim scope is not a text")
    try:
        return parse_scopes(value)
    except ScopeSyntaxError as error:
        raise ClaimsError("claim scope does not follow the grammar") from error


def _text(claims: Mapping[str, Any], name: str) -> str:
    value = _optional_text(claims, name)
    if not value:
        raise ClaimsError(f"claim {name} is missing")
    return value


def _optional_text(claims: Mapping[str, Any], name: str) -> str | None:
    value = claims.get(name)
    if value is not None and not isinstance(value, str):
        raise ClaimsError(f"claim {name} is not a text")
    return value


def _member(kind: type[_Enum], value: str, name: str) -> _Enum:
    try:
        return kind(value)
    except ValueError as error:
        raise ClaimsError(f"claim {name} is not a known one") from error
