"""Lists of a patient over several hospitals: order, pages, labels, sharing."""

from dataclasses import replace
from typing import Any

import pytest

from access.context import SubjectAccess
from access.labels import HIDDEN_BY_LAW, Label
from tests.resolvers.encounter.world import (
    LOINC,
    World,
    condition,
    encounter,
    herself,
    observation,
    practitioner,
)
from tests.resolvers.fakes import permitting

IDS = "{ edges { node { id } } pageInfo { hasNextPage endCursor } completeness { complete } }"


def ids(connection: Any) -> list[str]:
    return [edge["node"]["id"] for edge in connection["edges"]]


async def walk(world: World, field: str, first: int, **options: Any) -> list[str]:
    """The ids of a list, page after page."""
    found: list[str] = []
    after = ""
    for _ in range(60):
        arguments = f"first: {first}" + (f', after: "{after}"' if after else "")
        list_ = (await world.rows(f"{field}({arguments}) {IDS}", **options))[field]
        found += ids(list_)
        if not list_["pageInfo"]["hasNextPage"]:
            return found
        after = list_["pageInfo"]["endCursor"]
    raise AssertionError("the list does not end")


async def test_rows_of_three_hospitals_come_newest_first(world: World) -> None:
    await world.locate()
    await world["79014"].keep(encounter("a", "2026-11-03T08:00:00+07:00"))
    await world["01901"].keep(encounter("b", "2026-11-04T08:00:00+07:00"))
    await world["48001"].keep(encounter("c", "2026-11-02T08:00:00+07:00"))

    data = await world.rows(f"encounters {IDS}")

    assert ["01901~b", "79014~a", "48001~c"] == ids(data["encounters"])


@pytest.mark.parametrize("first", [1, 2, 3, 7, 100])
async def test_pages_of_any_size_hold_every_row_once(world: World, first: int) -> None:
    await world.locate()
    expected = []
    for at, code in enumerate(("79014", "01901", "48001")):
        visits = []
        for day in range(1, 9):
            # Two of each day share their instant, in different hospitals and in the same one.
            start = f"2026-10-{day:02}T08:00:00+07:00"
            visits += [encounter(f"e{day}a", start), encounter(f"e{day}b", start)]
        visits.append(encounter(f"undated{at}", period={"end": "2026-10-05"}))
        await world[code].keep(*visits)
        expected += [f"{code}~{visit['id']}" for visit in visits]

    found = await walk(world, "encounters", first)

    assert sorted(expected) == sorted(found)


async def test_a_page_asks_a_hospital_for_no_more_than_it_needs(world: World) -> None:
    await world.locate(codes=("79014",))
    await world["79014"].keep(
        *(encounter(f"e{day}", f"20{day:02}-01-01T08:00:00+07:00") for day in range(10, 70))
    )

    data = await world.rows(f"encounters(first: 3) {IDS}")

    assert ["79014~e69", "79014~e68", "79014~e67"] == ids(data["encounters"])
    assert ["23"] == [search["_count"] for search in world["79014"].searches("Encounter")]


async def test_the_same_list_asked_for_twice_is_searched_once(world: World) -> None:
    await world.locate(codes=("79014",))
    await world["79014"].keep(condition("c1"))

    data = await world.rows(f"a: conditions {IDS} b: conditions {IDS}")

    assert data["a"] == data["b"]
    assert 1 == len(world["79014"].requests)


async def test_only_facilities_of_the_locator_are_asked(world: World) -> None:
    await world.locate(codes=("79014",))

    await world.rows(f"encounters {IDS}")

    assert [] == world["01901"].requests + world["48001"].requests


async def test_a_practitioner_gets_what_others_agreed_to_share(world: World) -> None:
    await world.locate(codes=("79014", "01901"), shares=False)
    await world.locate(codes=("48001",), shares=True)
    for code in ("79014", "01901", "48001"):
        await world[code].keep(encounter("e1"))

    data = await world.rows(f"encounters {IDS}", practitioner())

    assert ["79014~e1", "48001~e1"] == ids(data["encounters"])
    assert data["encounters"]["completeness"]["complete"]
    assert [] == world["01901"].requests


async def test_the_patient_gets_what_facilities_do_not_share(world: World) -> None:
    await world.locate(codes=("79014",), shares=False)
    await world["79014"].keep(encounter("e1"))

    data = await world.rows(f"encounters {IDS}")

    assert ["79014~e1"] == ids(data["encounters"])


@pytest.mark.parametrize("first", [1, 2, 5])
async def test_rows_with_a_label_leave_no_trace(world: World, first: int) -> None:
    await world.locate(codes=("79014",))
    await world["79014"].keep(
        *(
            condition(
                f"c{day}",
                "B20" if day % 2 else "I10",
                recordedDate=f"2026-10-{day:02}T08:00:00+07:00",
            )
            for day in range(1, 11)
        )
    )

    found = await walk(world, "conditions", first)

    assert [f"79014~c{day}" for day in (10, 8, 6, 4, 2)] == found


async def test_rows_with_a_label_do_not_shorten_a_page_that_is_sorted_there(world: World) -> None:
    await world.locate(codes=("79014",))
    await world["79014"].keep(
        *(
            observation(
                f"o{at}",
                "20447-9" if at >= 10 else "718-7",
                effectiveDateTime=f"20{at + 10}-01-01T08:00:00+07:00",
            )
            for at in range(60)
        )
    )

    data = await world.rows(f"observations(first: 5) {IDS}")

    assert [f"79014~o{at}" for at in (9, 8, 7, 6, 5)] == ids(data["observations"])
    assert data["observations"]["pageInfo"]["hasNextPage"]


async def test_a_permitted_label_shows_its_rows(world: World) -> None:
    await world.locate(codes=("79014",))
    await world["79014"].keep(condition("c1", "B20"))

    data = await world.rows(f"conditions {IDS}", herself("p1", "HIV"))

    assert ["79014~c1"] == ids(data["conditions"])


async def test_a_security_label_of_the_hospital_counts(world: World) -> None:
    await world.locate(codes=("79014",))
    stated = {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "ETHUD"}
    await world["79014"].keep(condition("c1", "I10", meta={"security": [stated]}))

    data = await world.rows(f"conditions {IDS}")

    assert [] == ids(data["conditions"])


@pytest.mark.parametrize("code", ["B20", "20447-9", "J05AR06"])
async def test_a_code_without_a_system_counts_in_every_system(world: World, code: str) -> None:
    await world.locate(codes=("79014",))
    await world["79014"].keep(condition("c1", code={"coding": [{"code": code}]}))

    data = await world.rows(f"conditions {IDS}")

    assert [] == ids(data["conditions"])


async def test_the_treating_practitioner_sees_labelled_rows_of_the_episode(world: World) -> None:
    await world.locate(codes=("79014",))
    await world["79014"].keep(condition("c1", "B20", "e1"), condition("c2", "B20", "e2"))
    treats = SubjectAccess(
        {"CONDITIONS": frozenset()},
        frozenset({"79014~e1"}),
        {"CONDITIONS": frozenset(Label) - HIDDEN_BY_LAW},
    )

    data = await world.rows(f"conditions {IDS}", replace(practitioner(), subjects={"p1": treats}))

    assert ["79014~c1"] == ids(data["conditions"])


async def test_a_category_that_is_not_permitted_is_withheld_without_a_search(
    world: World,
) -> None:
    await world.locate()
    await world["79014"].keep(condition("c1"))

    data = await world.rows(
        f"conditions {IDS} procedures {IDS}", permitting({"p1": {"PROCEDURES"}}, patient="p1")
    )

    assert data["conditions"] is None
    assert [] == world["79014"].searches("Condition")


async def test_observations_are_narrowed_by_category_and_code(world: World) -> None:
    await world.locate(codes=("79014",))
    vital = [{"coding": [{"code": "vital-signs"}]}]
    await world["79014"].keep(
        observation("o1"),
        observation("o2", "8480-6", category=vital),
        observation("o3", "8462-4", category=vital),
    )

    data = await world.rows(
        f'a: observations(category: "vital-signs") {IDS}'
        f'b: observations(code: "8480-6") {IDS}'
        f'c: observations(code: "{LOINC}|8462-4", category: "vital-signs") {IDS}'
        f'd: observations(code: "8480-6,718-7") {IDS}'
    )

    assert {"79014~o2", "79014~o3"} == set(ids(data["a"]))
    assert ["79014~o2"] == ids(data["b"])
    assert ["79014~o3"] == ids(data["c"])
    assert [] == ids(data["d"])


@pytest.mark.parametrize("argument", ['code: ""', 'category: "a|"', 'code: "a,b|c"'])
async def test_a_filter_that_is_no_code_is_refused(world: World, argument: str) -> None:
    await world.locate(codes=("79014",))

    content = await world.patient(f"observations({argument}) {IDS}")

    assert "BAD_USER_INPUT" == content["errors"][0]["extensions"]["code"]
    assert [] == world["79014"].requests


async def test_a_cursor_of_another_making_is_refused(world: World) -> None:
    content = await world.patient(f'encounters(after: "bm9uc2Vuc2U") {IDS}')

    assert "INVALID_CURSOR" == content["errors"][0]["extensions"]["code"]


async def test_none_recorded_is_an_empty_list(world: World) -> None:
    data = await world.rows(f"encounters {IDS} procedures {IDS}")

    assert [] == ids(data["encounters"]) + ids(data["procedures"])
