"""Errors that end a request, and how an answer carries them."""

from gateway.errors.catalogue import CATALOGUE
from gateway.errors.codes import ErrorCode, Language


class ClientError(Exception):
    """A request error: it ends the request, and the client is told why.

    Attributes:
        code: The stable code.
        message: A text that is safe to send; ``None`` takes the catalogue's in the client's
            language.
        locations: Positions in the client's document, ``(line, column)`` from 1.
        retry_after: Seconds after which a retry makes sense.
        headers: Response headers that belong to the error (``allow``, ``www-authenticate``).
    """

    def __init__(
        self,
        code: ErrorCode,
        message: str | None = None,
        *,
        locations: tuple[tuple[int, int], ...] = (),
        retry_after: float | None = None,
        headers: tuple[tuple[str, str], ...] = (),
    ) -> None:
        super().__init__(message or str(code))
        self.code = code
        self.message = message
        self.locations = locations
        self.retry_after = retry_after
        self.headers = headers


class ClientErrors(Exception):  # noqa: N818 - several errors of one request
    """Several request errors of one code, such as all findings of a validation."""

    def __init__(self, errors: tuple[ClientError, ...]) -> None:
        super().__init__(f"{len(errors)} errors")
        self.errors = errors


def formatted(
    error: ClientError, language: Language = Language.ENGLISH, request_id: str | None = None
) -> dict[str, object]:
    """Return the error as a GraphQL response carries it (specification section 7.1.2)."""
    description = CATALOGUE[error.code]
    extensions: dict[str, object] = {
        "code": str(error.code),
        "retryable": description.retryable,
    }
    if error.retry_after is not None:
        extensions["retryAfterMs"] = int(error.retry_after * 1000)
    if request_id is not None:
        extensions["requestId"] = request_id
    result: dict[str, object] = {"message": error.message or description.message(language)}
    if error.locations:
        result["locations"] = [
            {"line": line, "column": column} for line, column in error.locations
        ]
    result["extensions"] = extensions
    return result
