"""The insurance subgraph against the sandbox's portal, over real HTTP."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from resolvers.insurance.answers import RecentAnswers
from resolvers.insurance.portal import CardEnquiry, InsurancePortal, PortalAccount
from resolvers.insurance.records import CardRecord, ClaimRecord, DrugPrice
from resolvers.insurance.repository import InsuranceRepository
from resolvers.insurance.result_codes import (
    RESULT_CODES,
    EligibilityStatus,
    Handling,
    meaning_of,
)
from resolvers.insurance.share import PrescribedAmount, Share, share_of
from resolvers.insurance.subgraph import InsuranceParts, create_insurance_subgraph
from resolvers.upstream import BreakerSettings, CircuitBreaker, UpstreamClient, UpstreamError
from sandbox.faults import ADMIN_PATH
from sandbox.insurance_portal.app import PortalAccount as SandboxAccount
from sandbox.insurance_portal.app import PortalSettings, create_portal_app
from sandbox.insurance_portal.records import PortalCard, PortalClaim, PortalRecords
from sandbox.serving import bind, serving
from storage.documents import DocumentStore
from storage.encryption import Keyring
from tests.resolvers.fakes import Caller, SettableClock, permitting

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
ACCOUNT = SandboxAccount("79014_BV", "sandbox", "NGUYEN VAN A", "079190000009")
CARD = CardRecord(
    id="card-1",
    subject_id="p1",
    number="GD4790123456789",
    name="TRẦN THỊ BÌNH",
    birth_date="02/03/1990",
    facility_id="79014",
    start="2026-01-01",
    end="2026-12-31",
)
PORTAL_CARD = PortalCard(
    number=CARD.number,
    insurance_number="0123456789",
    national_id="079190000001",
    name=CARD.name,
    birth_date=CARD.birth_date,
    sex=2,
    address="1 Lê Lợi",
    valid_from="2026-01-01",
    valid_until="2026-12-31",
    facility="79014",
)
XML = {
    "xml1": {
        "MA_LK": "e1",
        "MA_BENH_CHINH": "I10",
        "MA_BENH_KT": "E11.9;E78",
        "T_TONGCHI_BV": "250000.00",
        "T_BHTT": "200000.00",
        "T_BNCCT": "50000.00",
        "T_BNTT": "0.00",
        "T_NGUONKHAC": "0.00",
    },
    "dsXml2": [
        {
            "MA_THUOC": "40.1",
            "TEN_THUOC": "Amlodipin",
            "SO_LUONG": "30",
            "THANH_TIEN_BV": "30000.00",
            "T_BHTT": "24000.00",
        }
    ],
    "dsXml3": [],
}
CLAIM = PortalClaim(
    id="hs-1",
    card=CARD.number,
    entered="202611010800",
    left="202611010900",
    facility="79014",
    diagnosis="Tăng huyết áp",
    condition="1",
    result="2",
    reason="1",
    xml=XML,
)
CLAIMS = [
    ClaimRecord("hs-1", "p1", "e1", "79014", datetime(2026, 11, 1, 1, tzinfo=UTC)),
    ClaimRecord("hs-2", "p1", "e2", "79014", datetime(2026, 10, 1, 1, tzinfo=UTC), ("HIV",)),
]


@dataclass
class World:
    portal: InsurancePortal
    caller: Caller
    admin: str
    session: aiohttp.ClientSession

    async def patient(self, selection: str, groups: dict[str, set[str]] | None = None) -> Any:
        """The answer about the patient, with coverage and claims permitted."""
        permitted = groups or {"COVERAGE": set(), "CLAIMS": set()}
        query = (
            "query Q($r: [_Any!]!) { _entities(representations: $r) { ... on Patient {"
            f" {selection} }} }} }}"
        )
        variables = {"r": [{"__typename": "Patient", "id": "p1"}]}
        return await self.caller.ask(query, permitting({"p1": permitted}), variables)

    async def fault(self, **fault: Any) -> None:
        """Switches a fault of the portal on."""
        headers = {"Authorization": "Bearer admin"}
        url = self.admin + ADMIN_PATH
        async with self.session.post(url, json=fault, headers=headers) as response:
            assert 200 == response.status, await response.text()


@pytest.fixture
async def world(
    tmp_path: Path, store: DocumentStore, keyring: Keyring, clock: SettableClock
) -> AsyncIterator[World]:
    records = PortalRecords.open(tmp_path / "portal.db")
    records.fill([(PORTAL_CARD, (CLAIM,))])
    records.close()
    settings = PortalSettings(tmp_path / "portal.db", ACCOUNT, "admin", lambda: NOW)
    async with AsyncExitStack() as stack:
        base = await stack.enter_async_context(serving(create_portal_app(settings), bind(0)))
        session = await stack.enter_async_context(aiohttp.ClientSession())
        loop = asyncio.get_running_loop()
        breaker = CircuitBreaker(BreakerSettings(), loop.time)
        portal = InsurancePortal(
            UpstreamClient("portal", base, session, breaker),
            PortalAccount(
                ACCOUNT.username, ACCOUNT.password, ACCOUNT.staff_name, ACCOUNT.staff_id
            ),
        )
        repository = InsuranceRepository(store, keyring)
        await repository.import_cards([CARD])
        await repository.import_claims(CLAIMS)
        await repository.import_prices([DrugPrice("893110000126", "1000.50", 100)])
        subgraph = create_insurance_subgraph(InsuranceParts(store, keyring, portal, loop.time))
        await subgraph.start()
        yield World(portal, Caller(subgraph, clock), base, session)


def enquiry(**changes: str) -> CardEnquiry:
    return replace(CardEnquiry(CARD.number, CARD.name, CARD.birth_date), **changes)


async def test_a_card_is_looked_up_with_one_token(world: World) -> None:
    answers = [await world.portal.look_up(enquiry()) for _ in range(2)]

    assert ["000", "000"] == [answer.code for answer in answers]


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({}, EligibilityStatus.ELIGIBLE),
        ({"name": "NGUYỄN VĂN BÌNH"}, EligibilityStatus.MISMATCH),
        ({"birth_date": "03/03/1990"}, EligibilityStatus.MISMATCH),
        ({"number": "GD4790999999999"}, EligibilityStatus.NOT_FOUND),
    ],
)
async def test_the_answer_tells_what_the_card_is_good_for(
    world: World, changes: dict[str, str], status: EligibilityStatus
) -> None:
    answer = await world.portal.look_up(enquiry(**changes))

    assert status is answer.meaning.status


async def test_a_refused_token_is_taken_anew(world: World) -> None:
    await world.portal.look_up(enquiry())
    world.portal._token = ("old", "old")

    assert "000" == (await world.portal.look_up(enquiry())).code


async def test_a_portal_that_refuses_every_token_is_unavailable(world: World) -> None:
    account = PortalAccount(ACCOUNT.username, "wrong", ACCOUNT.staff_name, ACCOUNT.staff_id)
    stranger = InsurancePortal(world.portal._client, account)

    with pytest.raises(UpstreamError):
        await stranger.look_up(enquiry())


async def test_a_member_of_staff_that_the_portal_does_not_know_is_a_fault_told_once(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    account = PortalAccount(ACCOUNT.username, ACCOUNT.password, "X Y", ACCOUNT.staff_id)
    stranger = InsurancePortal(world.portal._client, account)
    for _ in range(2):
        with pytest.raises(UpstreamError):
            await stranger.look_up(enquiry())

    assert ["upstream portal refuses us with maKetQua 055"] == caplog.messages


async def test_the_tables_of_a_claim_are_read(world: World) -> None:
    assert XML == await world.portal.record("hs-1")


async def test_a_claim_that_the_portal_does_not_have_is_nothing(world: World) -> None:
    assert await world.portal.record("hs-9") is None


def test_every_answer_about_a_card_is_told_in_vietnamese() -> None:
    answers = [code for code in RESULT_CODES.values() if code.handling is Handling.ANSWER]

    assert all(answer.vietnamese and answer.status for answer in answers)


def test_an_unknown_code_is_never_an_entitlement() -> None:
    assert Handling.FAULT is meaning_of("999").handling


async def test_coverage_is_read_from_own_documents(world: World) -> None:
    answer = await world.patient("coverage { number benefitPercent start end }")

    expected = {
        "number": CARD.number,
        "benefitPercent": 80,
        "start": "2026-01-01",
        "end": "2026-12-31",
    }
    assert {"data": {"_entities": [{"coverage": expected}]}} == answer


async def test_identity_is_sealed_at_rest(world: World, store: DocumentStore) -> None:
    stored = await store.collection("insurance_cards").find_one({"_id": "card-1"})

    assert stored is not None
    assert CARD.number not in str(stored)
    assert CARD.name not in str(stored)


async def test_eligibility_is_asked_of_the_portal(world: World) -> None:
    answer = await world.patient("eligibility { eligible status code }")

    expected = {"eligible": True, "status": "ELIGIBLE", "code": "000"}
    assert {"data": {"_entities": [{"eligibility": expected}]}} == answer


async def test_a_recent_answer_is_not_asked_for_again(world: World) -> None:
    await world.patient("eligibility { code }")
    await world.fault(kind="error")
    answer = await world.patient("eligibility { code }")

    assert "errors" not in answer


async def test_a_portal_that_is_down_is_one_error(world: World) -> None:
    await world.fault(kind="error")
    answer = await world.patient("coverage { benefitPercent } eligibility { code }")

    assert [{"coverage": {"benefitPercent": 80}, "eligibility": None}] == answer["data"][
        "_entities"
    ]
    assert [("UPSTREAM_UNAVAILABLE", ["_entities", 0, "eligibility"])] == [
        (error["extensions"]["code"], error["path"]) for error in answer["errors"]
    ]


async def test_claims_carry_their_amounts_and_labelled_ones_leave_no_trace(world: World) -> None:
    answer = await world.patient(
        "claims { edges { node { id total { amount currency } fund { amount }"
        " diagnoses { coding { code } } items { name quantity } } }"
        " completeness { complete } pageInfo { hasNextPage } }"
    )

    node = {
        "id": "hs-1",
        "total": {"amount": "250000.00", "currency": "VND"},
        "fund": {"amount": "200000.00"},
        "diagnoses": [{"coding": [{"code": code}]} for code in ("I10", "E11.9", "E78")],
        "items": [{"name": "Amlodipin", "quantity": "30"}],
    }
    claims = {
        "edges": [{"node": node}],
        "completeness": {"complete": True},
        "pageInfo": {"hasNextPage": False},
    }
    assert {"data": {"_entities": [{"claims": claims}]}} == answer


async def test_a_permitted_label_shows_the_claim(world: World) -> None:
    answer = await world.patient("claims { edges { node { id } } }", {"CLAIMS": {"HIV"}})
    edges = answer["data"]["_entities"][0]["claims"]["edges"]

    assert ["hs-1", "hs-2"] == [edge["node"]["id"] for edge in edges]


async def test_claims_without_their_tables_say_what_is_missing_once(world: World) -> None:
    await world.fault(kind="error")
    answer = await world.patient(
        "claims { edges { node { id total { amount } } }"
        " completeness { complete missingSources { reason } } }"
    )
    claims = answer["data"]["_entities"][0]["claims"]

    assert [{"node": {"id": "hs-1", "total": None}}] == claims["edges"]
    assert {"complete": False, "missingSources": [{"reason": "UNAVAILABLE"}]} == claims[
        "completeness"
    ]
    assert ["UPSTREAM_UNAVAILABLE"] == [e["extensions"]["code"] for e in answer["errors"]]


async def test_the_claim_of_an_encounter_is_found_by_its_id(world: World) -> None:
    query = (
        "query Q($r: [_Any!]!) { _entities(representations: $r)"
        " { ... on Encounter { claim { id coPayment { amount } } } } }"
    )
    variables = {
        "r": [{"__typename": "Encounter", "id": encounter} for encounter in ("e1", "e2", "e9")]
    }
    answer = await world.caller.ask(query, permitting({"p1": {"CLAIMS"}}), variables)

    found = {"id": "hs-1", "coPayment": {"amount": "50000.00"}}
    assert [{"claim": found}, {"claim": None}, {"claim": None}] == answer["data"]["_entities"]


async def test_the_cost_of_a_prescription_follows_the_cards_benefit_level(world: World) -> None:
    query = (
        "query Q($r: [_Any!]!) { _entities(representations: $r) { ... on Prescription"
        " { cost { total { amount } fund { amount } patient { amount } complete } } } }"
    )
    item = {"drug": {"registrationNumber": "893110000126"}, "prescribed": {"value": "20"}}
    representation = {
        "__typename": "Prescription",
        "id": "rx1",
        "subjectId": "p1",
        "items": [item],
    }
    answer = await world.caller.ask(
        query, permitting({"p1": {"COVERAGE"}}), {"r": [representation]}
    )

    cost = {
        "total": {"amount": "20010"},
        "fund": {"amount": "16008"},
        "patient": {"amount": "4002"},
        "complete": True,
    }
    assert [{"cost": cost}] == answer["data"]["_entities"]


def test_an_item_without_a_price_makes_the_cost_incomplete() -> None:
    items = [PrescribedAmount("a", Decimal(2)), PrescribedAmount("b", Decimal(1))]
    share = share_of(items, {"a": DrugPrice("a", "100", 50)}, 80)

    assert Share(Decimal(200), Decimal(80), Decimal(120), is_complete=False) == share


async def test_one_question_is_asked_once_at_a_time() -> None:
    asked = 0
    release = asyncio.Event()

    async def ask() -> int:
        nonlocal asked
        asked += 1
        await release.wait()
        return asked

    answers: RecentAnswers[int] = RecentAnswers(int, 10, 10, lambda: 0.0)
    tasks = [asyncio.create_task(answers.get("k", ask)) for _ in range(3)]
    await asyncio.sleep(0)
    release.set()

    assert [1, 1, 1] == [await task for task in tasks]


async def test_an_answer_that_is_too_old_is_asked_for_again() -> None:
    now = 0.0
    values = iter([1, 2])

    async def ask() -> int:
        return next(values)

    answers: RecentAnswers[int] = RecentAnswers(int, 10, 10, lambda: now)
    first = await answers.get("k", ask)
    now = 10.0

    assert (1, 2) == (first, await answers.get("k", ask))
