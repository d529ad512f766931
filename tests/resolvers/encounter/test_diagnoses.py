"""Visits of which nothing that was diagnosed may be shown are not shown either."""

from dataclasses import replace
from typing import Any

import pytest

from access.context import SubjectAccess
from access.labels import HIDDEN_BY_LAW, Label
from tests.resolvers.encounter.test_encounters import BY_ID, nobodys
from tests.resolvers.encounter.test_lists import IDS, ids, walk
from tests.resolvers.encounter.world import (
    EVERY_LABEL,
    World,
    condition,
    encounter,
    herself,
    observation,
    practitioner,
)

VISITS = f"encounters {IDS}"


@pytest.fixture
async def visits(world: World) -> World:
    """Three visits: for HIV alone, for HIV and something else, and one without a diagnosis."""
    await world.locate(codes=("79014",))
    await world["79014"].keep(
        encounter("e1", "2026-11-03T08:00:00+07:00"),
        encounter("e2", "2026-11-02T08:00:00+07:00"),
        encounter("e3", "2026-11-01T08:00:00+07:00"),
        condition("c1", "B20", "e1"),
        condition("c2", "B20", "e2"),
        condition("c3", "I10", "e2"),
        observation("o1", "718-7", "e1"),
    )
    return world


async def test_a_visit_for_what_is_hidden_leaves_no_trace(visits: World) -> None:
    data = await visits.rows(VISITS, practitioner())

    assert ["79014~e2", "79014~e3"] == ids(data["encounters"])
    assert data["encounters"]["completeness"]["complete"]


async def test_a_permitted_label_shows_the_visit(visits: World) -> None:
    seen = {"ENCOUNTERS": {"HIV"}, "CONDITIONS": {"HIV"}}

    data = await visits.rows(VISITS, practitioner(seen))

    assert ["79014~e1", "79014~e2", "79014~e3"] == ids(data["encounters"])


async def test_of_two_labels_the_least_sensitive_diagnosis_decides(visits: World) -> None:
    await visits["79014"].keep(
        encounter("e4", "2026-11-04T08:00:00+07:00"),
        condition("c4", "T74", "e4"),
        condition("c5", "A53", "e4"),
    )

    of_std = await visits.rows(VISITS, practitioner({"ENCOUNTERS": {"STD"}}))
    of_abuse = await visits.rows(VISITS, practitioner({"ENCOUNTERS": {"SDV"}}))

    assert "79014~e4" in ids(of_std["encounters"])
    assert "79014~e4" not in ids(of_abuse["encounters"])


async def test_who_treats_the_episode_sees_the_visit(visits: World) -> None:
    treats = SubjectAccess(
        {"ENCOUNTERS": frozenset()},
        frozenset({"79014~e1"}),
        {"ENCOUNTERS": frozenset(Label) - HIDDEN_BY_LAW},
    )

    data = await visits.rows(VISITS, replace(practitioner(), subjects={"p1": treats}))

    assert "79014~e1" in ids(data["encounters"])


async def test_by_its_id_the_visit_is_nobodys(visits: World) -> None:
    hidden = await visits.ask(BY_ID, practitioner(), id="79014~e1")
    other = await visits.ask(BY_ID, practitioner(), id="79014~e2")
    own = await visits.ask(BY_ID, herself("p1", *EVERY_LABEL), id="79014~e1")

    assert nobodys("79014~e1") == hidden
    assert "79014~e2" == other["data"]["encounter"]["id"]
    assert "79014~c1" == own["data"]["encounter"]["conditions"]["edges"][0]["node"]["id"]


async def test_what_a_visit_by_its_id_is_labelled_with_is_asked_for_beside_it(
    visits: World,
) -> None:
    await visits.ask("query E($id: ID!) { encounter(id: $id) { id } }", herself(), id="79014~e9")

    [of_conditions] = visits["79014"].searches("Condition")
    assert "Encounter/e9" == of_conditions["encounter"]


async def test_no_row_leads_to_the_visit(visits: World) -> None:
    data = await visits.rows(
        "observations { edges { node { id encounter { id } } } }", practitioner()
    )

    [edge] = data["observations"]["edges"]
    assert {"id": "79014~o1", "encounter": None} == edge["node"]


@pytest.mark.parametrize("first", [1, 2, 5])
async def test_pages_are_as_long_as_if_hidden_visits_were_not_there(
    world: World, first: int
) -> None:
    await world.locate(codes=("79014",))
    days = range(10, 60)
    await world["79014"].keep(
        *(encounter(f"e{day}", f"20{day:02}-01-01T08:00:00+07:00") for day in days),
        *(condition(f"c{day}", "B20" if day % 7 else "I10", f"e{day}") for day in days),
    )

    found = await walk(world, "encounters", first, context=practitioner())

    assert [f"79014~e{day}" for day in (56, 49, 42, 35, 28, 21, 14)] == found


async def test_who_sees_every_label_has_no_diagnoses_read_for_it(visits: World) -> None:
    data = await visits.rows(VISITS, herself("p1", *EVERY_LABEL))

    assert 3 == len(ids(data["encounters"]))
    assert [] == visits["79014"].searches("Condition")


async def test_diagnoses_are_read_once_whatever_needs_them(visits: World) -> None:
    rows = "{ edges { node { id } } }"
    selection = (
        f"conditions {rows} dischargeSummaries {rows}"
        f" encounters {{ edges {{ node {{ reasons {{ text }} conditions {rows} }} }} }}"
    )

    data = await visits.rows(selection, practitioner())

    assert ["79014~c3"] == ids(data["conditions"])
    assert [["79014~c3"], []] == [
        ids(edge["node"]["conditions"]) for edge in data["encounters"]["edges"]
    ]
    assert 1 == len(visits["79014"].searches("Condition"))


async def test_visits_are_told_missing_while_their_diagnoses_are_not_known(
    visits: World,
) -> None:
    await visits["79014"].fault(kind="error", path="/fhir/Condition")

    content: dict[str, Any] = await visits.patient(VISITS, practitioner())

    found = content["data"]["_entities"][0]["encounters"]
    assert ([], False) == (ids(found), found["completeness"]["complete"])
    assert "UPSTREAM_UNAVAILABLE" == content["errors"][0]["extensions"]["code"]
