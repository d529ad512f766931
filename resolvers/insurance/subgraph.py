"""The insurance subgraph, put together from what it works with."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from access.context import AccessContext
from resolvers.federation import Subgraph
from resolvers.insurance.answers import RecentAnswers, SharedAnswers
from resolvers.insurance.loaders import InsuranceLoaders, InsuranceSources
from resolvers.insurance.portal import CardAnswer, InsurancePortal
from resolvers.insurance.repository import InsuranceRepository, indexes
from resolvers.insurance.schema.schema import create_schema
from storage.documents import DocumentStore
from storage.encryption import Keyring

NAME = "insurance"
_ANSWER_SECONDS = 300.0
_ANSWERS_KEPT = 5_000


@dataclass(frozen=True, slots=True)
class InsuranceParts:
    """What the insurance subgraph works with.

    Attributes:
        store: Its documents.
        keyring: Encrypts identity fields.
        portal: The social-insurance portal.
        monotonic: Monotonic seconds, for the age of the portal's answers.
        shared: Where other processes of this subgraph find the portal's answers, or ``None``.
    """

    store: DocumentStore
    keyring: Keyring
    portal: InsurancePortal
    monotonic: Callable[[], float]
    shared: SharedAnswers | None = None


def create_insurance_subgraph(parts: InsuranceParts) -> Subgraph:
    """The insurance subgraph."""
    sources = InsuranceSources(
        repository=InsuranceRepository(parts.store, parts.keyring),
        portal=parts.portal,
        cards=RecentAnswers(
            CardAnswer, _ANSWER_SECONDS, _ANSWERS_KEPT, parts.monotonic, parts.shared
        ),
        histories=RecentAnswers(
            CardAnswer, _ANSWER_SECONDS, _ANSWERS_KEPT, parts.monotonic, parts.shared
        ),
        records=RecentAnswers(
            Mapping[str, Any] | None, _ANSWER_SECONDS, _ANSWERS_KEPT, parts.monotonic, parts.shared
        ),
    )

    def loaders(access: AccessContext) -> InsuranceLoaders:
        return InsuranceLoaders(sources, access)

    async def start() -> None:
        await parts.store.ensure_indexes(indexes())

    return Subgraph(name=NAME, schema=create_schema(), loaders=loaders, start=start)
