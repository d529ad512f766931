"""What the subgraphs stand on, opened once per process and shared by those that live in it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from redis.asyncio import Redis

from resolvers.federation import Subgraph
from resolvers.idempotency import StoredOnce
from resolvers.patient.accesses import LoggedAccesses
from resolvers.patient.subgraph import PatientParts, create_patient_subgraph
from resolvers.pharmacy.subgraph import PharmacyParts, create_pharmacy_subgraph
from resolvers.requests import Clock
from storage.access_log.documents import ACCESS_LOG_INDEXES, AccessLogReader
from storage.access_profiles.repository import PROFILE_INDEXES, AccessProfiles, ChangeFeed
from storage.documents import DocumentStore
from storage.encryption import Keyring, load_keyring
from storage.idempotency import IDEMPOTENCY_INDEXES, IdempotencyStore
from storage.invalidation import LocalChanges, RedisChanges
from storage.opening import open_documents
from storage.redis_cache import SealedCache


@dataclass(frozen=True, slots=True)
class Foundation:
    """What every subgraph may stand on.

    Attributes:
        store: The documents.
        keyring: Encrypts identity fields and makes look-up tokens.
        profiles: Who may read what; a gateway in the same process should be given this very
            object, so that a change is in force for it at once.
        clock: Answers the present instant, aware.
        cache: Kept with other processes, or ``None`` where there is no Redis.
    """

    store: DocumentStore
    keyring: Keyring
    profiles: AccessProfiles
    clock: Clock
    cache: SealedCache | None = None


@asynccontextmanager
async def open_foundation(
    database_url: str,
    keys_file: Path,
    clock: Clock,
    *,
    redis_url: str | None = None,
    production: bool = True,
) -> AsyncIterator[Foundation]:
    """Opens the database and reads the keys; closes what it opened.

    Args:
        database_url: See `storage.opening`.
        keys_file: Keys for fields at rest; made at the first start, unless in production.
        clock: Answers the present instant, aware.
        redis_url: Tells other processes of changed access profiles, and keeps a cache for them.
        production: Demand keys that were not made here.
    """
    keyring = load_keyring(keys_file, production=production)
    store = await open_documents(database_url)
    redis = None if redis_url is None else Redis.from_url(redis_url)
    feed: ChangeFeed = LocalChanges() if redis is None else RedisChanges(redis)
    try:
        await store.ensure_indexes([*PROFILE_INDEXES, *IDEMPOTENCY_INDEXES, *ACCESS_LOG_INDEXES])
        profiles = AccessProfiles(store, keyring, feed, clock)
        cache = None if redis is None else SealedCache(redis, keyring)
        yield Foundation(store, keyring, profiles, clock, cache)
    finally:
        if isinstance(feed, RedisChanges):
            await feed.close()
        if redis is not None:
            await redis.aclose()
        await store.close()


def patient_subgraph(foundation: Foundation) -> Subgraph:
    """The patient subgraph on a foundation."""
    return create_patient_subgraph(
        PatientParts(
            store=foundation.store,
            keyring=foundation.keyring,
            profiles=foundation.profiles,
            access_log=LoggedAccesses(AccessLogReader(foundation.store)),
            once=once_on(foundation),
            clock=foundation.clock,
        )
    )


def pharmacy_subgraph(foundation: Foundation) -> Subgraph:
    """The pharmacy subgraph on a foundation."""
    return create_pharmacy_subgraph(
        PharmacyParts(
            store=foundation.store,
            keyring=foundation.keyring,
            profiles=foundation.profiles,
            once=once_on(foundation),
            clock=foundation.clock,
        )
    )


def once_on(foundation: Foundation) -> StoredOnce:
    """Outcomes of mutations by idempotency key, kept in the foundation's documents."""
    records = IdempotencyStore(foundation.store, foundation.keyring, foundation.clock)
    return StoredOnce(records)
