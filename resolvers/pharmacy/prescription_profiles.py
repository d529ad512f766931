"""Facts of patients for prescriptions, and the index from codes, in the access profiles."""

from datetime import date

from storage.access_profiles.model import PrescriptionLink
from storage.access_profiles.repository import AccessProfiles
from storage.encryption import IdentifierKind


class ProfilePrescriptions:
    """Reads and links access profiles on behalf of the pharmacy subgraph."""

    def __init__(self, profiles: AccessProfiles) -> None:
        """Args: profiles: The access profiles."""
        self._profiles = profiles

    async def birth_date(self, subject: str) -> date | None:
        """The registered birth date of a patient, or None."""
        profile = (await self._profiles.get_many([subject])).get(subject)
        return None if profile is None else profile.birth_date

    async def link(self, code: str, subject: str, prescription_id: str) -> None:
        """Makes a code lead to its patient; does nothing if it does already."""
        await self._profiles.link_prescription(code, PrescriptionLink(subject, prescription_id))

    async def bears(self, subject: str, identifier: str) -> bool:
        """Whether a patient bears a national id or insurance number.

        The index answers a number only with the birth date that is recorded beside it, which may
        be known to the month or year only.
        """
        born = await self.birth_date(subject)
        if born is None:
            return False
        day = born.isoformat()
        for kind in (IdentifierKind.NATIONAL_ID, IdentifierKind.CARD_NUMBER):
            for recorded in (day, day[:7], day[:4]):
                found = await self._profiles.resolve_identifier(kind, identifier, recorded)
                if found is not None:
                    return found == subject
        return False
