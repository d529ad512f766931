"""What an execution ends in."""

from dataclasses import dataclass
from typing import Any, Final

import msgspec

from gateway.federation.executor.requests import encode_json
from gateway.federation.response.errors import ErrorValue, ExecutionError

ERRORS_LEFT_OUT: Final = "ERRORS_LEFT_OUT"


@dataclass(frozen=True, slots=True)
class FailedFetch:
    """A fetch that brought nothing usable, for logs and metrics.

    Attributes:
        subgraph: The subgraph.
        code: Stable code.
        message: The unmasked reason.
    """

    subgraph: str
    code: str
    message: str


class ExecutionOutcome(msgspec.Struct, frozen=True):
    """The response to an operation. A struct, as one is made per request.

    Attributes:
        body: The complete GraphQL response as JSON.
        errors: The response's errors.
        fetches: Number of requests sent to subgraphs.
        failures: Fetches that brought nothing usable.
        is_general: The general path answered.
    """

    body: bytes
    errors: tuple[ExecutionError, ...] = ()
    fetches: int = 0
    failures: tuple[FailedFetch, ...] = ()
    is_general: bool = False


def bounded_errors(errors: list[ExecutionError], limit: int) -> list[ExecutionError]:
    """Return the first errors up to a limit, and then one that tells how many are left out.

    One fetch that fails for many objects has an error at each of their places.
    """
    left_out = len(errors) - limit
    if left_out <= 0:
        return errors
    message = f"{left_out} more errors are left out"
    rest = ErrorValue(message, {"code": ERRORS_LEFT_OUT, "leftOut": left_out})
    return [*errors[:limit], ExecutionError(rest, None)]


def response_body(data: dict[str, Any] | None, errors: list[ExecutionError]) -> bytes:
    """Encode a response."""
    response: dict[str, Any] = {"data": data}
    if errors:
        response["errors"] = [error.formatted() for error in errors]
    return encode_json(response)
