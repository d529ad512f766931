"""The bearer token of a request to its principal.

Verifying a signature costs as much as a small request, so a verified token is remembered by its
digest until it ends, for 60 seconds, or until its issuer's keys change, whichever comes first.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gateway.authentication.claims import ClaimsError
from gateway.authentication.key_sets import KeySetUnavailableError
from gateway.authentication.tokens import Issuer, TokenError, read_unverified, verify
from gateway.principal import ANONYMOUS, Principal

CACHE_SECONDS = 60.0
"""How long a verified token is believed without another look."""


class AuthenticationError(Exception):
    """The caller is not who the request says (HTTP 401). The text may be sent to the client."""


class AuthenticationUnavailableError(Exception):
    """Nobody can be authenticated now (HTTP 503): the issuer's keys cannot be had."""


@dataclass(frozen=True, slots=True)
class _Verified:
    principal: Principal
    issuer: Issuer
    generation: int
    until: float


class TokenAuthenticator:
    """Authenticates ``Authorization`` headers against trusted issuers."""

    def __init__(
        self,
        issuers: Sequence[Issuer],
        principal_of: Callable[[Mapping[str, Any]], Principal],
        wall_clock: Callable[[], float],
        cache_size: int = 50_000,
    ) -> None:
        """Makes an authenticator.

        Args:
            issuers: Trusted issuers, each bound to its key set.
            principal_of: Reads a principal off verified claims; raises ``ClaimsError``.
            wall_clock: Unix seconds.
            cache_size: Verified tokens that are remembered.
        """
        self._issuers = {issuer.name: issuer for issuer in issuers}
        self._principal_of = principal_of
        self._clock = wall_clock
        self._cache: OrderedDict[bytes, _Verified] = OrderedDict()
        self._cache_size = cache_size

    def recall(self, authorization: bytes | None) -> Principal | None:
        """The principal if it is known without any waiting, else ``None``.

        Args:
            authorization: The header's value; ``None`` or empty for a request without it.
        """
        if not authorization:
            return ANONYMOUS
        digest = hashlib.sha256(authorization).digest()
        entry = self._cache.get(digest)
        if entry is None:
            return None
        if entry.until <= self._clock() or entry.generation != entry.issuer.keys.generation:
            del self._cache[digest]
            return None
        return entry.principal

    async def authenticate(self, authorization: bytes | None) -> Principal:
        """The principal of a request.

        Args:
            authorization: The header's value; ``None`` for a request without it.

        Raises:
            AuthenticationError: if a token is there and is not valid.
            AuthenticationUnavailableError: if the issuer's keys cannot be had.
        """
        known = self.recall(authorization)
        if known is not None or authorization is None:
            return known or ANONYMOUS
        token = _bearer_token(authorization)
        try:
            return await self._verify(authorization, token)
        except (TokenError, ClaimsError) as error:
            raise AuthenticationError(str(error)) from error
        except KeySetUnavailableError as error:
            raise AuthenticationUnavailableError(str(error)) from error

    async def _verify(self, authorization: bytes, token: str) -> Principal:
        unverified = read_unverified(token)
        issuer = self._issuers.get(unverified.issuer)
        if issuer is None:
            raise TokenError("the token's issuer is not trusted")
        key = await issuer.keys.key(unverified.kid)
        generation = issuer.keys.generation
        if key is None:
            raise TokenError("the token's key is not known")
        principal = self._principal_of(verify(token, unverified, key, issuer))
        self._remember(authorization, principal, issuer, generation)
        return principal

    def _remember(
        self, authorization: bytes, principal: Principal, issuer: Issuer, generation: int
    ) -> None:
        until = min(principal.expires, self._clock() + CACHE_SECONDS)
        digest = hashlib.sha256(authorization).digest()
        self._cache[digest] = _Verified(principal, issuer, generation, until)
        while len(self._cache) > self._cache_size:
            self._cache.popitem(last=False)


def _bearer_token(authorization: bytes) -> str:
    """The token of a header value (RFC 6750 section 2.1)."""
    try:
        scheme, _, token = authorization.decode("ascii").strip().partition(" ")
    except UnicodeDecodeError as error:
        raise AuthenticationError("the Authorization header is malformed") from error
    if scheme.lower() != "bearer" or not token.strip() or " " in token.strip():
        raise AuthenticationError("the Authorization header is malformed")
    return token.strip()
