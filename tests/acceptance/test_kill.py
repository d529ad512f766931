"""Whichever process is killed while fifty clients write, nothing is lost or done twice."""

import asyncio
import os
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from gateway.commands.intents import recover_intents
from sandbox.population import cast
from storage.access_log import (
    AccessEvent,
    AccessLogReader,
    AccessLogWriter,
    Decision,
    DocumentBacking,
    Outcome,
    Phase,
    head_signer,
)
from storage.access_log.documents import EVENTS
from storage.access_log.model import parse_event
from storage.documents import DocumentStore
from storage.encryption import load_keyring
from storage.idempotency import COLLECTION
from storage.opening import open_documents
from tests.acceptance.book import nodes
from tests.acceptance.clients import (
    CLIENTS,
    DISPENSE,
    KILLED_AFTER,
    PATIENCE,
    RECORD,
    ROUNDS,
    VISITS,
    Clients,
    Request,
    answered,
)
from tests.acceptance.production import Arrangement, Part, TwoGateways, two_gateways
from tests.redis_server import RedisServer, redis_server
from tests.sandbox.program import ROOT

__all__ = ["redis_server"]
pytestmark = pytest.mark.xdist_group("kill")

AMID_CHANGES = ("gateway 0", "patient", "pharmacy")
VICTIMS = (*AMID_CHANGES, "encounter", "upstreams", "redis")
APART = Arrangement(
    groups=(("patient",), ("pharmacy",), ("encounter", "insurance")),
    per_second=10_000,
    lookups=10_000,
)
PHARMACIES = {"patient": 0, "pharmacy": CLIENTS}
"""How many clients are pharmacies: all write to the subgraph that is killed, else ten."""
LATELY = timedelta(minutes=5)
GLIMPSE = 0.01
"""Seconds between two looks at what a process has under way."""
VITALS = (
    "query ($a: String) { me { selfReportedVitals(first: 100, after: $a)"
    " { edges { node { id } } pageInfo { hasNextPage endCursor } } } }"
)
DISPENSES = (
    "query ($a: String) { me { prescriptions(first: 100, after: $a)"
    " { edges { node { dispenses { id } } } pageInfo { hasNextPage endCursor } } } }"
)


SUBJECTS = {
    RECORD: (cast.STRANGER, ["VITALS"]),
    DISPENSE: (cast.LONGITUDINAL_PATIENT, ["PRESCRIPTIONS"]),
    VISITS: (cast.STRANGER, ["ENCOUNTERS", "RECORD"]),
}
"""Whom an operation is about, and what of her is read in the answer; changes are of the same."""


@dataclass(frozen=True)
class Campaign:
    """What was asked around a kill, and what is on record about it.

    Args:
        victim: Which process was killed.
        first: The requests while it died and came back.
        sent: These, and every request until each change was acknowledged.
        repeated: The last of each change.
        before: What the patients had before the changes were repeated and not at the beginning.
        made: The same after the repeats.
        events: The access log by the name of the request.
    """

    victim: str
    first: list[Request]
    sent: list[Request]
    repeated: list[Request]
    before: Counter[str]
    made: Counter[str]
    events: Mapping[str, list[AccessEvent]]


@pytest.fixture(scope="module")
def shape(
    tmp_path_factory: pytest.TempPathFactory, redis_server: RedisServer
) -> Iterator[TwoGateways]:
    with two_gateways(tmp_path_factory.mktemp("kill"), redis_server.url, APART) as running:
        yield running


@pytest.fixture(scope="module", params=VICTIMS)
def campaign(
    request: pytest.FixtureRequest, shape: TwoGateways, redis_server: RedisServer
) -> Campaign:
    old = everything_made(shape)
    clients = Clients(shape, PHARMACIES.get(request.param, 10))
    clients.write(lambda: strike(request.param, clients, redis_server))
    first = list(clients.sent)
    before = everything_made(shape)
    asyncio.run(let_leases_end(shape))
    repeated = clients.repeat()
    made = everything_made(shape)
    asyncio.run(until_no_more_is_written(clients, request.param))
    asyncio.run(start_eleven_minutes_later(shape))
    events = asyncio.run(events_by_request(shape))
    return Campaign(request.param, first, clients.sent, repeated, before - old, made - old, events)


def strike(victim: str, clients: Clients, redis_server: RedisServer) -> None:
    """Kills a process and starts it again."""
    if victim == "redis":
        redis_server.kill()
        redis_server.start()
        return
    part = clients.shape.parts[victim]
    if victim not in AMID_CHANGES:
        part.kill()
    else:
        asyncio.run(kill_amid_changes(part, victim, clients))
    part.begin()
    part.wait()


async def kill_amid_changes(part: Part, victim: str, clients: Clients) -> None:
    """Kills a process that has changes under way: those that it has when it stands still.

    It stands still no longer than it takes to look, as it may have the right to write the
    database in its hands.
    """
    async with documents_of(clients.shape) as documents:
        is_amid = (
            answers_changes(documents, clients)
            if victim == "gateway 0"
            else makes_changes(documents)
        )
        while clients.others_write():
            if await is_amid():
                with part.standing_still():
                    if await is_amid():
                        part.kill()
                        return
            await asyncio.sleep(GLIMPSE)
    pytest.fail(f"{victim} was never seen amid a change")


def answers_changes(documents: DocumentStore, clients: Clients) -> Callable[[], Awaitable[bool]]:
    """Tells whether the first gateway has announced changes that have not ended."""
    reader, begin = AccessLogReader(documents), datetime.now(UTC)

    async def is_amid() -> bool:
        until = datetime.now(UTC) + LATELY
        return clients.any_at_the_first(await reader.unfinished_intents(begin - LATELY, until))

    return is_amid


def makes_changes(documents: DocumentStore) -> Callable[[], Awaitable[bool]]:
    """Tells whether idempotency keys are held, by the subgraph to which all clients write."""
    keys = documents.collection(COLLECTION)

    async def is_amid() -> bool:
        return await keys.count({"state": "running"}) > 0

    return is_amid


@asynccontextmanager
async def documents_of(shape: TwoGateways) -> AsyncIterator[DocumentStore]:
    """The database of the running product."""
    documents = await open_documents(shape.data.documents_url)
    try:
        yield documents
    finally:
        await documents.close()


def everything_made(shape: TwoGateways) -> Counter[str]:
    """The ids of the measurements and dispenses of those about whom the clients write."""
    vitals = all_of(shape, cast.STRANGER, VITALS)
    papers = all_of(shape, cast.LONGITUDINAL_PATIENT, DISPENSES)
    made = [row["id"] for row in vitals]
    return Counter(made + [each["id"] for paper in papers for each in paper["dispenses"]])


def all_of(shape: TwoGateways, person: str, document: str) -> list[dict[str, Any]]:
    """Every row of the one list that a document pages through."""
    found: list[dict[str, Any]] = []
    variables: dict[str, Any] = {"a": None}
    more = True
    while more:
        data = answered(lambda: shape.ask(1, ("citizen", person), document, variables))
        (page,) = data["me"].values()
        found += nodes(page)
        variables["a"], more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
    return found


async def let_leases_end(shape: TwoGateways) -> None:
    """What a minute does: who holds an idempotency key and ended with its process lets go."""
    async with documents_of(shape) as documents:
        now = datetime.now(UTC)
        running = documents.collection(COLLECTION)
        await running.update_many({"state": "running"}, {"$set": {"lease_until": now}})


async def until_no_more_is_written(clients: Clients, victim: str) -> None:
    """Returns when no change is open but those of a gateway that died.

    A gateway that cannot write an outcome answers all the same, and writes it later.
    """
    left = {
        each.name
        for each in clients.sent
        if each.answer is None and victim == f"gateway {clients.begun[each.name]}"
    }
    begin = datetime.now(UTC) - LATELY
    async with documents_of(clients.shape) as documents, asyncio.timeout(PATIENCE):
        reader = AccessLogReader(documents)
        while True:
            unfinished = await reader.unfinished_intents(begin, datetime.now(UTC))
            if left.issuperset(each.actor.client_id for each in unfinished):
                return
            await asyncio.sleep(GLIMPSE)


async def start_eleven_minutes_later(shape: TwoGateways) -> None:
    """What a gateway's start does with the changes that another left open."""
    sign = head_signer(load_keyring(shape.data.keyring, production=True))
    async with documents_of(shape) as documents:
        log = AccessLogWriter(DocumentBacking(documents, sign))
        later = datetime.now(UTC) + timedelta(minutes=11)
        await recover_intents(AccessLogReader(documents), log, later)
        await log.close()


async def events_by_request(shape: TwoGateways) -> dict[str, list[AccessEvent]]:
    """The access log by the clients' names for their requests."""
    found = defaultdict(list)
    async with documents_of(shape) as documents:
        for row in await documents.collection(EVENTS).find({}):
            event = parse_event(row["content"])
            found[event.actor.client_id].append(event)
    return found


def occurrences(events: list[AccessEvent]) -> list[tuple[str, ...]]:
    """What events say, in one order."""
    return sorted(
        (
            each.subject_id,
            each.category,
            each.action,
            each.decision,
            each.phase,
            each.outcome or "",
        )
        for each in events
    )


def events_of(request: Request) -> list[tuple[str, ...]]:
    """What a request that was let through and did what it was to do leaves in the access log."""
    subject, categories = SUBJECTS[request.wish.operation]
    seen = ("read", Decision.PERMIT, Phase.OUTCOME, Outcome.SUCCESS)
    expected: list[tuple[str, ...]] = [(subject, each, *seen) for each in categories]
    if request.wish.key is not None:
        change = (subject, categories[0], "write", Decision.PERMIT)
        expected += [
            (*change, Phase.INTENT, ""),
            (*change, Phase.OUTCOME, Outcome.SUCCESS),
        ]
    return sorted(expected)


def outcomes(events: list[AccessEvent]) -> list[Outcome | None]:
    """How the changes among events ended."""
    return [each.outcome for each in events if each.intent_id is not None]


def test_every_acknowledged_write_is_there_once(campaign: Campaign) -> None:
    acknowledged = [each.effect for each in campaign.first if each.effect is not None]

    assert len(acknowledged) >= KILLED_AFTER
    assert Counter(acknowledged) == Counter({each: campaign.before[each] for each in acknowledged})


def test_every_change_that_is_repeated_was_made_once(campaign: Campaign) -> None:
    changes = {each.wish.key for each in campaign.repeated}

    assert CLIENTS * ROUNDS == len(changes)
    assert campaign.made == Counter(each.effect for each in campaign.repeated)


def test_a_repeated_change_answers_what_was_acknowledged(campaign: Campaign) -> None:
    acknowledged = {each.wish.key: each.effect for each in campaign.first if each.effect}
    repeated = {each.wish.key: each.effect for each in campaign.repeated}

    assert acknowledged == {key: repeated[key] for key in acknowledged}


def test_every_answer_without_errors_has_its_events_and_no_others(campaign: Campaign) -> None:
    """Among them the outcome of a change: it succeeded."""
    whole = [
        each for each in campaign.sent if each.answer is not None and "errors" not in each.answer
    ]
    expected = {each.name: events_of(each) for each in whole}
    actual = {each.name: occurrences(campaign.events[each.name]) for each in whole}

    assert expected == actual


def test_every_answer_with_data_has_its_events(campaign: Campaign) -> None:
    """A request that is refused as a whole (no data) was let do nothing."""
    told = [each for each in campaign.sent if (each.answer or {}).get("data")]
    lacking = [
        each.name
        for each in told
        if not campaign.events[each.name]
        or (each.wish.key is not None and 1 != len(outcomes(campaign.events[each.name])))
    ]

    assert [] == lacking


def test_every_announced_change_has_one_outcome(campaign: Campaign) -> None:
    events = [each for found in campaign.events.values() for each in found]
    announced = [each.event_id for each in events if each.phase is Phase.INTENT]
    ended = [each.intent_id for each in events if each.intent_id is not None]

    assert sorted(announced) == sorted(ended)


def test_nothing_was_made_that_was_not_announced(campaign: Campaign) -> None:
    keys = {each.effect: each.wish.key for each in campaign.repeated}
    announced = {
        each.wish.key
        for each in campaign.first
        if any(event.phase is Phase.INTENT for event in campaign.events[each.name])
    }

    assert {keys[each] for each in campaign.before} <= announced


@pytest.mark.parametrize("campaign", ["gateway 0"], indirect=True)
def test_what_a_killed_gateway_left_open_has_an_unknown_outcome(campaign: Campaign) -> None:
    unanswered = [each for each in campaign.first if each.answer is None]
    ended = [how for each in unanswered for how in outcomes(campaign.events[each.name])]

    assert Outcome.UNKNOWN in ended
    assert set(ended) <= {Outcome.UNKNOWN, Outcome.SUCCESS}


def test_the_log_verifies_after_all_of_it(shape: TwoGateways) -> None:
    verified = subprocess.run(
        [sys.executable, "-m", "gateway", "audit", "verify"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **shape.parts["gateway 0"].settings},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (0, "") == (verified.returncode, verified.stderr)
