"""Documents of the insurance subgraph; identity fields of cards are sealed."""

from collections.abc import Iterator, Sequence
from typing import Any

from resolvers.datatypes.identifiers import INSURANCE_NUMBER, indexed_numbers
from resolvers.insurance.records import CardRecord, ClaimRecord, DrugPrice
from resolvers.rows import row_index
from storage.documents import Collection, Document, DocumentStore, IndexSpec
from storage.encryption import IdentifierKind, Keyring, Place
from storage.resealing import Opened, SealedCollection

CARDS = "insurance_cards"
CLAIMS = "insurance_claims"
PRICES = "drug_prices"

_SEALED = ("number", "name", "birth_date")


def _number_of(_document: Document, opened: Opened) -> Iterator[tuple[IdentifierKind, str]]:
    if "number" in opened:
        yield from indexed_numbers(INSURANCE_NUMBER, opened["number"])


SEALED = SealedCollection(CARDS, fields=_SEALED, numbers=_number_of)
"""What is under keys here, for when these change."""


def indexes() -> list[IndexSpec]:
    """The indexes that the collections need."""
    return [
        IndexSpec(CARDS, (("subject_id", 1),)),
        IndexSpec(CLAIMS, (("encounter_id", 1),)),
        row_index(CLAIMS),
    ]


class InsuranceRepository:
    """Cards, claims and prices in documents."""

    def __init__(self, store: DocumentStore, keyring: Keyring) -> None:
        """Opens nothing.

        Args:
            store: Where the documents are.
            keyring: Encrypts identity fields.
        """
        self._cards = store.collection(CARDS)
        self._claims = store.collection(CLAIMS)
        self._prices = store.collection(PRICES)
        self._keyring = keyring

    @property
    def claims(self) -> Collection:
        """The index of claims, as rows."""
        return self._claims

    async def cards(self, subjects: Sequence[str]) -> list[CardRecord | None]:
        """The newest card of each subject, in order."""
        found = await self._cards.find(
            {"subject_id": {"$in": list(subjects)}}, sort=[("subject_id", 1), ("start", 1)]
        )
        newest = {document["subject_id"]: document for document in found}
        return [
            self._opened(newest[subject]) if subject in newest else None for subject in subjects
        ]

    async def claims_by_id(self, ids: Sequence[str]) -> list[Document | None]:
        """The claim of each id, in order."""
        found = await self._claims.find({"_id": {"$in": list(ids)}})
        by_id = {document["_id"]: document for document in found}
        return [by_id.get(claim) for claim in ids]

    async def claims_of_encounters(self, encounters: Sequence[str]) -> list[Document | None]:
        """The claim of each encounter, in order."""
        found = await self._claims.find({"encounter_id": {"$in": list(encounters)}})
        by_encounter = {document["encounter_id"]: document for document in found}
        return [by_encounter.get(encounter) for encounter in encounters]

    async def prices(self, numbers: Sequence[str]) -> list[DrugPrice | None]:
        """The price of each drug by registration number, in order."""
        found = await self._prices.find({"_id": {"$in": list(numbers)}})
        by_number = {
            document["_id"]: DrugPrice(
                document["_id"], document["unit_price"], document["paid_percent"]
            )
            for document in found
        }
        return [by_number.get(number) for number in numbers]

    async def import_cards(self, cards: Sequence[CardRecord]) -> int:
        """Adds cards in bulk; those whose id is taken stay as they are."""
        return await self._cards.insert_many([self._sealed(card) for card in cards], ordered=False)

    async def import_claims(self, claims: Sequence[ClaimRecord]) -> int:
        """Adds claims to the index in bulk; those whose id is taken stay as they are."""
        documents: list[dict[str, Any]] = [
            {
                "_id": claim.id,
                "subject_id": claim.subject_id,
                "encounter_id": claim.encounter_id,
                "facility_id": claim.facility_id,
                "date": claim.date,
                "labels": list(claim.labels),
            }
            for claim in claims
        ]
        return await self._claims.insert_many(documents, ordered=False)

    async def import_prices(self, prices: Sequence[DrugPrice]) -> int:
        """Adds prices in bulk; those that are there stay as they are."""
        documents: list[dict[str, Any]] = [
            {
                "_id": price.registration_number,
                "unit_price": price.unit_price,
                "paid_percent": price.paid_percent,
            }
            for price in prices
        ]
        return await self._prices.insert_many(documents, ordered=False)

    def _sealed(self, card: CardRecord) -> Document:
        document: Document = {
            "_id": card.id,
            "subject_id": card.subject_id,
            "facility_id": card.facility_id,
            "start": card.start,
            "end": card.end,
            "area": card.area,
            "five_years_from": card.five_years_from,
        }
        for name in _SEALED:
            place = Place(CARDS, card.id, name)
            document[name] = self._keyring.encrypt(getattr(card, name), place)
        return document

    def _opened(self, document: Document) -> CardRecord:
        opened = {
            name: self._keyring.decrypt(document[name], Place(CARDS, document["_id"], name))
            for name in _SEALED
        }
        return CardRecord(
            id=document["_id"],
            subject_id=document["subject_id"],
            facility_id=document.get("facility_id"),
            start=document.get("start"),
            end=document.get("end"),
            area=document.get("area"),
            five_years_from=document.get("five_years_from"),
            **opened,
        )
