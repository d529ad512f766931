"""Vital signs and laboratory results of a visit."""

import random
from datetime import datetime, timedelta
from decimal import Decimal

from sandbox.population.model import (
    LOINC,
    Code,
    Result,
)
from sandbox.population.plans import VisitPlan
from sandbox.population.seeds import Serial
from sandbox.population.terms import (
    Test,
)

BLOOD_PRESSURE = Code(LOINC, "85354-9", "Huyết áp", "Blood pressure panel with all children")
SYSTOLIC = Code(LOINC, "8480-6", "Huyết áp tâm thu", "Systolic blood pressure")
DIASTOLIC = Code(LOINC, "8462-4", "Huyết áp tâm trương", "Diastolic blood pressure")
HEART_RATE = Code(LOINC, "8867-4", "Mạch", "Heart rate")
TEMPERATURE = Code(LOINC, "8310-5", "Nhiệt độ", "Body temperature")
WEIGHT = Code(LOINC, "29463-7", "Cân nặng", "Body weight")
HEIGHT = Code(LOINC, "8302-2", "Chiều cao", "Body height")


def vital_signs(rnd: random.Random, plan: VisitPlan, serial: Serial) -> list[Result]:
    """Return what is measured at the beginning of a visit; nothing at a distance."""
    if plan.kind == "14":
        return []
    taken = plan.start + timedelta(minutes=10)
    found = [
        _vital(serial, HEART_RATE, str(round(rnd.gauss(_pulse(plan.years), 8))),
               ("lần/phút", "/min"), taken),
        _vital(serial, WEIGHT, f"{_weight(rnd, plan):.1f}", ("kg", "kg"), taken),
    ]  # fmt: skip
    if plan.years >= 15:
        found.append(_pressure(rnd, plan, serial, taken))
    else:
        height = f"{_height(plan.years):.0f}"
        found.append(_vital(serial, HEIGHT, height, ("cm", "cm"), taken))
    if plan.ailments[0].code.code[0] in "ABJR":
        degrees = f"{rnd.gauss(38.1, 0.6):.1f}"
        found.append(_vital(serial, TEMPERATURE, degrees, ("°C", "Cel"), taken))
    return found


def _pulse(years: int) -> float:
    return 120 - years * 7 if years < 6 else 78


def _weight(rnd: random.Random, plan: VisitPlan) -> float:
    if plan.years < 15:
        return max(2.8, 4 + plan.years * 2.9 + rnd.random() * 3)
    mean = 53 if plan.sex == "female" else 63
    return max(36.0, rnd.gauss(mean, 7))


def _height(years: int) -> float:
    return 60 + years * 7.2


def _vital(
    serial: Serial, what: Code, value: str, unit: tuple[str, str], taken: datetime
) -> Result:
    return Result(serial.next(), "vital-signs", what, value, *unit, None, None, taken)


def _pressure(rnd: random.Random, plan: VisitPlan, serial: Serial, taken: datetime) -> Result:
    shift = 22 if plan.ailments[0].code.code.startswith("I") else 0
    upper = round(rnd.gauss(118 + shift, 9))
    lower = min(upper - 20, round(rnd.gauss(75 + shift / 2, 6)))
    parts = (
        (SYSTOLIC, str(upper), "mmHg", "mm[Hg]"),
        (DIASTOLIC, str(lower), "mmHg", "mm[Hg]"),
    )
    return Result(
        serial.next(), "vital-signs", BLOOD_PRESSURE, None, "mmHg", "mm[Hg]", None, None, taken,
        components=parts,
    )  # fmt: skip


def laboratory_result(
    rnd: random.Random, test: Test, taken: datetime, serial: Serial, *, sick: bool
) -> Result:
    """Return the result of a test.

    Args:
        rnd: Decides.
        test: Mean, spread and reference range.
        taken: When.
        serial: Gives the id.
        sick: Whether it is often too high.
    """
    value = rnd.gauss(test.mean, test.spread)
    if sick and test.high is not None and rnd.random() < 0.7:
        value = float(test.high) * rnd.uniform(1.02, 1.6)
    number = Decimal(f"{max(value, test.mean / 10):.{test.digits}f}")
    return Result(
        id=serial.next(),
        category="laboratory",
        what=test.code,
        value=str(number),
        unit=test.unit,
        ucum=test.ucum,
        low=None if test.low is None else str(test.low),
        high=None if test.high is None else str(test.high),
        taken=taken,
    )
