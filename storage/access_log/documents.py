"""The access log as documents: chained like the file, and read by subject."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, TypeAlias

from storage.access_log.chain import ChainHead, Link, Verification, Verifier
from storage.access_log.model import AccessEvent, Phase, parse_event
from storage.documents import Document, DocumentStore, IndexSpec
from storage.encryption import Keyring
from storage.values import to_milliseconds

EVENTS = "access_log"
HEADS = "access_log_heads"
ACCESS_LOG_INDEXES = (
    IndexSpec(EVENTS, (("subject_id", 1), ("time", -1), ("_id", -1))),
    IndexSpec(EVENTS, (("phase", 1), ("time", 1))),
    IndexSpec(EVENTS, (("intent_id", 1),)),
)
_PAGE = 1000

Signer: TypeAlias = Callable[[bytes], tuple[str, ...]]


def head_signer(keyring: Keyring) -> Signer:
    """Answer what signs heads: an HMAC, so whoever writes the database alone forges none."""
    return partial(keyring.fingerprints, "access-log-head")


@dataclass(frozen=True, slots=True)
class LoggedEvent:
    """An event and its place in its subject's list."""

    id: str
    event: AccessEvent


class DocumentBacking:
    """Keeps each link as a document, and how far each chain was known to reach.

    The head of a group is written beside the next group, so that it never runs ahead of the
    events; after a crash it may be one group behind.
    """

    links_groups = False

    def __init__(self, documents: DocumentStore, sign: Signer | None = None) -> None:
        """Use a database.

        Args:
            documents: The database.
            sign: Answers the keyed digests of content, the current key's first (`head_signer`).
                Without it whoever writes the database can cut off the end of a chain unseen.
        """
        self._events = documents.collection(EVENTS)
        self._heads = documents.collection(HEADS)
        self._sign = sign
        self._head: ChainHead | None = None

    async def write(self, links: Sequence[Link]) -> None:
        """Return when all links are durable."""
        inserting = asyncio.ensure_future(
            self._events.insert_many([_document(link) for link in links])
        )
        try:
            await self._write_head()
        finally:
            await inserting
        last = links[-1]
        self._head = ChainHead(last.chain, last.sequence, last.hash)

    async def lacking(self, events: Sequence[AccessEvent]) -> Sequence[AccessEvent]:
        """Answer those of some events that are not kept; an intent needs one outcome only."""
        return [event for event in events if not await self._holds(event)]

    async def close(self) -> None:
        """Write the last head."""
        await self._write_head()

    async def _holds(self, event: AccessEvent) -> bool:
        # Both are found by an index.
        condition: dict[str, Any] = {"intent_id": event.intent_id}
        if event.intent_id is None:
            time = to_milliseconds(event.time)
            condition = {"subject_id": event.subject_id, "time": time, "event_id": event.event_id}
        return await self._events.count(condition) > 0

    async def _write_head(self) -> None:
        if self._head is not None:
            head = self._head
            document = {
                "_id": head.chain,
                "sequence": head.sequence,
                "hash": head.hash,
                "signature": self._sign(head.statement())[0] if self._sign else None,
            }
            await self._heads.replace_one({}, document, upsert=True)
            self._head = None


class AccessLogReader:
    """Reads what a `DocumentBacking` keeps."""

    def __init__(self, documents: DocumentStore, sign: Signer | None = None) -> None:
        """Use a database.

        Args:
            documents: The database.
            sign: As for the backing: verification signs anew and compares. Without it heads are
                believed.
        """
        self._events = documents.collection(EVENTS)
        self._heads = documents.collection(HEADS)
        self._sign = sign

    async def about(
        self, subject_id: str, *, limit: int, after: tuple[datetime, str] | None = None
    ) -> list[LoggedEvent]:
        """Answer how requests about a subject ended, newest first.

        Args:
            subject_id: The patient id.
            limit: At most so many.
            after: Time and id of the last event seen, to go on behind it.
        """
        condition: dict[str, Any] = {"subject_id": subject_id, "phase": Phase.OUTCOME}
        if after is not None:
            time, last_id = after
            condition["$or"] = [{"time": {"$lt": time}}, {"time": time, "_id": {"$lt": last_id}}]
        found = await self._events.find(condition, sort=[("time", -1), ("_id", -1)], limit=limit)
        return [LoggedEvent(each["_id"], parse_event(each["content"])) for each in found]

    async def unfinished_intents(self, since: datetime, until: datetime) -> list[AccessEvent]:
        """Answer the intents of a span of time to which no outcome was written.

        Args:
            since: Intents from here on.
            until: Intents before; those that are later may still be under way.
        """
        condition = {"phase": Phase.INTENT, "time": {"$gte": since, "$lt": until}}
        found = await self._events.find(condition, sort=[("time", 1)])
        intents = {each["event_id"]: parse_event(each["content"]) for each in found}
        outcomes = await self._events.find({"intent_id": {"$in": list(intents)}})
        finished = {each["intent_id"] for each in outcomes}
        return [event for event_id, event in intents.items() if event_id not in finished]

    async def verify(self, chain: str) -> Verification:
        """Check one chain against itself and its recorded head."""
        verifier = Verifier()
        async for document in self._links(chain):
            link = _link(document)
            if link is None:
                verifier.unreadable(chain)
            else:
                verifier.follow(link)
        record = await self._heads.find_one({"_id": chain})
        if record is None:
            return verifier.result()
        head = ChainHead(chain, record["sequence"], record["hash"])
        if self._sign is not None and record["signature"] not in self._sign(head.statement()):
            verifier.forged(head)
        return verifier.result([head])

    async def chains(self) -> list[str]:
        """Answer the ids of all chains, those that lost every event or their head included."""
        heads = {head["_id"] for head in await self._heads.find({})}
        return sorted(heads | set(await self._events.group_count({}, "chain")))

    async def _links(self, chain: str) -> AsyncIterator[Document]:
        after = f"{chain}:"
        while True:
            condition = {"_id": {"$gt": after, "$lt": f"{chain};"}}
            page = await self._events.find(condition, sort=[("_id", 1)], limit=_PAGE)
            for document in page:
                yield document
            if len(page) < _PAGE:
                return
            after = page[-1]["_id"]


def _document(link: Link) -> Document:
    event = parse_event(link.content)
    document: Document = {
        "_id": f"{link.chain}:{link.sequence:012}",
        "chain": link.chain,
        "sequence": link.sequence,
        "hash": link.hash,
        "content": link.content.decode(),
        "event_id": event.event_id,
        "subject_id": event.subject_id,
        "time": to_milliseconds(event.time),
        "phase": event.phase.value,
    }
    if event.intent_id is not None:
        document["intent_id"] = event.intent_id
    return document


def _link(document: Document) -> Link | None:
    """Answer the link of a document whose index fields still say what its content says."""
    try:
        chain, sequence = str(document["chain"]), int(document["sequence"])
        link = Link(chain, sequence, str(document["hash"]), str(document["content"]).encode())
        return link if _document(link) == document else None
    except (KeyError, ValueError, TypeError):
        return None
