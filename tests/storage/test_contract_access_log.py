"""The access log in documents, on every store."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from storage.access_log import (
    ACCESS_LOG_INDEXES,
    AccessEvent,
    AccessLogError,
    AccessLogReader,
    AccessLogWriter,
    DocumentBacking,
    Fault,
    FaultKind,
    Outcome,
    Phase,
    RecoveryTurns,
    head_signer,
    outcome_of,
)
from storage.documents import DocumentStore
from tests.storage.access_events import EVENT, NOW, event
from tests.storage.test_contract_access_profiles import KEYRING

SIGN = head_signer(KEYRING)


@pytest.fixture
async def writer(documents: DocumentStore) -> AccessLogWriter:
    await documents.ensure_indexes(ACCESS_LOG_INDEXES)
    return AccessLogWriter(DocumentBacking(documents, SIGN))


@pytest.fixture
def reader(documents: DocumentStore) -> AccessLogReader:
    return AccessLogReader(documents, SIGN)


async def test_a_subject_reads_the_events_about_her_newest_first_page_by_page(
    writer: AccessLogWriter, reader: AccessLogReader
) -> None:
    events = [replace(event(number // 2), event_id=f"e{number}") for number in range(7)]
    for each in events:
        await writer.append([each, replace(each, subject_id="p2")])
    await writer.close()
    seen: list[AccessEvent] = []
    after = None

    while page := await reader.about("p1", limit=3, after=after):
        seen += [each.event for each in page]
        after = (page[-1].event.time, page[-1].id)

    assert list(reversed(events)) == seen


async def test_intents_are_no_accesses(writer: AccessLogWriter, reader: AccessLogReader) -> None:
    await writer.append([replace(EVENT, phase=Phase.INTENT, outcome=None)])

    assert [] == await reader.about("p1", limit=10)
    await writer.close()


async def test_a_sound_chain_verifies_beyond_one_page(
    writer: AccessLogWriter, reader: AccessLogReader
) -> None:
    for start in range(0, 1500, 500):
        await writer.append([event(start + number) for number in range(500)])
    await writer.close()

    result = await reader.verify(writer.chain)

    assert ((), 1500) == (result.faults, result.events)
    assert 1500 == result.heads[writer.chain].sequence
    assert [writer.chain] == await reader.chains()


@pytest.mark.parametrize(
    "change",
    [
        {"subject_id": "p9"},
        {"time": NOW - timedelta(days=1)},
        {"phase": "intent"},
        {"content": "{}"},
        {"sequence": 9},
    ],
)
async def test_a_changed_field_is_found(
    documents: DocumentStore,
    writer: AccessLogWriter,
    reader: AccessLogReader,
    change: dict[str, object],
) -> None:
    await writer.append([event(1), event(2)])
    await writer.close()
    chain = writer.chain
    await documents.collection("access_log").find_one_and_update(
        {"_id": f"{chain}:{1:012}"}, {"$set": change}
    )

    kinds = {fault.kind for fault in (await reader.verify(chain)).faults}

    assert FaultKind.UNREADABLE in kinds


async def test_a_changed_content_is_found(
    documents: DocumentStore, writer: AccessLogWriter, reader: AccessLogReader
) -> None:
    await writer.append([event(1), event(2)])
    await writer.close()
    links = documents.collection("access_log")
    document = await links.find_one({"_id": f"{writer.chain}:{2:012}"})
    assert document is not None
    document["content"] = document["content"].replace("permit", "deny")
    await links.replace_one({}, document)

    result = await reader.verify(writer.chain)

    assert (Fault(FaultKind.CHANGED, writer.chain, 2),) == result.faults


async def test_a_lost_event_and_a_lost_end_are_found(
    documents: DocumentStore, writer: AccessLogWriter, reader: AccessLogReader
) -> None:
    await writer.append([event(number) for number in range(5)])
    await writer.close()
    links = documents.collection("access_log")
    await links.delete_one({"_id": f"{writer.chain}:{2:012}"})
    await links.delete_one({"_id": f"{writer.chain}:{5:012}"})

    result = await reader.verify(writer.chain)

    assert (
        Fault(FaultKind.LOST, writer.chain, 2),
        Fault(FaultKind.LOST, writer.chain, 5),
    ) == result.faults


async def test_an_end_cut_off_with_its_head_written_anew_is_found(
    documents: DocumentStore, writer: AccessLogWriter, reader: AccessLogReader
) -> None:
    await writer.append([event(number) for number in range(3)])
    await writer.close()
    links, heads = documents.collection("access_log"), documents.collection("access_log_heads")
    await links.delete_one({"_id": f"{writer.chain}:{3:012}"})
    last = await links.find_one({"_id": f"{writer.chain}:{2:012}"})
    assert last is not None
    await heads.find_one_and_update({}, {"$set": {"sequence": 2, "hash": last["hash"]}})

    result = await reader.verify(writer.chain)

    assert (Fault(FaultKind.FORGED, writer.chain, 2),) == result.faults


async def test_a_chain_that_lost_everything_is_still_known_by_its_head(
    documents: DocumentStore, writer: AccessLogWriter, reader: AccessLogReader
) -> None:
    await writer.append([event(1)])
    await writer.close()
    await documents.collection("access_log").delete_many({})

    assert [writer.chain] == await reader.chains()
    assert (Fault(FaultKind.LOST, writer.chain, 1),) == (await reader.verify(writer.chain)).faults


async def test_a_database_that_is_gone_refuses_the_events(
    documents: DocumentStore, writer: AccessLogWriter
) -> None:
    await documents.close()

    with pytest.raises(AccessLogError):
        await writer.append([event(1)])


async def test_intents_without_outcome_are_found_in_their_span_of_time(
    writer: AccessLogWriter, reader: AccessLogReader
) -> None:
    def intent(number: int) -> AccessEvent:
        return replace(event(number), phase=Phase.INTENT, outcome=None)

    await writer.append([intent(number) for number in range(5)])
    await writer.append([outcome_of(intent(2), Outcome.SUCCESS, "o2", NOW)])

    found = await reader.unfinished_intents(NOW + timedelta(seconds=1), NOW + timedelta(seconds=4))

    assert [intent(1), intent(3)] == found
    await writer.close()


async def test_one_process_at_a_time_has_the_turn_to_recover(documents: DocumentStore) -> None:
    moment = NOW
    one, other = (RecoveryTurns(documents, lambda: moment) for _ in range(2))
    span = timedelta(minutes=5)

    taken = [await one.take(span), await other.take(span), await one.take(span)]
    moment += span
    taken += [await other.take(span), await one.take(span)]

    assert [True, False, False, True, False] == taken


async def test_events_that_are_not_kept_are_told(
    documents: DocumentStore, writer: AccessLogWriter
) -> None:
    intents = [replace(event(number), phase=Phase.INTENT, outcome=None) for number in range(2)]
    ended = [outcome_of(each, Outcome.SUCCESS, f"o{n}", NOW) for n, each in enumerate(intents)]
    await writer.append([*intents, ended[0], event(2)])

    lacking = await DocumentBacking(documents).lacking([*ended, event(2), event(3)])

    assert [ended[1], event(3)] == lacking
    await writer.close()
