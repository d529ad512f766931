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
from storage.idempotency import (
    IdempotencyStore,
    InProgressError,
    KeyReusedError,
    Request,
)

LONGEST_KEY = 128
RETRY_AFTER_MS = 1000

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
        content: The whole input in one canonical form.
    """

    scope: str
    key: str
    content: bytes

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
    return Attempt(f"{caller}\x00{operation}", key, encoded)


class StoredOnce:
    """Keeps the outcomes of mutations in documents, for 30 days."""

    def __init__(self, records: IdempotencyStore) -> None:
        """Args: records: Outcomes by scope and key."""
        self._records = records

    async def run(self, attempt: Attempt, work: Callable[[], Awaitable[Outcome]]) -> Outcome:
        """The outcome of `work`, now or from its first run.

        Raises:
            SubgraphError: ``IDEMPOTENCY_KEY_REUSED``, ``IN_PROGRESS``.
        """
        request = Request(attempt.scope, attempt.key, attempt.content)
        try:
            return await self._records.run(request, work)
        except KeyReusedError:
            message = "the idempotency key was used with another input"
            raise SubgraphError(ErrorCode.IDEMPOTENCY_KEY_REUSED, message) from None
        except InProgressError:
            message = "the request with this idempotency key is still running"
            raise SubgraphError(
                ErrorCode.IN_PROGRESS, message, retryable=True, retry_after_ms=RETRY_AFTER_MS
            ) from None
