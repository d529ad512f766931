"""After a change of keys what is stored comes under the current ones, on every document store."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace as replaced

from storage.access_log import AccessLogReader, AccessLogWriter, DocumentBacking, head_signer
from storage.access_log.chain import FaultKind
from storage.access_profiles.model import PrescriptionLink
from storage.access_profiles.subject_index import IdentifierLink, SubjectIndex
from storage.documents import Document, DocumentStore, StorageUnavailableError
from storage.encryption import IdentifierKind, Keyring, Keys, Place
from storage.idempotency import IdempotencyStore, Request
from storage.resealing import (
    Opened,
    Progress,
    Resealed,
    Resealing,
    SealedCollection,
    TokenList,
)
from tests.storage.access_events import EVENT

E1, E2, L1, L2 = (bytes([number]) * 32 for number in range(1, 5))
OLD = Keyring(Keys("e1", {"e1": E1}), Keys("l1", {"l1": L1}))
BOTH = Keyring(Keys("e2", {"e1": E1, "e2": E2}), Keys("l2", {"l1": L1, "l2": L2}))
NEW = Keyring(Keys("e2", {"e2": E2}), Keys("l2", {"l2": L2}))
UNKNOWN = Keyring(Keys("e0", {"e0": bytes(32)}), Keys("l0", {"l0": b"0" * 32}))
CARD = IdentifierKind.CARD_NUMBER
NOW = datetime(2026, 6, 1, tzinfo=UTC)


def tokens_of(keyring: Keyring, document: Document, opened: Opened) -> list[str]:
    return [keyring.token(CARD, value) for _, value in numbers_of(document, opened)]


def numbers_of(document: Document, opened: Opened) -> Iterator[tuple[IdentifierKind, str]]:
    for at in range(len(document["numbers"])):
        if f"numbers.{at}.value" in opened:
            yield CARD, opened[f"numbers.{at}.value"]


PEOPLE = SealedCollection(
    "people",
    ("name", "numbers.*.value"),
    TokenList("tokens", "numbers", tokens_of),
    numbers_of,
)


def sealed(keyring: Keyring, person: str, path: str, text: str) -> str:
    return keyring.encrypt(text, Place("people", person, path))


def person(keyring: Keyring, number: int = 0, *cards: str) -> Document:
    name = f"p{number:04}"
    return {
        "_id": name,
        "name": sealed(keyring, name, "name", f"Name {number}"),
        "phone": None,
        "numbers": [
            {"value": sealed(keyring, name, f"numbers.{at}.value", card), "kind": "card"}
            for at, card in enumerate(cards)
        ],
        "tokens": [keyring.token(CARD, card) for card in cards],
    }


def opened(keyring: Keyring, document: Document) -> tuple[str, list[str]]:
    """Name and numbers of a person, as a service with these keys reads them."""

    def text(sealed: str, path: str) -> str:
        return keyring.decrypt(sealed, Place("people", document["_id"], path))

    numbers = enumerate(document["numbers"])
    return text(document["name"], "name"), [
        text(each["value"], f"numbers.{at}.value") for at, each in numbers
    ]


async def reseal(
    documents: Any, keyring: Keyring = BOTH, told: list[Progress] | None = None
) -> Resealed:
    progress: list[Progress] = [] if told is None else told
    return await Resealing(documents, keyring, [PEOPLE], progress.append).run()


class Interrupted:
    """A store in which something happens before the first change of a person."""

    def __init__(self, documents: DocumentStore, happens: Any) -> None:
        self._documents = documents
        self._happens = happens

    def collection(self, name: str) -> Any:
        people = self._documents.collection(name)
        if name != "people":
            return people
        outer = self

        class People:
            async def find_one_and_update(self, *arguments: Any) -> Any:
                happens, outer._happens = outer._happens, None
                if happens is not None:
                    await happens(people)
                return await people.find_one_and_update(*arguments)

            def __getattr__(self, name: str) -> Any:
                return getattr(people, name)

        return People()


async def test_fields_and_tokens_come_under_the_current_keys(documents: DocumentStore) -> None:
    people = documents.collection("people")
    await people.insert_many([person(OLD, 1, "C1", "C2"), person(OLD, 2)])

    done = await reseal(documents)

    found = await people.find({}, sort=[("_id", 1)])
    assert [("Name 1", ["C1", "C2"]), ("Name 2", [])] == [opened(NEW, each) for each in found]
    assert [[NEW.token(CARD, "C1"), NEW.token(CARD, "C2")], []] == [
        each["tokens"] for each in found
    ]
    assert [None, None] == [each["phone"] for each in found]
    assert done.settled


async def test_what_is_current_is_left_as_it_is(documents: DocumentStore) -> None:
    people = documents.collection("people")
    await people.insert_many([person(OLD, 1, "C1"), person(NEW, 2, "C2")])
    await reseal(documents)
    before = await people.find({}, sort=[("_id", 1)])
    told: list[Progress] = []

    await reseal(documents, told=told)

    assert before == await people.find({}, sort=[("_id", 1)])
    assert [Progress("people", 2, 0, 0)] == told


@pytest.mark.parametrize(
    ("keyring", "name", "token"),
    [
        (Keyring(Keys("e2", {"e1": E1, "e2": E2}), Keys("l1", {"l1": L1})), "1.e2.", "l1."),
        (Keyring(Keys("e1", {"e1": E1}), Keys("l2", {"l1": L1, "l2": L2})), "1.e1.", "l2."),
    ],
    ids=["encryption", "look-up"],
)
async def test_one_of_the_keys_may_change_alone(
    documents: DocumentStore, keyring: Keyring, name: str, token: str
) -> None:
    people = documents.collection("people")
    await people.insert_one(person(OLD, 1, "C1"))

    await reseal(documents, keyring)

    (found,) = await people.find({})
    assert (True, True) == (found["name"].startswith(name), found["tokens"][0].startswith(token))


async def test_a_writer_that_was_faster_is_not_overwritten(documents: DocumentStore) -> None:
    async def rename(people: Any) -> None:
        fresh = sealed(NEW, "p0001", "name", "Another")
        await people.find_one_and_update({"_id": "p0001"}, {"$set": {"name": fresh}})

    await documents.collection("people").insert_one(person(OLD, 1, "C1"))

    await reseal(Interrupted(documents, rename))

    (found,) = await documents.collection("people").find({})
    assert ("Another", ["C1"]) == opened(NEW, found)


async def test_a_number_that_came_meanwhile_keeps_its_token(documents: DocumentStore) -> None:
    async def add(people: Any) -> None:
        number = {"value": sealed(NEW, "p0001", "numbers.1.value", "C2"), "kind": "card"}
        added = {"numbers": number, "tokens": NEW.token(CARD, "C2")}
        await people.find_one_and_update({"_id": "p0001"}, {"$push": added})

    await documents.collection("people").insert_one(person(OLD, 1, "C1"))

    await reseal(Interrupted(documents, add))

    (found,) = await documents.collection("people").find({})
    assert [NEW.token(CARD, "C1"), NEW.token(CARD, "C2")] == found["tokens"]


async def test_a_pass_that_was_stopped_is_taken_up_and_then_made_whole(
    documents: DocumentStore,
) -> None:
    people = documents.collection("people")
    await people.insert_many([person(OLD, number) for number in range(501)])

    async def nothing(_: Any) -> None:
        return None

    class Stopping(Interrupted):
        def collection(self, name: str) -> Any:
            found = super().collection(name)
            if name == "people":
                found.find = self._find_one_page
            return found

        async def _find_one_page(self, condition: Any, **options: Any) -> Any:
            if condition["_id"]["$gt"]:
                raise StorageUnavailableError("gone")
            return await people.find(condition, **options)

    with pytest.raises(StorageUnavailableError):
        await reseal(Stopping(documents, nothing))
    await people.replace_one({"_id": "p0000"}, person(OLD, 0))  # behind the place it came to
    told: list[Progress] = []

    done = await reseal(documents, told=told)

    assert [(1, 1), (501, 1), (501, 0)] == [(each.read, each.renewed) for each in told]
    assert done.settled


async def test_a_stopped_pass_to_other_keys_is_not_taken_up(documents: DocumentStore) -> None:
    record = {"_id": "pass", "keys": "e1 l1", "collection": "people", "after": "p0001"}
    await documents.collection("resealing").insert_one(record)
    await documents.collection("people").insert_one(person(OLD, 1))
    told: list[Progress] = []

    await reseal(documents, told=told)

    assert Progress("people", 1, 1, 0) == told[0]


async def test_the_rest_of_a_pass_proves_nothing_of_its_beginning(
    documents: DocumentStore,
) -> None:
    record = {"_id": "pass", "keys": "e2 l2", "collection": "people", "after": "p0001"}
    await documents.collection("resealing").insert_one(record)
    await documents.collection("people").insert_one(person(OLD, 1))

    done = await reseal(documents)

    (found,) = await documents.collection("people").find({})
    assert ("Name 1", []) == opened(NEW, found)
    assert done.settled


async def test_a_field_that_no_key_opens_is_told_and_left(documents: DocumentStore) -> None:
    people = documents.collection("people")
    broken = {**person(OLD, 1, "C1"), "name": sealed(UNKNOWN, "p0001", "name", "Lost")}
    await people.insert_many([broken, person(OLD, 2)])

    done = await reseal(documents)

    found = await people.find({}, sort=[("_id", 1)])
    assert {("people", "p0001", "name")} == done.unreadable
    assert broken["name"] == found[0]["name"]
    assert [NEW.token(CARD, "C1")] == found[0]["tokens"]
    assert ("Name 2", []) == opened(NEW, found[1])
    assert done.settled


async def test_tokens_stay_where_a_number_cannot_be_read(documents: DocumentStore) -> None:
    broken = person(OLD, 1, "C1", "C2")
    broken["numbers"][1]["value"] = sealed(UNKNOWN, "p0001", "numbers.1.value", "C2")
    await documents.collection("people").insert_one(broken)

    await reseal(documents)

    (found,) = await documents.collection("people").find({})
    assert broken["tokens"] == found["tokens"]


async def test_a_process_that_seals_under_an_older_key_is_noticed(
    documents: DocumentStore,
) -> None:
    people = documents.collection("people")
    await people.insert_one(person(OLD, 1))

    class Undoing:
        """A store in which each pass's end finds the old value back."""

        def collection(self, name: str) -> Any:
            found = documents.collection(name)
            if name != "resealing":
                return found

            class Passes:
                async def delete_one(self, condition: Any) -> bool:
                    await people.replace_one({"_id": "p0001"}, person(OLD, 1))
                    return await found.delete_one(condition)

                def __getattr__(self, name: str) -> Any:
                    return getattr(found, name)

            return Passes()

    done = await reseal(Undoing())

    assert not done.settled


async def test_two_at_once_do_no_harm(documents: DocumentStore) -> None:
    await documents.collection("people").insert_many(
        [person(OLD, number, f"C{number}") for number in range(40)]
    )
    await SubjectIndex(documents, OLD).link(
        *(IdentifierLink(CARD, f"C{number}", f"p{number:04}", "1990") for number in range(40))
    )

    async with asyncio.TaskGroup() as group:
        for _ in range(2):
            group.create_task(reseal(documents))

    found = await documents.collection("people").find({}, sort=[("_id", 1)])
    index = SubjectIndex(documents, NEW)
    assert [(f"Name {number}", [f"C{number}"]) for number in range(40)] == [
        opened(NEW, each) for each in found
    ]
    assert [f"p{number:04}" for number in range(40)] == [
        await index.resolve_identifier(CARD, f"C{number}", "1990") for number in range(40)
    ]


async def test_links_of_the_subject_index_move(documents: DocumentStore) -> None:
    await documents.collection("people").insert_one(person(OLD, 1, "C1"))
    link = IdentifierLink(CARD, "C1", "p0001", "1990-02-28")
    await SubjectIndex(documents, OLD).link(link)

    done = await reseal(documents)

    index = SubjectIndex(documents, NEW)
    assert "p0001" == await index.resolve_identifier(CARD, "C1", "1990-02-28")
    assert 1 == await documents.collection("subject_index").count({})
    assert {"l1": 0} == done.links


async def test_a_link_that_no_document_explains_is_counted(documents: DocumentStore) -> None:
    await SubjectIndex(documents, OLD).link_prescription("code", PrescriptionLink("p1", "rx"))

    done = await reseal(documents)

    assert {"l1": 1} == done.links


async def test_a_link_that_leads_to_somebody_else_by_now_stays(documents: DocumentStore) -> None:
    await documents.collection("people").insert_one(person(OLD, 1, "C1"))
    link = IdentifierLink(CARD, "C1", "p0001", "1990")
    await SubjectIndex(documents, OLD).link(link)
    await SubjectIndex(documents, NEW).link(replace(link, subject_id="p0002"))

    done = await reseal(documents)

    assert {"l1": 1} == done.links
    assert "p0002" == await SubjectIndex(documents, NEW).resolve_identifier(CARD, "C1", "1990")


async def write_log(documents: DocumentStore, keyring: Keyring) -> None:
    writer = AccessLogWriter(DocumentBacking(documents, head_signer(keyring)))
    await writer.append([replaced(EVENT, event_id="e-1")])
    await writer.close()


async def faults(documents: DocumentStore, keyring: Keyring) -> list[FaultKind]:
    reader = AccessLogReader(documents, head_signer(keyring))
    found = [await reader.verify(chain) for chain in await reader.chains()]
    return [fault.kind for each in found for fault in each.faults]


async def test_heads_of_the_access_log_are_signed_anew(documents: DocumentStore) -> None:
    await write_log(documents, OLD)
    await reseal(documents)

    assert [] == await faults(documents, NEW)


async def test_a_head_that_we_never_signed_is_not_signed(documents: DocumentStore) -> None:
    await write_log(documents, UNKNOWN)

    done = await reseal(documents)

    assert 1 == done.heads
    assert [FaultKind.FORGED] == await faults(documents, BOTH)


async def test_idempotency_keys_end_by_themselves(documents: DocumentStore) -> None:
    async def work() -> dict[str, Any]:
        return {}

    for keyring, key in ((OLD, "a"), (OLD, "b"), (NEW, "c")):
        store = IdempotencyStore(documents, keyring, lambda: NOW)
        await store.run(Request("here", key, b""), work)

    done = await reseal(documents)

    assert ({"l1": 2}, NOW + timedelta(days=30)) == (done.records, done.records_end)
