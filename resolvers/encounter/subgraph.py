"""The encounter subgraph, put together from what it works with."""

from collections.abc import Mapping
from dataclasses import dataclass

from access.context import AccessContext
from resolvers.encounter.care_profiles import ProfileCare
from resolvers.encounter.gathering import DEADLINE_SECONDS
from resolvers.encounter.loaders import EncounterLoaders, EncounterSources
from resolvers.encounter.locations import EncounterRepository, indexes
from resolvers.encounter.notices import EncounterCommands
from resolvers.encounter.ports import Hospital
from resolvers.encounter.schema.schema import create_schema
from resolvers.federation import Subgraph
from resolvers.idempotency import Once
from resolvers.requests import Clock
from storage.access_profiles.repository import AccessProfiles
from storage.documents import DocumentStore

NAME = "encounter"


@dataclass(frozen=True, slots=True)
class EncounterParts:
    """What the encounter subgraph works with.

    Attributes:
        store: Its documents: record locator and registers.
        profiles: Who may read what.
        hospitals: Clients of the hospitals' FHIR servers by facility code.
        once: Keeps outcomes of mutations by idempotency key.
        clock: Answers the present instant, aware.
        deadline_seconds: What one list may wait for one hospital.
    """

    store: DocumentStore
    profiles: AccessProfiles
    hospitals: Mapping[str, Hospital]
    once: Once
    clock: Clock
    deadline_seconds: float = DEADLINE_SECONDS


def create_encounter_subgraph(parts: EncounterParts) -> Subgraph:
    """The encounter subgraph."""
    repository = EncounterRepository(parts.store)
    sources = EncounterSources(repository, parts.hospitals, parts.deadline_seconds)

    def loaders(access: AccessContext) -> EncounterLoaders:
        return EncounterLoaders(sources, access)

    async def start() -> None:
        await parts.store.ensure_indexes(indexes())

    return Subgraph(
        name=NAME,
        schema=create_schema(),
        loaders=loaders,
        commands=EncounterCommands(repository, ProfileCare(parts.profiles), parts.once),
        start=start,
    )
