"""REST sources outside our walls: asked with a deadline, never more than they can bear."""

from resolvers.upstream.breaker import BreakerSettings, CircuitBreaker
from resolvers.upstream.budget import RetryBudget
from resolvers.upstream.client import (
    UpstreamAnswer,
    UpstreamClient,
    UpstreamLimits,
    UpstreamRequest,
)
from resolvers.upstream.errors import UpstreamError, UpstreamFault

__all__ = [
    "BreakerSettings",
    "CircuitBreaker",
    "RetryBudget",
    "UpstreamAnswer",
    "UpstreamClient",
    "UpstreamError",
    "UpstreamFault",
    "UpstreamLimits",
    "UpstreamRequest",
]
