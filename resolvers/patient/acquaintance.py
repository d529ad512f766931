"""Whether a caller may know of a person at all, before anything of her is read.

The gateway decides category by category; a root field that hands out no more than an id must not
tell whether somebody exists either. So a look-up answers only callers with a tie to the person.
"""

from datetime import datetime

from access.context import AccessContext
from access.purposes import Role
from resolvers.requests import Clock
from storage.access_profiles.model import AccessProfile, ConsentEntry, GranteeKind
from storage.access_profiles.repository import AccessProfiles


class ProfileAcquaintance:
    """Looks for ties between callers and persons in the access profiles."""

    def __init__(self, profiles: AccessProfiles, clock: Clock) -> None:
        """Takes what it works with.

        Args:
            profiles: The access profiles.
            clock: Answers the present instant, aware.
        """
        self._profiles = profiles
        self._clock = clock

    async def may_know(self, access: AccessContext, subject: str) -> bool:
        """Whether the caller may know that a person has a book."""
        if access.access_to(subject).groups or access.patient == subject:
            return True
        profile = (await self._profiles.get_many([subject])).get(subject)
        return profile is not None and has_tie(access, profile, self._clock())


def has_tie(access: AccessContext, profile: AccessProfile, now: datetime) -> bool:
    """Whether anything in a profile speaks of the caller: it says nothing of what she may read."""
    if access.role == Role.CITIZEN:
        return access.patient is not None and any(
            representative.person_id == access.patient and representative.period.contains(now)
            for representative in profile.representatives
        )
    if access.role == Role.INSURER:
        return True
    return (
        any(_names(access, grant) and grant.in_force(now) for grant in profile.grants)
        or any(
            relationship.period.contains(now)
            and relationship.facility_id == access.organization
            and relationship.practitioner_id in {None, access.practitioner}
            for relationship in profile.care_relationships
        )
        or any(
            entry.practitioner_id == access.practitioner and entry.in_force(now)
            for entry in profile.break_glass
        )
    )


def _names(access: AccessContext, grant: ConsentEntry) -> bool:
    named = {
        GranteeKind.PRACTITIONER: access.practitioner,
        GranteeKind.ORGANIZATION: access.organization,
        GranteeKind.ROLE: access.role,
    }
    return named[grant.grantee.kind] == grant.grantee.id
