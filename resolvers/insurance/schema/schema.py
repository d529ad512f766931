"""The schema of the insurance subgraph, put together."""

import strawberry

from resolvers.datatypes.fields import resolved
from resolvers.federation import SubgraphSchema
from resolvers.insurance.schema.entities import Encounter, Patient, Prescription


@strawberry.type
class Query:
    """The subgraph adds to others' entities; of its own it tells which tables claims follow."""

    @resolved(description="The decision whose tables claims follow.")
    def claim_tables_version(self) -> str:
        """The version of the output tables."""
        return "QĐ 3176/QĐ-BYT"


def create_schema() -> SubgraphSchema:
    """The insurance subgraph's schema."""
    return SubgraphSchema(Query, None, (Patient, Encounter, Prescription))
