"""Kinds and statuses of encounters."""

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType

import strawberry


@strawberry.enum(description="Kind of encounter (FHIR Encounter.class). Values may be added.")
class EncounterKind(Enum):
    """FHIR Encounter.class, HL7 v3 ActEncounterCode."""

    AMBULATORY = strawberry.enum_value(
        "AMBULATORY",
        description="Outpatient, also to collect medicines by appointment (MA_LOAI_KCB 07).",
    )
    INPATIENT = strawberry.enum_value("INPATIENT", description="Admitted.")
    SHORT_STAY = strawberry.enum_value(
        "SHORT_STAY", description="Day treatment, or admitted for less than four hours."
    )
    TELEHEALTH = strawberry.enum_value("TELEHEALTH", description="At a distance.")
    EMERGENCY = strawberry.enum_value("EMERGENCY", description="Emergency.")
    HOME = strawberry.enum_value("HOME", description="At the patient's home.")
    FIELD = strawberry.enum_value("FIELD", description="By a mobile team.")
    OTHER = strawberry.enum_value("OTHER", description="Any other kind, or not stated.")


@strawberry.enum(description="Where an encounter stands (FHIR). Values may be added.")
class EncounterStatus(Enum):
    """FHIR Encounter.status."""

    PLANNED = "PLANNED"
    ARRIVED = "ARRIVED"
    TRIAGED = "TRIAGED"
    IN_PROGRESS = "IN_PROGRESS"
    ON_LEAVE = "ON_LEAVE"
    FINISHED = "FINISHED"
    CANCELLED = "CANCELLED"
    ENTERED_IN_ERROR = "ENTERED_IN_ERROR"
    UNKNOWN = "UNKNOWN"


CLASSES: Mapping[str, EncounterKind] = MappingProxyType(
    {
        "AMB": EncounterKind.AMBULATORY,
        "IMP": EncounterKind.INPATIENT,
        "ACUTE": EncounterKind.INPATIENT,
        "NONAC": EncounterKind.INPATIENT,
        "OBSENC": EncounterKind.SHORT_STAY,
        "SS": EncounterKind.SHORT_STAY,
        "VR": EncounterKind.TELEHEALTH,
        "EMER": EncounterKind.EMERGENCY,
        "HH": EncounterKind.HOME,
        "FLD": EncounterKind.FIELD,
    }
)
"""Kinds by class code of HL7 v3 ActEncounterCode."""

STATUSES: Mapping[str, EncounterStatus] = MappingProxyType(
    {status.value.lower().replace("_", "-"): status for status in EncounterStatus}
)
"""Statuses by FHIR code."""
