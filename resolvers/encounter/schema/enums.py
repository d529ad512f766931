"""Kinds and statuses of encounters."""

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType

import strawberry

from resolvers.datatypes.enums import described_enum
from resolvers.encounter.classes import KIND_OF_CLASS


@strawberry.enum(description="Kind of encounter (FHIR Encounter.class). Values may be added.")
class EncounterKind(Enum):
    """FHIR Encounter.class, HL7 v3 ActEncounterCode."""

    AMBULATORY = strawberry.enum_value(
        "AMBULATORY",
        description="Outpatient, also to collect medicines by appointment (khám ngoại trú).",
    )
    INPATIENT = strawberry.enum_value("INPATIENT", description="Admitted (điều trị nội trú).")
    SHORT_STAY = strawberry.enum_value(
        "SHORT_STAY",
        description="Day treatment, or admitted for less than four hours (điều trị ban ngày).",
    )
    TELEHEALTH = strawberry.enum_value(
        "TELEHEALTH", description="At a distance (khám chữa bệnh từ xa)."
    )
    EMERGENCY = strawberry.enum_value("EMERGENCY", description="Emergency (cấp cứu).")
    HOME = strawberry.enum_value("HOME", description="At the patient's home (tại nhà).")
    FIELD = strawberry.enum_value("FIELD", description="By a mobile team (lưu động).")
    OTHER = strawberry.enum_value("OTHER", description="Any other kind, or not stated (khác).")


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


described_enum(
    EncounterStatus,
    "Where an encounter stands (FHIR). Values may be added.",
    {
        "PLANNED": "It is planned (đã hẹn).",
        "ARRIVED": "The patient has come (đã đến).",
        "TRIAGED": "Its urgency was judged (đã phân loại).",
        "IN_PROGRESS": "It lasts (đang khám chữa bệnh).",
        "ON_LEAVE": "The patient is away for a while (tạm vắng).",
        "FINISHED": "It is over (đã kết thúc).",
        "CANCELLED": "It did not take place (đã hủy).",
        "ENTERED_IN_ERROR": "It was recorded by mistake (ghi nhầm).",
        "UNKNOWN": "Not stated (không rõ).",
    },
)

CLASSES: Mapping[str, EncounterKind] = MappingProxyType(
    {code: EncounterKind[kind] for code, kind in KIND_OF_CLASS.items()}
)
"""Kinds by class code of HL7 v3 ActEncounterCode."""

STATUSES: Mapping[str, EncounterStatus] = MappingProxyType(
    {status.value.lower().replace("_", "-"): status for status in EncounterStatus}
)
"""Statuses by FHIR code."""
