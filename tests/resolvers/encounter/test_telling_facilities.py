"""A facility whose name alone tells what it treats is as sensitive as what it treats."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from access.context import AccessContext, SubjectAccess
from tests.resolvers.encounter.test_encounters import BY_ID, nobodys
from tests.resolvers.encounter.test_lists import ids
from tests.resolvers.encounter.world import (
    ALL,
    EVERY_LABEL,
    World,
    condition,
    encounter,
    herself,
    observation,
    practitioner,
)

LIST = """{ edges { node { id } }
    completeness { complete missingSources { facility { id } } } }"""


@pytest.fixture
def facility_labels() -> Mapping[str, tuple[str, ...]]:
    return {"01901": ("MH",)}


@pytest.fixture
async def telling(world: World) -> World:
    """A patient with records at a psychiatric hospital, with nothing else that tells, and at
    another."""
    await world.locate(codes=("79014", "01901"))
    for code in ("79014", "01901"):
        await world[code].keep(encounter("e1"), condition("c1", "I10"), observation("o1"))
    return world


def seeing(*labels: str) -> AccessContext:
    return practitioner({category: set(labels) for category in ALL})


def treating(encounter: str) -> AccessContext:
    """A practitioner who treats an episode."""
    groups = {category: frozenset[str]() for category in ALL}
    episode = {category: frozenset({"MH"}) for category in ALL}
    access = SubjectAccess(groups, frozenset({encounter}), episode)
    return replace(practitioner(), subjects={"p1": access})


@pytest.mark.parametrize("kind", ["encounters", "conditions", "observations"])
async def test_its_rows_bear_its_label(telling: World, kind: str) -> None:
    hidden = await telling.rows(f"{kind} {LIST}", seeing())
    shown = await telling.rows(f"{kind} {LIST}", seeing("MH"))
    own = await telling.rows(f"{kind} {LIST}", herself("p1", *EVERY_LABEL))

    assert [1, 2, 2] == [len(ids(data[kind])) for data in (hidden, shown, own)]


async def test_who_treats_an_episode_there_sees_its_rows(telling: World) -> None:
    data = await telling.rows(f"conditions {LIST}", treating("01901~e1"))

    assert {"79014~c1", "01901~c1"} == set(ids(data["conditions"]))


async def test_it_is_neither_asked_nor_named_for_who_sees_none_of_its_rows(
    telling: World,
) -> None:
    await telling["01901"].fault(kind="error")

    data = await telling.rows(f"encounters {LIST}", seeing())

    assert {"complete": True, "missingSources": []} == data["encounters"]["completeness"]
    assert [] == telling["01901"].requests


@pytest.mark.parametrize("caller", [seeing("MH"), treating("01901~e7"), herself("p1", "MH")])
async def test_it_is_named_to_who_might_see_its_rows(
    telling: World, caller: AccessContext
) -> None:
    await telling["01901"].fault(kind="error")

    content = await telling.patient(f"encounters {LIST}", caller)

    found = content["data"]["_entities"][0]["encounters"]["completeness"]
    assert [{"facility": {"id": "01901"}}] == found["missingSources"]


async def test_a_visit_there_is_nobodys_by_its_id(telling: World) -> None:
    hidden = await telling.ask(BY_ID, seeing(), id="01901~e1")
    own = await telling.ask(BY_ID, herself("p1", *EVERY_LABEL), id="01901~e1")

    assert nobodys("01901~e1") == hidden
    assert "01901~e1" == own["data"]["encounter"]["id"]
