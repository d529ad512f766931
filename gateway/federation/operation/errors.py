"""Why an operation cannot be executed: request errors (GraphQL specification, section 7.1)."""

from collections.abc import Sequence
from dataclasses import dataclass

PARSE_FAILED = "GRAPHQL_PARSE_FAILED"
VALIDATION_FAILED = "GRAPHQL_VALIDATION_FAILED"
RESOLUTION_FAILURE = "OPERATION_RESOLUTION_FAILURE"
LIMIT_EXCEEDED = "OPERATION_LIMIT_EXCEEDED"
BAD_USER_INPUT = "BAD_USER_INPUT"


@dataclass(frozen=True, slots=True)
class RequestError:
    """One request error.

    Attributes:
        code: Stable code.
        message: What is wrong; names only what the client sent or may introspect.
        locations: Lines and columns in the document, from 1.
    """

    code: str
    message: str
    locations: tuple[tuple[int, int], ...] = ()


class OperationError(ValueError):
    """The request ends here: the document, the operation or its variables are not acceptable.

    Attributes:
        errors: All problems found, at least one.
        code: Code of the first.
        message: Message of the first.
        locations: Locations of the first.
    """

    def __init__(self, errors: Sequence[RequestError]) -> None:
        super().__init__(errors[0].message)
        self.errors = tuple(errors)
        self.code = errors[0].code
        self.message = errors[0].message
        self.locations = errors[0].locations
