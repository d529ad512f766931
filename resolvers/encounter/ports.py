"""What the encounter subgraph needs of others, as its own ports."""

from datetime import datetime
from typing import Protocol


class CareProfiles(Protocol):
    """Where care relationships take force: the access profiles of their subjects."""

    async def care(
        self,
        subject: str,
        encounter: str,
        facility: str,
        practitioner: str | None,
        period: tuple[datetime, datetime | None],
    ) -> bool:
        """Records that a facility, or one practitioner of it, treats a subject.

        Args:
            subject: The patient.
            encounter: The episode; a later call about it takes the place of an earlier one.
            facility: Code of the facility.
            practitioner: Whom the relationship is limited to, or ``None`` for the staff.
            period: From when until when (exclusive); ``None`` while it lasts.

        Returns:
            Whether there is such a patient.
        """
        ...
