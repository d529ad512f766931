"""What a hospital's server can do, as a FHIR CapabilityStatement."""

from typing import Any

from sandbox.hospitals.parameters import PARAMETERS, Kind


def capability_statement(base_url: str, software_version: str, date: str) -> dict[str, Any]:
    """Return the statement that `/metadata` answers.

    Args:
        base_url: Where this server is reached.
        software_version: Version of the sandbox.
        date: When the statement was made, as a FHIR dateTime.
    """
    interactions = ("read", "search-type", "create", "update", "delete")
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": date,
        "kind": "instance",
        "fhirVersion": "4.0.1",
        "format": ["application/fhir+json", "json"],
        "software": {"name": "Health book sandbox hospital", "version": software_version},
        "implementation": {"description": "Synthetic hospital", "url": base_url},
        "rest": [
            {
                "mode": "server",
                "security": {"description": "Bearer token of a system client"},
                "interaction": [{"code": "transaction"}],
                "resource": [
                    {
                        "type": type_name,
                        "versioning": "versioned",
                        "conditionalCreate": True,
                        "interaction": [{"code": code} for code in interactions],
                        "searchInclude": [
                            f"{type_name}:{parameter.name}"
                            for parameter in parameters.values()
                            if parameter.kind is Kind.REFERENCE
                        ],
                        "searchParam": [
                            {"name": parameter.name, "type": parameter.kind.value}
                            for parameter in parameters.values()
                        ],
                    }
                    for type_name, parameters in sorted(PARAMETERS.items())
                ],
            }
        ],
    }
