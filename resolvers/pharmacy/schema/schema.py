"""The schema of the pharmacy subgraph, put together."""

from resolvers.federation import SubgraphSchema
from resolvers.pharmacy.schema.mutation import Mutation
from resolvers.pharmacy.schema.query import ENTITIES, Query


def create_schema() -> SubgraphSchema:
    """The pharmacy subgraph's schema."""
    return SubgraphSchema(Query, Mutation, ENTITIES)
