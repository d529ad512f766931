"""The codes of errors, and what is said of each."""

from dataclasses import dataclass
from enum import StrEnum


class Language(StrEnum):
    """Languages of messages."""

    ENGLISH = "en"
    VIETNAMESE = "vi"


class ErrorCode(StrEnum):
    """Stable codes in ``extensions.code``; renaming or removing one is a breaking change."""

    BAD_REQUEST = "BAD_REQUEST"
    METHOD_NOT_ALLOWED = "METHOD_NOT_ALLOWED"
    NOT_ACCEPTABLE = "NOT_ACCEPTABLE"
    UNSUPPORTED_MEDIA_TYPE = "UNSUPPORTED_MEDIA_TYPE"
    REQUEST_TOO_LARGE = "REQUEST_TOO_LARGE"
    BATCHING_NOT_SUPPORTED = "BATCHING_NOT_SUPPORTED"
    GRAPHQL_PARSE_FAILED = "GRAPHQL_PARSE_FAILED"
    GRAPHQL_VALIDATION_FAILED = "GRAPHQL_VALIDATION_FAILED"
    OPERATION_RESOLUTION_FAILURE = "OPERATION_RESOLUTION_FAILURE"
    OPERATION_LIMIT_EXCEEDED = "OPERATION_LIMIT_EXCEEDED"
    OPERATION_NOT_SUPPORTED = "OPERATION_NOT_SUPPORTED"
    QUERY_PLANNING_FAILED = "QUERY_PLANNING_FAILED"
    BAD_USER_INPUT = "BAD_USER_INPUT"
    INTROSPECTION_DISABLED = "INTROSPECTION_DISABLED"
    PERSISTED_QUERY_NOT_SUPPORTED = "PERSISTED_QUERY_NOT_SUPPORTED"
    UNAUTHENTICATED = "UNAUTHENTICATED"
    AUTHENTICATION_UNAVAILABLE = "AUTHENTICATION_UNAVAILABLE"
    UNAUTHORIZED_FIELD_OR_TYPE = "UNAUTHORIZED_FIELD_OR_TYPE"
    CONSENT_REQUIRED = "CONSENT_REQUIRED"
    AUTHORIZATION_UNAVAILABLE = "AUTHORIZATION_UNAVAILABLE"
    RATE_LIMITED = "RATE_LIMITED"
    OVERLOADED = "OVERLOADED"
    AUDIT_UNAVAILABLE = "AUDIT_UNAVAILABLE"
    SUBREQUEST_HTTP_ERROR = "SUBREQUEST_HTTP_ERROR"
    SUBREQUEST_MALFORMED_RESPONSE = "SUBREQUEST_MALFORMED_RESPONSE"
    DOWNSTREAM_SERVICE_ERROR = "DOWNSTREAM_SERVICE_ERROR"
    INVALID_VALUE = "INVALID_VALUE"
    UNEXPECTED_NULL = "UNEXPECTED_NULL"
    ERRORS_LEFT_OUT = "ERRORS_LEFT_OUT"
    FORBIDDEN = "FORBIDDEN"
    UPSTREAM_UNAVAILABLE = "UPSTREAM_UNAVAILABLE"
    IDEMPOTENCY_KEY_REUSED = "IDEMPOTENCY_KEY_REUSED"
    IN_PROGRESS = "IN_PROGRESS"
    INVALID_CURSOR = "INVALID_CURSOR"
    DEADLINE_EXCEEDED = "DEADLINE_EXCEEDED"
    ACCESS_CONTEXT_REFUSED = "ACCESS_CONTEXT_REFUSED"
    INTERNAL_SERVER_ERROR = "INTERNAL_SERVER_ERROR"


@dataclass(frozen=True, slots=True)
class ErrorDescription:
    """What a code means.

    Attributes:
        status: HTTP status where the error ends the request and the answer is
            ``application/graphql-response+json``.
        retryable: Whether the same request may succeed later.
        english: The message.
        vietnamese: The message in Vietnamese.
        well_formed: The request was well-formed GraphQL over HTTP, so that an
            ``application/json`` answer has status 200 whatever ``status`` says (GraphQL over
            HTTP, "application/json").
    """

    status: int
    retryable: bool
    english: str
    vietnamese: str
    well_formed: bool = False

    def message(self, language: Language) -> str:
        """Return the message in ``language``."""
        return self.vietnamese if language is Language.VIETNAMESE else self.english
