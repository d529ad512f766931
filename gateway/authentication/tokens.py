"""Verification of one token.

Sources: RFC 7519 (JWT), RFC 8725 (best current practices), RFC 9068 (access tokens).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jwt

from gateway.authentication.key_sets import ALGORITHMS, KeySet, VerificationKey

MAX_TOKEN_BYTES = 8192
"""Longer tokens are refused unread."""

_TIMES = ("exp", "nbf", "iat")
"""Claims that are a NumericDate: a JSON number (RFC 7519 section 2)."""

_LATEST = 253_402_300_799
"""The last second of the year 9999."""

_TYPES = frozenset({"jwt", "at+jwt"})
"""What ``typ`` may say. Tokens for other uses (logout, events, proofs of possession) are typed so
that nobody takes them for an access token (RFC 8725 section 3.11, RFC 9068 section 2.1)."""

_FORBIDDEN_HEADERS = frozenset({"jku", "x5u", "jwk", "x5c", "crit"})


class TokenError(Exception):
    """The token is not valid. The text never repeats any of it."""


@dataclass(frozen=True, slots=True)
class Issuer:
    """An issuer that is trusted.

    Attributes:
        name: The exact ``iss`` of its tokens.
        audience: The ``aud`` that its tokens must carry.
        keys: Its own key set; a key of one issuer never verifies another's token.
        leeway: Clock skew that is tolerated, in seconds.
    """

    name: str
    audience: str
    keys: KeySet
    leeway: float = 30.0


@dataclass(frozen=True, slots=True)
class UnverifiedToken:
    """What a token says of itself, before anything of it is believed."""

    algorithm: str
    kid: str | None
    issuer: str


def read_unverified(token: str) -> UnverifiedToken:
    """Algorithm, key id and issuer that a token names, to choose the key that judges it.

    Raises:
        TokenError: if it is malformed, names an algorithm that is not accepted, tries to bring a
            key of its own, or is a token for another use.
    """
    if len(token) > MAX_TOKEN_BYTES:
        raise TokenError("the token is too long")
    try:
        header = jwt.get_unverified_header(token)
        claims = jwt.decode(token, options={"verify_signature": False})
    except jwt.PyJWTError as error:
        raise TokenError("the token is malformed") from error
    algorithm = header.get("alg")
    if not isinstance(algorithm, str) or algorithm not in ALGORITHMS:
        raise TokenError("the token's algorithm is not accepted")
    if not _FORBIDDEN_HEADERS.isdisjoint(header):
        raise TokenError("the token's header has a member that is not accepted")
    if not _is_access_token(header.get("typ")):
        raise TokenError("the token is not an access token")
    issuer = claims.get("iss")
    if not isinstance(issuer, str):
        raise TokenError("the token names no issuer")
    return UnverifiedToken(algorithm, header.get("kid"), issuer)


def verify(
    token: str, unverified: UnverifiedToken, key: VerificationKey, issuer: Issuer
) -> Mapping[str, Any]:
    """The claims of a token whose signature, issuer, audience and times hold.

    Raises:
        TokenError: if any of them does not, or a time is not a NumericDate (RFC 7519 section 2).
    """
    if unverified.algorithm not in key.algorithms:
        raise TokenError("the token's algorithm is not its key's")
    try:
        claims: dict[str, Any] = jwt.decode(
            token,
            key.key.key,
            algorithms=[unverified.algorithm],
            audience=issuer.audience,
            issuer=issuer.name,
            leeway=issuer.leeway,
            options={"require": ["exp", "iat", "iss", "aud", "sub"]},
        )
    except jwt.ExpiredSignatureError as error:
        raise TokenError("the token has expired") from error
    except (jwt.PyJWTError, ValueError, TypeError, OverflowError) as error:
        raise TokenError("the token is not valid") from error
    if not all(_is_numeric_date(claims[name]) for name in _TIMES if name in claims):
        raise TokenError("a time of the token is not a number")
    return claims


def _is_access_token(kind: object) -> bool:
    """Whether a ``typ`` may be an access token's; many issuers leave it out."""
    if kind is None:
        return True
    return isinstance(kind, str) and kind.lower().removeprefix("application/") in _TYPES


def _is_numeric_date(value: object) -> bool:
    """Whether it is a moment as a JSON number; PyJWT takes texts of digits and booleans too."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        return False
    return 0 <= value <= _LATEST
