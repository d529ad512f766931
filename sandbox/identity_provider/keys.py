"""Signing keys: made once, kept in one file, rotated while the provider runs (RFC 7517)."""

import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import orjson
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

PrivateKey: TypeAlias = ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey

ALGORITHMS = ("EdDSA", "ES256", "RS256")
_KEPT_PER_ALGORITHM = 2


class BrokenKeyFileError(Exception):
    """The key file cannot be read as one."""


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key with the id and the algorithm under which it signs."""

    kid: str
    algorithm: str
    private: PrivateKey

    def public_jwk(self) -> dict[str, Any]:
        """Return the public key as a JSON Web Key."""
        key = self.private.public_key()
        if isinstance(key, ed25519.Ed25519PublicKey):
            jwk = OKPAlgorithm.to_jwk(key, as_dict=True)
        elif isinstance(key, ec.EllipticCurvePublicKey):
            jwk = ECAlgorithm.to_jwk(key, as_dict=True)
        else:
            jwk = RSAAlgorithm.to_jwk(key, as_dict=True)
        members = {name: value for name, value in dict(jwk).items() if name != "key_ops"}
        return {**members, "kid": self.kid, "alg": self.algorithm, "use": "sig"}


@dataclass(frozen=True, slots=True)
class KeyRing:
    """Every published key, newest first."""

    keys: tuple[SigningKey, ...]

    def current(self, algorithm: str) -> SigningKey:
        """Return the newest key of an algorithm.

        Raises:
            LookupError: There is none.
        """
        for key in self.keys:
            if key.algorithm == algorithm:
                return key
        message = f"no key for {algorithm}"
        raise LookupError(message)

    def rotated(self, algorithm: str) -> "KeyRing":
        """Return a ring with a new key; the one before stays published, older ones go."""
        keys = [make_key(algorithm)]
        same = 1
        for key in self.keys:
            if key.algorithm == algorithm:
                same += 1
                if same > _KEPT_PER_ALGORITHM:
                    continue
            keys.append(key)
        return KeyRing(tuple(keys))

    def retired(self, algorithm: str) -> "KeyRing":
        """Return a ring in which only the newest key of an algorithm is published."""
        newest = self.current(algorithm)
        keys = [key for key in self.keys if key.algorithm != algorithm or key is newest]
        return KeyRing(tuple(keys))

    def key_set(self) -> dict[str, Any]:
        """Return the public keys as a JSON Web Key Set."""
        return {"keys": [key.public_jwk() for key in self.keys]}


def make_key(algorithm: str) -> SigningKey:
    """Make a new key.

    Raises:
        ValueError: The algorithm is not one of `ALGORITHMS`.
    """
    private: PrivateKey
    if algorithm == "EdDSA":
        private = ed25519.Ed25519PrivateKey.generate()
    elif algorithm == "ES256":
        private = ec.generate_private_key(ec.SECP256R1())
    elif algorithm == "RS256":
        private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    else:
        message = f"algorithm {algorithm} is not offered"
        raise ValueError(message)
    return SigningKey(secrets.token_hex(8), algorithm, private)


def new_ring() -> KeyRing:
    """Make one key of every algorithm."""
    return KeyRing(tuple(make_key(algorithm) for algorithm in ALGORITHMS))


def load_ring(path: Path) -> KeyRing:
    """Read a ring from its file.

    Raises:
        BrokenKeyFileError: The file is damaged.
        FileNotFoundError: There is no such file.
    """
    content = path.read_bytes()
    try:
        return KeyRing(tuple(_read_key(entry) for entry in orjson.loads(content)["keys"]))
    except (ValueError, KeyError, TypeError, UnsupportedAlgorithm) as problem:
        message = f"{path} is not a key file of the identity provider"
        raise BrokenKeyFileError(message) from problem


def _read_key(entry: Mapping[str, Any]) -> SigningKey:
    private = serialization.load_pem_private_key(str(entry["private"]).encode(), None)
    if not isinstance(
        private, ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
    ):
        raise TypeError("a key of a kind that is not offered")
    return SigningKey(str(entry["kid"]), str(entry["algorithm"]), private)


def save_ring(ring: KeyRing, path: Path) -> None:
    """Write a ring so that a crash leaves the old or the new file, readable by the owner."""
    entries = [
        {
            "kid": key.kid,
            "algorithm": key.algorithm,
            "private": key.private.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            ).decode(),
        }
        for key in ring.keys
    ]
    beside = path.with_suffix(".new")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump({"keys": entries}, file)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def load_or_create_ring(path: Path) -> KeyRing:
    """Read a ring, or make and keep a new one when there is no file yet.

    Raises:
        BrokenKeyFileError: The file is there but damaged.
    """
    try:
        return load_ring(path)
    except FileNotFoundError:
        ring = new_ring()
        path.parent.mkdir(parents=True, exist_ok=True)
        save_ring(ring, path)
        return ring
