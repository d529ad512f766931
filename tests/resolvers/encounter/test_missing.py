"""One hospital down, slow or talking nonsense."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from tests.resolvers.encounter.test_encounters import BY_ID
from tests.resolvers.encounter.world import (
    EVERY_LABEL,
    World,
    condition,
    encounter,
    herself,
    practitioner,
)

DEADLINE = 1.0
LIST = """{ edges { node { id } }
    completeness { complete missingSources { facility { id name } reason } } }"""
EPISODES = f"encounters {{ edges {{ node {{ id conditions {LIST} }} }} }}"


@pytest.fixture
def deadline() -> float:
    return DEADLINE


@pytest.fixture
async def three(world: World) -> World:
    await world.locate()
    for code, hospital in world.hospitals.items():
        await hospital.keep(encounter("e1"), condition(f"c{code}"))
    return world


def missing(reason: str, code: str = "01901") -> dict[str, Any]:
    source = {"facility": {"id": code, "name": f"Bệnh viện {code}"}, "reason": reason}
    return {"complete": False, "missingSources": [source]}


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ({"kind": "error", "status": 503}, "UNAVAILABLE"),
        ({"kind": "error", "status": 500}, "UNAVAILABLE"),
        ({"kind": "error", "status": 404}, "MALFORMED"),
        ({"kind": "cut"}, "UNAVAILABLE"),
        ({"kind": "malformed"}, "MALFORMED"),
        ({"kind": "slow", "seconds": 10}, "TIMEOUT"),
    ],
)
async def test_the_others_rows_arrive_and_the_missing_one_is_named(
    three: World, fault: dict[str, Any], reason: str
) -> None:
    await three["01901"].fault(**fault)
    began = asyncio.get_running_loop().time()

    content = await three.patient(f"encounters {LIST}")

    found = content["data"]["_entities"][0]["encounters"]
    assert ["79014~e1", "48001~e1"] == [edge["node"]["id"] for edge in found["edges"]]
    assert missing(reason) == found["completeness"]
    assert asyncio.get_running_loop().time() - began < 2 * DEADLINE
    [error] = content["errors"]
    assert ["_entities", 0, "encounters"] == error["path"]
    assert "UPSTREAM_UNAVAILABLE" == error["extensions"]["code"]
    assert error["extensions"]["retryable"]


async def test_each_list_has_one_error_of_its_own(three: World) -> None:
    await three["01901"].fault(kind="error")
    await three["48001"].fault(kind="error")

    content = await three.patient(f"encounters {LIST} conditions {LIST} procedures {LIST}")

    paths = [error["path"][-1] for error in content["errors"]]
    assert ["conditions", "encounters", "procedures"] == sorted(paths)
    found = content["data"]["_entities"][0]["procedures"]["completeness"]["missingSources"]
    assert ["01901", "48001"] == [source["facility"]["id"] for source in found]


async def test_a_facility_without_a_server_is_missing(world: World) -> None:
    await world.locate(codes=("79014", "99999"))
    await world["79014"].keep(encounter("e1"))

    content = await world.patient(f"encounters {LIST}")

    found = content["data"]["_entities"][0]["encounters"]
    [source] = found["completeness"]["missingSources"]
    assert {"facility": {"id": "99999", "name": None}, "reason": "NOT_CONNECTED"} == source
    assert (1, False) == (len(found["edges"]), found["completeness"]["complete"])
    assert "errors" not in content


async def test_a_facility_that_fails_is_an_error_beside_one_without_a_server(
    world: World,
) -> None:
    await world.locate(codes=("79014", "99999"))
    await world["79014"].fault(kind="error")

    content = await world.patient(f"encounters {LIST}")

    found = content["data"]["_entities"][0]["encounters"]["completeness"]["missingSources"]
    assert ["UNAVAILABLE", "NOT_CONNECTED"] == [source["reason"] for source in found]
    assert ["UPSTREAM_UNAVAILABLE"] == [one["extensions"]["code"] for one in content["errors"]]


async def test_a_facility_that_may_not_be_asked_is_not_named(three: World) -> None:
    await three.locate("p2", shares=False, codes=("01901",))
    await three["01901"].fault(kind="error")

    context = practitioner()
    context = replace(context, subjects={"p2": context.subjects["p1"]})
    data = await three.rows(f"encounters {LIST}", context, "p2")

    assert {"complete": True, "missingSources": []} == data["encounters"]["completeness"]


async def test_rows_of_an_episode_that_cannot_be_had_are_told_missing(world: World) -> None:
    await world.locate(codes=("01901",))
    await world["01901"].keep(encounter("e1"), condition("c1"))
    await world["01901"].fault(kind="error", path="/fhir/Condition")

    content = await world.patient(EPISODES, herself("p1", *EVERY_LABEL))

    [edge] = content["data"]["_entities"][0]["encounters"]["edges"]
    assert missing("UNAVAILABLE") == edge["node"]["conditions"]["completeness"]
    [error] = content["errors"]
    assert ["encounters", "edges", 0, "node", "conditions"] == error["path"][2:]


async def test_words_are_withheld_while_the_diagnoses_are_not_known(world: World) -> None:
    await world.locate(codes=("01901",))
    summary = {
        "resourceType": "DocumentReference",
        "id": "d1",
        "status": "current",
        "type": {"coding": [{"system": "http://loinc.org", "code": "18842-5"}]},
        "subject": {"reference": "Patient/p1-local"},
        "context": {"encounter": [{"reference": "Encounter/e1"}]},
        "content": [{"attachment": {"contentType": "text/plain", "data": "S2jhu49p"}}],
    }
    await world["01901"].keep(encounter("e1", reasonCode=[{"text": "Sốt"}]), summary)
    await world["01901"].fault(kind="error", path="/fhir/Condition")

    content = await world.patient(
        f"dischargeSummaries {LIST} encounters {{ edges {{ node {{ id reasons {{ text }} }} }} }}",
        herself("p1", *EVERY_LABEL),
    )

    found = content["data"]["_entities"][0]
    assert [] == found["dischargeSummaries"]["edges"]
    assert missing("UNAVAILABLE") == found["dischargeSummaries"]["completeness"]
    assert found["encounters"]["edges"][0]["node"]["reasons"] is None
    assert {"UPSTREAM_UNAVAILABLE"} == {one["extensions"]["code"] for one in content["errors"]}


async def test_an_encounter_by_id_that_cannot_be_had_is_an_error(three: World) -> None:
    await three["01901"].fault(kind="error")

    content = await three.ask(BY_ID, herself(), id="01901~e1")

    assert content["data"]["encounter"] is None
    [error] = content["errors"]
    assert "UPSTREAM_UNAVAILABLE" == error["extensions"]["code"]


async def test_a_hospital_that_keeps_failing_is_left_alone(three: World) -> None:
    await three["01901"].fault(kind="error", status=500)
    for _ in range(4):
        await three.patient(f"encounters {LIST}")
    asked = len(three["01901"].requests)

    content = await three.patient(f"encounters {LIST}")

    found = content["data"]["_entities"][0]["encounters"]
    assert missing("OVERLOADED") == found["completeness"]
    assert asked == len(three["01901"].requests)
