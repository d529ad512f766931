"""Errors that a subgraph tells the gateway: a stable code and a sentence without health data."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from access.error_texts import SHARED_VIETNAMESE


class ErrorCode(StrEnum):
    """Codes of request errors and of faults; business refusals are problems, not errors."""

    BAD_REQUEST = "BAD_REQUEST"
    """The HTTP request is no GraphQL request."""

    GRAPHQL_PARSE_FAILED = "GRAPHQL_PARSE_FAILED"
    """The document is not GraphQL."""

    GRAPHQL_VALIDATION_FAILED = "GRAPHQL_VALIDATION_FAILED"
    """The document does not fit the schema, or a variable does not fit its type."""

    ACCESS_CONTEXT_REFUSED = "ACCESS_CONTEXT_REFUSED"
    """The request carries no valid access context."""

    BAD_USER_INPUT = "BAD_USER_INPUT"
    """An argument has a value that cannot be used."""

    INVALID_CURSOR = "INVALID_CURSOR"
    """A cursor was not made by this list."""

    IDEMPOTENCY_KEY_REUSED = "IDEMPOTENCY_KEY_REUSED"
    """The idempotency key was used before with another input."""

    IN_PROGRESS = "IN_PROGRESS"
    """The request with this idempotency key is still running."""

    UPSTREAM_UNAVAILABLE = "UPSTREAM_UNAVAILABLE"
    """An upstream did not answer in time, or not sensibly."""

    DEADLINE_EXCEEDED = "DEADLINE_EXCEEDED"
    """The subgraph did not finish in time."""

    INTERNAL_SERVER_ERROR = "INTERNAL_SERVER_ERROR"
    """A fault of the subgraph; the log has the reason under the request id."""


VIETNAMESE: Mapping[ErrorCode, str] = MappingProxyType(
    {
        **{code: SHARED_VIETNAMESE[code] for code in ErrorCode if code in SHARED_VIETNAMESE},
        ErrorCode.GRAPHQL_VALIDATION_FAILED: "Yêu cầu không phù hợp với lược đồ.",
        ErrorCode.BAD_USER_INPUT: "Dữ liệu nhập không hợp lệ.",
    }
)
"""What each code means, as citizens read it; `message` tells more, in English."""


class SubgraphError(Exception):
    """An error whose code and text the caller may know."""

    def __init__(
        self,
        code: ErrorCode,
        message: str,
        *,
        retryable: bool = False,
        retry_after_ms: int | None = None,
    ) -> None:
        """Describes an error.

        Args:
            code: Stable code.
            message: English sentence; never a value of a clinical or identity field.
            retryable: Whether the same request may succeed later.
            retry_after_ms: When to try again, in milliseconds.
        """
        super().__init__(message)
        self.code = code
        self.message = message
        self.retryable = retryable
        self.retry_after_ms = retry_after_ms

    @property
    def extensions(self) -> dict[str, object]:
        """The `extensions` of the GraphQL error."""
        extensions: dict[str, object] = {
            "code": self.code.value,
            "retryable": self.retryable,
            "messageVi": VIETNAMESE[self.code],
        }
        if self.retry_after_ms is not None:
            extensions["retryAfterMs"] = self.retry_after_ms
        return extensions
