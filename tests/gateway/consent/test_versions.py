"""The version of the consents that a request was decided by reaches the subgraphs."""

from collections.abc import Iterable, Mapping
from datetime import date

from storage.access_profiles import AccessProfile
from tests.gateway.consent.gate_kit import FakeProfiles, World, scope


class ChangingProfiles(FakeProfiles):
    """Profiles that change between two reads."""

    def __init__(self, versions: Iterable[int]) -> None:
        super().__init__()
        self._versions = iter(versions)

    async def get_many(self, subject_ids: Iterable[str]) -> Mapping[str, AccessProfile]:
        version = next(self._versions)
        return {one: AccessProfile(one, version, date(1990, 1, 1)) for one in subject_ids}


async def version_after(versions: Iterable[int]) -> int:
    """What the access context says after one decision at each version."""
    world, asked = World(), scope()
    world.gate._profiles = ChangingProfiles(versions)
    for group in ("CONDITIONS", "ALLERGIES")[: len(list(versions))]:
        await world.gate.decide(asked, 0, (group,), ["p1"])
    access = world.gate.access_to(asked, "p1")
    assert access is not None
    return access[1].version


async def test_the_version_of_the_profile_is_told() -> None:
    assert 7 == await version_after([7])


async def test_of_two_versions_in_one_request_the_older_is_told() -> None:
    assert [7, 7] == [await version_after([7, 8]), await version_after([8, 7])]
