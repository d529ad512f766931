"""What is decided for one guard group: for the field as such, and for its labelled rows."""

from datetime import datetime

from access.categories import Action, Category, parse_group
from access.labels import Label
from gateway.consent.decision import (
    AccessRequest,
    Basis,
    Decision,
    DenialReason,
    Deny,
    Permit,
    decide,
)
from gateway.consent.policy import Policy
from gateway.consent.scope import GroupDecision
from gateway.consent.subjects import RootSubjectFound
from gateway.principal import Principal
from storage.access_profiles import AccessProfile

LOOK_UP_SUFFIX = ":look-up"
"""Ends the group of a root field that says of a code what it is worth, to whoever presents it: it
is permitted to everybody whose scopes suffice, and on record like every access."""

_NOT_NAMED = Deny(DenialReason.LABEL_NOT_NAMED)
"""Nobody hides or refuses the label; no consent names it either."""


def category_of(group: str) -> Category:
    """The category that a guard group is about."""
    return parse_group(group.removesuffix(LOOK_UP_SUFFIX))[0]


def is_look_up(group: str) -> bool:
    """Whether a group is that of a look-up."""
    return group.endswith(LOOK_UP_SUFFIX)


def decide_group(
    principal: Principal,
    way: RootSubjectFound,
    profile: AccessProfile | None,
    policy: Policy,
    group: str,
    now: datetime,
) -> GroupDecision:
    """Decides a group for one subject.

    Args:
        principal: Who asks.
        way: The subject, and how she was reached.
        profile: Her facts; ``None`` where there is nobody.
        policy: The tables.
        group: The guard group.
        now: Aware time of the decision.

    Raises:
        ValueError: for a group that no category of the table stands behind.
    """
    if is_look_up(group):
        permit = Permit(Basis.PRESCRIPTION_CODE)
        return GroupDecision(way.subject, category_of(group), Action.READ, permit)
    category, action = parse_group(group)
    purpose = principal.purpose
    if purpose is None:
        return GroupDecision(way.subject, category, action, Deny(DenialReason.NO_PROFILE))

    def ask(label: Label | None) -> Decision:
        request = AccessRequest(
            action,
            category,
            label,
            purpose,
            now,
            presented_prescription=way.presented_prescription,
            finished_episode=way.finished_episode,
        )
        return decide(principal, profile, policy, request)

    decision = ask(None)
    if isinstance(decision, Deny):
        return GroupDecision(way.subject, category, action, decision)
    labelled = {label.value: ask(label) for label in Label}
    labels = frozenset(label for label, made in labelled.items() if isinstance(made, Permit))
    unnamed = frozenset(label for label, made in labelled.items() if made == _NOT_NAMED)
    return GroupDecision(way.subject, category, action, decision, labels, unnamed)
