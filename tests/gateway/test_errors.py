"""The catalogue of client errors: complete, frozen, and what the documentation shows."""

from pathlib import Path

from access.error_texts import SHARED_VIETNAMESE
from gateway.errors import CATALOGUE, ClientError, ErrorCode, Language, catalogue_table, formatted
from resolvers.errors import VIETNAMESE as SUBGRAPHS_VIETNAMESE
from resolvers.errors import ErrorCode as SubgraphCode

FROZEN = """
ACCESS_CONTEXT_REFUSED AUDIT_UNAVAILABLE AUTHENTICATION_UNAVAILABLE AUTHORIZATION_UNAVAILABLE
BAD_REQUEST BAD_USER_INPUT BATCHING_NOT_SUPPORTED CONSENT_REQUIRED DEADLINE_EXCEEDED
DOWNSTREAM_SERVICE_ERROR ERRORS_LEFT_OUT FORBIDDEN GRAPHQL_PARSE_FAILED GRAPHQL_VALIDATION_FAILED
IDEMPOTENCY_KEY_REUSED INTERNAL_SERVER_ERROR INTROSPECTION_DISABLED INVALID_CURSOR INVALID_VALUE
IN_PROGRESS METHOD_NOT_ALLOWED NOT_ACCEPTABLE OPERATION_LIMIT_EXCEEDED OPERATION_NOT_SUPPORTED
OPERATION_RESOLUTION_FAILURE OVERLOADED PERSISTED_QUERY_NOT_SUPPORTED QUERY_PLANNING_FAILED
RATE_LIMITED REQUEST_TOO_LARGE SUBREQUEST_HTTP_ERROR SUBREQUEST_MALFORMED_RESPONSE
UNAUTHENTICATED UNAUTHORIZED_FIELD_OR_TYPE UNEXPECTED_NULL UNSUPPORTED_MEDIA_TYPE
UPSTREAM_UNAVAILABLE
"""


def test_the_codes_are_frozen() -> None:
    """Clients match on codes: one may be added, none renamed or removed."""
    assert sorted(FROZEN.split()) == sorted(str(code) for code in ErrorCode)


def test_every_code_of_a_subgraph_is_in_the_catalogue() -> None:
    """What a subgraph answers reaches clients with its code."""
    missing = {str(code) for code in SubgraphCode} - {str(code) for code in ErrorCode}

    assert missing == set()


def test_what_gateway_and_subgraphs_both_tell_is_one_sentence() -> None:
    said = {code: CATALOGUE[ErrorCode(code)].vietnamese for code in SHARED_VIETNAMESE}

    assert SHARED_VIETNAMESE == said
    assert SHARED_VIETNAMESE == {code: SUBGRAPHS_VIETNAMESE[SubgraphCode(code)] for code in said}


def test_every_code_is_described_in_both_languages() -> None:
    incomplete = [
        code
        for code in ErrorCode
        if code not in CATALOGUE
        or not all(CATALOGUE[code].message(language) for language in Language)
        or CATALOGUE[code].english == CATALOGUE[code].vietnamese
    ]

    assert incomplete == []


def test_the_documentation_shows_the_catalogue() -> None:
    text = Path("docs/error-codes.md").read_text("utf-8")

    assert catalogue_table() in text


def test_an_error_is_told_with_code_and_whether_to_retry() -> None:
    error = formatted(ClientError(ErrorCode.OVERLOADED), Language.ENGLISH, "r1")

    assert error == {
        "message": "The gateway is overloaded; try again later.",
        "extensions": {"code": "OVERLOADED", "retryable": True, "requestId": "r1"},
    }
