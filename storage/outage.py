"""What is remembered of a shared store that does not answer, so that nobody waits for it again."""

import logging
from collections.abc import Callable

_RETRY_SECONDS = 1.0

_LOG = logging.getLogger(__name__)


class Outage:
    """Whether a store failed to answer a moment ago; its begin and end are logged once."""

    def __init__(self, consequence: str, clock: Callable[[], float]) -> None:
        """Begin without one.

        Args:
            consequence: What it means while it lasts, for the log.
            clock: Monotonic seconds.
        """
        self._consequence = consequence
        self._clock = clock
        self._until: float | None = None

    @property
    def holds(self) -> bool:
        """Whether it is too early to ask again."""
        return self._until is not None and self._clock() < self._until

    def begin(self, error: Exception) -> None:
        """Take note that an answer failed to come."""
        if self._until is None:
            # The text of a driver's error may hold an address or a value.
            _LOG.warning("%s: %s", self._consequence, type(error).__name__)
        self._until = self._clock() + _RETRY_SECONDS

    def end(self) -> None:
        """Take note of an answer."""
        if self._until is not None:
            _LOG.warning("no longer: %s", self._consequence)
        self._until = None
