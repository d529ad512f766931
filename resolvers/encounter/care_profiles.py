"""Care relationships of episodes, in the access profiles."""

from datetime import datetime

from storage.access_profiles.model import CareRelationship, CareRelationshipKind, Period
from storage.access_profiles.repository import AccessProfiles, UnknownSubjectError


class ProfileCare:
    """Opens and closes care relationships on behalf of the encounter subgraph."""

    def __init__(self, profiles: AccessProfiles) -> None:
        """Args: profiles: The access profiles."""
        self._profiles = profiles

    async def care(
        self,
        subject: str,
        encounter: str,
        facility: str,
        practitioner: str | None,
        period: tuple[datetime, datetime | None],
    ) -> bool:
        """Records that a facility, or one practitioner of it, treats a subject."""
        relationship = CareRelationship(
            reference=encounter,
            facility_id=facility,
            kind=CareRelationshipKind.ENCOUNTER,
            practitioner_id=practitioner,
            encounter_id=encounter,
            period=Period(*period),
        )
        try:
            await self._profiles.open_care_relationship(subject, relationship)
        except UnknownSubjectError:
            return False
        return True
