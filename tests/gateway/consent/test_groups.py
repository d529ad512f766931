"""A group's labels are decided at once, and as ``decide`` decides each of them."""

from dataclasses import replace
from itertools import product

import pytest

from access.categories import Action, Category, group_of
from access.labels import Label
from access.subjects import RowLabels
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
from gateway.principal import ANONYMOUS, Principal
from storage.access_profiles import AccessProfile, Grantee, GranteeKind, Period
from tests.gateway.consent.test_decision import (
    BEFORE,
    CARE,
    CHILD,
    CITIZEN,
    DOCTOR,
    GRANT,
    INSURER,
    MOTHER,
    NOW,
    PHARMACIST,
    PROFILE,
)

WIDE = replace(GRANT, categories=frozenset({"*"}), actions=frozenset(Action))
TO_PHARMACIES = replace(WIDE, grantee=Grantee(GranteeKind.ROLE, "pharmacist"))
HIV, STD = frozenset({"HIV"}), frozenset({"STD", "FETAL_SEX"})
PROFILES = {
    "bare": PROFILE,
    "child": CHILD,
    "care": replace(PROFILE, care_relationships=(CARE,)),
    "named": replace(PROFILE, grants=(replace(WIDE, labels=HIV | STD),)),
    "care and refusal of a label": replace(
        PROFILE, care_relationships=(CARE,), denies=(replace(WIDE, labels=STD),)
    ),
    "named and refused": replace(
        PROFILE, grants=(replace(WIDE, labels=HIV | STD),), denies=(replace(WIDE, labels=STD),)
    ),
    "refused whole": replace(
        PROFILE, grants=(replace(WIDE, labels=HIV),), denies=(WIDE,), care_relationships=(CARE,)
    ),
    "dated": replace(
        PROFILE,
        grants=(replace(WIDE, labels=HIV, data_period=Period(BEFORE)),),
        care_relationships=(CARE,),
    ),
    "pharmacies": replace(PROFILE, grants=(TO_PHARMACIES,)),
    "pharmacies but a label": replace(
        PROFILE, grants=(TO_PHARMACIES,), denies=(replace(TO_PHARMACIES, labels=STD),)
    ),
}
WAYS = {
    "book": RootSubjectFound("p1", whole_book=True),
    "code": RootSubjectFound("p1", presented_prescription=True),
    "report": RootSubjectFound("p1", finished_episode=True),
}


@pytest.mark.parametrize("profile", PROFILES.values(), ids=PROFILES)
@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
@pytest.mark.parametrize("principal", [CITIZEN, MOTHER, DOCTOR, PHARMACIST, INSURER])
def test_labels_are_permitted_as_each_is_decided(
    principal: Principal, way: RootSubjectFound, profile: AccessProfile
) -> None:
    assert principal.purpose is not None
    for category, action in product(Category, Action):
        facts = Facts(principal, profile, HEALTH_BOOK_POLICY, NOW)
        made = decide_group(facts, way, group_of(category, action), frozenset())
        each = {
            label: decide(
                principal,
                profile,
                HEALTH_BOOK_POLICY,
                AccessRequest(
                    action,
                    category,
                    label,
                    principal.purpose,
                    NOW,
                    way.presented_prescription,
                    way.finished_episode,
                    way.whole_book,
                ),
            )
            for label in (None, *Label)
        }
        if isinstance(each[None], Deny) or category is Category.RECORD:
            assert isinstance(made.decision, type(each[None]))
            continue
        unnamed = Deny(DenialReason.LABEL_NOT_NAMED)
        labelled = {label.value: one for label, one in each.items() if label is not None}

        assert each[None] == made.decision
        assert {
            label for label, one in labelled.items() if isinstance(one, Permit)
        } == made.labels, (category, action)
        assert {label for label, one in labelled.items() if one == unnamed} == (
            made.episode_labels
        ), (category, action)


def test_who_states_no_purpose_is_permitted_nothing() -> None:
    facts = Facts(replace(DOCTOR, purpose=None), PROFILES["care"], HEALTH_BOOK_POLICY, NOW)
    made = decide_group(facts, WAYS["book"], "ENCOUNTERS", frozenset())

    assert Deny(DenialReason.NO_PROFILE) == made.decision


def test_the_anonymous_caller_is_permitted_nothing() -> None:
    facts = Facts(ANONYMOUS, PROFILES["care"], HEALTH_BOOK_POLICY, NOW)
    made = decide_group(facts, WAYS["book"], "ENCOUNTERS", frozenset())

    assert isinstance(made.decision, Deny)


@pytest.mark.parametrize(
    ("labels", "encounter", "expected"),
    [({"HIV"}, "e1", True), ({"HIV"}, "e2", False), ({"FETAL_SEX"}, "e1", False)],
)
def test_a_row_by_its_id_is_open_to_whoever_treats_its_episode(
    labels: set[str], encounter: str, expected: bool
) -> None:
    row = RowLabels("ENCOUNTERS", frozenset(labels), encounter)
    way = RootSubjectFound("p1", row=row)
    facts = Facts(DOCTOR, PROFILES["care"], HEALTH_BOOK_POLICY, NOW)
    made = decide_group(facts, way, "CONDITIONS", frozenset({"e1"}))

    assert expected == isinstance(made.decision, Permit)
