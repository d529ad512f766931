"""Visits to facilities that have no server, known by their notices."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from access.context import SubjectAccess
from resolvers.encounter.notices import Notice, notice_row
from tests.resolvers.encounter.test_encounters import BY_ID, nobodys
from tests.resolvers.encounter.test_lists import ids
from tests.resolvers.encounter.world import (
    ALL,
    EVERY_LABEL,
    NOW,
    World,
    encounter,
    herself,
    practitioner,
)

LIST = """encounters { edges { node { id kind status period { start end } facility { id }
    practitioners { id } conditions { edges { node { id } } completeness { complete } } } }
    completeness { complete missingSources { facility { id } reason } } }"""
START = datetime(2026, 11, 20, 1, tzinfo=UTC)
END = datetime(2026, 11, 20, 2, tzinfo=UTC)


async def notice_from(world: World, facility: str) -> None:
    notice = Notice(
        subject="p1",
        facility=facility,
        encounter="n1",
        patient_number="p1-local",
        status="FINISHED",
        kind="INPATIENT",
        start=START,
        end=END,
        shares=None,
        practitioner="dr-1",
    )
    assert await world.repository.keep_notice(notice_row(notice, NOW)) is None


@pytest.fixture
async def noticed(world: World) -> World:
    """A patient with a visit at a hospital, and one of which another facility gave notice."""
    await world.locate(codes=("79014", "99999"))
    await world["79014"].keep(encounter("e1"))
    await notice_from(world, "99999")
    return world


async def test_the_patient_sees_the_visit_and_that_its_rows_are_missing(noticed: World) -> None:
    data = await noticed.patient(LIST, herself("p1", *EVERY_LABEL))

    [visit] = [
        edge["node"]
        for edge in data["data"]["_entities"][0]["encounters"]["edges"]
        if edge["node"]["id"] == "99999~n1"
    ]
    assert "errors" not in data
    assert {
        "id": "99999~n1",
        "kind": "INPATIENT",
        "status": "FINISHED",
        "period": {"start": "2026-11-20T08:00:00+07:00", "end": "2026-11-20T09:00:00+07:00"},
        "facility": {"id": "99999"},
        "practitioners": [{"id": "dr-1"}],
        "conditions": {"edges": [], "completeness": {"complete": False}},
    } == visit
    source = {"facility": {"id": "99999"}, "reason": "NOT_CONNECTED"}
    assert [source] == data["data"]["_entities"][0]["encounters"]["completeness"]["missingSources"]


async def test_who_may_not_see_every_diagnosis_is_not_told_of_it(noticed: World) -> None:
    data = await noticed.rows(LIST, practitioner())

    assert ["79014~e1"] == ids(data["encounters"])


async def test_who_treats_that_episode_sees_it(noticed: World) -> None:
    every = {category: frozenset(EVERY_LABEL) for category in ALL}
    none = {category: frozenset[str]() for category in ALL}
    treats = SubjectAccess(none, frozenset({"99999~n1"}), every)
    caller = replace(practitioner(organization="99999"), subjects={"p1": treats})

    data = await noticed.rows("encounters { edges { node { id } } }", caller)

    assert ["79014~e1", "99999~n1"] == sorted(ids(data["encounters"]))


async def test_by_its_id_it_is_there_for_whom_the_list_shows_it(noticed: World) -> None:
    own = await noticed.ask(BY_ID, herself("p1", *EVERY_LABEL), id="99999~n1")
    hidden = await noticed.ask(BY_ID, practitioner(), id="99999~n1")

    assert "99999~n1" == own["data"]["encounter"]["id"]
    assert "INPATIENT" == own["data"]["encounter"]["kind"]
    assert nobodys("99999~n1") == hidden


async def test_a_facility_that_does_not_share_shares_no_notice(world: World) -> None:
    await world.locate(codes=("99999",), shares=False)
    await notice_from(world, "99999")
    everything = {category: set(EVERY_LABEL) for category in ALL}

    listed: Any = await world.rows(LIST, practitioner(everything))
    found = await world.ask(BY_ID, practitioner(everything), id="99999~n1")

    assert [] == ids(listed["encounters"])
    assert nobodys("99999~n1") == found


async def test_a_facility_with_a_server_is_asked_and_its_notices_are_not_shown(
    world: World,
) -> None:
    await world.locate(codes=("79014",))
    await notice_from(world, "79014")

    data = await world.rows(LIST, herself("p1", *EVERY_LABEL))

    assert [] == ids(data["encounters"])
