"""Composition of subgraphs into a supergraph."""

from gateway.federation.composition.compose import (
    CompositionFailure,
    CompositionResult,
    CompositionSuccess,
    SubgraphDocument,
    compose,
)

__all__ = [
    "CompositionFailure",
    "CompositionResult",
    "CompositionSuccess",
    "SubgraphDocument",
    "compose",
]
