"""After a change of keys: what is stored comes under the current ones, while the service runs.

A pass walks the collections by id. Sealed fields are sealed anew and look-up tokens made anew
wherever they are under an older key; links of the subject index move, and heads of the access log
that an older key signed are signed anew. All of it by conditional updates made from what was read,
so that nobody's change is lost, and several may do it at once or again. A pass that was stopped is
taken up where it was left. When a whole pass finds nothing more to do it is done.

What nobody can renew is counted: records of idempotency keys, of which only digests are kept and
which end by themselves, and links whose number or code no document holds any more.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from storage.access_log.chain import ChainHead
from storage.access_log.documents import HEADS, head_signer
from storage.access_profiles.subject_index import SubjectIndex
from storage.documents import Document, DocumentStore, Filter, Update
from storage.encryption import DecryptionError, IdentifierKind, Keyring, Place, under_key
from storage.idempotency import COLLECTION as IDEMPOTENCY
from storage.steps import PAGE, change_page, next_page
from storage.values import Value

COLLECTION = "resealing"

_PROGRESS = "pass"
_PASSES = 4
_TOLD_EVERY = 20 * PAGE

Opened: TypeAlias = Mapping[str, str]
"""The texts of a document's sealed fields by dotted path; without those that no key opens."""


@dataclass(frozen=True, slots=True)
class TokenList:
    """Look-up tokens that a document keeps beside what they lead to.

    Attributes:
        field: The list of tokens.
        of: The list whose members' sealed fields they are made of.
        make: The tokens under the current key.
    """

    field: str
    of: str
    make: Callable[[Keyring, Document, Opened], list[str]]


@dataclass(frozen=True, slots=True)
class SealedCollection:
    """What the documents of a collection keep under keys.

    Attributes:
        name: The collection.
        fields: Dotted paths of sealed texts, each the field of its `Place` too; `*` stands for
            every position of a list.
        tokens: Tokens that go with them.
        numbers: Numbers and codes by which the subject index may know a document's subject.
    """

    name: str
    fields: tuple[str, ...]
    tokens: TokenList | None = None
    numbers: Callable[[Document, Opened], Iterable[tuple[IdentifierKind, str]]] | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a pass came in a collection.

    Attributes:
        collection: The collection.
        read: Documents of it that were read.
        renewed: Of these, documents that were changed.
        moved: Links of the subject index that were moved for them.
    """

    collection: str
    read: int = 0
    renewed: int = 0
    moved: int = 0


@dataclass(frozen=True, slots=True)
class Resealed:
    """How it ended.

    Attributes:
        settled: A whole pass found nothing more to do. If not, some process still seals under
            older keys.
        unreadable: Collection, id and path of the fields that no key of the ring opens.
        links: Links of the subject index that are left under each older look-up key.
        heads: Heads of the access log that no key of the ring signed.
        records: Records of idempotency keys under each older look-up key.
        records_end: When the last of those ends; ``None`` where there is none.
    """

    settled: bool
    unreadable: frozenset[tuple[str, str, str]]
    links: Mapping[str, int]
    heads: int
    records: Mapping[str, int]
    records_end: datetime | None


class Resealing:
    """Brings what is stored under the current keys."""

    def __init__(
        self,
        documents: DocumentStore,
        keyring: Keyring,
        collections: Sequence[SealedCollection],
        tell: Callable[[Progress], None],
    ) -> None:
        """Prepare passes.

        Args:
            documents: The database.
            keyring: With the current keys, and every older one that is to be left.
            collections: All that keep something under keys, each time in the same order.
            tell: Is told how far a pass came, now and then and at the end of each collection.
        """
        self._documents = documents
        self._keyring = keyring
        self._collections = {each.name: _Renewing(each, keyring) for each in collections}
        self._tell = tell
        self._index = SubjectIndex(documents, keyring)
        self._progress = documents.collection(COLLECTION)
        self._heads_left = 0

    async def run(self) -> Resealed:
        """Return when a whole pass has found nothing more to do, or passes find no end.

        Raises:
            StorageUnavailableError: The database cannot be read or written; what was done stays.
        """
        begun = await self._progress.find_one(
            {"_id": _PROGRESS, "keys": self._keyring.current_keys}
        )
        if begun is not None and begun["collection"] not in self._collections:
            begun = None
        settled = False
        for _ in range(_PASSES):
            changed = await self._pass(begun)
            settled = begun is None and not changed
            begun = None
            if settled:
                break
        return await self._result(settled=settled)

    async def _pass(self, begun: Document | None) -> int:
        """Walk every collection, or what is left of a pass that was begun; answer the changes."""
        changed = 0
        names = list(self._collections)
        after = ""
        if begun is not None:
            names = names[names.index(begun["collection"]) :]
            after = begun["after"]
        has_links = any((await self._index.left()).values())
        for name in names:
            changed += await self._walk(self._collections[name], after, has_links=has_links)
            after = ""
        changed += await self._sign_heads()
        await self._progress.delete_one({"_id": _PROGRESS})
        return changed

    async def _walk(self, renewing: "_Renewing", after: str, *, has_links: bool) -> int:
        collection = self._documents.collection(renewing.sealed.name)
        read = renewed = moved = 0
        while page := await next_page(collection, after):
            if has_links:
                moved += await self._index.renew(renewing.numbers(page))
            renewed += await change_page(collection, renewing.step, page)
            read += len(page)
            after = page[-1]["_id"]
            await self._keep(renewing.sealed.name, after)
            if read % _TOLD_EVERY == 0:
                self._tell(Progress(renewing.sealed.name, read, renewed, moved))
        self._tell(Progress(renewing.sealed.name, read, renewed, moved))
        return renewed + moved

    async def _keep(self, collection: str, after: str) -> None:
        keys = self._keyring.current_keys
        record = {"_id": _PROGRESS, "keys": keys, "collection": collection, "after": after}
        await self._progress.replace_one({"_id": _PROGRESS}, record, upsert=True)

    async def _sign_heads(self) -> int:
        """Sign anew what an older key signed, and nothing else; answer how many."""
        heads = self._documents.collection(HEADS)
        sign = head_signer(self._keyring)
        signed = self._heads_left = 0
        for head in await heads.find({}):
            signature = str(head["signature"])
            if self._keyring.is_current_token(signature):
                continue
            statement = ChainHead(head["_id"], head["sequence"], head["hash"]).statement()
            current, *older = sign(statement)
            if signature not in older:
                self._heads_left += 1
            elif await heads.find_one_and_update(head, {"$set": {"signature": current}}):
                signed += 1
        return signed

    async def _result(self, *, settled: bool) -> Resealed:
        records = self._documents.collection(IDEMPOTENCY)
        left = {}
        ends = []
        for key in self._keyring.older_lookup_keys:
            left[key] = await records.count(under_key(key))
            ends += await records.find(under_key(key), sort=[("expires", -1)], limit=1)
        return Resealed(
            settled=settled,
            unreadable=frozenset(
                place for each in self._collections.values() for place in each.unreadable
            ),
            links=await self._index.left(),
            heads=self._heads_left,
            records=left,
            records_end=max((record["expires"] for record in ends), default=None),
        )


@dataclass(frozen=True, slots=True)
class _Renewing:
    """Renews the documents of one collection."""

    sealed: SealedCollection
    keyring: Keyring
    unreadable: set[tuple[str, str, str]] = field(default_factory=set)

    def step(self, document: Document) -> tuple[Filter, Update] | None:
        """Answer what brings a document under the current keys (a ``storage.steps.Step``)."""
        found = self._found(document)
        stale = [path for path, text in found.items() if not self.keyring.is_current(text)]
        tokens = self.sealed.tokens
        has_old_tokens = tokens is not None and not all(
            self.keyring.is_current_token(token) for token in document.get(tokens.field, ())
        )
        if not stale and not has_old_tokens:
            return None
        opened = self._opened(document, found)
        change: dict[str, Value] = {
            path: self.keyring.encrypt(opened[path], self._place(document, path))
            for path in stale
            if path in opened
        }
        condition: dict[str, Value] = dict(found)
        if tokens is not None and has_old_tokens and _covers(opened, found, tokens.of):
            change[tokens.field] = tokens.make(self.keyring, document, opened)
            condition[f"{tokens.of}.{len(document.get(tokens.of, ()))}"] = {"$exists": False}
        return (condition, {"$set": change}) if change else None

    def numbers(self, page: Sequence[Document]) -> Iterator[tuple[IdentifierKind, str]]:
        """Answer the numbers by which the subject index may know documents' subjects."""
        if self.sealed.numbers is not None:
            for document in page:
                opened = self._opened(document, self._found(document))
                yield from self.sealed.numbers(document, opened)

    def _found(self, document: Document) -> dict[str, str]:
        return {
            path: text
            for pattern in self.sealed.fields
            for path, text in _texts(document, pattern.split("."), "")
        }

    def _opened(self, document: Document, found: Mapping[str, str]) -> Opened:
        opened = {}
        for path, text in found.items():
            try:
                opened[path] = self.keyring.decrypt(text, self._place(document, path))
            except DecryptionError:
                self.unreadable.add((self.sealed.name, document["_id"], path))
        return opened

    def _place(self, document: Document, path: str) -> Place:
        return Place(self.sealed.name, document["_id"], path)


def _covers(opened: Opened, found: Mapping[str, str], within: str) -> bool:
    """Whether every sealed field below a path was opened."""
    return all(path in opened for path in found if path.startswith(f"{within}."))


def _texts(value: Value, parts: Sequence[str], path: str) -> Iterator[tuple[str, str]]:
    """Answer the texts that a pattern leads to, each with its dotted path."""
    if not parts:
        if isinstance(value, str):
            yield path, value
        return
    name, *rest = parts
    below = f"{path}." if path else ""
    if name == "*" and isinstance(value, list):
        for number, member in enumerate(value):
            yield from _texts(member, rest, f"{below}{number}")
    elif isinstance(value, dict):
        yield from _texts(value.get(name), rest, f"{below}{name}")
