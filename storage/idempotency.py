"""Mutations that run once: the first outcome of a key, kept for 30 days.

A record is `running` under a lease and then `done` with its outcome. A process that ends in
between leaves it running; after the lease the same input may run again, so work must find what
an earlier run already wrote (ids derived from scope and key).
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeAlias
from uuid import uuid4

from storage.documents import (
    Document,
    DocumentStore,
    DuplicateKeyError,
    IndexSpec,
    StorageError,
    StorageUnavailableError,
)
from storage.encryption import Keyring

COLLECTION = "idempotency"
IDEMPOTENCY_INDEXES = (IndexSpec(COLLECTION, (("expires", 1),), expires=True),)

KEPT = timedelta(days=30)
LEASE = timedelta(seconds=60)

StoredOutcome: TypeAlias = dict[str, Any]

_RUNNING = "running"
_DONE = "done"
_ATTEMPTS = 20


class KeyReusedError(Exception):
    """The key was used with another input."""


class InProgressError(Exception):
    """A request with this key is still running."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request for a mutation.

    Attributes:
        scope: Organization (or caller, without one) and operation.
        key: The caller's idempotency key; any text.
        content: The whole input in one canonical form; only its keyed digest is kept.
    """

    scope: str
    key: str
    content: bytes


@dataclass(frozen=True, slots=True)
class _Lease:
    """The right to run, held by one process."""

    id: str
    owner: str


class IdempotencyStore:
    """Keeps what mutations did by scope and key."""

    def __init__(
        self,
        documents: DocumentStore,
        keyring: Keyring,
        clock: Callable[[], datetime],
        lease: timedelta = LEASE,
    ) -> None:
        """Connect the store.

        Args:
            documents: Where records are kept.
            keyring: Digests keys and inputs.
            clock: Answers the present moment, aware.
            lease: How long a run may take; longer than every deadline of a mutation.
        """
        self._records = documents.collection(COLLECTION)
        self._keyring = keyring
        self._clock = clock
        self._lease = lease

    async def run(
        self, request: Request, work: Callable[[], Awaitable[StoredOutcome]]
    ) -> StoredOutcome:
        """Answer the outcome of the work: of this run, or of the first with the same input.

        When the work raises, the same input may run again at once.

        Raises:
            KeyReusedError: The key came with another input before.
            InProgressError: Another run has not ended yet.
            StorageUnavailableError: It is not known whether the key is free, or the outcome
                could not be kept; the caller may repeat the request.
        """
        begun = await self._begin(request)
        if not isinstance(begun, _Lease):
            return begun
        try:
            outcome = await work()
        except BaseException:
            await asyncio.shield(self._release(begun))
            raise
        return await self._finish(begun, outcome)

    async def _begin(self, request: Request) -> _Lease | StoredOutcome:
        name = f"{request.scope}\0{request.key}".encode()
        ids = self._keyring.fingerprints("idempotency-key", name)
        prints = self._keyring.fingerprints("idempotency-input", request.content)
        for _ in range(_ATTEMPTS):
            record = await self._records.find_one({"_id": {"$in": list(ids)}})
            if record is None:
                begun = await self._insert(ids[0], prints[0])
            elif record["expires"] <= self._clock():
                begun = await self._take_over(record, prints[0])
            elif record["fingerprint"] not in prints:
                raise KeyReusedError
            elif record["state"] == _DONE:
                return dict(record["outcome"])
            elif record["lease_until"] > self._clock():
                raise InProgressError
            else:
                begun = await self._take_over(record, prints[0])
            if begun is not None:
                return begun
        raise StorageUnavailableError("an idempotency record changes too often")

    async def _insert(self, record_id: str, fingerprint: str) -> _Lease | None:
        lease = _Lease(record_id, uuid4().hex)
        try:
            await self._records.insert_one({"_id": record_id, **self._running(lease, fingerprint)})
        except DuplicateKeyError:
            return None
        return lease

    async def _take_over(self, record: Mapping[str, Any], fingerprint: str) -> _Lease | None:
        lease = _Lease(record["_id"], uuid4().hex)
        condition = {
            "_id": record["_id"],
            "owner": record["owner"],
            "state": record["state"],
            "lease_until": record["lease_until"],
        }
        update = {"$set": self._running(lease, fingerprint), "$unset": {"outcome": ""}}
        taken = await self._records.find_one_and_update(condition, update)
        return lease if taken is not None else None

    def _running(self, lease: _Lease, fingerprint: str) -> Document:
        now = self._clock()
        return {
            "fingerprint": fingerprint,
            "state": _RUNNING,
            "owner": lease.owner,
            "lease_until": now + self._lease,
            "expires": now + KEPT,
        }

    async def _finish(self, lease: _Lease, outcome: StoredOutcome) -> StoredOutcome:
        condition = {"_id": lease.id, "owner": lease.owner, "state": _RUNNING}
        change = {"state": _DONE, "outcome": outcome, "expires": self._clock() + KEPT}
        kept = await self._records.find_one_and_update(condition, {"$set": change})
        if kept is not None:
            return dict(kept["outcome"])
        # The lease ran out and another run took it: what that one answers is the outcome.
        record = await self._records.find_one({"_id": lease.id, "state": _DONE})
        if record is None:
            raise InProgressError
        return dict(record["outcome"])

    async def _release(self, lease: _Lease) -> None:
        condition = {"_id": lease.id, "owner": lease.owner, "state": _RUNNING}
        try:
            await self._records.find_one_and_update(
                condition, {"$set": {"lease_until": self._clock()}}
            )
        except StorageError:
            # The lease ends by itself; the failure of the work matters more.
            return
