"""The bearer token of a request to its principal.

Verifying a signature costs as much as two small requests, so a verified token is remembered by its
digest until it ends or its issuer's keys change. Every minute the issuer's keys are looked at for
it, which has them fetched again when they are old: a withdrawn key ends the tokens that it signed,
also where only remembered tokens come.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from gateway.authentication.claims import ClaimsError
from gateway.authentication.key_sets import KeySetUnavailableError
from gateway.authentication.tokens import Issuer, TokenError, read_unverified, verify
from gateway.authentication.verified_tokens import VerifiedToken, VerifiedTokens, estimated_size
from gateway.principal import ANONYMOUS, Principal

BELIEVED_SECONDS = 60.0
"""How long a verified token is believed without a look at its issuer's keys."""


class AuthenticationError(Exception):
    """The caller is not who the request says (HTTP 401). The text may be sent to the client."""


class AuthenticationUnavailableError(Exception):
    """Nobody can be authenticated now (HTTP 503): the issuer's keys cannot be had."""


class TokenAuthenticator:
    """Authenticates ``Authorization`` headers against trusted issuers."""

    def __init__(
        self,
        issuers: Sequence[Issuer],
        principal_of: Callable[[Mapping[str, Any]], Principal],
        wall_clock: Callable[[], float],
        verified: VerifiedTokens | None = None,
    ) -> None:
        """Makes an authenticator.

        Args:
            issuers: Trusted issuers, each bound to its key set.
            principal_of: Reads a principal off verified claims; raises ``ClaimsError``.
            wall_clock: Unix seconds.
            verified: Where verified tokens are remembered.
        """
        self._issuers = {issuer.name: issuer for issuer in issuers}
        self._principal_of = principal_of
        self._clock = wall_clock
        self._verified = VerifiedTokens() if verified is None else verified

    def recall(self, authorization: bytes | None) -> Principal | None:
        """The principal if it is known without any waiting, else ``None``.

        Args:
            authorization: The header's value; ``None`` or empty for a request without it.
        """
        if not authorization:
            return ANONYMOUS
        known = self._verified.get(hashlib.sha256(authorization).digest())
        if known is None or known.generation != known.keys.generation:
            return None
        return known.principal if self._clock() < known.until else None

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
        digest = hashlib.sha256(authorization).digest()
        try:
            renewed = await self._renewed(digest)
            return renewed or await self._verify(authorization, digest)
        except (TokenError, ClaimsError) as error:
            raise AuthenticationError(str(error)) from error
        except KeySetUnavailableError as error:
            raise AuthenticationUnavailableError(str(error)) from error

    async def _renewed(self, digest: bytes) -> Principal | None:
        """The principal of a known token, if its issuer's keys are what they were."""
        known = self._verified.get(digest)
        if known is None:
            return None
        key = await known.keys.key(known.kid)
        if key is None or known.generation != known.keys.generation:
            self._verified.drop(digest)
            return None
        now = self._clock()
        if known.principal.expires <= now:
            self._verified.drop(digest)
            return None
        known.until = min(known.principal.expires, now + BELIEVED_SECONDS)
        self._verified.put(digest, known)
        return known.principal

    async def _verify(self, authorization: bytes, digest: bytes) -> Principal:
        token = _bearer_token(authorization)
        unverified = read_unverified(token)
        issuer = self._issuers.get(unverified.issuer)
        if issuer is None:
            raise TokenError("the token's issuer is not trusted")
        key = await issuer.keys.key(unverified.kid)
        generation = issuer.keys.generation
        if key is None:
            raise TokenError("the token's key is not known")
        principal = self._principal_of(verify(token, unverified, key, issuer))
        until = min(principal.expires, self._clock() + BELIEVED_SECONDS)
        size = estimated_size(authorization)
        self._verified.put(
            digest,
            VerifiedToken(principal, issuer.keys, unverified.kid, generation, until, size),
        )
        return principal


def _bearer_token(authorization: bytes) -> str:
    """The token of a header value (RFC 6750 section 2.1)."""
    try:
        scheme, _, token = authorization.decode("ascii").strip().partition(" ")
    except UnicodeDecodeError as error:
        raise AuthenticationError("the Authorization header is malformed") from error
    if scheme.lower() != "bearer" or not token.strip() or " " in token.strip():
        raise AuthenticationError("the Authorization header is malformed")
    return token.strip()
