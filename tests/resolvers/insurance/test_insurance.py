"""The insurance subgraph against the sandbox's portal, over real HTTP."""

import asyncio
from decimal import Decimal

import pytest

from resolvers.insurance.answers import RecentAnswers
from resolvers.insurance.portal import InsurancePortal, PortalAccount
from resolvers.insurance.records import DrugPrice
from resolvers.insurance.result_codes import (
    RESULT_CODES,
    EligibilityStatus,
    Handling,
    meaning_of,
)
from resolvers.insurance.share import PrescribedAmount, Share, share_of
from resolvers.upstream import UpstreamError
from storage.documents import DocumentStore
from tests.resolvers.fakes import permitting
from tests.resolvers.insurance.world import ACCOUNT, CARD, XML, World, enquiry


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
