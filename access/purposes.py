"""Purposes of use and roles, as tokens, consents and audit events name them.

Source: HL7 v3 ActReason, value set PurposeOfUse (FHIR R4 package, CC0).
"""

from enum import StrEnum


class Purpose(StrEnum):
    """Purpose of use of a request."""

    PATIENT_REQUEST = "PATRQT"
    FAMILY_REQUEST = "FAMRQT"
    TREATMENT = "TREAT"
    EMERGENCY_TREATMENT = "ETREAT"
    BREAK_THE_GLASS = "BTG"
    PAYMENT = "HPAYMT"
    OPERATIONS = "HOPERAT"
    PUBLIC_HEALTH = "PUBHLTH"
    RESEARCH = "HRESCH"


class Role(StrEnum):
    """Role of the caller, from the token's ``role`` claim."""

    CITIZEN = "citizen"
    PRACTITIONER = "practitioner"
    PHARMACIST = "pharmacist"
    INSURER = "insurer"
    AUTHORITY = "authority"


PURPOSES_OF_ROLE: dict[Role, frozenset[Purpose]] = {
    Role.CITIZEN: frozenset({Purpose.PATIENT_REQUEST, Purpose.FAMILY_REQUEST}),
    Role.PRACTITIONER: frozenset(
        {Purpose.TREATMENT, Purpose.EMERGENCY_TREATMENT, Purpose.BREAK_THE_GLASS}
    ),
    Role.PHARMACIST: frozenset({Purpose.TREATMENT}),
    Role.INSURER: frozenset({Purpose.PAYMENT}),
    Role.AUTHORITY: frozenset({Purpose.PUBLIC_HEALTH}),
}
"""The purposes that a token of each role may state; any other combination is refused."""
