"""Budgets of the planner."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PlannerLimits:
    """Caps on the planner's work.

    Attributes:
        steps: Choices that may be considered; about 5 µs each.
        fetches: Units of fetching that a plan may have before merging.
    """

    steps: int = 50_000
    fetches: int = 2_000
