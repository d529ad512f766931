"""The patient subgraph, put together from what it works with."""

from dataclasses import dataclass

from access.context import AccessContext
from resolvers.federation import Subgraph
from resolvers.idempotency import Once
from resolvers.patient.commands import PatientCommands
from resolvers.patient.consent_profiles import ProfileConsents
from resolvers.patient.loaders import PatientLoaders
from resolvers.patient.ports import AccessLog
from resolvers.patient.repository import (
    COLLECTIONS,
    MIGRATIONS,
    PatientRepository,
    indexes,
)
from resolvers.patient.schema.schema import create_schema
from resolvers.requests import Clock
from storage.access_profiles.repository import AccessProfiles
from storage.documents import DocumentStore
from storage.encryption import Keyring
from storage.migrations import migrate

NAME = "patient"


@dataclass(frozen=True, slots=True)
class PatientParts:
    """What the patient subgraph works with.

    Attributes:
        store: Its documents.
        keyring: Encrypts identity fields.
        profiles: Who may read what.
        access_log: Accesses by subject.
        once: Keeps outcomes of mutations by idempotency key.
        clock: Answers the present instant, aware.
    """

    store: DocumentStore
    keyring: Keyring
    profiles: AccessProfiles
    access_log: AccessLog
    once: Once
    clock: Clock


def create_patient_subgraph(parts: PatientParts) -> Subgraph:
    """The patient subgraph."""
    repository = PatientRepository(parts.store, parts.keyring)

    def loaders(access: AccessContext) -> PatientLoaders:
        return PatientLoaders(repository, parts.access_log, access, parts.clock)

    async def start() -> None:
        await migrate(parts.store, COLLECTIONS, MIGRATIONS, parts.clock)
        await parts.store.ensure_indexes(indexes())

    return Subgraph(
        name=NAME,
        schema=create_schema(),
        loaders=loaders,
        commands=PatientCommands(repository, ProfileConsents(parts.profiles), parts.once),
        start=start,
    )
