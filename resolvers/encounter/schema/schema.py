"""The schema of the encounter subgraph, put together."""

from resolvers.encounter.schema.mutation import Mutation
from resolvers.encounter.schema.patient import Patient
from resolvers.encounter.schema.query import Query
from resolvers.federation import SubgraphSchema


def create_schema() -> SubgraphSchema:
    """The encounter subgraph's schema."""
    return SubgraphSchema(Query, Mutation, (Patient,))
