"""Whether a merged schema is valid GraphQL: subgraphs that are can merge into one that is not.

Source: GraphQL specification (October 2021), section 3 "Type System".
"""

from collections.abc import Iterator

from graphql import build_schema

from gateway.federation.errors import CompositionError, ErrorCode
from gateway.federation.subgraph.graphql_validation import schema_problems


def merged_graphql_errors(sdl: str) -> Iterator[CompositionError]:
    """What breaks the specification in a supergraph's SDL."""
    schema = build_schema(sdl, assume_valid_sdl=True, no_location=True)
    for problem in schema_problems(schema):
        yield CompositionError(ErrorCode.INVALID_GRAPHQL, f"Merged: {problem}")
