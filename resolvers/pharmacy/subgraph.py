"""The pharmacy subgraph, put together from what it works with."""

import secrets
from dataclasses import dataclass

from access.context import AccessContext
from resolvers.federation import Subgraph
from resolvers.idempotency import Once
from resolvers.pharmacy.commands import PharmacyCommands
from resolvers.pharmacy.dispensing import Dispensing
from resolvers.pharmacy.issuing import Issuing
from resolvers.pharmacy.loaders import PharmacyLoaders
from resolvers.pharmacy.prescription_profiles import ProfilePrescriptions
from resolvers.pharmacy.repository import (
    COLLECTIONS,
    MIGRATIONS,
    PharmacyRepository,
    indexes,
)
from resolvers.pharmacy.schema.schema import create_schema
from resolvers.requests import Clock
from storage.access_profiles.repository import AccessProfiles
from storage.documents import DocumentStore
from storage.encryption import Keyring
from storage.migrations import migrate

NAME = "pharmacy"


@dataclass(frozen=True, slots=True)
class PharmacyParts:
    """What the pharmacy subgraph works with.

    Attributes:
        store: Its documents.
        keyring: Encrypts the names of who brings a child.
        profiles: Birth dates, and the index from codes to patients.
        once: Keeps outcomes of mutations by idempotency key.
        clock: Answers the present instant, aware.
    """

    store: DocumentStore
    keyring: Keyring
    profiles: AccessProfiles
    once: Once
    clock: Clock


def create_pharmacy_subgraph(parts: PharmacyParts) -> Subgraph:
    """The pharmacy subgraph."""
    repository = PharmacyRepository(parts.store, parts.keyring)
    profiles = ProfilePrescriptions(parts.profiles)

    def loaders(access: AccessContext) -> PharmacyLoaders:
        return PharmacyLoaders(repository, profiles, access)

    async def start() -> None:
        await migrate(parts.store, COLLECTIONS, MIGRATIONS, parts.clock)
        await parts.store.ensure_indexes(indexes())

    return Subgraph(
        name=NAME,
        schema=create_schema(),
        loaders=loaders,
        commands=PharmacyCommands(
            Issuing(repository, profiles, parts.once, secrets.choice),
            Dispensing(repository, parts.once),
        ),
        start=start,
    )
