"""Labels hide rows from those who are permitted the rest."""

from collections.abc import Iterable, Mapping
from datetime import date

import pytest

from access.categories import Action, Category
from access.purposes import Purpose
from access.subjects import subject_of_row
from gateway.consent import DenialReason, Deny
from storage.access_profiles import (
    AccessProfile,
    CareRelationship,
    CareRelationshipKind,
    ConsentEntry,
    Grantee,
    GranteeKind,
    Period,
)
from tests.gateway.consent.gate_kit import ADMITTED, DOCTOR, HIDDEN, FakeProfiles, World, scope


async def test_the_subject_herself_gets_every_label_but_those_hidden_by_law() -> None:
    world, asked = World(), scope()
    await world.gate.decide(asked, 0, ("CONDITIONS",), ["p1"])
    access = world.gate.access_to(asked, "p1")
    assert access is not None
    labels = access[1].groups[Category.CONDITIONS]

    assert "HIV" in labels
    assert "FETAL_SEX" not in labels


class TreatedProfiles(FakeProfiles):
    """The doctor treats p1, who refuses her one label by name."""

    async def get_many(self, subject_ids: Iterable[str]) -> Mapping[str, AccessProfile]:
        refusal = ConsentEntry(
            consent_id="k1",
            version=1,
            grantee=Grantee(GranteeKind.PRACTITIONER, "dr1"),
            categories=frozenset({"CONDITIONS"}),
            labels=frozenset({"STD"}),
            actions=frozenset({Action.READ}),
            purpose=Purpose.TREATMENT,
        )
        care = CareRelationship(
            "e1",
            "79014",
            CareRelationshipKind.ENCOUNTER,
            "dr1",
            "79014~e1",
            Period(start=ADMITTED),
        )
        return {
            "p1": AccessProfile(
                "p1", 1, date(1990, 1, 1), denies=(refusal,), care_relationships=(care,)
            )
        }


@pytest.mark.parametrize(
    ("label", "expected"), [("HIV", True), ("STD", False), ("FETAL_SEX", False)]
)
async def test_treating_opens_no_label_that_the_law_hides_or_the_subject_refuses(
    label: str, expected: bool
) -> None:
    world, asked = World(), scope(DOCTOR)
    world.gate._profiles = TreatedProfiles()
    await world.gate.decide(asked, 0, ("CONDITIONS",), ["p1"])
    access = world.gate.access_to(asked, "p1")
    assert access is not None

    assert expected == access[1].permits_row("CONDITIONS", {label}, "79014~e1")


TREATED = subject_of_row("p1", "ENCOUNTERS", {"HIV"}, "79014~e1")
REFUSED = subject_of_row("p1", "ENCOUNTERS", {"FETAL_SEX"}, "79014~e1")


@pytest.mark.parametrize(
    ("subject", "expected"),
    [("p1", {"ENCOUNTERS"}), (TREATED, {"ENCOUNTERS"}), (HIDDEN, set()), (REFUSED, set())],
)
async def test_a_row_by_its_id_is_permitted_with_its_labels(
    subject: str, expected: set[str]
) -> None:
    world, asked = World(), scope(DOCTOR)
    world.gate._profiles = TreatedProfiles()
    permitted = await world.gate.decide(asked, 0, ("ENCOUNTERS",), [subject])

    assert [frozenset(expected)] == permitted


@pytest.mark.parametrize("group", ["CONDITIONS", "OBSERVATIONS", "CLAIMS"])
async def test_what_stands_below_a_hidden_row_is_denied_with_it(group: str) -> None:
    world, asked = World(), scope(DOCTOR)
    world.gate._profiles = TreatedProfiles()
    permitted = await world.gate.decide(asked, 0, (group,), [HIDDEN])

    assert [frozenset()] == permitted


async def test_the_log_names_the_subject_of_a_hidden_row() -> None:
    world, asked = World(), scope(DOCTOR)
    world.gate._profiles = TreatedProfiles()
    await world.gate.decide(asked, 0, ("ENCOUNTERS",), [HIDDEN])

    assert [("p1", Deny(DenialReason.LABEL_NOT_NAMED))] == [
        (made.subject, made.decision) for made in world.recorder.decisions
    ]


async def test_a_hidden_row_takes_nothing_from_the_rows_beside_it() -> None:
    world, asked = World(), scope(DOCTOR)
    world.gate._profiles = TreatedProfiles()
    await world.gate.decide(asked, 0, ("ENCOUNTERS",), ["p1", HIDDEN, TREATED])

    assert {"p1": {"ENCOUNTERS"}} == {
        found[0]: set(found[1].groups)
        for subject in ("p1", HIDDEN, TREATED)
        if (found := world.gate.access_to(asked, subject)) is not None
    }
