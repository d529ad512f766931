"""Access tokens by role, with SMART on FHIR v2 scopes (RFC 9068 manner)."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

import jwt

from sandbox.identity_provider.keys import SigningKey

AUDIENCE = "health-book"
DEFAULT_SECONDS = 3600
LONGEST_SECONDS = 24 * 3600
ASSURANCE_LEVELS = ("vneid-1", "vneid-2")


@dataclass(frozen=True, slots=True)
class RoleTerms:
    """What a token of a role says.

    Args:
        scope: SMART v2 scopes.
        purposes: Purposes of use that may be asked for; the first is the default.
        client_id: The software that holds the token unless the request names another.
    """

    scope: str
    purposes: tuple[str, ...]
    client_id: str


ROLES: Mapping[str, RoleTerms] = MappingProxyType(
    {
        "citizen": RoleTerms(
            "openid patient/*.rs patient/Consent.cruds patient/Observation.c",
            ("PATRQT", "FAMRQT"),
            "vneid-app",
        ),
        "practitioner": RoleTerms(
            "user/*.rs user/MedicationRequest.cu user/Encounter.cu",
            ("TREAT", "ETREAT", "BTG"),
            "hospital-software",
        ),
        "pharmacist": RoleTerms(
            "user/MedicationRequest.rs user/MedicationDispense.cu",
            ("TREAT",),
            "pharmacy-software",
        ),
        "insurer": RoleTerms(
            "system/Coverage.rs system/ExplanationOfBenefit.rs system/Encounter.rs",
            ("HPAYMT",),
            "bhxh-assessment",
        ),
        "authority": RoleTerms("system/MeasureReport.rs", ("PUBHLTH",), "moh-statistics"),
    }
)


@dataclass(frozen=True, slots=True)
class Identity:
    """Somebody who can log in.

    Args:
        id: The patient, practitioner, pharmacist or user id.
        role: One of `ROLES`.
        name: Printed name, for people who look at the sandbox.
        organization: Facility code, pharmacy id or authority; None for citizens.
    """

    id: str
    role: str
    name: str
    organization: str | None = None


@dataclass(frozen=True, slots=True)
class TokenRequest:
    """What is asked of the token endpoint beside the identity."""

    purpose: str | None = None
    assurance: str = "vneid-2"
    client_id: str | None = None
    seconds: int = DEFAULT_SECONDS


def claims_of(
    identity: Identity, request: TokenRequest, issuer: str, now: datetime
) -> dict[str, Any]:
    """Return the claims of a token.

    Raises:
        ValueError: The purpose, assurance level or lifetime is not one of the role.
    """
    terms = ROLES[identity.role]
    purpose = request.purpose or terms.purposes[0]
    if purpose not in terms.purposes:
        message = f"purpose of a {identity.role} is one of {', '.join(terms.purposes)}"
        raise ValueError(message)
    if request.assurance not in ASSURANCE_LEVELS:
        message = f"assurance is one of {', '.join(ASSURANCE_LEVELS)}"
        raise ValueError(message)
    if not 1 <= request.seconds <= LONGEST_SECONDS:
        message = f"lifetime is 1 to {LONGEST_SECONDS} seconds"
        raise ValueError(message)
    client = request.client_id or terms.client_id
    issued = int(now.timestamp())
    claims: dict[str, Any] = {
        "iss": issuer,
        "aud": AUDIENCE,
        "sub": identity.id,
        "iat": issued,
        "nbf": issued,
        "exp": issued + request.seconds,
        "jti": secrets.token_urlsafe(16),
        "role": identity.role,
        "purpose": purpose,
        "acr": request.assurance,
        "client": client,
        "scope": terms.scope,
    }
    if identity.role == "citizen":
        claims["patient"] = identity.id
    else:
        claims["organization"] = identity.organization
    if identity.role in {"practitioner", "pharmacist"}:
        claims["practitioner"] = identity.id
    return claims


def sign(claims: Mapping[str, Any], key: SigningKey) -> str:
    """Return the claims as a signed token (`typ: at+jwt`)."""
    return jwt.encode(
        dict(claims),
        key.private,
        algorithm=key.algorithm,
        headers={"kid": key.kid, "typ": "at+jwt"},
    )
