"""Stage 2 of authorization: what is permitted for one subject, decided before a fetch."""

from gateway.consent.decision import decide
from gateway.consent.outcomes import (
    AccessRequest,
    Basis,
    Decision,
    DenialReason,
    Deny,
    Permit,
)
from gateway.consent.policy import HEALTH_BOOK_POLICY, Policy

__all__ = [
    "HEALTH_BOOK_POLICY",
    "AccessRequest",
    "Basis",
    "Decision",
    "DenialReason",
    "Deny",
    "Permit",
    "Policy",
    "decide",
]
