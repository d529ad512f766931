"""Stage 1 of authorization: what a token's scopes allow, decided before planning."""

from gateway.authorization.pruning import StaticAuthorization, authorize, requirement_mask
from gateway.authorization.requirements import (
    PolicyEvaluator,
    Requirement,
    RequirementTable,
    read_requirements,
)

__all__ = [
    "PolicyEvaluator",
    "Requirement",
    "RequirementTable",
    "StaticAuthorization",
    "authorize",
    "read_requirements",
    "requirement_mask",
]
