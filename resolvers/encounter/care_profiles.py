"""Care relationships of episodes, in the access profiles."""

from datetime import datetime

from storage.access_profiles.model import CareRelationship, CareRelationshipKind, Period
from storage.access_profiles.repository import AccessProfiles, UnknownSubjectError
from storage.access_profiles.subject_index import IDENTIFIER_KINDS


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
        period: tuple[datetime, datetime],
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

    async def end_care(self, subject: str, encounter: str, end: datetime) -> bool:
        """Ends what an episode opened; opens and prolongs nothing."""
        kind = CareRelationshipKind.ENCOUNTER
        try:
            await self._profiles.close_care_relationship(subject, kind, encounter, end)
        except UnknownSubjectError:
            return False
        return True

    async def bearer(self, system: str, value: str, birth_date: str) -> str | None:
        """The patient who bears a number and was born on a date."""
        kind = IDENTIFIER_KINDS.get(system)
        if kind is None:
            return None
        return await self._profiles.resolve_identifier(kind, value, birth_date)
