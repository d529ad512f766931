"""One use of each access context."""

from access.context import AccessContext, AccessContextError


class NonceWindow:
    """Remembers the nonces of the last minute, so that a context is used once."""

    def __init__(self, capacity: int = 200_000) -> None:
        """Args: capacity: nonces kept; a full window refuses rather than forgets."""
        self._seen: dict[str, int] = {}
        self._capacity = capacity

    def admit(self, context: AccessContext, now: float) -> None:
        """Takes note of a verified context.

        Raises:
            AccessContextError: if the same context was used before, or too many are outstanding.
        """
        seen = self._seen
        if context.nonce in seen:
            raise AccessContextError("the access context was used before")
        if len(seen) >= self._capacity:
            self._forget(now)
            if len(seen) >= self._capacity:
                raise AccessContextError("too many requests are outstanding")
        seen[context.nonce] = context.expires
        oldest = next(iter(seen))
        if seen[oldest] < now:
            del seen[oldest]

    def _forget(self, now: float) -> None:
        for nonce in [nonce for nonce, expires in self._seen.items() if expires < now]:
            del self._seen[nonce]
