"""The one place that reads and changes access profiles."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from typing import Protocol
from weakref import WeakValueDictionary

from storage.access_profiles import changes
from storage.access_profiles.cache import ProfileCache
from storage.access_profiles.codec import as_stored, from_document, same_facts, to_document
from storage.access_profiles.model import (
    AccessProfile,
    BreakGlassEntry,
    CareRelationship,
    CareRelationshipKind,
    ConsentEntry,
    PrescriptionLink,
    Representative,
)
from storage.access_profiles.subject_index import INDEXES, IdentifierLink, SubjectIndex
from storage.documents import (
    DocumentStore,
    DuplicateKeyError,
    IndexSpec,
    StorageUnavailableError,
)
from storage.encryption import IdentifierKind, Keyring
from storage.values import to_milliseconds

COLLECTION = "access_profiles"
PROFILE_INDEXES: tuple[IndexSpec, ...] = INDEXES
_ATTEMPTS = 100


class UnknownSubjectError(Exception):
    """There is no profile of that subject."""


class ChangeFeed(Protocol):
    """Announces changes of profiles to every process that caches them.

    An announcement may be lost: the caches do not rely on it.
    """

    async def publish(self, subject_id: str, version: int) -> None:
        """Tell everybody, listeners of this process before the call returns."""
        ...

    def listen(self, listener: Callable[[str | None, int], None]) -> None:
        """Call the listener with each subject and version; None: anything may have changed."""
        ...


@dataclass(frozen=True, slots=True)
class Freshness:
    """How long profiles are held.

    Attributes:
        max_age: Seconds from reading a profile to reading it again. Below one second, so that
            a withdrawal is in force everywhere within one.
        size: So many profiles at most.
    """

    max_age: float = 0.8
    size: int = 10_000


class AccessProfiles:
    """Reads profiles through a short-lived cache and changes them atomically.

    Every mutation is one conditional update of one document. It answers the profile with its
    raised version once that is durable and, in this process, in force.
    """

    def __init__(
        self,
        documents: DocumentStore,
        keyring: Keyring,
        feed: ChangeFeed,
        clock: Callable[[], datetime],
        freshness: Freshness | None = None,
    ) -> None:
        """Connect the repository.

        Args:
            documents: Where profiles and index live.
            keyring: Makes look-up tokens.
            feed: Announces changes.
            clock: Answers the present moment, aware.
            freshness: Limits of the cache.
        """
        limits = freshness or Freshness()
        self._profiles = documents.collection(COLLECTION)
        self._index = SubjectIndex(documents, keyring)
        self._feed = feed
        self._clock = clock
        monotonic = asyncio.get_running_loop().time
        self._cache = ProfileCache(limits.max_age, limits.size, monotonic)
        self._changing: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        feed.listen(self._on_change)

    def cached(self, subject_id: str) -> AccessProfile | None:
        """Answer a profile at once if a fresh one is held, for paths that should not wait."""
        return self._cache.get(subject_id)

    def forget(self, subject_id: str) -> None:
        """Drop what is held of a subject, after another process may have changed it."""
        self._cache.forget(subject_id)

    async def get_many(self, subject_ids: Iterable[str]) -> dict[str, AccessProfile]:
        """Answer the profiles of those subjects that have one.

        Raises:
            StorageUnavailableError: They cannot be read; then nobody may be permitted anything.
        """
        found: dict[str, AccessProfile] = {}
        waiting: dict[str, asyncio.Future[Mapping[str, AccessProfile]]] = {}
        missing: list[str] = []
        for subject_id in dict.fromkeys(subject_ids):
            if (profile := self._cache.get(subject_id)) is not None:
                found[subject_id] = profile
            elif (load := self._cache.loading(subject_id)) is not None:
                waiting[subject_id] = load
            else:
                missing.append(subject_id)
        if missing:
            own = asyncio.ensure_future(self._load(missing))
            self._cache.begin(missing, own)
            waiting |= dict.fromkeys(missing, own)
        for subject_id, each in waiting.items():
            # Others may wait for the same load: who gives up does not take it from them.
            loaded = await asyncio.shield(each)
            if subject_id in loaded:
                found[subject_id] = loaded[subject_id]
        return found

    async def resolve_identifier(
        self, kind: IdentifierKind, value: str, birth_date: str
    ) -> str | None:
        """Answer the subject with that identifier and birth date, None alike for all else.

        Args:
            kind: `NATIONAL_ID` or `CARD_NUMBER`.
            value: The identifier in any writing.
            birth_date: As recorded: `1950`, `1950-03` or `1950-03-21`.
        """
        return await self._index.resolve_identifier(kind, value, birth_date)

    async def resolve_prescription_code(self, code: str) -> PrescriptionLink | None:
        """Answer the subject and prescription that a presented code leads to."""
        return await self._index.resolve_prescription_code(code)

    async def create(
        self, subject_id: str, birth_date: date | None, identifiers: Sequence[IdentifierLink] = ()
    ) -> None:
        """Make an empty profile unless there is one, and link identifiers.

        Raises:
            IdentifierTakenError: An identifier belongs to another subject.
        """
        profile = AccessProfile(subject_id, version=1, birth_date=birth_date)
        try:
            await self._profiles.insert_one(to_document(profile))
        except DuplicateKeyError:
            await self._change(subject_id, lambda each: replace(each, birth_date=birth_date))
        await self._index.link(*identifiers)

    async def load(
        self,
        profiles: Sequence[AccessProfile],
        identifiers: Sequence[IdentifierLink] = (),
        prescriptions: Sequence[tuple[str, PrescriptionLink]] = (),
    ) -> int:
        """Add many profiles and links in bulk, leaving those that exist; answer how many."""
        documents = [to_document(profile) for profile in profiles]
        added = await self._profiles.insert_many(documents, ordered=False)
        await self._index.load(identifiers, prescriptions)
        return added

    async def link_identifiers(self, *links: IdentifierLink) -> None:
        """Make identifiers lead to their subjects.

        Raises:
            IdentifierTakenError: One belongs to another subject.
        """
        await self._index.link(*links)

    async def link_prescription(self, code: str, link: PrescriptionLink) -> None:
        """Make a prescription code lead to its subject.

        Nothing that is held of the subject depends on it, so the version stays.

        Raises:
            IdentifierTakenError: It leads to another prescription.
        """
        await self._index.link_prescription(code, link)

    async def add_grant(self, subject_id: str, entry: ConsentEntry) -> AccessProfile:
        """Put a permit in force."""
        return await self._change(subject_id, partial(changes.with_grant, entry=as_stored(entry)))

    async def add_deny(self, subject_id: str, entry: ConsentEntry) -> AccessProfile:
        """Put a refusal in force."""
        return await self._change(subject_id, partial(changes.with_deny, entry=as_stored(entry)))

    async def withdraw_grant(self, subject_id: str, consent_id: str) -> AccessProfile:
        """Take a permit or a refusal out of force."""
        return await self._change(
            subject_id, partial(changes.with_withdrawal, consent_id=consent_id)
        )

    async def open_care_relationship(
        self, subject_id: str, relationship: CareRelationship
    ) -> AccessProfile:
        """Record that a facility cares for the subject."""
        return await self._change(
            subject_id,
            partial(changes.with_care_relationship, relationship=as_stored(relationship)),
        )

    async def close_care_relationship(
        self, subject_id: str, kind: CareRelationshipKind, reference: str, end: datetime
    ) -> AccessProfile:
        """End a care relationship at a moment."""
        return await self._change(
            subject_id,
            partial(
                changes.with_closed_care_relationship,
                kind=kind,
                reference=reference,
                end=to_milliseconds(end),
            ),
        )

    async def add_representative(
        self, subject_id: str, representative: Representative
    ) -> AccessProfile:
        """Name who acts for the subject."""
        return await self._change(
            subject_id,
            partial(changes.with_representative, representative=as_stored(representative)),
        )

    async def break_glass(self, subject_id: str, entry: BreakGlassEntry) -> AccessProfile:
        """Record an emergency access."""
        return await self._change(
            subject_id, partial(changes.with_break_glass, entry=as_stored(entry))
        )

    async def _change(
        self, subject_id: str, transform: Callable[[AccessProfile], AccessProfile]
    ) -> AccessProfile:
        lock = self._changing.setdefault(subject_id, asyncio.Lock())
        async with lock:
            for _ in range(_ATTEMPTS):
                document = await self._profiles.find_one({"_id": subject_id})
                if document is None:
                    raise UnknownSubjectError
                before = from_document(document)
                after = changes.pruned(transform(before), self._clock())
                if same_facts(before, after):
                    self._cache.forget(subject_id, before.version)
                    return before
                if await self._store(replace(after, version=before.version + 1)):
                    await self._feed.publish(subject_id, before.version + 1)
                    return replace(after, version=before.version + 1)
        raise StorageUnavailableError("an access profile changes too often")

    async def _store(self, profile: AccessProfile) -> bool:
        condition = {"_id": profile.subject_id, "version": profile.version - 1}
        return await self._profiles.replace_one(condition, to_document(profile))

    async def _load(self, subject_ids: Sequence[str]) -> Mapping[str, AccessProfile]:
        documents = await self._profiles.find({"_id": {"$in": list(subject_ids)}})
        return {document["_id"]: from_document(document) for document in documents}

    def _on_change(self, subject_id: str | None, version: int) -> None:
        if subject_id is None:
            self._cache.forget_all()
        else:
            self._cache.forget(subject_id, version)
