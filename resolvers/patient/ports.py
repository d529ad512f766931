"""What the patient subgraph needs of others, as its own ports."""

from collections.abc import Mapping
from typing import Any, Protocol

from resolvers.datatypes.connections import Page, PageRequest
from resolvers.patient.records import AccessEntry


class AccessLog(Protocol):
    """The audit events of one subject."""

    async def page(self, subject: str, request: PageRequest) -> Page[AccessEntry]:
        """A page of a subject's accesses, newest first."""
        ...


class ConsentProfiles(Protocol):
    """Where consents take force: the access profiles of their subjects."""

    async def put(self, consent: Mapping[str, Any]) -> None:
        """Puts a stored consent in force; does nothing if it is already."""
        ...

    async def remove(self, subject: str, consent_id: str) -> None:
        """Takes a consent's force away; does nothing if it has none."""
        ...
