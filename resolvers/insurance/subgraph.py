"""The insurance subgraph, put together from what it works with."""

from collections.abc import Callable
from dataclasses import dataclass

from access.context import AccessContext
from resolvers.federation import Subgraph
from resolvers.insurance.answers import RecentAnswers
from resolvers.insurance.loaders import InsuranceLoaders, InsuranceSources
from resolvers.insurance.portal import InsurancePortal
from resolvers.insurance.repository import InsuranceRepository, indexes
from resolvers.insurance.schema.schema import create_schema
from storage.documents import DocumentStore
from storage.encryption import Keyring

NAME = "insurance"
_ANSWER_SECONDS = 300.0
_ANSWERS_KEPT = 20_000


@dataclass(frozen=True, slots=True)
class InsuranceParts:
    """What the insurance subgraph works with.

    Attributes:
        store: Its documents.
        keyring: Encrypts identity fields.
        portal: The social-insurance portal.
        monotonic: Monotonic seconds, for the age of the portal's answers.
    """

    store: DocumentStore
    keyring: Keyring
    portal: InsurancePortal
    monotonic: Callable[[], float]


def create_insurance_subgraph(parts: InsuranceParts) -> Subgraph:
    """The insurance subgraph."""
    sources = InsuranceSources(
        repository=InsuranceRepository(parts.store, parts.keyring),
        portal=parts.portal,
        cards=RecentAnswers(_ANSWER_SECONDS, _ANSWERS_KEPT, parts.monotonic),
        records=RecentAnswers(_ANSWER_SECONDS, _ANSWERS_KEPT, parts.monotonic),
    )

    def loaders(access: AccessContext) -> InsuranceLoaders:
        return InsuranceLoaders(sources, access)

    async def start() -> None:
        await parts.store.ensure_indexes(indexes())

    return Subgraph(name=NAME, schema=create_schema(), loaders=loaders, start=start)
