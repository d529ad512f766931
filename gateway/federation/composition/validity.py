"""Whether a merged schema is valid GraphQL: subgraphs that are can merge into one that is not.

Source: GraphQL specification (October 2021), section 3 "Type System".
"""

from collections.abc import Iterator

from graphql import build_ast_schema, parse

from gateway.federation.errors import CompositionError, ErrorCode
from gateway.federation.subgraph.graphql_validation import (
    document_problems,
    misfitting_values,
    schema_problems,
)


def merged_graphql_errors(sdl: str) -> Iterator[CompositionError]:
    """What breaks the specification in a supergraph's SDL."""
    document = parse(sdl, no_location=True)
    problems = document_problems(document)
    if not problems:
        schema = build_ast_schema(document, assume_valid_sdl=True)
        problems = [*schema_problems(schema), *misfitting_values(schema, document)]
    for problem in problems:
        yield CompositionError(ErrorCode.INVALID_GRAPHQL, f"Merged: {problem.message}")
