"""Claims that the portal knows of and the index does not yet."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from resolvers.datatypes.scalars import VIETNAM
from resolvers.insurance.history import HistoryLine, claim_labels, history_lines
from resolvers.insurance.loaders import MOST_NEW_CLAIMS
from sandbox.insurance_portal.records import PortalClaim
from tests.resolvers.insurance.world import CARD, XML, World, enquiry

ROWS = "edges { node { id date facility { id } diagnoses { coding { code } } } }"
LIST = f"claims(first: 100) {{ {ROWS} completeness {{ complete }} }}"


def claim(name: str, diagnosis: str = "J06.9", entered: str = "202611150800") -> PortalClaim:
    head = {**XML["xml1"], "MA_BENH_CHINH": diagnosis, "MA_BENH_KT": ""}
    return PortalClaim(
        id=name,
        card=CARD.number,
        entered=entered,
        left=entered,
        facility="01901",
        diagnosis="in words",
        condition="1",
        result="2",
        reason="1",
        xml={**XML, "xml1": head},
    )


def ids(answer: dict[str, Any]) -> list[str]:
    edges = answer["data"]["_entities"][0]["claims"]["edges"]
    return [edge["node"]["id"] for edge in edges]


def is_complete(answer: dict[str, Any]) -> bool:
    found: bool = answer["data"]["_entities"][0]["claims"]["completeness"]["complete"]
    return found


async def test_the_portal_tells_the_history_of_a_card(world: World) -> None:
    answer = await world.portal.history(enquiry())

    began = datetime(2026, 11, 1, 8, tzinfo=VIETNAM)
    assert [HistoryLine("hs-1", "79014", began)] == history_lines(answer.members)


async def test_a_claim_that_was_sent_to_the_portal_is_in_the_list(world: World) -> None:
    world.claimed(claim("hs-3"))

    answer = await world.patient(LIST)

    [node, _] = [edge["node"] for edge in answer["data"]["_entities"][0]["claims"]["edges"]]
    assert {
        "id": "hs-3",
        "date": "2026-11-15T08:00:00+07:00",
        "facility": {"id": "01901"},
        "diagnoses": [{"coding": [{"code": "J06.9"}]}],
    } == node
    assert is_complete(answer)


async def test_its_codes_label_it_before_anybody_sees_it(world: World) -> None:
    world.claimed(claim("hs-3", "B20"))

    without = await world.patient(LIST)
    permitted = await world.patient(LIST, {"CLAIMS": {"HIV"}})

    assert ["hs-1"] == ids(without)
    assert ["hs-3", "hs-1", "hs-2"] == ids(permitted)


async def test_the_newest_claims_are_taken_in_first_and_the_rest_later(world: World) -> None:
    start = datetime(2026, 11, 2, 8, tzinfo=VIETNAM)
    days = range(MOST_NEW_CLAIMS + 1)
    world.claimed(
        *(
            claim(f"hs-{day:03}", entered=(start + timedelta(hours=day)).strftime("%Y%m%d%H%M"))
            for day in days
        )
    )

    first = await world.patient(LIST)
    second = await world.patient(LIST)

    assert (False, True) == (is_complete(first), is_complete(second))
    assert [f"hs-{day:03}" for day in reversed(days)] == ids(second)[: len(days)]
    assert ids(second)[:MOST_NEW_CLAIMS] == ids(first)[:MOST_NEW_CLAIMS]


async def test_a_claim_whose_tables_cannot_be_had_is_not_shown_yet(world: World) -> None:
    world.claimed(claim("hs-3"))
    await world.fault(kind="error", path="/api/egw/nhanHoSoKCBChiTiet")

    answer = await world.patient(LIST)

    assert (["hs-1"], False) == (ids(answer), is_complete(answer))
    assert ["UPSTREAM_UNAVAILABLE"] == [one["extensions"]["code"] for one in answer["errors"]]


async def test_without_permission_the_portal_is_not_asked(world: World) -> None:
    await world.fault(kind="error")

    answer = await world.patient(LIST, {"COVERAGE": set()})

    assert {"data": {"_entities": [{"claims": None}]}} == answer


@pytest.mark.parametrize(
    "members",
    [
        {},
        {"dsLichSuKCB2025": None},
        {"dsLichSuKCB2025": "x"},
        {"dsLichSuKCB2025": [None, {}, {"maHoSo": "1", "maCSKCB": "2", "ngayVao": "soon"}]},
        {"dsLichSuKCB2025": [{"maHoSo": 1, "maCSKCB": "2", "ngayVao": "202611010800"}]},
    ],
)
def test_lines_that_cannot_be_read_are_left_out(members: dict[str, Any]) -> None:
    assert [] == history_lines(members)


@pytest.mark.parametrize(
    ("tables", "labels"),
    [
        ({"xml1": {"MA_BENH_CHINH": "I10", "MA_BENH_KT": "E78;F32.1"}}, ["MH"]),
        ({"xml1": {"MA_BENH_CHINH": "I10"}, "dsXml2": [{"MA_THUOC": "J05AR06"}]}, ["HIV"]),
        ({"xml1": {"MA_BENH_CHINH": "I10"}, "dsXml4": [{"MA_CHI_SO": "20447-9"}]}, ["HIV"]),
        ({"xml1": {"MA_BENH_CHINH": "I10"}, "dsXml6": [{"NGAYKD_HIV": "20200101"}]}, ["HIV"]),
        ({"xml1": None, "dsXml2": [None, {"MA_THUOC": None}]}, []),
        ({}, []),
    ],
)
def test_a_claim_is_as_sensitive_as_its_codes(tables: dict[str, Any], labels: list[str]) -> None:
    assert labels == claim_labels(tables)
