"""Why an upstream gave nothing."""

from enum import StrEnum


class UpstreamFault(StrEnum):
    """Kinds of failure; the names are those that clients see as reasons of a missing source."""

    UNAVAILABLE = "UNAVAILABLE"
    """No connection, a cut connection, or an error status."""

    TIMEOUT = "TIMEOUT"
    """No answer before the deadline."""

    MALFORMED = "MALFORMED"
    """An answer that is not what was asked for: no JSON, too large, another type."""

    OVERLOADED = "OVERLOADED"
    """It was not asked: it is failing, or too many requests wait for it."""

    NOT_CONNECTED = "NOT_CONNECTED"
    """It was not asked: there is no way to it."""


class UpstreamError(Exception):
    """An upstream gave nothing usable. The text names the upstream, never a person or a value."""

    def __init__(self, upstream: str, fault: UpstreamFault, detail: str = "") -> None:
        """Describes a failure.

        Args:
            upstream: Its name, for logs.
            fault: What kind of failure it was.
            detail: A status or an exception's type, for logs.
        """
        super().__init__(f"{upstream}: {fault}{f' ({detail})' if detail else ''}")
        self.upstream = upstream
        self.fault = fault
