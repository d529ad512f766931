"""A small population, settled, and who asks about it."""

import pytest

from resolvers.federation import Subgraph
from resolvers.patient.repository import PatientRepository
from storage.access_profiles.repository import AccessProfiles
from tests.resolvers.fakes import Caller, SettableClock
from tests.resolvers.patient.people import settle


@pytest.fixture
async def caller(
    patient_subgraph: Subgraph,
    patients: PatientRepository,
    profiles: AccessProfiles,
    clock: SettableClock,
) -> Caller:
    await settle(patients, profiles)
    return Caller(patient_subgraph, clock)
