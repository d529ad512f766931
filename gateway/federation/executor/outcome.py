"""What an execution ends in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
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
class ErrorWording:
    """What a response says of the errors of one code.

    Attributes:
        message: Takes the place of the engine's and of subgraphs' own, as in another language;
            ``None`` keeps it.
        extensions: Added where the error has none of that name.
    """

    message: str | None = None
    extensions: Mapping[str, Any] = field(default_factory=dict)

    def of(self, error: ErrorValue) -> ErrorValue:
        """Return the error as it is told."""
        return ErrorValue(
            error.message if self.message is None else self.message,
            {
                **error.extensions,
                **{k: v for k, v in self.extensions.items() if k not in error.extensions},
            },
        )


@dataclass(frozen=True, slots=True)
class ErrorListing:
    """How a response lists its errors.

    Attributes:
        limit: Entries; of more only the number is told. One fetch that fails for many objects has
            an error at each of their places.
        wordings: What is said, by code; errors of other codes stay as they are.
    """

    limit: int = 1_000
    wordings: Mapping[str, ErrorWording] = field(default_factory=dict)

    def listed(self, errors: list[ExecutionError]) -> list[ExecutionError]:
        """Return the entries for the errors of an answer."""
        left_out = len(errors) - self.limit
        if left_out > 0:
            message = f"{left_out} more errors are left out"
            rest = ErrorValue(message, {"code": ERRORS_LEFT_OUT, "leftOut": left_out})
            errors = [*errors[: self.limit], ExecutionError(rest, None)]
        return [self._worded(each) for each in errors] if self.wordings else errors

    def _worded(self, error: ExecutionError) -> ExecutionError:
        wording = self.wordings.get(error.error.code)
        return error if wording is None else ExecutionError(wording.of(error.error), error.path)


def response_body(data: dict[str, Any] | None, errors: list[ExecutionError]) -> bytes:
    """Encode a response."""
    response: dict[str, Any] = {"data": data}
    if errors:
        response["errors"] = [error.formatted() for error in errors]
    return encode_json(response)
