"""The public keys of an issuer: fetched, cached, rotated without a restart.

Source: RFC 7517 (JSON Web Key); OpenID Connect Core section 10.1.1 (rotation by unknown ``kid``).
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Protocol

import jwt
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

_LOG = logging.getLogger("gateway.authentication")

ALGORITHMS: frozenset[str] = frozenset({"RS256", "PS256", "ES256", "EdDSA"})
"""Signature algorithms that are accepted. No HMAC, no ``none``."""

_ALGORITHMS_OF_KEY: Mapping[tuple[str, str], frozenset[str]] = MappingProxyType(
    {
        ("RSA", ""): frozenset({"RS256", "PS256"}),
        ("EC", "P-256"): frozenset({"ES256"}),
        ("OKP", "Ed25519"): frozenset({"EdDSA"}),
        ("OKP", "Ed448"): frozenset({"EdDSA"}),
    }
)
"""By type and curve (RFC 7518 section 3.4, RFC 8037 section 3.1)."""

_LEAST_RSA_BITS = 2048
"""RFC 7518 section 3.3."""


class KeySetUnavailableError(Exception):
    """No key of the issuer could be had: nobody can be authenticated."""


class JsonFetcher(Protocol):
    """Gets a JSON document by URL."""

    async def fetch_json(self, url: str) -> Any:  # noqa: ANN401 - any JSON
        """The decoded document.

        Raises:
            OSError: if it cannot be had, whatever the reason.
            ValueError: if it is not JSON.
        """
        ...


@dataclass(frozen=True, slots=True)
class VerificationKey:
    """A public key and the algorithms that it may be used with."""

    key: jwt.PyJWK
    algorithms: frozenset[str]


@dataclass(frozen=True, slots=True)
class KeySetTimes:
    """How often keys are fetched, in seconds.

    Attributes:
        refresh: Age after which the keys are fetched again.
        patience: How long a token whose key is known waits for that; the issuer may be slow.
        cooldown: Least time between two fetches for an unknown ``kid`` or after a failure.
        stale: Age up to which keys are still used while the issuer cannot be reached.
    """

    refresh: float = 300.0
    patience: float = 0.5
    cooldown: float = 30.0
    stale: float = 86_400.0


class KeySet:
    """The key set of one issuer.

    An unknown ``kid`` has the keys fetched once; then such fetches are rate limited, so that
    forged tokens cannot make the gateway hammer the issuer.
    """

    def __init__(
        self,
        url: str,
        fetcher: JsonFetcher,
        clock: Callable[[], float],
        times: KeySetTimes | None = None,
    ) -> None:
        """Makes an empty key set; nothing is fetched yet.

        Args:
            url: The ``jwks_uri``.
            fetcher: Gets the document.
            clock: Monotonic seconds.
            times: How often to fetch.
        """
        self._url = url
        self._fetcher = fetcher
        self._clock = clock
        self._times = times or KeySetTimes()
        self._keys: Mapping[str, VerificationKey] = {}
        self._fetched_at = float("-inf")
        self._tried_at = float("-inf")
        self._pending: asyncio.Task[None] | None = None
        self.generation = 0

    async def key(self, kid: str | None) -> VerificationKey | None:
        """The key for a token's ``kid``; ``None`` if the issuer has no such key.

        A token without ``kid`` is answered only where the set has exactly one key.

        Raises:
            KeySetUnavailableError: if no usable keys can be had.
        """
        now = self._clock()
        age = now - self._fetched_at
        if age > self._times.refresh:
            is_usable = age <= self._times.stale and self._find(kid) is not None
            await self._refresh(now, self._times.patience if is_usable else None)
        found = self._find(kid)
        if found is None:
            await self._refresh(now)
            found = self._find(kid)
        if self._clock() - self._fetched_at > self._times.stale:
            raise KeySetUnavailableError("the issuer's keys cannot be had")
        return found

    async def load(self) -> bool:
        """Fetches the keys now, so that no token has to wait; whether there are any afterwards."""
        await self._refresh(self._clock())
        return bool(self._keys)

    def _find(self, kid: str | None) -> VerificationKey | None:
        if kid is None:
            return next(iter(self._keys.values())) if len(self._keys) == 1 else None
        return self._keys.get(kid)

    async def _refresh(self, now: float, patience: float | None = None) -> None:
        """Has the keys fetched unless that was tried of late; waits for them, at most so long."""
        if self._pending is None:
            if now - self._tried_at < self._times.cooldown:
                return
            self._tried_at = now
            self._pending = asyncio.ensure_future(self._fetch())
            self._pending.add_done_callback(self._finished)
        if patience is None:
            await asyncio.shield(self._pending)
        elif (left := self._tried_at + patience - now) > 0:
            await asyncio.wait({self._pending}, timeout=left)

    def _finished(self, _: asyncio.Task[None]) -> None:
        self._pending = None

    async def _fetch(self) -> None:
        try:
            keys = read_key_set(await self._fetcher.fetch_json(self._url))
        except (OSError, ValueError) as error:
            _LOG.warning("key set of %s could not be fetched: %s", self._url, type(error).__name__)
            return
        if not keys:
            _LOG.warning("key set of %s holds no usable key", self._url)
        if _fingerprint(keys) != _fingerprint(self._keys):
            self.generation += 1
        self._keys = keys
        self._fetched_at = self._clock()


def read_key_set(document: object) -> dict[str, VerificationKey]:
    """The usable public keys of a JWK set, by ``kid``.

    Symmetric keys, keys for encryption, and keys of unknown kinds are left out (RFC 7517 section
    5); so is a key whose ``alg`` is none of its type's, and an RSA key that is too short. An
    issuer that publishes no usable key has withdrawn all that it had.

    Raises:
        ValueError: if the document is no JWK set.
    """
    members = document.get("keys") if isinstance(document, dict) else None
    if not isinstance(members, list):
        raise ValueError("not a JWK set")
    keys: dict[str, VerificationKey] = {}
    for number, member in enumerate(members):
        key = _read_key(member)
        if key is not None:
            keys[str(member.get("kid", f"#{number}"))] = key
    return keys


def _read_key(member: object) -> VerificationKey | None:
    if not isinstance(member, dict) or not _is_for_verifying(member):
        return None
    kind = str(member.get("kty"))
    curve = "" if kind == "RSA" else str(member.get("crv"))
    algorithms = _ALGORITHMS_OF_KEY.get((kind, curve), frozenset())
    if "alg" in member:
        algorithms &= {str(member["alg"])}
    if not algorithms:
        return None
    public = {name: value for name, value in member.items() if name not in {"d", "alg"}}
    try:
        key = jwt.PyJWK(public, algorithm=min(algorithms))
    except (jwt.PyJWTError, UnsupportedAlgorithm, ValueError, TypeError, KeyError):
        return None
    if isinstance(key.key, RSAPublicKey) and key.key.key_size < _LEAST_RSA_BITS:
        return None
    return VerificationKey(key, algorithms)


def _is_for_verifying(member: Mapping[str, Any]) -> bool:
    """Whether a key says that it is for signatures, and for whoever reads them (if it says)."""
    operations = member.get("key_ops", ["verify"])
    is_public_use = isinstance(operations, list) and "verify" in operations
    return is_public_use and member.get("use", "sig") == "sig"


def _fingerprint(keys: Mapping[str, VerificationKey]) -> list[tuple[str, list[str], str]]:
    return sorted(
        (kid, sorted(key.algorithms), repr(sorted(key.key._jwk_data.items())))  # noqa: SLF001
        for kid, key in keys.items()
    )
