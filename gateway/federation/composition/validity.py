"""Whether a merged schema is valid GraphQL: subgraphs that are can merge into one that is not.

Source: GraphQL specification (October 2021), section 3 "Type System".
"""

from collections.abc import Iterator

from graphql import build_schema, validate_schema

from gateway.federation.errors import CompositionError, ErrorCode


def merged_graphql_errors(sdl: str) -> Iterator[CompositionError]:
    """What breaks the specification in a supergraph's SDL."""
    schema = build_schema(sdl, assume_valid_sdl=True, no_location=True)
    for error in validate_schema(schema):
        yield CompositionError(ErrorCode.INVALID_GRAPHQL, f"Merged: {error.message}")
