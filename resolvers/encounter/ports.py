"""What the encounter subgraph needs of others, as its own ports."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Protocol

from resolvers.encounter.fhir import Parameters, Resource


class Hospital(Protocol):
    """A hospital's FHIR R4 server."""

    def search(self, type_name: str, parameters: Parameters) -> AsyncIterator[Sequence[Resource]]:
        """The matches of a search and what was included with them, page by page.

        Raises:
            UpstreamError: if the server does not answer, not in FHIR, or in circles.
        """
        ...


class CareProfiles(Protocol):
    """Where care relationships take force: the access profiles of their subjects."""

    async def care(
        self,
        subject: str,
        encounter: str,
        facility: str,
        practitioner: str | None,
        period: tuple[datetime, datetime],
    ) -> bool:
        """Records that a facility, or one practitioner of it, treats a subject.

        Args:
            subject: The patient.
            encounter: The episode; a later call about it and the same practitioner takes the place
                of an earlier one, and leaves others' relationships alone.
            facility: Code of the facility.
            practitioner: Whom the relationship is limited to, or ``None`` for the staff.
            period: From when until when (exclusive).

        Returns:
            Whether there is such a patient.
        """
        ...

    async def end_care(self, subject: str, encounter: str, end: datetime) -> bool:
        """Ends what an episode opened, for everybody who treats it; opens and prolongs nothing.

        Args:
            subject: The patient.
            encounter: The episode.
            end: When care is over; what is over sooner stays so.

        Returns:
            Whether there is such a patient.
        """
        ...

    async def bearer(self, system: str, value: str, birth_date: str) -> str | None:
        """The patient who bears a number.

        Args:
            system: URI of the numbering system.
            value: The number.
            birth_date: As it is registered.

        Returns:
            The patient, or ``None`` whatever does not fit.
        """
        ...
