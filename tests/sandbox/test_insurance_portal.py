"""The BHXH portal answers card look-ups with every result code, histories and records."""

import hashlib
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, replace
from typing import Any

import httpx
import pytest

from sandbox.insurance_portal.app import PortalAccount, PortalSettings, create_portal_app
from sandbox.insurance_portal.lookup import MEANINGS
from sandbox.insurance_portal.records import PortalCard, PortalClaim, PortalRecords
from tests.sandbox.conftest import ADMIN, NOW, served_beside

ACCOUNT = PortalAccount("79901_BV", "portal-password", "Cán Bộ Tra Cứu", "079190000001")
CARD = PortalCard(
    number="DN4797900000001",
    insurance_number="7900000001",
    national_id="079190000009",
    name="Nguyễn Thị Hoa",
    birth_date="12/05/1990",
    sex=2,
    address="Phường Bến Nghé, Thành phố Hồ Chí Minh",
    valid_from="2026-01-01",
    valid_until="2026-12-31",
    facility="79901",
)
CLAIM = PortalClaim(
    id="HS1",
    card=CARD.number,
    entered="202603010800",
    left="202603010930",
    facility="79901",
    diagnosis="Tăng huyết áp",
    condition="1",
    result="2",
    reason="1",
    xml={"xml1": {"MA_LK": "LK1", "T_BHTT": "120000.00"}, "dsXml2": [], "dsXml3": []},
)
OLD_CLAIM = replace(CLAIM, id="HS0", entered="201903010800", left="201903010930")
STATUSES = [code for code in MEANINGS if code[0] in "01" and not code.startswith(("05", "06"))]


def special_cards() -> list[PortalCard]:
    """One card per status that only data can bring about."""
    return [
        replace(CARD, number=f"DN479790001{code:>04}", insurance_number=f"790001{code:>04}",
                national_id=None, status=code)
        for code in STATUSES
    ]  # fmt: skip


@dataclass(slots=True)
class PortalClient:
    """A client as facilities write it."""

    http: httpx.AsyncClient
    query: dict[str, str]

    async def take(self) -> httpx.Response:
        digest = hashlib.md5(ACCOUNT.password.encode()).hexdigest().upper()
        form = {"username": ACCOUNT.username, "password": digest}
        answer = await self.http.post("/api/token/take", data=form)
        key = answer.json()["APIKey"]
        self.query = {"token": key["access_token"], "id_token": key["id_token"]} | form
        return answer

    async def ask(self, operation: str, **fields: str) -> dict[str, Any]:
        complete = {
            "maThe": CARD.number,
            "hoTen": CARD.name,
            "ngaySinh": CARD.birth_date,
            "hoTenCb": ACCOUNT.staff_name,
            "cccdCb": ACCOUNT.staff_id,
        } | fields
        answer = await self.http.post(f"/api/egw/{operation}", params=self.query, json=complete)
        document: dict[str, Any] = answer.json()
        return document


@pytest.fixture(scope="module")
def portal_base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    database = tmp_path_factory.mktemp("portal") / "portal.db"
    records = PortalRecords.open(database)
    records.fill([(CARD, (CLAIM, OLD_CLAIM)), *((card, ()) for card in special_cards())])
    records.close()
    app = create_portal_app(PortalSettings(database, ACCOUNT, ADMIN, lambda: NOW))
    with served_beside(app) as base:
        yield base


@pytest.fixture
async def portal(portal_base: str) -> AsyncIterator[PortalClient]:
    async with httpx.AsyncClient(base_url=portal_base) as client:
        made = PortalClient(client, {})
        await made.take()
        yield made


@pytest.mark.parametrize("number", [CARD.number, CARD.insurance_number, CARD.national_id])
async def test_card_is_found_by_each_of_its_numbers(portal: PortalClient, number: str) -> None:
    answer = await portal.ask("KQNhanLichSuKCB2024", maThe=number)

    assert ("000", CARD.number, "31/12/2026", None) == (
        answer["maKetQua"],
        answer["maThe"],
        answer["gtTheDen"],
        answer["dsLichSuKCB2018"],
    )


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({}, "000"),
        ({"hoTen": "NGUYỄN  THỊ HOA"}, "000"),
        ({"ngaySinh": "1990"}, "000"),
        ({"maThe": "DN4797900009999"}, "050"),
        ({"maThe": "123"}, "051"),
        ({"maThe": "DN4037900000001"}, "052"),
        ({"maThe": "DN9797900000001"}, "053"),
        ({"cccdCb": "0"}, "054"),
        ({"hoTenCb": "Người Khác"}, "055"),
        ({"hoTen": "Trần Thị Hoa"}, "060"),
        ({"hoTen": "Ngô Thị Hoa"}, "061"),
        ({"ngaySinh": "13/05/1990"}, "070"),
        ({"ngaySinh": "1991"}, "070"),
        ({"ngaySinh": "May 1990"}, "205"),
        ({"hoTen": ""}, "205"),
    ],
)
async def test_result_code_of_an_enquiry(
    portal: PortalClient, fields: dict[str, str], code: str
) -> None:
    answer = await portal.ask("KQNhanLichSuKCB2024", **fields)

    assert (code, MEANINGS[code]) == (answer["maKetQua"], answer["ghiChu"])


@pytest.mark.parametrize("code", STATUSES)
async def test_state_of_a_card_leads_to_its_code(portal: PortalClient, code: str) -> None:
    answer = await portal.ask("KQNhanLichSuKCB2024", maThe=f"DN479790001{code:>04}")

    assert code == answer["maKetQua"]


async def test_history_holds_the_last_years_only(portal: PortalClient) -> None:
    answer = await portal.ask("Lskcb2025")

    assert ["HS1"] == [line["maHoSo"] for line in answer["dsLichSuKCB2025"]]


async def test_history_takes_a_form_as_well(portal: PortalClient) -> None:
    fields = {
        "maThe": CARD.number,
        "hoTen": CARD.name,
        "ngaySinh": CARD.birth_date,
        "hoTenCb": ACCOUNT.staff_name,
        "cccdCb": ACCOUNT.staff_id,
    }
    answer = await portal.http.post("/api/egw/Lskcb2025", params=portal.query, data=fields)

    assert 1 == len(answer.json()["dsLichSuKCB2025"])


async def test_record_carries_the_xml_tables(portal: PortalClient) -> None:
    answer = await portal.http.post(
        "/api/egw/nhanHoSoKCBChiTiet", params=portal.query | {"maHoSo": "HS1"}
    )

    assert ("200", "120000.00") == (
        answer.json()["maKetQua"],
        answer.json()["hoSoKCB"]["xml1"]["T_BHTT"],
    )


@pytest.mark.parametrize("operation", ["KQNhanLichSuKCB2024", "Lskcb2025", "nhanHoSoKCBChiTiet"])
@pytest.mark.parametrize("broken", [{"token": "x"}, {"password": "x"}, {"username": "x"}])
async def test_without_a_valid_token_nothing_is_told(
    portal: PortalClient, operation: str, broken: dict[str, str]
) -> None:
    portal.query |= broken

    assert "401" == (await portal.ask(operation))["maKetQua"]


async def test_wrong_password_takes_no_token(portal: PortalClient) -> None:
    answer = await portal.http.post(
        "/api/token/take", data={"username": ACCOUNT.username, "password": ACCOUNT.password}
    )

    assert ("401", None) == (answer.json()["maKetQua"], answer.json()["APIKey"])
