"""The decision: one pure function from facts to permit or deny.

The rules are tried in the order of the list ``_RULES``; the first that has an answer gives it.
Adding a deny to a profile never widens the answer, adding a permit never narrows it.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from access.categories import Action, Category
from access.purposes import Role
from gateway.consent.entries import age_in_years, cares, matches
from gateway.consent.outcomes import (
    AccessRequest,
    Basis,
    Decision,
    DenialReason,
    Deny,
    Permit,
)
from gateway.consent.policy import Policy
from gateway.principal import Principal
from storage.access_profiles import (
    ALWAYS,
    WILDCARD,
    AccessProfile,
    ConsentEntry,
    Representation,
    Representative,
)

Rule = Callable[[Principal, AccessProfile, Policy, AccessRequest], Decision | None]


def decide(
    principal: Principal, profile: AccessProfile | None, policy: Policy, request: AccessRequest
) -> Decision:
    """Whether a principal may do something with a category of one subject.

    Args:
        principal: The verified caller.
        profile: The subject's facts; ``None`` where no such subject exists.
        policy: The tables.
        request: What is asked for.

    Returns:
        The answer of the first rule that has one; deny where none has.
    """
    if profile is None or principal.role is None:
        return Deny(DenialReason.NO_PROFILE)
    if request.category is Category.RECORD:
        return _decide_record(principal, profile, policy, request)
    for rule in _RULES:
        decision = rule(principal, profile, policy, request)
        if decision is not None:
            return decision
    return Deny(DenialReason.NO_BASIS if request.label is None else DenialReason.LABEL_NOT_NAMED)


def _decide_record(
    principal: Principal, profile: AccessProfile, policy: Policy, request: AccessRequest
) -> Decision:
    """Whether the caller may know that there is a book: if she may see any category of it.

    A presented prescription code opens that prescription, and a duty to report what it reports:
    neither opens a way to the book.
    """
    first_denial: Deny | None = None
    request = replace(request, presented_prescription=False, finished_episode=False)
    for category in Category:
        if category is Category.RECORD:
            continue
        decision = decide(principal, profile, policy, replace(request, category=category))
        if isinstance(decision, Permit):
            return replace(decision, is_dated=False)
        first_denial = first_denial or decision
    return first_denial or Deny(DenialReason.NO_BASIS)


def labelled_encounters(
    principal: Principal, profile: AccessProfile | None, policy: Policy, now: datetime
) -> frozenset[str]:
    """Encounters whose labelled rows the caller may read because she treats that episode.

    Only a relationship that names the practitioner herself counts: the law lets the directly
    treating staff know, not the whole facility (Luật 64/2006 art. 30).
    """
    if profile is None or principal.role is not Role.PRACTITIONER:
        return frozenset()
    return frozenset(
        relationship.encounter_id
        for relationship in profile.care_relationships
        if relationship.encounter_id is not None
        and relationship.practitioner_id is not None
        and cares(principal, relationship, policy, now)
    )


def _hidden_by_law(
    _principal: Principal, _profile: AccessProfile, policy: Policy, request: AccessRequest
) -> Decision | None:
    if request.label in policy.hidden_by_law:
        return Deny(DenialReason.HIDDEN_BY_LAW)
    return None


def _subject_herself(
    principal: Principal, profile: AccessProfile, policy: Policy, request: AccessRequest
) -> Decision | None:
    if principal.role is not Role.CITIZEN:
        return None
    if principal.patient == profile.subject_id:
        if request.action is Action.WRITE and request.category not in policy.self_write:
            return Deny(DenialReason.ROLE_CEILING)
        return Permit(Basis.SELF)
    representatives = [
        entry
        for entry in profile.representatives
        if entry.person_id == principal.patient and entry.period.contains(request.now)
    ]
    if not representatives:
        return None
    if any(_represents(entry, profile, policy, request) for entry in representatives):
        return Permit(Basis.REPRESENTATIVE)
    return Deny(DenialReason.NOT_COVERED)


def _represents(
    entry: Representative, profile: AccessProfile, policy: Policy, request: AccessRequest
) -> bool:
    """Whether a representation covers a request.

    Labelled rows are never covered, and the age ends the representation of a child.
    """
    if request.label is not None or profile.birth_date is None:
        return False
    if age_in_years(profile.birth_date, request.now) >= policy.representative_until_age:
        return False
    if request.action is Action.WRITE and request.category not in policy.self_write:
        return False
    if entry.representation is Representation.SUMMARY and request.category not in policy.summary:
        return False
    return WILDCARD in entry.categories or request.category in entry.categories


def _role_ceiling(
    principal: Principal, _profile: AccessProfile, policy: Policy, request: AccessRequest
) -> Decision | None:
    if principal.role is None or request.category not in policy.ceiling.get(
        (principal.role, request.action), frozenset()
    ):
        return Deny(DenialReason.ROLE_CEILING)
    return None


def _statute(
    principal: Principal, _profile: AccessProfile, policy: Policy, request: AccessRequest
) -> Decision | None:
    if principal.role is None:
        return None
    key = (principal.role, request.purpose)
    if request.action is Action.READ:
        by_law = request.category in policy.statutory.get(key, frozenset())
    else:
        by_law = (
            request.finished_episode
            and request.label is None
            and principal.organization is not None
            and request.category in policy.reporting_duty.get(key, frozenset())
        )
    return Permit(Basis.STATUTE) if by_law else None


def _explicit_deny(
    principal: Principal, profile: AccessProfile, _policy: Policy, request: AccessRequest
) -> Decision | None:
    for entry in profile.denies:
        names_label = not entry.labels or request.label in entry.labels
        if names_label and matches(entry, principal, request):
            return Deny(DenialReason.EXPLICIT_DENY, entry.consent_id, entry.version)
    return None


def _explicit_permit(
    principal: Principal, profile: AccessProfile, _policy: Policy, request: AccessRequest
) -> Decision | None:
    for entry in profile.grants:
        names_label = request.label is None or request.label in entry.labels
        # A permit that is limited to the data of some period comes last (``_dated_permit``).
        if names_label and entry.data_period == ALWAYS and matches(entry, principal, request):
            return Permit(Basis.CONSENT, entry.consent_id, entry.version)
    return None


def _care_or_prescription(
    principal: Principal, profile: AccessProfile, policy: Policy, request: AccessRequest
) -> Decision | None:
    if opens_by_code(principal, policy, request):
        return Permit(Basis.PRESCRIPTION_CODE)
    if principal.role is None or request.label is not None:
        return None
    opened = policy.care_view.get((principal.role, request.action), frozenset())
    if request.category in opened and any(
        cares(principal, relationship, policy, request.now)
        for relationship in profile.care_relationships
    ):
        return Permit(Basis.CARE_RELATIONSHIP)
    return None


def opens_by_code(principal: Principal, policy: Policy, request: AccessRequest) -> bool:
    """Whether a presented prescription code opens what is asked for, whatever its label."""
    return (
        request.presented_prescription
        and principal.role is Role.PHARMACIST
        and request.category in policy.prescription_view.get(request.action, frozenset())
    )


def _dated_permit(
    principal: Principal, profile: AccessProfile, policy: Policy, request: AccessRequest
) -> Decision | None:
    if request.label is not None:
        return None
    for entry in dated_consents(principal, profile, policy, request):
        return Permit(Basis.CONSENT, entry.consent_id, entry.version, is_dated=True)
    return None


def dated_consents(
    principal: Principal, profile: AccessProfile, policy: Policy, request: AccessRequest
) -> tuple[ConsentEntry, ...]:
    """The permits in force that open rows of some time alone.

    They open nothing where rows are not judged by their date, and nothing of a category whose
    fields are not rows: opening all of it would give more than was granted.

    Args:
        principal: The verified caller.
        profile: The subject's facts.
        policy: The tables.
        request: What is asked for, whatever its label.
    """
    if not request.by_date or request.action is not Action.READ:
        return ()
    if request.category not in policy.dated:
        return ()
    return tuple(
        entry
        for entry in profile.grants
        if entry.data_period != ALWAYS and matches(entry, principal, request)
    )


_RULES: tuple[Rule, ...] = (
    _hidden_by_law,
    _subject_herself,
    _role_ceiling,
    _statute,
    _explicit_deny,
    _explicit_permit,
    _care_or_prescription,
    _dated_permit,
)
