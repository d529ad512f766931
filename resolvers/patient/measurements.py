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
        text: Its name, as citizens say it.
        unit: Unit in words, as citizens say it.
        ucum: Unit by UCUM.
        least: Smallest value that is accepted.
        most: Greatest value that is accepted.
    """

    code: str
    display: str
    text: str
    unit: str
    ucum: str
    least: Decimal
    most: Decimal

    @property
    def concept(self) -> Mapping[str, Any]:
        """The stored concept of what is measured."""
        return {
            "coding": [{"system": "http://loinc.org", "code": self.code, "display": self.display}],
            "text": self.text,
        }

    def accepts(self, value: Decimal) -> bool:
        """Whether a living person can have this value."""
        return self.least <= value <= self.most


def _measure(
    names: tuple[str, str, str], units: tuple[str, str], bounds: tuple[int, int]
) -> Measure:
    return Measure(*names, *units, Decimal(bounds[0]), Decimal(bounds[1]))


MEASURES: Mapping[str, Measure] = {
    "HEART_RATE": _measure(("8867-4", "Heart rate", "Nhịp tim"), ("lần/phút", "/min"), (20, 300)),
    "RESPIRATORY_RATE": _measure(
        ("9279-1", "Respiratory rate", "Nhịp thở"), ("lần/phút", "/min"), (4, 100)
    ),
    "BODY_TEMPERATURE": _measure(
        ("8310-5", "Body temperature", "Thân nhiệt"), ("°C", "Cel"), (25, 45)
    ),
    "OXYGEN_SATURATION": _measure(
        (
            "59408-5",
            "Oxygen saturation in arterial blood by pulse oximetry",
            "Độ bão hòa ô-xy, SpO2",
        ),
        ("%", "%"),
        (30, 100),
    ),
    "SYSTOLIC_BLOOD_PRESSURE": _measure(
        ("8480-6", "Systolic blood pressure", "Huyết áp tâm thu"), ("mmHg", "mm[Hg]"), (40, 300)
    ),
    "DIASTOLIC_BLOOD_PRESSURE": _measure(
        ("8462-4", "Diastolic blood pressure", "Huyết áp tâm trương"),
        ("mmHg", "mm[Hg]"),
        (20, 200),
    ),
    "BLOOD_GLUCOSE": _measure(
        ("15074-8", "Glucose [Moles/volume] in Blood", "Đường huyết"),
        ("mmol/L", "mmol/L"),
        (1, 60),
    ),
    "BODY_WEIGHT": _measure(("29463-7", "Body weight", "Cân nặng"), ("kg", "kg"), (0, 500)),
    "BODY_HEIGHT": _measure(("8302-2", "Body height", "Chiều cao"), ("cm", "cm"), (20, 260)),
    "STEPS": _measure(
        ("55423-8", "Number of steps", "Số bước chân"), ("bước", "{steps}"), (0, 200000)
    ),
}
"""Every kind of measurement by its name."""
