"""Why a subgraph gave no answer, as the executor's failure values."""

from enum import StrEnum

from gateway.federation.executor.ports import FetchFailure


class FailureReason(StrEnum):
    """What went wrong between gateway and subgraph."""

    CONNECTION = "connection"
    TIMEOUT = "timeout"
    TOO_LARGE = "too large"
    MALFORMED = "malformed"
    STATUS = "status"
    OVERLOADED = "overloaded"
    UNKNOWN_SUBGRAPH = "unknown subgraph"


_MESSAGES = {
    FailureReason.CONNECTION: "the subgraph cannot be reached",
    FailureReason.TIMEOUT: "the subgraph did not answer in time",
    FailureReason.TOO_LARGE: "the subgraph's answer is too large",
    FailureReason.MALFORMED: "the subgraph's answer is not HTTP",
    FailureReason.STATUS: "the subgraph answered with an HTTP error",
    FailureReason.OVERLOADED: "too many requests wait for the subgraph",
    FailureReason.UNKNOWN_SUBGRAPH: "the subgraph has no address",
}


def failure(reason: FailureReason, *, status: int | None = None) -> FetchFailure:
    """Return the failure value of a reason; ``status`` is the HTTP status, where there is one."""
    extensions: tuple[tuple[str, object], ...] = (("reason", str(reason)),)
    if status is not None:
        extensions += (("http", {"status": status}),)
    return FetchFailure(_MESSAGES[reason], "SUBREQUEST_HTTP_ERROR", extensions)


def answer_or_failure(status: int, body: bytes) -> bytes | FetchFailure:
    """Return the body of an answer that may be GraphQL, else why it is none.

    Servers may answer GraphQL errors with a status of 4xx or 5xx; redirects are never followed.
    """
    if status == 200 or (not 300 <= status < 400 and body[:1] == b"{"):
        return body
    return failure(FailureReason.STATUS, status=status)
