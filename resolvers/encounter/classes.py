"""Kinds of encounter by the class that a hospital gives it."""

from collections.abc import Mapping
from types import MappingProxyType

KIND_OF_CLASS: Mapping[str, str] = MappingProxyType(
    {
        "AMB": "AMBULATORY",
        "IMP": "INPATIENT",
        "ACUTE": "INPATIENT",
        "NONAC": "INPATIENT",
        "SS": "SHORT_STAY",
        "OBSENC": "SHORT_STAY",
        "VR": "TELEHEALTH",
        "EMER": "EMERGENCY",
        "HH": "HOME",
        "FLD": "FIELD",
    }
)
"""Members of the API's `EncounterKind` by class code of HL7 v3 ActEncounterCode."""


def class_of_kind(kind: str) -> str | None:
    """The plainest class code of a kind; ``None`` for one that no class states."""
    return next((code for code, known in KIND_OF_CLASS.items() if known == kind), None)
