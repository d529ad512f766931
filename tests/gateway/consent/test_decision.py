"""The decision in the cases of the law, one each."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from access.categories import Action, Category
from access.labels import Label
from access.purposes import Purpose, Role
from gateway.consent import (
    HEALTH_BOOK_POLICY,
    AccessRequest,
    Basis,
    Decision,
    DenialReason,
    Deny,
    Permit,
    decide,
)
from gateway.consent.decision import labelled_encounters
from gateway.consent.entries import age_in_years
from gateway.principal import ANONYMOUS, Principal
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
LATER = NOW + timedelta(days=1)
BEFORE = NOW - timedelta(days=1)

CITIZEN = Principal(
    subject="c", issuer="i", role=Role.CITIZEN, patient="p1", purpose=Purpose.PATIENT_REQUEST
)
MOTHER = replace(CITIZEN, subject="m", patient="p2", purpose=Purpose.FAMILY_REQUEST)
DOCTOR = Principal(
    subject="d",
    issuer="i",
    role=Role.PRACTITIONER,
    practitioner="dr1",
    organization="79014",
    purpose=Purpose.TREATMENT,
)
PHARMACIST = Principal(
    subject="f",
    issuer="i",
    role=Role.PHARMACIST,
    practitioner="ph1",
    organization="79-NT-0001",
    purpose=Purpose.TREATMENT,
)
INSURER = Principal(
    subject="b", issuer="i", role=Role.INSURER, organization="BHXH", purpose=Purpose.PAYMENT
)
PROFILE = AccessProfile(subject_id="p1", version=1, birth_date=date(1990, 5, 1))
CHILD = AccessProfile(
    subject_id="p3",
    version=1,
    birth_date=date(2020, 1, 1),
    representatives=(
        Representative(
            "p2", RepresentativeKind.PARENT, Representation.FULL, frozenset({"*"}), Period()
        ),
    ),
)
GRANT = ConsentEntry(
    consent_id="k1",
    version=2,
    grantee=Grantee(GranteeKind.PRACTITIONER, "dr1"),
    categories=frozenset({"OBSERVATIONS"}),
    labels=frozenset(),
    actions=frozenset({Action.READ}),
    purpose=Purpose.TREATMENT,
)
CARE = CareRelationship(
    "e1", "79014", CareRelationshipKind.ENCOUNTER, "dr1", "e1", Period(start=BEFORE)
)


def ask(
    principal: Principal,
    profile: AccessProfile | None,
    category: Category = Category.OBSERVATIONS,
    action: Action = Action.READ,
    label: Label | None = None,
    presented: bool = False,
) -> Decision:
    request = AccessRequest(
        action, category, label, principal.purpose or Purpose.TREATMENT, NOW, presented
    )
    return decide(principal, profile, HEALTH_BOOK_POLICY, request)


def test_the_subject_reads_her_own_book() -> None:
    assert Permit(Basis.SELF) == ask(CITIZEN, PROFILE)


def test_the_subject_reads_her_own_labelled_rows() -> None:
    assert Permit(Basis.SELF) == ask(CITIZEN, PROFILE, label=Label.HIV)


@pytest.mark.parametrize("label", [Label.FETAL_SEX, Label.ART_DONOR])
@pytest.mark.parametrize("principal", [CITIZEN, DOCTOR, INSURER])
def test_what_the_law_hides_is_hidden_from_everybody(principal: Principal, label: Label) -> None:
    decision = ask(principal, PROFILE, Category.CONDITIONS, label=label)

    assert Deny(DenialReason.HIDDEN_BY_LAW) == decision


def test_the_subject_writes_her_vitals() -> None:
    assert Permit(Basis.SELF) == ask(CITIZEN, PROFILE, Category.VITALS, Action.WRITE)


def test_the_subject_does_not_write_prescriptions() -> None:
    decision = ask(CITIZEN, PROFILE, Category.PRESCRIPTIONS, Action.WRITE)

    assert Deny(DenialReason.ROLE_CEILING) == decision


def test_another_citizen_gets_nothing() -> None:
    assert isinstance(ask(MOTHER, PROFILE), Deny)


def test_nobody_gets_anything_of_a_subject_that_does_not_exist() -> None:
    assert Deny(DenialReason.NO_PROFILE) == ask(DOCTOR, None)


def test_the_anonymous_caller_gets_nothing() -> None:
    assert Deny(DenialReason.NO_PROFILE) == ask(ANONYMOUS, PROFILE)


def test_a_mother_reads_the_book_of_her_child_under_seven() -> None:
    assert Permit(Basis.REPRESENTATIVE) == ask(MOTHER, CHILD)


def test_a_mother_does_not_read_the_book_of_a_child_of_seven() -> None:
    child = replace(CHILD, birth_date=date(2019, 3, 2))

    assert Deny(DenialReason.NOT_COVERED) == ask(MOTHER, child)


def test_a_mother_does_not_read_labelled_rows_of_her_child() -> None:
    assert Deny(DenialReason.NOT_COVERED) == ask(MOTHER, CHILD, label=Label.CHILD_ABUSE)


def test_a_child_of_unknown_age_is_not_represented() -> None:
    assert isinstance(ask(MOTHER, replace(CHILD, birth_date=None)), Deny)


def test_a_representation_that_has_ended_opens_nothing() -> None:
    ended = replace(CHILD.representatives[0], period=Period(end=NOW))

    assert isinstance(ask(MOTHER, replace(CHILD, representatives=(ended,))), Deny)


def test_a_summary_representative_reads_the_summary_alone() -> None:
    summary = replace(CHILD.representatives[0], representation=Representation.SUMMARY)
    child = replace(CHILD, representatives=(summary,))

    assert Permit(Basis.REPRESENTATIVE) == ask(MOTHER, child, Category.ALLERGIES)
    assert Deny(DenialReason.NOT_COVERED) == ask(MOTHER, child, Category.OBSERVATIONS)


def test_a_doctor_without_relationship_gets_nothing() -> None:
    assert Deny(DenialReason.NO_BASIS) == ask(DOCTOR, PROFILE)


def test_a_doctor_with_a_care_relationship_reads_the_default_view() -> None:
    profile = replace(PROFILE, care_relationships=(CARE,))

    assert Permit(Basis.CARE_RELATIONSHIP) == ask(DOCTOR, profile)


def test_a_care_relationship_does_not_open_labelled_rows() -> None:
    profile = replace(PROFILE, care_relationships=(CARE,))

    assert Deny(DenialReason.LABEL_NOT_NAMED) == ask(DOCTOR, profile, label=Label.HIV)


def test_the_treating_doctor_reads_labelled_rows_of_the_episode() -> None:
    profile = replace(PROFILE, care_relationships=(CARE,))

    assert frozenset({"e1"}) == labelled_encounters(DOCTOR, profile, HEALTH_BOOK_POLICY, NOW)


def test_a_colleague_does_not_read_labelled_rows_of_the_episode() -> None:
    facility_wide = replace(CARE, practitioner_id=None)
    profile = replace(PROFILE, care_relationships=(facility_wide,))

    assert frozenset() == labelled_encounters(DOCTOR, profile, HEALTH_BOOK_POLICY, NOW)


def test_a_relationship_of_another_facility_opens_nothing() -> None:
    profile = replace(PROFILE, care_relationships=(replace(CARE, facility_id="01013"),))

    assert Deny(DenialReason.NO_BASIS) == ask(DOCTOR, profile)


def test_a_relationship_that_has_ended_opens_nothing() -> None:
    profile = replace(PROFILE, care_relationships=(replace(CARE, period=Period(end=NOW)),))

    assert Deny(DenialReason.NO_BASIS) == ask(DOCTOR, profile)


@pytest.mark.parametrize(
    ("days", "expected"),
    [(179, Permit(Basis.CARE_RELATIONSHIP)), (180, Deny(DenialReason.NO_BASIS))],
)
def test_an_episode_that_nobody_closed_is_not_open_for_ever(days: int, expected: Decision) -> None:
    forgotten = replace(CARE, period=Period(start=NOW - timedelta(days=days)))

    assert expected == ask(DOCTOR, replace(PROFILE, care_relationships=(forgotten,)))


def test_an_episode_without_any_time_opens_nothing() -> None:
    profile = replace(PROFILE, care_relationships=(replace(CARE, period=Period()),))

    assert Deny(DenialReason.NO_BASIS) == ask(DOCTOR, profile)


def report(
    principal: Principal,
    profile: AccessProfile,
    category: Category = Category.ENCOUNTERS,
    action: Action = Action.WRITE,
) -> Decision:
    """What is decided where the caller's facility reports an episode that is over."""
    request = AccessRequest(
        action,
        category,
        None,
        principal.purpose or Purpose.TREATMENT,
        NOW,
        finished_episode=True,
    )
    return decide(principal, profile, HEALTH_BOOK_POLICY, request)


def test_a_facility_reports_what_is_over_by_law() -> None:
    assert Permit(Basis.STATUTE) == report(DOCTOR, PROFILE)


def test_a_refusal_does_not_stop_the_duty_to_report() -> None:
    deny = replace(GRANT, categories=frozenset({"*"}), actions=frozenset(Action))

    assert Permit(Basis.STATUTE) == report(DOCTOR, replace(PROFILE, denies=(deny,)))


def test_an_episode_that_lasts_needs_a_basis_of_its_own() -> None:
    decision = ask(DOCTOR, PROFILE, Category.ENCOUNTERS, Action.WRITE)

    assert Deny(DenialReason.NO_BASIS) == decision


@pytest.mark.parametrize(
    ("principal", "category", "action"),
    [
        (DOCTOR, Category.ENCOUNTERS, Action.READ),
        (DOCTOR, Category.PRESCRIPTIONS, Action.WRITE),
        (DOCTOR, Category.RECORD, Action.READ),
        (DOCTOR, Category.RECORD, Action.WRITE),
        (replace(DOCTOR, organization=None), Category.ENCOUNTERS, Action.WRITE),
        (replace(DOCTOR, purpose=Purpose.RESEARCH), Category.ENCOUNTERS, Action.WRITE),
        (PHARMACIST, Category.ENCOUNTERS, Action.WRITE),
        (INSURER, Category.ENCOUNTERS, Action.WRITE),
        (MOTHER, Category.ENCOUNTERS, Action.WRITE),
    ],
)
def test_the_duty_to_report_opens_nothing_else(
    principal: Principal, category: Category, action: Action
) -> None:
    assert isinstance(report(principal, PROFILE, category, action), Deny)


def test_a_care_relationship_does_not_open_the_access_log() -> None:
    profile = replace(PROFILE, care_relationships=(CARE,))

    assert Deny(DenialReason.ROLE_CEILING) == ask(DOCTOR, profile, Category.ACCESS_LOG)


def test_an_explicit_permit_opens_its_category() -> None:
    assert Permit(Basis.CONSENT, "k1", 2) == ask(DOCTOR, replace(PROFILE, grants=(GRANT,)))


@pytest.mark.parametrize(
    "change",
    [
        {"grantee": Grantee(GranteeKind.PRACTITIONER, "dr2")},
        {"grantee": Grantee(GranteeKind.ORGANIZATION, "01013")},
        {"grantee": Grantee(GranteeKind.ROLE, "pharmacist")},
        {"categories": frozenset({"IMAGING"})},
        {"actions": frozenset({Action.WRITE})},
        {"purpose": Purpose.RESEARCH},
        {"period": Period(end=NOW)},
        {"period": Period(start=LATER)},
        {"status": ConsentStatus.WITHDRAWN},
        {"status": ConsentStatus.PROPOSED},
        {"data_period": Period(start=BEFORE)},
    ],
    ids=lambda change: ",".join(f"{name}" for name in change),
)
def test_a_permit_that_does_not_match_opens_nothing(change: dict[str, object]) -> None:
    grant = replace(GRANT, **change)  # type: ignore[arg-type]

    assert Deny(DenialReason.NO_BASIS) == ask(DOCTOR, replace(PROFILE, grants=(grant,)))


@pytest.mark.parametrize(
    "grantee",
    [
        Grantee(GranteeKind.ORGANIZATION, "79014"),
        Grantee(GranteeKind.ROLE, "practitioner"),
    ],
)
def test_a_permit_names_an_organization_or_a_role(grantee: Grantee) -> None:
    profile = replace(PROFILE, grants=(replace(GRANT, grantee=grantee),))

    assert Permit(Basis.CONSENT, "k1", 2) == ask(DOCTOR, profile)


def test_a_wildcard_covers_every_category_of_the_role() -> None:
    profile = replace(PROFILE, grants=(replace(GRANT, categories=frozenset({"*"})),))

    assert isinstance(ask(DOCTOR, profile, Category.IMAGING), Permit)


def test_a_wildcard_does_not_cover_a_label() -> None:
    profile = replace(PROFILE, grants=(replace(GRANT, categories=frozenset({"*"})),))

    assert Deny(DenialReason.LABEL_NOT_NAMED) == ask(DOCTOR, profile, label=Label.HIV)


def test_a_permit_that_names_the_label_opens_it() -> None:
    profile = replace(PROFILE, grants=(replace(GRANT, labels=frozenset({"HIV"})),))

    assert isinstance(ask(DOCTOR, profile, label=Label.HIV), Permit)


def test_a_permit_does_not_lift_the_ceiling_of_the_role() -> None:
    grant = replace(
        GRANT, categories=frozenset({"*"}), grantee=Grantee(GranteeKind.ROLE, "pharmacist")
    )
    profile = replace(PROFILE, grants=(grant,))

    assert Deny(DenialReason.ROLE_CEILING) == ask(PHARMACIST, profile)


def test_an_explicit_deny_goes_before_a_permit_and_before_care() -> None:
    profile = replace(
        PROFILE,
        grants=(GRANT,),
        denies=(replace(GRANT, consent_id="k2"),),
        care_relationships=(CARE,),
    )

    assert Deny(DenialReason.EXPLICIT_DENY, "k2", 2) == ask(DOCTOR, profile)


def test_a_deny_that_names_a_label_leaves_the_other_rows_open() -> None:
    deny = replace(GRANT, labels=frozenset({"HIV"}))
    profile = replace(PROFILE, denies=(deny,), care_relationships=(CARE,))

    assert Permit(Basis.CARE_RELATIONSHIP) == ask(DOCTOR, profile)


def test_a_withdrawn_deny_denies_nothing() -> None:
    deny = replace(GRANT, status=ConsentStatus.WITHDRAWN)
    profile = replace(PROFILE, denies=(deny,), care_relationships=(CARE,))

    assert Permit(Basis.CARE_RELATIONSHIP) == ask(DOCTOR, profile)


def test_a_presented_code_opens_the_prescription_whatever_its_label() -> None:
    decision = ask(PHARMACIST, PROFILE, Category.PRESCRIPTIONS, label=Label.HIV, presented=True)

    assert Permit(Basis.PRESCRIPTION_CODE) == decision


def test_a_pharmacist_without_a_code_gets_nothing() -> None:
    assert isinstance(ask(PHARMACIST, PROFILE, Category.PRESCRIPTIONS), Deny)


@pytest.mark.parametrize(
    "category",
    [Category.CONDITIONS, Category.DEMOGRAPHICS, Category.PRESCRIPTION_PATIENT],
)
def test_a_code_opens_neither_diagnosis_nor_identity(category: Category) -> None:
    decision = ask(PHARMACIST, PROFILE, category, presented=True)

    assert Deny(DenialReason.ROLE_CEILING) == decision


def test_a_pharmacist_sees_allergies_with_consent_alone() -> None:
    grant = replace(
        GRANT,
        categories=frozenset({"ALLERGIES"}),
        grantee=Grantee(GranteeKind.ROLE, "pharmacist"),
    )

    assert isinstance(ask(PHARMACIST, PROFILE, Category.ALLERGIES, presented=True), Deny)
    assert isinstance(
        ask(PHARMACIST, replace(PROFILE, grants=(grant,)), Category.ALLERGIES), Permit
    )


def test_the_insurer_reads_claims_by_law_labels_included() -> None:
    assert Permit(Basis.STATUTE) == ask(INSURER, PROFILE, Category.CLAIMS, label=Label.HIV)


def test_a_deny_does_not_reach_the_statutory_insurer() -> None:
    deny = replace(
        GRANT,
        grantee=Grantee(GranteeKind.ROLE, "insurer"),
        categories=frozenset({"*"}),
        purpose=Purpose.PAYMENT,
    )

    assert isinstance(ask(INSURER, replace(PROFILE, denies=(deny,)), Category.CLAIMS), Permit)


def test_the_insurer_does_not_read_clinical_notes() -> None:
    decision = ask(INSURER, PROFILE, Category.CLINICAL_NOTES)

    assert Deny(DenialReason.ROLE_CEILING) == decision


def test_the_authority_reads_no_single_person() -> None:
    authority = replace(INSURER, role=Role.AUTHORITY, purpose=Purpose.PUBLIC_HEALTH)

    assert isinstance(ask(authority, PROFILE, Category.ENCOUNTERS), Deny)


@pytest.mark.parametrize(
    ("born", "now", "years"),
    [
        (date(2020, 3, 2), datetime(2026, 3, 1, 16, 59, tzinfo=UTC), 5),
        (date(2020, 3, 2), datetime(2026, 3, 1, 17, 0, tzinfo=UTC), 6),
        (date(2020, 2, 29), datetime(2026, 2, 28, 12, 0, tzinfo=UTC), 5),
        (date(2020, 2, 29), datetime(2026, 3, 1, 12, 0, tzinfo=UTC), 6),
    ],
)
def test_years_are_completed_on_vietnam_days(born: date, now: datetime, years: int) -> None:
    assert years == age_in_years(born, now)


def test_whoever_may_see_anything_of_a_book_may_know_of_it() -> None:
    profile = replace(PROFILE, grants=(GRANT,))

    assert isinstance(ask(DOCTOR, profile, Category.RECORD), Permit)


def test_whoever_may_see_nothing_of_a_book_may_not_know_of_it() -> None:
    assert isinstance(ask(DOCTOR, PROFILE, Category.RECORD), Deny)
