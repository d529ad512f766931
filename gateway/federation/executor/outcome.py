"""What an execution ends in."""

from dataclasses import dataclass
from typing import Any

import msgspec

from gateway.federation.executor.requests import encode_json
from gateway.federation.response.errors import ExecutionError


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


def response_body(data: dict[str, Any] | None, errors: list[ExecutionError]) -> bytes:
    """Encode a response."""
    response: dict[str, Any] = {"data": data}
    if errors:
        response["errors"] = [error.formatted() for error in errors]
    return encode_json(response)
