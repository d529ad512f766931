"""Stage 1 of authorization: what a token's scopes allow, decided before planning."""

from gateway.authorization.pruning import StaticAuthorization, authorize, requirement_mask
from gateway.authorization.reading import read_requirements
from gateway.authorization.requirements import PolicyEvaluator, Requirement, RequirementTable

__all__ = [
    "PolicyEvaluator",
    "Requirement",
    "RequirementTable",
    "StaticAuthorization",
    "authorize",
    "read_requirements",
    "requirement_mask",
]
