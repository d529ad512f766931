"""Refusals as FHIR OperationOutcome (https://hl7.org/fhir/R4/operationoutcome.html)."""

from typing import Any


class RefusalError(Exception):
    """A request that the server refuses.

    Args:
        status: HTTP status to answer.
        code: A code of the FHIR value set `issue-type`.
        diagnostics: What is wrong, in words for the developer of the client.
    """

    def __init__(self, status: int, code: str, diagnostics: str) -> None:
        super().__init__(diagnostics)
        self.status = status
        self.code = code
        self.diagnostics = diagnostics


def operation_outcome(code: str, diagnostics: str, severity: str = "error") -> dict[str, Any]:
    """Return an OperationOutcome with one issue."""
    return {
        "resourceType": "OperationOutcome",
        "issue": [{"severity": severity, "code": code, "diagnostics": diagnostics}],
    }


def invalid(diagnostics: str) -> RefusalError:
    """A request that cannot be understood: 400."""
    return RefusalError(400, "invalid", diagnostics)


def not_supported(diagnostics: str) -> RefusalError:
    """A request for something that this server does not do: 400."""
    return RefusalError(400, "not-supported", diagnostics)


def not_found(reference: str) -> RefusalError:
    """No such resource: 404."""
    return RefusalError(404, "not-found", f"{reference} is not known here")
