import socket
import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from resolvers.federation import Subgraph
from resolvers.patient.repository import PatientRepository
from resolvers.patient.subgraph import PatientParts, create_patient_subgraph
from resolvers.pharmacy.repository import PharmacyRepository
from resolvers.pharmacy.subgraph import PharmacyParts, create_pharmacy_subgraph
from storage.access_profiles.repository import AccessProfiles
from storage.documents import DocumentStore
from storage.encryption import Keyring, Keys
from storage.idempotency import IdempotencyStore
from storage.invalidation import LocalChanges
from storage.opening import open_documents
from tests.resolvers.fakes import ForgetfulOnce, MemoryAccessLog, SettableClock


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock(datetime(2026, 11, 22, 3, 0, tzinfo=UTC))


@pytest.fixture
def keyring() -> Keyring:
    return Keyring(Keys("e1", {"e1": b"e" * 32}), Keys("l1", {"l1": b"l" * 32}))


@pytest.fixture
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database; embedded, unless the test is parametrized with another."""
    if getattr(request, "param", "sqlite") == "sqlite":
        return f"sqlite:///{tmp_path / 'documents.db'}"
    return f"{request.getfixturevalue('mongodb_server_url')}/test_{uuid.uuid4().hex}"


@pytest.fixture
async def store(database: str) -> AsyncIterator[DocumentStore]:
    store = await open_documents(database)
    yield store
    await store.close()


@pytest.fixture
async def profiles(store: DocumentStore, keyring: Keyring, clock: SettableClock) -> AccessProfiles:
    return AccessProfiles(store, keyring, LocalChanges(), clock)


@pytest.fixture
def once(store: DocumentStore, keyring: Keyring, clock: SettableClock) -> ForgetfulOnce:
    return ForgetfulOnce(IdempotencyStore(store, keyring, clock), store)


@pytest.fixture
def access_log() -> MemoryAccessLog:
    return MemoryAccessLog()


@pytest.fixture
def patients(store: DocumentStore, keyring: Keyring) -> PatientRepository:
    return PatientRepository(store, keyring)


@pytest.fixture
def pharmacies(store: DocumentStore, keyring: Keyring) -> PharmacyRepository:
    return PharmacyRepository(store, keyring)


@pytest.fixture
async def patient_subgraph(
    store: DocumentStore,
    keyring: Keyring,
    profiles: AccessProfiles,
    access_log: MemoryAccessLog,
    once: ForgetfulOnce,
    clock: SettableClock,
) -> Subgraph:
    parts = PatientParts(store, keyring, profiles, access_log, once, clock)
    subgraph = create_patient_subgraph(parts)
    await subgraph.start()
    return subgraph


@pytest.fixture
async def pharmacy_subgraph(
    store: DocumentStore,
    keyring: Keyring,
    profiles: AccessProfiles,
    once: ForgetfulOnce,
    clock: SettableClock,
) -> Subgraph:
    subgraph = create_pharmacy_subgraph(PharmacyParts(store, keyring, profiles, once, clock))
    await subgraph.start()
    return subgraph


@pytest.fixture
def tomorrow(clock: SettableClock) -> datetime:
    return clock() + timedelta(days=1)


@pytest.fixture
def unused_tcp_port() -> int:
    """A port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
