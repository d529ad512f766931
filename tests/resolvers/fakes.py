"""Fakes of the subgraphs' own ports, and callers that speak as the gateway does."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from access.context import AccessContext, SubjectAccess, attach_access_context
from resolvers.asgi import SubgraphApplication
from resolvers.datatypes.connections import Page, PageRequest
from resolvers.federation import Subgraph
from resolvers.idempotency import StoredOnce
from resolvers.patient.records import AccessEntry
from resolvers.requests import Clock
from storage.documents import DocumentStore
from storage.idempotency import IdempotencyStore

KEY = b"k" * 32


class SettableClock:
    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


class ForgetfulOnce(StoredOnce):
    """Keeps outcomes in the store, and can lose them as a killed process does."""

    def __init__(self, records: IdempotencyStore, store: DocumentStore) -> None:
        super().__init__(records)
        self.collection = store.collection("idempotency")

    async def forget(self) -> None:
        """As if the process had been killed after writing and before keeping the outcome."""
        await self.collection.delete_many({})


class MemoryAccessLog:
    def __init__(self) -> None:
        self.entries: dict[str, list[AccessEntry]] = {}

    async def page(self, subject: str, request: PageRequest) -> Page[AccessEntry]:
        entries = self.entries.get(subject, [])
        return Page(entries[: request.first], len(entries) > request.first, request)


def permitting(
    subjects: Mapping[str, Mapping[str, set[str]] | set[str]], **caller: Any
) -> AccessContext:
    """The context of a caller with these groups (and labels) per subject."""
    accesses = {
        subject: SubjectAccess(
            {group: frozenset(labels) for group, labels in groups.items()}
            if isinstance(groups, Mapping)
            else {group: frozenset() for group in groups}
        )
        for subject, groups in subjects.items()
    }
    given = {"actor": "a1", "role": "citizen", "purpose": "PATRQT", **caller}
    return AccessContext(subjects=accesses, **given)


class Caller:
    """Asks a subgraph in process, with a signed access context."""

    def __init__(self, subgraph: Subgraph, clock: Clock) -> None:
        self.application = SubgraphApplication(subgraph, KEY, clock)
        self.name = subgraph.name
        self.clock = clock

    def body(
        self, query: str, variables: Mapping[str, Any] | None, context: AccessContext
    ) -> bytes:
        return signed(self.name, self.clock, query, variables, context)

    async def ask(
        self, query: str, context: AccessContext, variables: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        answer = await self.application.answer(self.body(query, variables, context))
        content: dict[str, Any] = json.loads(answer.body)
        return content

    async def data(
        self, query: str, context: AccessContext, variables: Mapping[str, Any] | None = None
    ) -> Any:
        content = await self.ask(query, context, variables)
        assert "errors" not in content, content
        return content["data"]


def signed(
    subgraph: str,
    clock: Clock,
    query: str,
    variables: Mapping[str, Any] | None,
    context: AccessContext,
) -> bytes:
    """A request's bytes as the gateway sends them."""
    plain = json.dumps({"query": query, "variables": variables or {}}).encode()
    lasting = replace(context, expires=int(clock().timestamp()) + 30)
    return attach_access_context(plain, lasting, KEY, subgraph)
