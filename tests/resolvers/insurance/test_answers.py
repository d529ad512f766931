"""Answers of the portal are kept for the caller, purpose and consents that they were given to."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from redis.asyncio import Redis

from access.context import AccessContext, DataWindow, SubjectAccess
from resolvers.insurance.answers import answer_key
from resolvers.insurance.portal import CardAnswer, CardEnquiry
from resolvers.insurance.repository import InsuranceRepository
from resolvers.insurance.result_codes import meaning_of
from resolvers.insurance.subgraph import InsuranceParts, create_insurance_subgraph
from storage.documents import DocumentStore
from storage.encryption import Keyring
from storage.redis_cache import SealedCache
from tests.redis_server import PATIENCE, RedisServer, redis, redis_server
from tests.resolvers.fakes import Caller, SettableClock, permitting
from tests.resolvers.insurance.world import CARD, CLAIMS, XML

__all__ = ["redis", "redis_server"]

ELIGIBILITY = "eligibility { code newCardNumber }"
CLAIM = "claims { edges { node { total { amount } } } }"


@dataclass
class CountingPortal:
    """Answers as the portal does, and counts."""

    cards: int = 0
    claims: int = 0
    histories: int = 0
    members: dict[str, Any] = field(default_factory=lambda: {"maTheMoi": "GD4790123456780"})

    async def look_up(self, enquiry: CardEnquiry) -> CardAnswer:
        self.cards += 1
        return CardAnswer("004", meaning_of("004"), self.members)

    async def history(self, enquiry: CardEnquiry) -> CardAnswer:
        self.histories += 1
        return CardAnswer("004", meaning_of("004"), {"dsLichSuKCB2025": []})

    async def record(self, claim_id: str) -> dict[str, Any] | None:
        self.claims += 1
        return XML if claim_id == "hs-1" else None


@dataclass
class Instances:
    """Two processes of the subgraph and the portal that they ask."""

    portal: CountingPortal
    callers: list[Caller]

    async def ask(self, instance: int, selection: str, access: AccessContext) -> Any:
        query = (
            "query Q($r: [_Any!]!) { _entities(representations: $r) { ... on Patient {"
            f" {selection} }} }} }}"
        )
        variables = {"r": [{"__typename": "Patient", "id": "p1"}]}
        answer = await self.callers[instance].ask(query, access, variables)
        assert "errors" not in answer, answer["errors"]
        return answer["data"]["_entities"][0]


@pytest.fixture
async def instances(
    store: DocumentStore, keyring: Keyring, clock: SettableClock, redis: Redis
) -> AsyncIterator[Instances]:
    repository = InsuranceRepository(store, keyring)
    await repository.import_cards([CARD])
    await repository.import_claims(CLAIMS)
    portal, callers = CountingPortal(), []
    async with AsyncExitStack():
        for _ in range(2):
            parts = InsuranceParts(
                store,
                keyring,
                portal,  # type: ignore[arg-type]
                lambda: 0.0,
                SealedCache(redis, keyring, seconds=PATIENCE),
            )
            subgraph = create_insurance_subgraph(parts)
            await subgraph.start()
            callers.append(Caller(subgraph, clock))
        yield Instances(portal, callers)


def doctor(**changes: Any) -> AccessContext:
    context = permitting(
        {"p1": {"COVERAGE", "CLAIMS"}},
        actor="dr1",
        role="practitioner",
        purpose="TREAT",
        organization="79014",
        practitioner="dr1",
    )
    return replace(context, **changes)


def decided_by(version: int) -> AccessContext:
    access = doctor()
    subject = replace(access.subjects["p1"], version=version)
    return replace(access, subjects={"p1": subject})


async def test_the_same_question_of_the_same_caller_is_asked_once(instances: Instances) -> None:
    answers = [await instances.ask(0, ELIGIBILITY, doctor()) for _ in range(2)]

    assert 1 == instances.portal.cards
    assert [{"eligibility": {"code": "004", "newCardNumber": "GD4790123456780"}}] * 2 == answers


@pytest.mark.parametrize("selection", [ELIGIBILITY, CLAIM])
async def test_another_process_finds_the_answer(instances: Instances, selection: str) -> None:
    answers = [await instances.ask(instance, selection, doctor()) for instance in (0, 1)]

    assert 1 == instances.portal.cards + instances.portal.claims
    assert instances.portal.histories <= 1
    assert answers[0] == answers[1]


@pytest.mark.parametrize(
    "other",
    [
        doctor(actor="dr2", practitioner="dr2"),
        doctor(purpose="ETREAT"),
        doctor(organization="01013"),
        doctor(role="insurer"),
        decided_by(2),
    ],
    ids=["actor", "purpose", "organization", "role", "consent version"],
)
@pytest.mark.parametrize("instance", [0, 1])
async def test_who_asks_otherwise_is_not_given_it(
    instances: Instances, other: AccessContext, instance: int
) -> None:
    await instances.ask(0, ELIGIBILITY, doctor())
    await instances.ask(instance, ELIGIBILITY, other)

    assert 2 == instances.portal.cards


async def test_a_claim_is_kept_by_the_same_rules(instances: Instances) -> None:
    await instances.ask(0, CLAIM, doctor())
    await instances.ask(0, CLAIM, decided_by(2))

    assert 2 == instances.portal.claims


async def test_without_redis_each_process_asks_for_itself(
    instances: Instances, redis_server: RedisServer
) -> None:
    redis_server.stop()
    try:
        answers = [
            await instances.ask(instance, ELIGIBILITY, doctor()) for instance in (0, 1, 0, 1)
        ]
    finally:
        redis_server.start()

    assert 2 == instances.portal.cards
    assert answers[0] == answers[3]


def test_what_is_permitted_is_part_of_the_key() -> None:
    keys = {
        answer_key(replace(doctor(), subjects={"p1": access}), "p1", "card-1")
        for access in (
            SubjectAccess({"COVERAGE": frozenset()}),
            SubjectAccess({"COVERAGE": frozenset({"HIV"})}),
            SubjectAccess({"COVERAGE": frozenset()}, frozenset({"e1"})),
            SubjectAccess({"COVERAGE": frozenset()}, version=1),
            SubjectAccess(dated={"COVERAGE": (DataWindow(None, 1),)}),
            SubjectAccess(dated={"COVERAGE": (DataWindow(None, 2),)}),
        )
    }

    assert 6 == len(keys)


def test_subjects_and_facts_have_keys_of_their_own() -> None:
    keys = {
        answer_key(doctor(), subject, fact)
        for subject, fact in (("p1", "card-1"), ("p2", "card-1"), ("p1", "card-2"))
    }

    assert 3 == len(keys)


def test_requests_of_one_caller_share_a_key() -> None:
    keys = {
        answer_key(doctor(request_id=request, nonce=request, expires=expires), "p1", "card-1")
        for request, expires in (("r1", 1), ("r2", 2))
    }

    assert 1 == len(keys)
