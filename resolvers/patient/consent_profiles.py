"""Consents in force: from stored consents to the access profiles that decide."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from access.categories import Action
from storage.access_profiles.changes import UnknownConsentError
from storage.access_profiles.model import (
    ConsentEntry,
    ConsentStatus,
    Grantee,
    GranteeKind,
    Period,
)
from storage.access_profiles.repository import AccessProfiles


class ProfileConsents:
    """Puts consents in force in their subjects' access profiles."""

    def __init__(self, profiles: AccessProfiles) -> None:
        """Args: profiles: The access profiles."""
        self._profiles = profiles

    async def put(self, consent: Mapping[str, Any]) -> None:
        """Puts a stored consent in force; does nothing if it is already."""
        entry = consent_entry(consent)
        if consent["decision"] == "deny":
            await self._profiles.add_deny(consent["subject_id"], entry)
        else:
            await self._profiles.add_grant(consent["subject_id"], entry)

    async def remove(self, subject: str, consent_id: str) -> None:
        """Takes a consent's force away; does nothing if it has none."""
        try:
            await self._profiles.withdraw_grant(subject, consent_id)
        except UnknownConsentError:
            return


def consent_entry(consent: Mapping[str, Any]) -> ConsentEntry:
    """The entry of a profile for a stored consent."""
    return ConsentEntry(
        consent_id=consent["_id"],
        version=consent["version"],
        grantee=Grantee(GranteeKind(consent["grantee"]["type"]), consent["grantee"]["id"]),
        categories=frozenset(consent["categories"]),
        labels=frozenset(consent["consent_labels"]),
        actions=frozenset(Action(action) for action in consent["actions"]),
        purpose=consent["purpose"],
        period=_period(consent["period"]),
        data_period=_period(consent["data_period"]),
        status=ConsentStatus(consent["status"]),
    )


def _period(stored: Mapping[str, datetime | None]) -> Period:
    return Period(stored.get("start"), stored.get("end"))
