import pytest

from resolvers.federation import Subgraph
from resolvers.pharmacy.repository import PharmacyRepository
from storage.access_profiles.repository import AccessProfiles
from tests.resolvers.fakes import Caller, SettableClock
from tests.resolvers.pharmacy.counter import Counter, settle


@pytest.fixture
async def counter(
    pharmacy_subgraph: Subgraph,
    pharmacies: PharmacyRepository,
    profiles: AccessProfiles,
    clock: SettableClock,
) -> Counter:
    await settle(pharmacies, profiles)
    return Counter(Caller(pharmacy_subgraph, clock))
