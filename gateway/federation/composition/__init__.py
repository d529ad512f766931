"""Composition of subgraphs into a supergraph."""

from gateway.federation.composition.compose import (
    CompositionFailure,
    CompositionResult,
    CompositionSuccess,
    SubgraphDocument,
    compose,
)
from gateway.federation.composition.supergraph import Supergraph
from gateway.federation.errors import CompositionError, CompositionHint, ErrorCode, HintCode
from gateway.federation.rules import CompositionRule, MergedView

__all__ = [
    "CompositionError",
    "CompositionFailure",
    "CompositionHint",
    "CompositionResult",
    "CompositionRule",
    "CompositionSuccess",
    "ErrorCode",
    "HintCode",
    "MergedView",
    "SubgraphDocument",
    "Supergraph",
    "compose",
]
