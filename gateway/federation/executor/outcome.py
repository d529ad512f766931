"""What an execution ends in."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
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


@dataclass(frozen=True, slots=True)
class ErrorListing:
    """How a response lists its errors.

    Attributes:
        limit: Entries; of more only the number is told. One fetch that fails for many objects has
            an error at each of their places.
        texts: Messages by code that take the place of the engine's and of subgraphs' own, as in
            another language; codes that are not among them keep theirs.
    """

    limit: int = 1_000
    texts: Mapping[str, str] = field(default_factory=dict)

    def listed(self, errors: list[ExecutionError]) -> list[ExecutionError]:
        """Return the entries for the errors of an answer."""
        left_out = len(errors) - self.limit
        if left_out > 0:
            message = f"{left_out} more errors are left out"
            rest = ErrorValue(message, {"code": ERRORS_LEFT_OUT, "leftOut": left_out})
            errors = [*errors[: self.limit], ExecutionError(rest, None)]
        return [self._worded(each) for each in errors] if self.texts else errors

    def _worded(self, error: ExecutionError) -> ExecutionError:
        text = self.texts.get(error.error.code)
        if text is None:
            return error
        return ExecutionError(replace(error.error, message=text), error.path)


def response_body(data: dict[str, Any] | None, errors: list[ExecutionError]) -> bytes:
    """Encode a response."""
    response: dict[str, Any] = {"data": data}
    if errors:
        response["errors"] = [error.formatted() for error in errors]
    return encode_json(response)
