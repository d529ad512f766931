"""Signing keys and tokens for the tests of authentication."""

import base64
import json
from dataclasses import dataclass, field
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from gateway.authentication import Issuer, KeySet
from gateway.authentication.key_sets import KeySetTimes

ISSUER = "https://id.example"
AUDIENCE = "health-book"
NOW = 1_790_000_000.0

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey


@dataclass
class Clock:
    """A clock that stands still until it is set."""

    now: float = NOW

    def __call__(self) -> float:
        return self.now


@dataclass
class Signer:
    """A private key with its published half."""

    kid: str
    algorithm: str
    private: PrivateKey

    def jwk(self) -> dict[str, Any]:
        implementation = jwt.get_algorithm_by_name(self.algorithm)
        member: dict[str, Any] = json.loads(implementation.to_jwk(self.private.public_key()))
        return {**member, "kid": self.kid, "use": "sig"}

    def sign(self, claims: dict[str, Any], **headers: Any) -> str:
        return jwt.encode(
            claims, self.private, self.algorithm, headers={"kid": self.kid, **headers}
        )


def new_signer(algorithm: str, kid: str = "k1") -> Signer:
    if algorithm == "EdDSA":
        return Signer(kid, algorithm, ed25519.Ed25519PrivateKey.generate())
    if algorithm == "ES256":
        return Signer(kid, algorithm, ec.generate_private_key(ec.SECP256R1()))
    return Signer(kid, algorithm, rsa.generate_private_key(65537, 2048))


@dataclass
class FakeFetcher:
    """Answers with whatever keys are published at the moment, or fails."""

    keys: list[dict[str, Any]] = field(default_factory=list)
    is_down: bool = False
    fetches: int = 0

    async def fetch_json(self, url: str) -> Any:
        self.fetches += 1
        if self.is_down:
            raise OSError("down")
        return {"keys": self.keys}


def claims(**changes: Any) -> dict[str, Any]:
    """Claims of a citizen of the health book."""
    base: dict[str, Any] = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": "person-1",
        "iat": NOW - 10,
        "nbf": NOW - 10,
        "exp": NOW + 300,
        "role": "citizen",
        "patient": "p1",
        "purpose": "PATRQT",
        "acr": "vneid-2",
        "client": "vneid",
        "scope": "openid patient/*.rs patient/Consent.cruds",
    }
    merged = {**base, **changes}
    return {name: value for name, value in merged.items() if value is not None}


def issuer(fetcher: FakeFetcher, clock: Clock, times: KeySetTimes | None = None) -> Issuer:
    return Issuer(ISSUER, AUDIENCE, KeySet(f"{ISSUER}/jwks", fetcher, clock, times))


def unsigned(header: dict[str, Any], body: dict[str, Any]) -> str:
    """A token without a signature."""

    def part(value: dict[str, Any]) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

    return f"{part(header)}.{part(body)}."
