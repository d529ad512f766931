"""Identity at rest: fields encrypted under keys that rotate, found again by keyed look-up tokens.

AES-256-GCM (NIST SP 800-38D) with random 96-bit nonces; a key should not encrypt more than 2^32
fields, so it is rotated long before. The law asks for encryption of sensitive data at rest
(Decree 356/2025 art. 12).
"""

import hashlib
import hmac
import json
import os
import unicodedata
from base64 import b64decode, b64encode, urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from secrets import token_bytes, token_hex
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_KEY_BYTES = 32
_NONCE_BYTES = 12
_FORMAT = "1"


class ConfigurationError(Exception):
    """The keys that were configured cannot be used; the process must not start."""


class DecryptionError(Exception):
    """A field is not what was once encrypted for that place, or its key is gone."""


class IdentifierKind(StrEnum):
    """What a look-up token stands for; tokens of different kinds never coincide."""

    NATIONAL_ID = "national-id"
    CARD_NUMBER = "card-number"
    PHONE = "phone"
    NAME = "name"
    PRESCRIPTION_CODE = "prescription-code"


@dataclass(frozen=True, slots=True)
class Place:
    """Where an encrypted field lives. A ciphertext moved elsewhere does not decrypt."""

    collection: str
    document_id: str
    field: str

    def associated_data(self) -> bytes:
        """Answer the unambiguous bytes that bind a ciphertext to the place."""
        return json.dumps([self.collection, self.document_id, self.field]).encode()


@dataclass(frozen=True, slots=True)
class Keys:
    """Keys of one use by their id. New data takes the current one, old data names its own."""

    current: str
    by_id: Mapping[str, bytes] = field(repr=False)

    def __post_init__(self) -> None:
        if self.current not in self.by_id:
            raise ConfigurationError(f"the current key {self.current!r} is not among the keys")
        for key_id, key in self.by_id.items():
            if not key_id.isascii() or not key_id.isalnum():
                raise ConfigurationError(f"key id {key_id!r} is not of ASCII letters and digits")
            if len(key) != _KEY_BYTES:
                raise ConfigurationError(f"key {key_id!r} has not {_KEY_BYTES} bytes")


def under_key(key: str) -> dict[str, dict[str, str]]:
    """Answer the filter of documents whose id is a token or a fingerprint under a key.

    Args:
        key: The key's id, with what stands before it in the document's.
    """
    return {"_id": {"$gte": f"{key}.", "$lt": f"{key}/"}}


class Keyring:
    """Encrypts, decrypts and makes look-up tokens."""

    def __init__(self, encryption: Keys, lookup: Keys) -> None:
        """Prepare the ciphers.

        Args:
            encryption: AES-256 keys.
            lookup: HMAC-SHA-256 keys; none of them may also encrypt.
        """
        if set(encryption.by_id.values()) & set(lookup.by_id.values()):
            raise ConfigurationError("a key serves both encryption and look-up")
        self._current = encryption.current
        self._ciphers = {key_id: AESGCM(key) for key_id, key in encryption.by_id.items()}
        self._lookup = lookup

    def encrypt(self, text: str, place: Place) -> str:
        """Answer the ciphertext as text that names its key."""
        nonce = os.urandom(_NONCE_BYTES)
        cipher = self._ciphers[self._current]
        sealed = nonce + cipher.encrypt(nonce, text.encode(), place.associated_data())
        return f"{_FORMAT}.{self._current}.{urlsafe_b64encode(sealed).decode()}"

    def decrypt(self, ciphertext: str, place: Place) -> str:
        """Answer the text that was encrypted for this place.

        Raises:
            DecryptionError: It was changed or moved, or its key is not in the ring.
        """
        version, _, rest = ciphertext.partition(".")
        key_id, _, encoded = rest.partition(".")
        if version != _FORMAT or key_id not in self._ciphers:
            raise DecryptionError("a field is encrypted under an unknown key")
        try:
            sealed = urlsafe_b64decode(encoded)
            nonce, body = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
            return self._ciphers[key_id].decrypt(nonce, body, place.associated_data()).decode()
        except (InvalidTag, ValueError):
            raise DecryptionError("a field was changed or moved") from None

    def is_current(self, ciphertext: str) -> bool:
        """Answer whether the ciphertext is under the current key; if not, encrypt it anew."""
        return ciphertext.startswith(f"{_FORMAT}.{self._current}.")

    @property
    def current_keys(self) -> str:
        """The ids of the keys that new values take, encryption first."""
        return f"{self._current} {self._lookup.current}"

    @property
    def older_lookup_keys(self) -> tuple[str, ...]:
        """The ids of the keys that tokens may stand under beside the current one."""
        return tuple(sorted(set(self._lookup.by_id) - {self._lookup.current}))

    def is_current_token(self, token: str) -> bool:
        """Answer whether a look-up token or a fingerprint is under the current key."""
        return token.startswith(f"{self._lookup.current}.")

    def token(self, kind: IdentifierKind, value: str) -> str:
        """Answer the look-up token under which a value is stored."""
        return self._token(self._lookup.current, f"token:{kind}", normalize(kind, value).encode())

    def tokens(self, kind: IdentifierKind, value: str) -> tuple[str, ...]:
        """Answer the tokens under which a value may be stored, the current key's first."""
        normal = normalize(kind, value).encode()
        ids = sorted(self._lookup.by_id, key=lambda key_id: key_id != self._lookup.current)
        return tuple(self._token(key_id, f"token:{kind}", normal) for key_id in ids)

    def fingerprints(self, purpose: str, content: bytes) -> tuple[str, ...]:
        """Answer keyed digests of content, the current key's first, to recognise it later.

        Args:
            purpose: Keeps the fingerprints of different uses apart.
            content: What to recognise.
        """
        ids = sorted(self._lookup.by_id, key=lambda key_id: key_id != self._lookup.current)
        return tuple(self._token(key_id, f"print:{purpose}", content) for key_id in ids)

    def _token(self, key_id: str, purpose: str, content: bytes) -> str:
        message = purpose.encode() + b"\0" + content
        digest = hmac.new(self._lookup.by_id[key_id], message, hashlib.sha256).digest()
        return f"{key_id}.{urlsafe_b64encode(digest).decode().rstrip('=')}"


def normalize(kind: IdentifierKind, value: str) -> str:
    """Answer the one form in which a value is looked up.

    NFC and case folding for all; names keep single spaces between words, the others lose spaces,
    dots and hyphens where people write them; phones lose the country prefix of Viet Nam.
    """
    folded = unicodedata.normalize("NFC", unicodedata.normalize("NFC", value).casefold())
    if kind is IdentifierKind.NAME:
        return " ".join(folded.split())
    joined = "".join(folded.split())
    if kind is IdentifierKind.PHONE:
        digits = joined.translate({ord(mark): None for mark in ".-()"})
        for prefix in ("+84", "0084", "84"):
            if digits.startswith(prefix) and len(digits) - len(prefix) >= 9:
                return "0" + digits[len(prefix) :].removeprefix("0")
        return digits
    return joined


def load_keyring(path: Path, *, production: bool) -> Keyring:
    """Read the keys, making development keys at the first start.

    The file is JSON: `{"encryption": {"current": id, "keys": {id: base64}}, "lookup": {…}}`.

    Args:
        path: The file.
        production: Demand a file that was not made here.

    Raises:
        ConfigurationError: There is no file in production, it holds development keys there, or
            it cannot be read or used.
    """
    if not production and not path.exists():
        _make_development_keys(path)
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if production and content.get("development"):
            raise ConfigurationError("production was given development keys")
        return Keyring(_read_keys(content["encryption"]), _read_keys(content["lookup"]))
    except FileNotFoundError:
        raise ConfigurationError(
            f"the key file {path} is missing; production makes none"
        ) from None
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        reason = type(error).__name__
        raise ConfigurationError(f"the key file {path} cannot be used: {reason}") from None


def new_key_file(*, development: bool = False) -> str:
    """Answer the content of a key file with fresh random keys."""
    content: dict[str, Any] = {
        use: {
            "current": key_id,
            "keys": {key_id: b64encode(token_bytes(_KEY_BYTES)).decode()},
        }
        for use, key_id in (("encryption", f"e{token_hex(3)}"), ("lookup", f"l{token_hex(3)}"))
    }
    if development:
        content["development"] = True
    return json.dumps(content, indent=2) + "\n"


def _read_keys(section: Mapping[str, Any]) -> Keys:
    keys = {key_id: b64decode(text, validate=True) for key_id, text in section["keys"].items()}
    return Keys(section["current"], keys)


def _make_development_keys(path: Path) -> None:
    """Write the file whole or not at all; of processes that start together, one wins."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(f".{path.name}.{token_hex(8)}")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(new_key_file(development=True))
            file.flush()
            os.fsync(file.fileno())
        try:
            path.hardlink_to(fresh)
        except FileExistsError:
            return
        finally:
            fresh.unlink()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise ConfigurationError(f"the key file {path} cannot be written: {reason}") from None
