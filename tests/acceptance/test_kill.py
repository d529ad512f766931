"""Whichever process is killed while fifty clients write, nothing is lost or done twice."""

import asyncio
import os
import sqlite3
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
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
from storage.encryption import load_keyring
from storage.idempotency import COLLECTION
from storage.opening import open_documents
from tests.acceptance.book import nodes
from tests.acceptance.clients import (
    CLIENTS,
    DISPENSE,
    KILLED_AFTER,
    RECORD,
    ROUNDS,
    VISITS,
    Clients,
    Request,
)
from tests.acceptance.production import Arrangement, TwoGateways, two_gateways
from tests.redis_server import RedisServer, redis_server
from tests.sandbox.program import ROOT

__all__ = ["redis_server"]
pytestmark = [
    pytest.mark.xdist_group("kill"),
    pytest.mark.skipif(
        "KILL_TESTS" not in os.environ,
        reason="set KILL_TESTS=1: it strikes at set moments, which a busy machine misses",
    ),
]

VICTIMS = ("gateway 0", "patient", "pharmacy", "upstreams", "redis")
APART = Arrangement(
    groups=(("patient",), ("pharmacy",), ("encounter", "insurance")),
    per_second=10_000,
    lookups=10_000,
)
PHARMACIES = {"patient": 0, "pharmacy": CLIENTS}
"""How many clients are pharmacies: all write to the subgraph that is killed, else ten."""
PILE = 10
"""Changes that wait for a subgraph; more clients than that have not written all when it hangs."""
PILING = 10.0
"""Seconds to wait for them."""
TRIES = 200
PROMPT = timedelta(seconds=30)
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
        first: The requests while the process died and came back.
        repeated: Each change again, after that.
        before: What the patients had then that they had not at the beginning.
        made: The same after the repeats.
        events: The access log by the name of the request.
    """

    first: list[Request]
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
    asyncio.run(start_eleven_minutes_later(shape))
    events = asyncio.run(events_by_request(shape))
    return Campaign(first, repeated, before - old, made - old, events)


def strike(victim: str, clients: Clients, redis_server: RedisServer) -> None:
    """Kills a process and starts it again."""
    if victim == "redis":
        redis_server.kill()
        redis_server.start()
        return
    parts = clients.shape.parts
    if victim == "gateway 0":
        with standing_still(clients.shape, "patient"):
            # Those that the first gateway has announced and nobody will answer.
            asyncio.run(until_under_way(clients.shape, clients.any_at_the_first))
            parts[victim].kill()
    elif victim in {"patient", "pharmacy"}:
        asyncio.run(kill_amid_a_change(clients.shape, victim))
    else:
        parts[victim].kill()
    parts[victim].begin()
    parts[victim].wait()


@contextmanager
def standing_still(shape: TwoGateways, subgraph: str) -> Iterator[None]:
    """A subgraph takes requests and does nothing; it keeps nobody else from writing."""
    database = shape.data.documents_url.removeprefix("sqlite:///")
    while True:
        with shape.parts[subgraph].hanging():
            if can_be_written(database):
                yield
                return


def can_be_written(database: str) -> bool:
    """Whether nobody stands still with the right to write in her hands."""
    with closing(sqlite3.connect(database, timeout=0.5, isolation_level=None)) as connection:
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return False
        connection.execute("ROLLBACK")
        return True


async def kill_amid_a_change(shape: TwoGateways, victim: str) -> None:
    """Kills the subgraph of all clients while it holds idempotency keys, or after many tries."""
    with standing_still(shape, victim):
        await until_under_way(shape, lambda changes: len(changes) >= PILE)
    documents = await open_documents(shape.data.documents_url)
    keys, held = documents.collection(COLLECTION), {"state": "running"}
    try:
        for _ in range(TRIES):
            await keys.count(held)  # meanwhile it goes on
            with shape.parts[victim].hanging():
                # What it holds now that it stands still, it holds when it dies.
                if await keys.count(held):
                    shape.parts[victim].kill()
                    return
        shape.parts[victim].kill()
    finally:
        await documents.close()


async def until_under_way(
    shape: TwoGateways, is_enough: Callable[[list[AccessEvent]], bool]
) -> None:
    """Returns when enough changes were announced that have not ended, or after long enough.

    On a busy machine the clients may be done before; then the process dies between two changes.
    """
    documents = await open_documents(shape.data.documents_url)
    reader = AccessLogReader(documents)
    begin = datetime.now(UTC)
    try:
        with suppress(TimeoutError):
            async with asyncio.timeout(PILING):
                while not is_enough(
                    await reader.unfinished_intents(begin - PROMPT, datetime.now(UTC) + PROMPT)
                ):
                    pass
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
    after, more = None, True
    while more:
        answer = shape.ask(1, ("citizen", person), document, {"a": after})
        assert "errors" not in answer, answer["errors"]
        (page,) = answer["data"]["me"].values()
        found += nodes(page)
        after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
    return found


async def let_leases_end(shape: TwoGateways) -> None:
    """What a minute does: who holds an idempotency key and ended with its process lets go."""
    documents = await open_documents(shape.data.documents_url)
    try:
        now = datetime.now(UTC)
        running = documents.collection(COLLECTION)
        await running.update_many({"state": "running"}, {"$set": {"lease_until": now}})
    finally:
        await documents.close()


async def start_eleven_minutes_later(shape: TwoGateways) -> None:
    """What a gateway's start does with the changes that another left open."""
    documents = await open_documents(shape.data.documents_url)
    sign = head_signer(load_keyring(shape.data.keyring, production=True))
    try:
        log = AccessLogWriter(DocumentBacking(documents, sign))
        later = datetime.now(UTC) + timedelta(minutes=11)
        await recover_intents(AccessLogReader(documents), log, later)
        await log.close()
    finally:
        await documents.close()


async def events_by_request(shape: TwoGateways) -> dict[str, list[AccessEvent]]:
    """The access log by the clients' names for their requests."""
    documents = await open_documents(shape.data.documents_url)
    found = defaultdict(list)
    try:
        for row in await documents.collection(EVENTS).find({}):
            event = parse_event(row["content"])
            found[event.actor.client_id].append(event)
    finally:
        await documents.close()
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


def events_of(request: Request, outcome: Outcome) -> list[tuple[str, ...]]:
    """What a request that was let through leaves in the access log.

    Args:
        request: The request.
        outcome: How its change ended; no matter for one that only reads.
    """
    subject, categories = SUBJECTS[request.wish.operation]
    seen = ("read", Decision.PERMIT, Phase.OUTCOME, Outcome.SUCCESS)
    expected: list[tuple[str, ...]] = [(subject, each, *seen) for each in categories]
    if request.wish.key is not None:
        change = (subject, categories[0], "write", Decision.PERMIT)
        expected += [(*change, Phase.INTENT, ""), (*change, Phase.OUTCOME, outcome)]
    return sorted(expected)


def changes_in(found: list[tuple[str, ...]]) -> list[str]:
    """The phases of what was written, intent first."""
    return sorted(phase for _, _, action, _, phase, _ in found if action == "write")


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


def test_every_answered_request_has_its_events(campaign: Campaign) -> None:
    """A request that is refused as a whole (no data) was let do nothing.

    How a change ended may be unknown: a committed one is told although that was not written.
    """
    answered = [
        each for each in campaign.first + campaign.repeated if (each.answer or {}).get("data")
    ]
    lacking = {
        each.name: found
        for each in answered
        if not (found := occurrences(campaign.events[each.name]))
        or (each.wish.key is not None and changes_in(found) != [Phase.INTENT, Phase.OUTCOME])
    }

    assert {} == lacking


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
    broken = [each for each in campaign.first if each.answer is None]
    begun = [each for each in broken if campaign.events[each.name]]
    unknown = [events_of(each, Outcome.UNKNOWN) for each in begun]

    if not unknown:
        pytest.skip("no change was under way when the gateway died")
    assert unknown == [occurrences(campaign.events[each.name]) for each in begun]


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
