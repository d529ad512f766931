"""A budget of retries, so that they cannot multiply the load of an upstream that is failing."""


class RetryBudget:
    """Each first attempt earns a fraction of a retry; each retry spends one."""

    def __init__(self, ratio: float = 0.1, reserve: float = 10.0) -> None:
        """Starts with a full reserve.

        Args:
            ratio: Retries per first attempt in the long run.
            reserve: Retries that can be saved up.
        """
        self._ratio = ratio
        self._reserve = reserve
        self._balance = reserve

    def earn(self) -> None:
        """A first attempt was made."""
        self._balance = min(self._reserve, self._balance + self._ratio)

    def spend(self) -> bool:
        """Whether one more retry may be made; if so it is spent."""
        if self._balance < 1:
            return False
        self._balance -= 1
        return True
