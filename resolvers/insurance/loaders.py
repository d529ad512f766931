"""The loader set of one request to the insurance subgraph."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from access.categories import Category
from access.context import AccessContext
from resolvers.batching import Loader
from resolvers.datatypes.connections import Page
from resolvers.insurance.answers import RecentAnswers, answer_key
from resolvers.insurance.history import history_lines
from resolvers.insurance.portal import CardAnswer, CardEnquiry, InsurancePortal
from resolvers.insurance.records import CardRecord, DrugPrice
from resolvers.insurance.repository import InsuranceRepository
from resolvers.rows import RowList, RowRequest, rows_by_subject, visible
from resolvers.upstream import UpstreamError
from storage.documents import Document

MOST_NEW_CLAIMS = 20
"""Claims that one request takes into the index; the portal allows few requests a second."""


@dataclass(frozen=True, slots=True)
class ClaimOf:
    """A claim and whose it is.

    Attributes:
        id: The portal's ``maHoSo``.
        subject_id: The patient.
    """

    id: str
    subject_id: str


@dataclass(frozen=True, slots=True)
class InsuranceSources:
    """Where the subgraph's data comes from; shared by all requests.

    Attributes:
        repository: Its own documents.
        portal: The social-insurance portal.
        cards: Recent answers about cards.
        histories: Recent histories of cards.
        records: Recent tables of claims.
    """

    repository: InsuranceRepository
    portal: InsurancePortal
    cards: RecentAnswers[CardAnswer]
    histories: RecentAnswers[CardAnswer]
    records: RecentAnswers[Mapping[str, Any] | None]


class InsuranceLoaders:
    """One request's loaders; nothing of them outlives it."""

    def __init__(self, sources: InsuranceSources, access: AccessContext) -> None:
        """Makes empty loaders.

        Args:
            sources: Where the data comes from.
            access: The caller.
        """
        self._sources = sources
        self._access = access
        repository = sources.repository
        self.cards: Loader[str, CardRecord | None] = Loader("CardByPatient", repository.cards)
        self.prices: Loader[str, DrugPrice | None] = Loader("PriceByDrug", repository.prices)
        self.claims: Loader[RowRequest, Page[Document]] = rows_by_subject(
            "ClaimsByPatient", RowList(repository.claims, Category.CLAIMS, short=False), access
        )
        self.claims_by_id: Loader[str, Document | None] = Loader("ClaimById", self._claims_by_id)
        self.claim_of_encounter: Loader[str, Document | None] = Loader(
            "ClaimByEncounter", self._claims_of_encounters
        )
        self.answers: Loader[CardRecord, CardAnswer] = Loader("AnswerByCard", self._answers)
        self.histories: Loader[str, bool] = Loader("HistoryByPatient", self._histories)
        self.records: Loader[ClaimOf, Mapping[str, Any] | None] = Loader(
            "RecordByClaim", self._records
        )

    async def _claims_by_id(self, ids: Sequence[str]) -> list[Document | None]:
        return self._visible(await self._sources.repository.claims_by_id(ids))

    async def _claims_of_encounters(self, encounters: Sequence[str]) -> list[Document | None]:
        return self._visible(await self._sources.repository.claims_of_encounters(encounters))

    def _visible(self, rows: Sequence[Document | None]) -> list[Document | None]:
        return [
            row if row is not None and visible(row, self._access, Category.CLAIMS) else None
            for row in rows
        ]

    async def tables(self, rows: Sequence[Document]) -> tuple[dict[str, Mapping[str, Any]], bool]:
        """The portal's tables by claim, and whether it answered for all of them.

        Args:
            rows: The claims' entries in the index.
        """
        return await self._tables([ClaimOf(row["_id"], row["subject_id"]) for row in rows])

    async def _tables(
        self, claims: Sequence[ClaimOf]
    ) -> tuple[dict[str, Mapping[str, Any]], bool]:
        loads = [asyncio.ensure_future(self.records.load(claim)) for claim in claims]
        found: dict[str, Mapping[str, Any]] = {}
        is_complete = True
        for claim, load in zip(claims, loads, strict=True):
            try:
                tables = await load
            except UpstreamError:
                is_complete = False
                continue
            if tables is not None:
                found[claim.id] = tables
        return found, is_complete

    async def _histories(self, subjects: Sequence[str]) -> list[bool]:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(self._take_in_history(one)) for one in subjects]
        return [task.result() for task in tasks]

    async def _take_in_history(self, subject: str) -> bool:
        """Adds claims to the index that the portal knows of; whether all are in it now."""
        card = await self.cards.load(subject)
        if card is None:
            return True
        sources = self._sources
        key = answer_key(self._access, subject, f"history of {card.id}")
        enquiry = CardEnquiry(card.number, card.name, card.birth_date)
        try:
            answer = await sources.histories.get(key, lambda: sources.portal.history(enquiry))
        except UpstreamError:
            return False
        lines = history_lines(answer.members)
        known = await sources.repository.claims_by_id([line.claim_id for line in lines])
        new = [line for line, row in zip(lines, known, strict=True) if row is None]
        tables, is_complete = await self._tables(
            [ClaimOf(line.claim_id, subject) for line in new[:MOST_NEW_CLAIMS]]
        )
        await sources.repository.import_claims(
            [
                line.record(subject, tables[line.claim_id])
                for line in new
                if line.claim_id in tables
            ]
        )
        return is_complete and len(new) <= MOST_NEW_CLAIMS

    async def prices_of(self, numbers: Sequence[str]) -> dict[str, DrugPrice]:
        """The prices of several drugs by registration number; drugs without one are left out."""
        loads = {number: asyncio.ensure_future(self.prices.load(number)) for number in numbers}
        found = {number: await load for number, load in loads.items()}
        return {number: price for number, price in found.items() if price is not None}

    async def _answers(self, cards: Sequence[CardRecord]) -> list[CardAnswer | UpstreamError]:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(self._answer(card)) for card in cards]
        return [task.result() for task in tasks]

    async def _answer(self, card: CardRecord) -> CardAnswer | UpstreamError:
        enquiry = CardEnquiry(card.number, card.name, card.birth_date)
        sources = self._sources
        key = answer_key(self._access, card.subject_id, card.id)
        try:
            return await sources.cards.get(key, lambda: sources.portal.look_up(enquiry))
        except UpstreamError as error:
            return error

    async def _records(
        self, claims: Sequence[ClaimOf]
    ) -> list[Mapping[str, Any] | UpstreamError | None]:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(self._record(claim)) for claim in claims]
        return [task.result() for task in tasks]

    async def _record(self, claim: ClaimOf) -> Mapping[str, Any] | UpstreamError | None:
        sources = self._sources
        key = answer_key(self._access, claim.subject_id, claim.id)
        try:
            return await sources.records.get(key, lambda: sources.portal.record(claim.id))
        except UpstreamError as error:
            return error
