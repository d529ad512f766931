"""A circuit breaker: an upstream that keeps failing is left alone for a while."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BreakerSettings:
    """When to open and for how long.

    Attributes:
        failures: Failures in a row that open the breaker.
        open_seconds: How long it stays open before one request may try again.
    """

    failures: int = 5
    open_seconds: float = 10.0


class CircuitBreaker:
    """Closed: all pass. Open: none passes. Half open: one passes and decides."""

    def __init__(self, settings: BreakerSettings, clock: Callable[[], float]) -> None:
        """Args: settings: limits; clock: monotonic seconds."""
        self._settings = settings
        self._clock = clock
        self._failures = 0
        self._opened_at: float | None = None
        self._is_probing = False

    def admit(self) -> bool:
        """Whether a request may be sent now. Each admitted one must be reported afterwards."""
        if self._opened_at is None:
            return True
        if self._is_probing or self._clock() - self._opened_at < self._settings.open_seconds:
            return False
        self._is_probing = True
        return True

    def succeeded(self) -> None:
        """The upstream answered."""
        self._failures = 0
        self._opened_at = None
        self._is_probing = False

    def failed(self) -> None:
        """The upstream did not answer."""
        self._failures += 1
        if self._is_probing or self._failures >= self._settings.failures:
            self._opened_at = self._clock()
        self._is_probing = False

    def abandoned(self) -> None:
        """The request ended without telling anything about the upstream."""
        self._is_probing = False

    @property
    def is_open(self) -> bool:
        """Whether requests are held back."""
        return self._opened_at is not None
