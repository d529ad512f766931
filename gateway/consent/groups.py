"""What is decided for one guard group: for the field as such, and for its labelled rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from access.categories import Action, Category, parse_group
from access.context import DataWindow, SubjectAccess
from access.labels import Label
from access.subjects import RowLabels
from gateway.consent.decision import dated_consents, decide, opens_by_code
from gateway.consent.entries import matches
from gateway.consent.outcomes import AccessRequest, Basis, DenialReason, Deny, Permit
from gateway.consent.policy import Policy
from gateway.consent.scope import GroupDecision
from gateway.consent.subjects import RootSubjectFound
from gateway.principal import Principal
from storage.access_profiles import ALWAYS, AccessProfile

LOOK_UP_SUFFIX = ":look-up"
"""Ends the group of a root field that says of a code what it is worth, to whoever presents it: it
is permitted to everybody whose scopes suffice, and on record like every access."""

_ALL_LABELS: frozenset[str] = frozenset(label.value for label in Label)
_NO_LABELS: frozenset[str] = frozenset()
_NOT_NAMED = Deny(DenialReason.LABEL_NOT_NAMED)
"""Nobody hides or refuses the label; no consent names it either."""


def category_of(group: str) -> Category:
    """The category that a guard group is about."""
    return parse_group(group.removesuffix(LOOK_UP_SUFFIX))[0]


def is_look_up(group: str) -> bool:
    """Whether a group is that of a look-up."""
    return group.endswith(LOOK_UP_SUFFIX)


@dataclass(frozen=True, slots=True)
class Facts:
    """What decisions about one subject rest on.

    Attributes:
        principal: Who asks.
        profile: The subject's facts; ``None`` where there is nobody.
        policy: The tables.
        now: Aware time of the decision.
    """

    principal: Principal
    profile: AccessProfile | None
    policy: Policy
    now: datetime


def decide_group(
    facts: Facts, way: RootSubjectFound, group: str, encounters: frozenset[str]
) -> GroupDecision:
    """Decides a group for one subject.

    Args:
        facts: What the decision rests on.
        way: The subject, and how she was reached.
        group: The guard group.
        encounters: Episodes of hers that the caller treats.

    Raises:
        ValueError: for a group that no category of the table stands behind.
    """
    if is_look_up(group):
        permit = Permit(Basis.PRESCRIPTION_CODE)
        return GroupDecision(way.subject, category_of(group), Action.READ, permit)
    made = _decide_rows(facts, way, group)
    if way.row is None or isinstance(made.decision, Deny):
        return made
    # All that is reached by way of a row's id is hidden where the row is.
    own = made if group == way.row.category else _decide_rows(facts, way, way.row.category)
    if isinstance(own.decision, Permit) and _shows(own, way.row, encounters):
        return made
    return GroupDecision(way.subject, made.category, made.action, _NOT_NAMED)


def subject_access(
    permitted: Mapping[str, GroupDecision], encounters: frozenset[str], version: int
) -> SubjectAccess:
    """What a subgraph is told of a subject.

    Args:
        permitted: The permits by guard group.
        encounters: Episodes of hers that the caller treats.
        version: Of the profile that was decided by.
    """
    groups = {group: made.labels for group, made in permitted.items() if not _is_dated(made)}
    dated = {group: made.windows for group, made in permitted.items() if made.windows}
    within = {group: permitted[group].episode_labels for group in groups} if encounters else {}
    return SubjectAccess(groups, encounters, within, version, dated)


def _is_dated(made: GroupDecision) -> bool:
    return isinstance(made.decision, Permit) and made.decision.is_dated


def _shows(made: GroupDecision, row: RowLabels, encounters: frozenset[str]) -> bool:
    """Whether a permit of a row's category covers the row's labels."""
    group = row.category
    access = SubjectAccess({group: made.labels}, encounters, {group: made.episode_labels})
    return access.permits_row(group, row.labels, row.encounter)


def _decide_rows(facts: Facts, way: RootSubjectFound, group: str) -> GroupDecision:
    """Decides a group's fields and each label of its rows."""
    category, action = parse_group(group)
    purpose = facts.principal.purpose
    if purpose is None:
        return GroupDecision(way.subject, category, action, Deny(DenialReason.NO_PROFILE))

    request = AccessRequest(
        action,
        category,
        None,
        purpose,
        facts.now,
        way.presented_prescription,
        way.finished_episode,
        way.whole_book,
    )
    decision = decide(facts.principal, facts.profile, facts.policy, request)
    if isinstance(decision, Deny):
        return GroupDecision(way.subject, category, action, decision)
    labels, unnamed = _labels(facts, request, decision)
    windows = _windows(facts, request, unnamed)
    if not decision.is_dated:
        windows = tuple(window for window in windows if window.labels)
    return GroupDecision(way.subject, category, action, decision, labels, unnamed, windows)


def _labels(
    facts: Facts, request: AccessRequest, permit: Permit
) -> tuple[frozenset[str], frozenset[str]]:
    """The labels whose rows are permitted, and those that nobody names, hides or refuses.

    What ``decide`` would say of each label, for all of them at once.
    """
    if permit.basis is Basis.REPRESENTATIVE:
        return _NO_LABELS, _NO_LABELS
    visible = _ALL_LABELS.difference(facts.policy.hidden_by_law)
    reads_by_law = permit.basis is Basis.STATUTE and request.action is Action.READ
    if permit.basis is Basis.SELF or reads_by_law:
        return visible, _NO_LABELS
    if facts.profile is None:
        return _NO_LABELS, _NO_LABELS
    refused, named = _spoken_of(facts.principal, facts.profile, request)
    if opens_by_code(facts.principal, facts.policy, request):
        named = visible
    return (named & visible) - refused, visible - named - refused


def _spoken_of(
    principal: Principal, profile: AccessProfile, request: AccessRequest
) -> tuple[frozenset[str], frozenset[str]]:
    """The labels that refusals, and those that permits of all data, speak of."""
    refused = named = _NO_LABELS
    for entry in profile.denies:
        if matches(entry, principal, request):
            refused |= entry.labels or _ALL_LABELS
    for entry in profile.grants:
        if entry.labels and entry.data_period == ALWAYS and matches(entry, principal, request):
            named |= entry.labels
    return refused, named


def _windows(
    facts: Facts, request: AccessRequest, unnamed: frozenset[str]
) -> tuple[DataWindow, ...]:
    """The spans of time from which consents open rows.

    Args:
        facts: What the decision rests on.
        request: What is asked for.
        unnamed: Labels that a consent may open: nothing else permits or hides them.
    """
    if facts.profile is None:
        return ()
    return tuple(
        DataWindow(
            _milliseconds(entry.data_period.start),
            _milliseconds(entry.data_period.end),
            entry.labels & unnamed,
        )
        for entry in dated_consents(facts.principal, facts.profile, facts.policy, request)
    )


def _milliseconds(moment: datetime | None) -> int | None:
    return None if moment is None else int(moment.timestamp() * 1000)
