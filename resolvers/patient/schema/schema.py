"""The schema of the patient subgraph, put together."""

from resolvers.federation import SubgraphSchema
from resolvers.patient.schema.mutation import Mutation
from resolvers.patient.schema.query import ENTITIES, Query


def create_schema() -> SubgraphSchema:
    """The patient subgraph's schema."""
    return SubgraphSchema(Query, Mutation, ENTITIES)
