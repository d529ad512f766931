"""Tokens whose signature was verified, by their digest: bounded in number and in bytes."""

from collections import OrderedDict

import msgspec

from gateway.authentication.key_sets import KeySet
from gateway.principal import Principal

MAX_TOKENS = 50_000
MAX_BYTES = 64 * 1024 * 1024
_BYTES_PER_ENTRY = 1_700
"""Beside the token's length (measured: 2.1 KB in all for a practitioner's token of 600 bytes)."""


class VerifiedToken(msgspec.Struct):
    """What is known of a token.

    Attributes:
        principal: Whom it names.
        keys: Its issuer's keys.
        kid: The key that signed it.
        generation: The state of the keys with which it was verified.
        until: Unix seconds until which it is believed without asking for the keys' state.
        size: Bytes that this takes, estimated.
    """

    principal: Principal
    keys: KeySet
    kid: str | None
    generation: int
    until: float
    size: int


class VerifiedTokens:
    """A cache that drops what was looked after longest ago."""

    def __init__(self, max_tokens: int = MAX_TOKENS, max_bytes: int = MAX_BYTES) -> None:
        """Take the bounds."""
        self._max_tokens = max_tokens
        self._max_bytes = max_bytes
        self._entries: OrderedDict[bytes, VerifiedToken] = OrderedDict()
        self._bytes = 0
        self.get = self._entries.get

    def __len__(self) -> int:
        """How many tokens are known."""
        return len(self._entries)

    def put(self, digest: bytes, token: VerifiedToken) -> None:
        """Remember a token, or that it was looked after again."""
        self.drop(digest)
        self._entries[digest] = token
        self._bytes += token.size
        while len(self._entries) > self._max_tokens or self._bytes > self._max_bytes:
            _, oldest = self._entries.popitem(last=False)
            self._bytes -= oldest.size

    def drop(self, digest: bytes) -> None:
        """Forget a token."""
        known = self._entries.pop(digest, None)
        if known is not None:
            self._bytes -= known.size


def estimated_size(authorization: bytes) -> int:
    """Estimate what remembering a token takes: a principal holds less text than its token."""
    return _BYTES_PER_ENTRY + len(authorization)
