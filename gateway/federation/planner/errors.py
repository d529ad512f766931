"""Why an operation has no plan."""

QUERY_PLANNING_FAILED = "QUERY_PLANNING_FAILED"


class PlanningError(ValueError):
    """The operation cannot be planned.

    Attributes:
        code: Stable code for the client.
        message: What could not be planned; names only schema elements.
    """

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.code = QUERY_PLANNING_FAILED
        self.message = message


class PlanningLimitError(PlanningError):
    """Planning would take more steps than the budget allows."""
