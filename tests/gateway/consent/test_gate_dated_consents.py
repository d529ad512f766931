"""A consent to the data of some time opens rows by their date, never a whole category."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from access.categories import Action
from access.context import DataWindow, SubjectAccess
from access.purposes import Purpose
from storage.access_profiles import (
    AccessProfile,
    CareRelationship,
    CareRelationshipKind,
    ConsentEntry,
    ConsentStatus,
    Grantee,
    GranteeKind,
    Period,
)
from tests.gateway.consent.gate_kit import ADMITTED, DOCTOR, FakeProfiles, World, root, scope


def _dated(consent_id: str, *labels: str, **change: Any) -> ConsentEntry:
    """A consent to data since the doctor's patient was admitted."""
    given = ConsentEntry(
        consent_id=consent_id,
        version=1,
        grantee=Grantee(GranteeKind.PRACTITIONER, "dr1"),
        categories=frozenset({"OBSERVATIONS", "ALLERGIES", "DEMOGRAPHICS"}),
        labels=frozenset(labels),
        actions=frozenset(Action),
        purpose=Purpose.TREATMENT,
        data_period=Period(start=ADMITTED),
    )
    return replace(given, **change)


class DatedProfiles(FakeProfiles):
    """The doctor may see of p1 what is from some time."""

    def __init__(self, *grants: ConsentEntry, **facts: Any) -> None:
        super().__init__()
        self.profile = AccessProfile("p1", 1, date(1990, 1, 1), grants=grants, **facts)

    async def get_many(self, subject_ids: Iterable[str]) -> Mapping[str, AccessProfile]:
        return {"p1": self.profile}


SINCE_ADMITTED = DataWindow(int(ADMITTED.timestamp()) * 1000, None)
BOOK = root("Query.patient", id="p1")


async def access_of(profiles: FakeProfiles, *groups: str) -> tuple[set[str], SubjectAccess]:
    """What is permitted of a patient by her id, and what a subgraph is told of it."""
    world, asked = World(), scope(DOCTOR)
    world.gate._profiles = profiles
    (permitted,) = await world.gate.decide(asked, 0, groups, [BOOK])
    told = world.gate.access_to(asked, BOOK)
    assert told is not None
    return set(permitted), told[1]


async def test_a_consent_to_data_of_some_time_opens_rows_by_their_date() -> None:
    groups = ("RECORD", "OBSERVATIONS", "OBSERVATIONS:write", "ALLERGIES", "DEMOGRAPHICS")
    permitted, told = await access_of(DatedProfiles(_dated("k1")), *groups)

    assert {"RECORD", "OBSERVATIONS"} == permitted
    assert {"RECORD"} == set(told.groups)
    assert {"OBSERVATIONS": (SINCE_ADMITTED,)} == told.dated


async def test_a_label_that_a_dated_consent_names_is_open_in_its_time() -> None:
    refusal = replace(_dated("k2", "STD"), data_period=Period())
    profiles = DatedProfiles(_dated("k1", "HIV", "STD", "FETAL_SEX"), denies=(refusal,))
    _, told = await access_of(profiles, "OBSERVATIONS")

    assert {"OBSERVATIONS": (replace(SINCE_ADMITTED, labels=frozenset({"HIV"})),)} == told.dated


@pytest.mark.parametrize(
    "other",
    [
        {"grants": (_dated("k1"), _dated("k2", data_period=Period()))},
        {
            "grants": (_dated("k1"),),
            "care_relationships": (
                CareRelationship(
                    "e1", "79014", CareRelationshipKind.APPOINTMENT, period=Period(start=ADMITTED)
                ),
            ),
        },
    ],
    ids=["consent", "care"],
)
async def test_what_is_open_without_dates_stays_open(other: dict[str, Any]) -> None:
    profiles = DatedProfiles(*other.pop("grants"), **other)
    _, told = await access_of(profiles, "OBSERVATIONS")

    assert ({"OBSERVATIONS"}, {}) == (set(told.groups), told.dated)


@pytest.mark.parametrize(
    "grant",
    [
        _dated("k1", status=ConsentStatus.WITHDRAWN),
        _dated("k1", period=Period(end=ADMITTED)),
        _dated("k1", purpose=Purpose.RESEARCH),
        _dated("k1", grantee=Grantee(GranteeKind.PRACTITIONER, "dr2")),
        _dated("k1", actions=frozenset({Action.WRITE})),
    ],
)
async def test_a_dated_consent_that_does_not_match_opens_nothing(grant: ConsentEntry) -> None:
    permitted, told = await access_of(DatedProfiles(grant), "RECORD", "OBSERVATIONS")

    assert (set(), {}, {}) == (permitted, told.groups, told.dated)


async def test_a_refusal_goes_before_a_dated_consent() -> None:
    refusal = replace(_dated("k2"), data_period=Period())
    permitted, _ = await access_of(DatedProfiles(_dated("k1"), denies=(refusal,)), "OBSERVATIONS")

    assert set() == permitted


async def test_a_row_by_its_own_id_is_not_opened_by_a_dated_consent() -> None:
    world, asked = World(), scope(DOCTOR)
    world.gate._profiles = DatedProfiles(_dated("k1"))
    await world.gate.decide(asked, 0, ("OBSERVATIONS",), [BOOK])
    permitted = await world.gate.decide(asked, 1, ("OBSERVATIONS",), ["p1"])

    assert [frozenset()] == permitted
