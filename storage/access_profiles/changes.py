"""What each mutation makes of a profile: pure functions from profile to profile.

They leave the version alone; the repository raises it when the outcome differs.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from storage.access_profiles.model import (
    AccessProfile,
    BreakGlassEntry,
    CareRelationship,
    CareRelationshipKind,
    ConsentEntry,
    ConsentStatus,
    Period,
    Representative,
)

KEPT_AFTER_END = timedelta(days=30)
"""Entries without force stay this long, so that a decision of yesterday can be explained."""


class StaleConsentError(Exception):
    """The profile holds a later version of that consent, or another content of this one."""


class UnknownConsentError(Exception):
    """The profile holds no such consent."""


def with_grant(profile: AccessProfile, entry: ConsentEntry) -> AccessProfile:
    """Put a permit in the place of any earlier version of the same consent.

    Raises:
        StaleConsentError: A later version, or a different one of the same number, is there.
    """
    cleared = _without_earlier(profile, entry)
    return replace(cleared, grants=(*cleared.grants, entry))


def with_deny(profile: AccessProfile, entry: ConsentEntry) -> AccessProfile:
    """Put a refusal in the place of any earlier version of the same consent.

    Raises:
        StaleConsentError: A later version, or a different one of the same number, is there.
    """
    cleared = _without_earlier(profile, entry)
    return replace(cleared, denies=(*cleared.denies, entry))


def with_withdrawal(profile: AccessProfile, consent_id: str) -> AccessProfile:
    """Take a consent out of force, raising its version; once withdrawn nothing changes.

    Raises:
        UnknownConsentError: There is no such consent.
    """
    if all(entry.consent_id != consent_id for entry in (*profile.grants, *profile.denies)):
        raise UnknownConsentError

    def withdrawn(entry: ConsentEntry) -> ConsentEntry:
        if entry.consent_id != consent_id or entry.status is ConsentStatus.WITHDRAWN:
            return entry
        return replace(entry, status=ConsentStatus.WITHDRAWN, version=entry.version + 1)

    return replace(
        profile,
        grants=tuple(withdrawn(entry) for entry in profile.grants),
        denies=tuple(withdrawn(entry) for entry in profile.denies),
    )


def with_care_relationship(
    profile: AccessProfile, relationship: CareRelationship
) -> AccessProfile:
    """Open a care relationship, or put it in the place of the same person's for the same reason.

    Others who treat the same episode keep theirs: to be named takes nobody's name away.
    """
    key = _identity(relationship)
    others = tuple(each for each in profile.care_relationships if _identity(each) != key)
    return replace(profile, care_relationships=(*others, relationship))


def with_closed_care_relationship(
    profile: AccessProfile, kind: CareRelationshipKind, reference: str, end: datetime
) -> AccessProfile:
    """End a care relationship; one that is unknown, or ends sooner, stays as it is."""

    def closed(each: CareRelationship) -> CareRelationship:
        if (each.kind, each.reference) != (kind, reference):
            return each
        if each.period.end is not None and each.period.end <= end:
            return each
        return replace(each, period=Period(each.period.start, end))

    return replace(
        profile, care_relationships=tuple(closed(each) for each in profile.care_relationships)
    )


def with_representative(profile: AccessProfile, representative: Representative) -> AccessProfile:
    """Name a representative, or change what the same person of the same kind covers."""
    key = (representative.person_id, representative.kind)
    others = tuple(each for each in profile.representatives if (each.person_id, each.kind) != key)
    return replace(profile, representatives=(*others, representative))


def with_break_glass(profile: AccessProfile, entry: BreakGlassEntry) -> AccessProfile:
    """Record an emergency access; the same one twice is once."""
    if entry in profile.break_glass:
        return profile
    return replace(profile, break_glass=(*profile.break_glass, entry))


def pruned(profile: AccessProfile, now: datetime) -> AccessProfile:
    """Leave out what lost its force long ago, so that a profile does not grow for ever.

    Consents stay while their version may still be compared with a late message.
    """
    limit = now - KEPT_AFTER_END
    return replace(
        profile,
        care_relationships=tuple(
            each
            for each in profile.care_relationships
            if each.period.end is None or each.period.end > limit
        ),
        break_glass=tuple(each for each in profile.break_glass if each.until > limit),
    )


def _identity(each: CareRelationship) -> tuple[CareRelationshipKind, str, str | None]:
    return each.kind, each.reference, each.practitioner_id


def _without_earlier(profile: AccessProfile, entry: ConsentEntry) -> AccessProfile:
    for each in (*profile.grants, *profile.denies):
        if each.consent_id == entry.consent_id and each.version >= entry.version and each != entry:
            raise StaleConsentError
    return replace(
        profile,
        grants=tuple(each for each in profile.grants if each.consent_id != entry.consent_id),
        denies=tuple(each for each in profile.denies if each.consent_id != entry.consent_id),
    )
