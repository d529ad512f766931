"""The decision against an independent brute-force model, and its two monotonicity laws."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from access.categories import Action, Category, group_of
from access.labels import Label
from access.purposes import Purpose, Role
from gateway.consent import (
    HEALTH_BOOK_POLICY,
    AccessRequest,
    DenialReason,
    Deny,
    Permit,
    decide,
)
from gateway.consent.groups import Facts, decide_group
from gateway.consent.subjects import RootSubjectFound
from gateway.principal import Principal
from storage.access_profiles import (
    AccessProfile,
    CareRelationship,
    CareRelationshipKind,
    ConsentEntry,
    ConsentStatus,
    Grantee,
    GranteeKind,
    Period,
    Representation,
    Representative,
    RepresentativeKind,
)

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
CATEGORIES = [
    Category.OBSERVATIONS,
    Category.PRESCRIPTIONS,
    Category.ALLERGIES,
    Category.CLAIMS,
    Category.VITALS,
    Category.ACCESS_LOG,
    Category.ENCOUNTERS,
]
CLINICAL = {"OBSERVATIONS", "ALLERGIES", "VITALS", "ENCOUNTERS"}
DATED = {"OBSERVATIONS", "PRESCRIPTIONS", "VITALS", "ENCOUNTERS"}
LABELS = [None, Label.HIV, Label.FETAL_SEX]

moments = st.sampled_from(
    [None, NOW - timedelta(days=400), NOW - timedelta(days=1), NOW, NOW + timedelta(days=1)]
)
periods = st.builds(Period, moments, moments)
people = st.sampled_from(["p1", "p2"])
practitioners = st.sampled_from(["dr1", "dr2"])
organizations = st.sampled_from(["o1", "o2"])
roles = st.sampled_from(list(Role))
purposes = st.sampled_from([Purpose.TREATMENT, Purpose.PAYMENT])
grantees = st.one_of(
    st.builds(Grantee, st.just(GranteeKind.PRACTITIONER), practitioners),
    st.builds(Grantee, st.just(GranteeKind.ORGANIZATION), organizations),
    st.builds(Grantee, st.just(GranteeKind.ROLE), roles),
)
entries = st.builds(
    ConsentEntry,
    consent_id=st.just("k"),
    version=st.just(1),
    grantee=grantees,
    categories=st.sets(st.sampled_from([*CATEGORIES, "*"]), min_size=1).map(frozenset),
    labels=st.sets(st.just("HIV")).map(frozenset),
    actions=st.sets(st.sampled_from(list(Action)), min_size=1).map(frozenset),
    purpose=purposes,
    period=periods,
    data_period=st.sampled_from([Period(), Period(start=NOW)]),
    status=st.sampled_from(list(ConsentStatus)),
)
profiles = st.builds(
    AccessProfile,
    subject_id=st.just("p1"),
    version=st.just(1),
    birth_date=st.sampled_from([None, date(1980, 1, 1), date(2021, 1, 1)]),
    representatives=st.lists(
        st.builds(
            Representative,
            people,
            st.sampled_from(list(RepresentativeKind)),
            st.sampled_from(list(Representation)),
            st.sets(st.sampled_from([*CATEGORIES, "*"])).map(frozenset),
            periods,
        ),
        max_size=2,
    ).map(tuple),
    grants=st.lists(entries, max_size=3).map(tuple),
    denies=st.lists(entries, max_size=2).map(tuple),
    care_relationships=st.lists(
        st.builds(
            CareRelationship,
            st.just("e"),
            organizations,
            st.sampled_from(list(CareRelationshipKind)),
            st.one_of(st.none(), practitioners),
            st.none(),
            periods,
        ),
        max_size=2,
    ).map(tuple),
)


@st.composite
def principals(draw: st.DrawFn) -> Principal:
    role = draw(roles)
    base = Principal(subject="s", issuer="i", role=role, purpose=draw(purposes))
    if role is Role.CITIZEN:
        return replace(base, patient=draw(people))
    return replace(base, practitioner=draw(practitioners), organization=draw(organizations))


requests = st.builds(
    AccessRequest,
    st.sampled_from(list(Action)),
    st.sampled_from(CATEGORIES),
    st.sampled_from(LABELS),
    st.just(Purpose.TREATMENT),
    st.just(NOW),
    st.booleans(),
    st.booleans(),
    st.booleans(),
)


forgotten = (Period(), Period(start=NOW - timedelta(days=400)))
"""Episodes without an end that have lasted too long."""


def model(  # noqa: C901, PLR0911 - one formula, kept in one place on purpose
    principal: Principal, profile: AccessProfile, request: AccessRequest
) -> bool:
    """The policy once more, as one boolean formula over plain sets, written independently."""
    category, label, read = request.category, request.label, request.action is Action.READ

    def within(period: Period) -> bool:
        after = period.start is None or period.start <= NOW
        return after and (period.end is None or period.end > NOW)

    def names(entry: ConsentEntry) -> bool:
        who = {principal.practitioner, principal.organization, principal.role}
        return all(
            (
                entry.status == "active",
                within(entry.period),
                bool({"*", category} & entry.categories),
                request.action in entry.actions,
                entry.purpose == request.purpose,
                entry.grantee.id in who,
            )
        )

    if label == "FETAL_SEX":
        return False
    own = read or category in {"VITALS", "CONSENTS"}
    if principal.role == "citizen":
        if principal.patient == "p1":
            return own
        young = profile.birth_date is not None and profile.birth_date.year == 2021
        summary = {"ALLERGIES", "PRESCRIPTIONS", "ENCOUNTERS"}
        return any(
            r.person_id == principal.patient
            and within(r.period)
            and young
            and label is None
            and own
            and bool({"*", category} & r.categories)
            and (r.representation == "FULL" or category in summary)
            for r in profile.representatives
        )
    most = {
        ("practitioner", True): {*CLINICAL, "PRESCRIPTIONS"},
        ("practitioner", False): {"PRESCRIPTIONS", "ENCOUNTERS"},
        ("pharmacist", True): {"PRESCRIPTIONS", "ALLERGIES"},
        ("pharmacist", False): {"PRESCRIPTIONS"},
        ("insurer", True): {"CLAIMS", "ENCOUNTERS"},
    }.get((str(principal.role), read), set())
    if category not in most:
        return False
    if principal.role == "insurer" and request.purpose == "HPAYMT":
        return True
    reports = (principal.role, request.purpose, label) == ("practitioner", "TREAT", None)
    if reports and not read and request.finished_episode and category == "ENCOUNTERS":
        return True
    if any(names(e) and (not e.labels or label in e.labels) for e in profile.denies):
        return False
    if any(
        names(e) and (label is None or label in e.labels) and e.data_period == Period()
        for e in profile.grants
    ):
        return True
    dated = request.by_date and read and label is None and category in DATED
    if dated and any(names(e) for e in profile.grants):
        return True
    if principal.role == "pharmacist":
        return request.presented_prescription and category == "PRESCRIPTIONS"
    return (
        principal.role == "practitioner"
        and label is None
        and any(
            c.facility_id == principal.organization
            and c.practitioner_id in (None, principal.practitioner)
            and c.kind != "PRESCRIPTION"
            and within(c.period)
            and not (c.kind == "ENCOUNTER" and c.period in forgotten)
            for c in profile.care_relationships
        )
    )


def permitted(principal: Principal, profile: AccessProfile, request: AccessRequest) -> bool:
    return isinstance(decide(principal, profile, HEALTH_BOOK_POLICY, request), Permit)


@settings(max_examples=600)
@given(principals(), profiles, requests, purposes)
def test_the_decision_equals_the_brute_force_model(
    principal: Principal, profile: AccessProfile, request: AccessRequest, purpose: Purpose
) -> None:
    request = replace(request, purpose=purpose)

    assert model(principal, profile, request) == permitted(principal, profile, request)


@settings(max_examples=300)
@given(principals(), profiles, requests, entries)
def test_adding_a_deny_never_widens(
    principal: Principal, profile: AccessProfile, request: AccessRequest, entry: ConsentEntry
) -> None:
    more = replace(profile, denies=(*profile.denies, entry))

    assert permitted(principal, more, request) <= permitted(principal, profile, request)


@settings(max_examples=300)
@given(principals(), profiles, requests, entries)
def test_adding_a_permit_never_narrows(
    principal: Principal, profile: AccessProfile, request: AccessRequest, entry: ConsentEntry
) -> None:
    more = replace(profile, grants=(*profile.grants, entry))

    assert permitted(principal, more, request) >= permitted(principal, profile, request)


@settings(max_examples=300)
@given(principals(), profiles, requests)
def test_labels_are_permitted_as_each_is_decided(
    principal: Principal, profile: AccessProfile, request: AccessRequest
) -> None:
    way = RootSubjectFound(
        "p1", request.presented_prescription, request.finished_episode, whole_book=request.by_date
    )
    assert principal.purpose is not None
    asked = replace(request, purpose=principal.purpose)
    facts = Facts(principal, profile, HEALTH_BOOK_POLICY, NOW)
    made = decide_group(facts, way, group_of(request.category, request.action), frozenset())
    each = {
        label.value: decide(principal, profile, HEALTH_BOOK_POLICY, replace(asked, label=label))
        for label in Label
    }
    unnamed = Deny(DenialReason.LABEL_NOT_NAMED)

    assert permitted(principal, profile, replace(asked, label=None)) == isinstance(
        made.decision, Permit
    )
    if isinstance(made.decision, Permit):
        open_labels = {label for label, one in each.items() if isinstance(one, Permit)}
        assert open_labels == made.labels
        assert {label for label, one in each.items() if one == unnamed} == made.episode_labels
