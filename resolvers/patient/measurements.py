"""What citizens may measure: LOINC codes, units, and the bounds of what a living person can have.

Codes: LOINC; units: UCUM. The bounds only keep typing errors out; they judge nobody's health.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True)
class Measure:
    """One kind of measurement.

    Attributes:
        code: LOINC code.
        display: LOINC's name.
        unit: Unit in words.
        ucum: Unit by UCUM.
        least: Smallest value that is accepted.
        most: Greatest value that is accepted.
    """

    code: str
    display: str
    unit: str
    ucum: str
    least: Decimal
    most: Decimal

    @property
    def concept(self) -> Mapping[str, Any]:
        """The stored concept of what is measured."""
        return {
            "coding": [{"system": "http://loinc.org", "code": self.code, "display": self.display}],
            "text": self.display,
        }

    def accepts(self, value: Decimal) -> bool:
        """Whether a living person can have this value."""
        return self.least <= value <= self.most


def _measure(code: str, display: str, unit: str, ucum: str, bounds: tuple[int, int]) -> Measure:
    return Measure(code, display, unit, ucum, Decimal(bounds[0]), Decimal(bounds[1]))


MEASURES: Mapping[str, Measure] = {
    "HEART_RATE": _measure("8867-4", "Heart rate", "beats/min", "/min", (20, 300)),
    "RESPIRATORY_RATE": _measure("9279-1", "Respiratory rate", "breaths/min", "/min", (4, 100)),
    "BODY_TEMPERATURE": _measure("8310-5", "Body temperature", "°C", "Cel", (25, 45)),
    "OXYGEN_SATURATION": _measure(
        "59408-5", "Oxygen saturation in arterial blood by pulse oximetry", "%", "%", (30, 100)
    ),
    "SYSTOLIC_BLOOD_PRESSURE": _measure(
        "8480-6", "Systolic blood pressure", "mmHg", "mm[Hg]", (40, 300)
    ),
    "DIASTOLIC_BLOOD_PRESSURE": _measure(
        "8462-4", "Diastolic blood pressure", "mmHg", "mm[Hg]", (20, 200)
    ),
    "BLOOD_GLUCOSE": _measure(
        "15074-8", "Glucose [Moles/volume] in Blood", "mmol/L", "mmol/L", (1, 60)
    ),
    "BODY_WEIGHT": _measure("29463-7", "Body weight", "kg", "kg", (0, 500)),
    "BODY_HEIGHT": _measure("8302-2", "Body height", "cm", "cm", (20, 260)),
    "STEPS": _measure("55423-8", "Number of steps", "steps", "{steps}", (0, 200000)),
}
"""Every kind of measurement by its name."""
