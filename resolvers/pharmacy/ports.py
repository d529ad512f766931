"""What the pharmacy subgraph needs of others, as its own ports."""

from datetime import date
from typing import Protocol


class PrescriptionProfiles(Protocol):
    """Facts of patients, and the index from codes and identifiers to them."""

    async def birth_date(self, subject: str) -> date | None:
        """The registered birth date of a patient, or None."""
        ...

    async def link(self, code: str, subject: str, prescription_id: str) -> None:
        """Makes a code lead to its patient; does nothing if it does already."""
        ...

    async def bears(self, subject: str, identifier: str) -> bool:
        """Whether a patient bears a national id or insurance number."""
        ...
