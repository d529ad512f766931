"""Mutations that run once per idempotency key, whatever the connection does.

The key's scope is the organization of the caller (or herself, where there is none) and the
operation. The same input gives the first outcome again; another input under the same key is
refused.
"""

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

import orjson

from access.context import AccessContext
from resolvers.errors import ErrorCode, SubgraphError

LONGEST_KEY = 128

Outcome: TypeAlias = dict[str, Any]
"""What a mutation did, as it is kept for replays: a document."""


class Once(Protocol):
    """Keeps the outcomes of mutations by idempotency key."""

    async def run(self, attempt: "Attempt", work: Callable[[], Awaitable[Outcome]]) -> Outcome:
        """The outcome of `work`, now or from its first run.

        Raises:
            SubgraphError: ``IDEMPOTENCY_KEY_REUSED``, ``IN_PROGRESS``.
        """
        ...


@dataclass(frozen=True, slots=True)
class Attempt:
    """One call of a mutation.

    Attributes:
        scope: Organization or caller, and operation.
        key: The caller's idempotency key.
        fingerprint: Hash of the whole input.
    """

    scope: str
    key: str
    fingerprint: str

    def derived_id(self, kind: str) -> str:
        """An id that every attempt with this key gives to the thing it makes.

        A run that broke off after writing finds what it wrote.
        """
        text = "\x00".join((kind, self.scope, self.key))
        digest = hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
        return f"{kind[0]}{digest}"


def attempt(
    operation: str, key: str, content: Mapping[str, Any], access: AccessContext
) -> Attempt:
    """The attempt of a mutation.

    Args:
        operation: Name of the mutation field.
        key: The caller's idempotency key, 1 to 128 characters.
        content: The input, as plain values.
        access: The caller.

    Raises:
        SubgraphError: ``BAD_USER_INPUT`` for a key that is empty or too long.
    """
    if not 1 <= len(key) <= LONGEST_KEY:
        raise SubgraphError(
            ErrorCode.BAD_USER_INPUT, f"idempotencyKey must have 1 to {LONGEST_KEY} characters"
        )
    caller = access.organization or access.actor
    encoded = orjson.dumps(content, option=orjson.OPT_SORT_KEYS)
    fingerprint = hashlib.sha256(encoded).hexdigest()
    return Attempt(f"{caller}\x00{operation}", key, fingerprint)
