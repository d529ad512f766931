"""Whether what a profile holds speaks of a caller and of what she asks for."""

from datetime import date, datetime, timedelta, timezone

from gateway.consent.outcomes import AccessRequest
from gateway.consent.policy import Policy
from gateway.principal import Principal
from storage.access_profiles import (
    WILDCARD,
    CareRelationship,
    CareRelationshipKind,
    ConsentEntry,
    Grantee,
    GranteeKind,
)

_VIETNAM = timezone(timedelta(hours=7))
"""Indochina time has no daylight saving; birthdays are counted in it."""


def age_in_years(birth_date: date, now: datetime) -> int:
    """Completed years of age, by Vietnam days.

    Somebody born on 29 February completes a year on 1 March of common years.
    """
    today = now.astimezone(_VIETNAM).date()
    had_birthday = (today.month, today.day) >= (birth_date.month, birth_date.day)
    return today.year - birth_date.year - (0 if had_birthday else 1)


def matches(entry: ConsentEntry, principal: Principal, request: AccessRequest) -> bool:
    """Whether a permit or refusal speaks of what is asked for, whatever its label."""
    return (
        entry.in_force(request.now)
        and (WILDCARD in entry.categories or request.category in entry.categories)
        and request.action in entry.actions
        and request.purpose == entry.purpose
        and _is_grantee(entry.grantee, principal)
    )


def _is_grantee(grantee: Grantee, principal: Principal) -> bool:
    match grantee.kind:
        case GranteeKind.PRACTITIONER:
            return grantee.id == principal.practitioner
        case GranteeKind.ORGANIZATION:
            return grantee.id == principal.organization
        case GranteeKind.ROLE:
            return grantee.id == principal.role


def cares(
    principal: Principal, relationship: CareRelationship, policy: Policy, now: datetime
) -> bool:
    """Whether a relationship of a facility's care is in force, and the caller's own."""
    return (
        relationship.kind is not CareRelationshipKind.PRESCRIPTION
        and relationship.facility_id == principal.organization
        and relationship.practitioner_id in {None, principal.practitioner}
        and relationship.period.contains(now)
        and not _is_forgotten(relationship, policy, now)
    )


def _is_forgotten(relationship: CareRelationship, policy: Policy, now: datetime) -> bool:
    """Whether an episode without an end has lasted longer than any may."""
    start, end = relationship.period.start, relationship.period.end
    if relationship.kind is not CareRelationshipKind.ENCOUNTER or end is not None:
        return False
    return start is None or now - start >= policy.longest_episode
