"""From identifiers and prescription codes to subjects, by keyed look-up tokens."""

import hmac
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from storage.access_profiles.model import PrescriptionLink
from storage.documents import Document, DocumentStore, DuplicateKeyError, IndexSpec
from storage.encryption import IdentifierKind, Keyring, under_key
from storage.steps import side_by_side

COLLECTION = "subject_index"
INDEXES = (IndexSpec(COLLECTION, (("subject_id", 1),)),)
_SID = "http://fhir.ehealth.gov.vn/core/sid/"

IDENTIFIER_KINDS: Mapping[str, IdentifierKind] = MappingProxyType(
    {
        f"{_SID}national_id": IdentifierKind.NATIONAL_ID,
        f"{_SID}citizen_id": IdentifierKind.NATIONAL_ID,
        f"{_SID}insurance_number": IdentifierKind.CARD_NUMBER,
    }
)
"""The identifier systems (VN Core IG) by which staff may look a person up."""


class IdentifierTakenError(Exception):
    """The identifier or code belongs to another subject already."""


@dataclass(frozen=True, slots=True)
class IdentifierLink:
    """An identifier of a subject, with the birth date that staff must give with it.

    Attributes:
        kind: `NATIONAL_ID` or `CARD_NUMBER`.
        value: The identifier as people write it.
        subject_id: The patient id.
        birth_date: As recorded: `1950`, `1950-03` or `1950-03-21`.
    """

    kind: IdentifierKind
    value: str
    subject_id: str
    birth_date: str


class SubjectIndex:
    """The collection of links; holds tokens only, never an identifier."""

    def __init__(self, documents: DocumentStore, keyring: Keyring) -> None:
        self._links = documents.collection(COLLECTION)
        self._keyring = keyring

    async def resolve_identifier(
        self, kind: IdentifierKind, value: str, birth_date: str
    ) -> str | None:
        """Answer the subject with that identifier and birth date; else None, whatever is wrong."""
        link = await self._find(kind, value)
        recorded = str(link["birth_date"]) if link else ""
        same = hmac.compare_digest(recorded.encode(), birth_date.encode())
        return str(link["subject_id"]) if link and same else None

    async def resolve_prescription_code(self, code: str) -> PrescriptionLink | None:
        """Answer what a prescription code leads to."""
        link = await self._find(IdentifierKind.PRESCRIPTION_CODE, code)
        return PrescriptionLink(link["subject_id"], link["prescription_id"]) if link else None

    async def link(self, *links: IdentifierLink) -> None:
        """Make identifiers lead to their subjects; earlier ones keep leading there.

        Raises:
            IdentifierTakenError: One leads to another subject already.
        """
        for link in links:
            document = self._identifier_document(link)
            others = self._other_ids(link.kind, link.value)
            await self._refuse_elsewhere(others, document)
            condition = {"_id": document["_id"], "subject_id": link.subject_id}
            update = {"$set": {"birth_date": link.birth_date}}
            try:
                await self._links.find_one_and_update(condition, update, upsert=True)
            except DuplicateKeyError:
                # Another process may have inserted the same link in between.
                if await self._links.find_one_and_update(condition, update) is None:
                    raise IdentifierTakenError from None
            if others:
                await self._links.update_many({"_id": {"$in": others}}, update)

    async def link_prescription(self, code: str, link: PrescriptionLink) -> None:
        """Make a prescription code lead to its subject.

        Raises:
            IdentifierTakenError: It leads to another prescription already.
        """
        document = self._prescription_document(code, link)
        others = self._other_ids(IdentifierKind.PRESCRIPTION_CODE, code)
        await self._refuse_elsewhere(others, document)
        try:
            await self._links.insert_one(document)
        except DuplicateKeyError:
            if await self._links.find_one(document) is None:
                raise IdentifierTakenError from None

    async def load(
        self,
        identifiers: Sequence[IdentifierLink] = (),
        prescriptions: Sequence[tuple[str, PrescriptionLink]] = (),
    ) -> None:
        """Add many links in bulk; those that are there already stay."""
        documents = [self._identifier_document(link) for link in identifiers]
        documents += [self._prescription_document(code, link) for code, link in prescriptions]
        await self._links.insert_many(documents, ordered=False)

    async def renew(self, values: Iterable[tuple[IdentifierKind, str]]) -> int:
        """Move links of these values from older look-up keys to the current one.

        Returns:
            How many were moved. One stays where its value leads to another subject by now.
        """
        newer: dict[str, str] = {}
        for kind, value in values:
            current, *older = self._keyring.tokens(kind, value)
            newer |= {f"{kind}:{token}": f"{kind}:{current}" for token in older}
        links = await self._links.find({"_id": {"$in": sorted(newer)}}) if newer else []
        return sum(await side_by_side(self._move(link, newer[link["_id"]]) for link in links))

    async def left(self) -> dict[str, int]:
        """Answer how many links are under each older look-up key."""
        return {
            key: sum(
                [await self._links.count(under_key(f"{kind}:{key}")) for kind in IdentifierKind]
            )
            for key in self._keyring.older_lookup_keys
        }

    async def _move(self, link: Document, newer: str) -> bool:
        """Make the newer link before the older goes: at every moment one of them leads there."""
        try:
            await self._links.insert_one({**link, "_id": newer})
        except DuplicateKeyError:
            known = await self._links.find_one({"_id": newer})
            if known is None or _target(known) != _target(link):
                return False
        return await self._links.delete_one(link)

    def _other_ids(self, kind: IdentifierKind, value: str) -> list[str]:
        return [f"{kind}:{token}" for token in self._keyring.tokens(kind, value)[1:]]

    async def _refuse_elsewhere(self, ids: list[str], document: Document) -> None:
        """Refuse a link where one under another key leads elsewhere.

        Raises:
            IdentifierTakenError: One does.
        """
        for known in await self._links.find({"_id": {"$in": ids}}) if ids else ():
            if _target(known) != _target(document):
                raise IdentifierTakenError

    async def _find(self, kind: IdentifierKind, value: str) -> Document | None:
        ids = [f"{kind}:{token}" for token in self._keyring.tokens(kind, value)]
        return await self._links.find_one({"_id": {"$in": ids}})

    def _identifier_document(self, link: IdentifierLink) -> Document:
        return {
            "_id": f"{link.kind}:{self._keyring.token(link.kind, link.value)}",
            "subject_id": link.subject_id,
            "birth_date": link.birth_date,
        }

    def _prescription_document(self, code: str, link: PrescriptionLink) -> Document:
        kind = IdentifierKind.PRESCRIPTION_CODE
        return {
            "_id": f"{kind}:{self._keyring.token(kind, code)}",
            "subject_id": link.subject_id,
            "prescription_id": link.prescription_id,
        }


def _target(link: Document) -> tuple[str, str | None]:
    return link["subject_id"], link.get("prescription_id")
