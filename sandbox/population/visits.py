"""Visits of every kind, with what was found, done and given."""

import random
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from sandbox.population.institutions import CENTRAL, OTHER_HOSPITAL, PROVINCIAL, Institutions
from sandbox.population.model import (
    LOINC,
    VIETNAM,
    Code,
    Diagnosis,
    Drug,
    FollowUp,
    Imaging,
    Medication,
    Operation,
    Referral,
    Result,
    Visit,
)
from sandbox.population.seeds import Serial
from sandbox.population.terms import (
    IMAGING,
    OPERATIONS,
    PANELS,
    TREATMENTS,
    Ailment,
    Terms,
    Test,
    longest_prefix,
)

BLOOD_PRESSURE = Code(LOINC, "85354-9", "Huyết áp", "Blood pressure panel with all children")
SYSTOLIC = Code(LOINC, "8480-6", "Huyết áp tâm thu", "Systolic blood pressure")
DIASTOLIC = Code(LOINC, "8462-4", "Huyết áp tâm trương", "Diastolic blood pressure")
HEART_RATE = Code(LOINC, "8867-4", "Mạch", "Heart rate")
TEMPERATURE = Code(LOINC, "8310-5", "Nhiệt độ", "Body temperature")
WEIGHT = Code(LOINC, "29463-7", "Cân nặng", "Body weight")
HEIGHT = Code(LOINC, "8302-2", "Chiều cao", "Body height")
_DOSAGES = (
    "Ngày uống 2 lần, mỗi lần 1 {unit}, sau ăn",
    "Ngày uống 1 lần, mỗi lần 1 {unit}, buổi sáng",
    "Ngày uống 3 lần, mỗi lần 1 {unit}",
)
_UID_ROOT = "2.25"


@dataclass(frozen=True, slots=True)
class VisitPlan:
    """What a visit is to be made of.

    Args:
        person_id: Whose.
        years: Age of the patient.
        sex: female or male.
        facility: Where.
        start: When.
        kind: MA_LOAI_KCB.
        ailments: The first is the main diagnosis.
        ongoing: Whether it still lasts.
    """

    person_id: str
    years: int
    sex: str
    facility: str
    start: datetime
    kind: str
    ailments: tuple[Ailment, ...]
    ongoing: bool = False


class VisitMaker:
    """Makes visits out of plans."""

    def __init__(self, terms: Terms, institutions: Institutions) -> None:
        self._terms = terms
        self._institutions = institutions

    def make(self, rnd: random.Random, plan: VisitPlan, serial: Serial) -> Visit:
        """Return the visit of a plan with its results, treatment and papers."""
        main = plan.ailments[0].code
        end = _end(rnd, plan)
        doctor = rnd.choice(self._institutions.doctors_of[plan.facility]).id
        identifier = serial.next()
        visit = Visit(
            id=identifier,
            number=f"{plan.facility}{plan.start:%y%m%d}{identifier[-6:]}",
            kind=plan.kind,
            facility=plan.facility,
            practitioner=doctor,
            start=plan.start,
            end=end,
            reason=_reason(main),
            diagnoses=tuple(
                Diagnosis(serial.next(), ailment.code, at == 0, _clinical_status(ailment))
                for at, ailment in enumerate(plan.ailments)
            ),
            outcome=None if end is None else rnd.choices("123", (25, 60, 15))[0],
        )
        if plan.kind == "07":
            return replace(visit, medications=self._medications(rnd, main, plan, serial))
        visit = replace(
            visit,
            results=(*_vitals(rnd, plan, serial), *self._tests(rnd, main, plan, serial)),
            imaging=_imaging(rnd, main, plan, serial),
            operations=_operations(main, plan, serial),
            medications=self._medications(rnd, main, plan, serial),
        )
        return _with_papers(rnd, visit, plan, serial)

    def _tests(
        self, rnd: random.Random, main: Code, plan: VisitPlan, serial: Serial
    ) -> list[Result]:
        prefix = longest_prefix(PANELS, main.code)
        if prefix is None or plan.kind == "14" or rnd.random() < 0.45:
            return []
        taken = plan.start + timedelta(minutes=40)
        sick = plan.ailments[0].weights.get("chronic", 0) > 0
        return [
            _laboratory(rnd, self._terms.tests[name], taken, serial, sick=sick)
            for name in PANELS[prefix]
        ]

    def _medications(
        self, rnd: random.Random, main: Code, plan: VisitPlan, serial: Serial
    ) -> tuple[Medication, ...]:
        count = 2 if plan.kind in {"03", "07"} else rnd.choices((0, 1, 2), (35, 40, 25))[0]
        drugs = self.drugs_for(rnd, main)[:count]
        ordered = plan.start + timedelta(minutes=50)
        return tuple(
            Medication(
                serial.next(), drug, rnd.choice((10, 14, 20, 28, 30)), dosage(rnd, drug), ordered
            )
            for drug in drugs
        )

    def drugs_for(self, rnd: random.Random, main: Code) -> list[Drug]:
        """Return drugs that treat a diagnosis, in an order of their own."""
        prefix = longest_prefix(TREATMENTS, main.code)
        names = list(TREATMENTS[prefix]) if prefix else ["Paracetamol"]
        rnd.shuffle(names)
        return [self._terms.drugs[name] for name in names]


def dosage(rnd: random.Random, drug: Drug) -> str:
    """Return how a drug is to be taken, in words."""
    if drug.route != "Uống":
        return f"{drug.route} theo chỉ định, mỗi lần 1 {drug.unit}"
    return rnd.choice(_DOSAGES).format(unit=drug.unit)


def _reason(main: Code) -> str:
    return f"Khám vì {main.vi[0].lower()}{main.vi[1:]}"


def _clinical_status(ailment: Ailment) -> str:
    return "active" if "chronic" in ailment.weights else "resolved"


def _end(rnd: random.Random, plan: VisitPlan) -> datetime | None:
    if plan.ongoing:
        return None
    if plan.kind == "03":
        return plan.start + timedelta(days=rnd.randint(2, 9), hours=rnd.randint(0, 5))
    if plan.kind == "04":
        return plan.start + timedelta(hours=8)
    return plan.start + timedelta(minutes=rnd.choice((20, 35, 60, 95)))


def _vitals(rnd: random.Random, plan: VisitPlan, serial: Serial) -> list[Result]:
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


def _laboratory(
    rnd: random.Random, test: Test, taken: datetime, serial: Serial, *, sick: bool
) -> Result:
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


def _imaging(
    rnd: random.Random, main: Code, plan: VisitPlan, serial: Serial
) -> tuple[Imaging, ...]:
    prefix = longest_prefix(IMAGING, main.code)
    if prefix is None or plan.kind in {"07", "14"} or rnd.random() < 0.6:
        return ()
    modality, description, site = IMAGING[prefix]
    number = rnd.getrandbits(96)
    return (
        Imaging(
            id=serial.next(),
            modality=modality,
            description=description,
            body_site=site,
            study_uid=f"{_UID_ROOT}.{number}",
            series_uid=f"{_UID_ROOT}.{number + 1}",
            images={"CT": 120, "US": 6}.get(modality, 2),
            taken=plan.start + timedelta(minutes=55),
            conclusion=f"{description}: phù hợp {main.vi.lower()}",
        ),
    )


def _operations(main: Code, plan: VisitPlan, serial: Serial) -> tuple[Operation, ...]:
    prefix = longest_prefix(OPERATIONS, main.code)
    if prefix is None or plan.kind not in {"03", "04", "01"}:
        return ()
    at = plan.start + timedelta(hours=3)
    return (Operation(serial.next(), OPERATIONS[prefix], at, "Thành công"),)


def _with_papers(rnd: random.Random, visit: Visit, plan: VisitPlan, serial: Serial) -> Visit:
    main = visit.diagnoses[0].condition
    if visit.end is None:
        return visit
    summary = None
    if plan.kind in {"03", "04"}:
        summary = (
            f"Quá trình bệnh lý: {visit.reason.lower()}, diễn biến ổn định. "
            f"Chẩn đoán ra viện: {main.vi} ({main.code}). Điều trị nội khoa theo phác đồ. "
            "Hướng tiếp theo: theo dõi ngoại trú, tái khám theo hẹn."
        )
    return replace(
        visit,
        summary=summary,
        referral=_referral(rnd, visit, main, serial),
        follow_up=_follow_up(rnd, visit, main, serial),
    )


def _referral(rnd: random.Random, visit: Visit, main: Code, serial: Serial) -> Referral | None:
    if visit.end is None or rnd.random() > 0.04:
        return None
    target = PROVINCIAL if visit.facility not in {PROVINCIAL, CENTRAL} else CENTRAL
    if target == visit.facility:
        target = OTHER_HOSPITAL
    identifier = serial.next()
    return Referral(
        id=identifier,
        number=f"CT{visit.end:%y}{identifier[-6:]}",
        to_facility=target,
        reason=main,
        signed=visit.end,
        valid_until=working_days_after(visit.end.date(), 10),
    )


def _follow_up(rnd: random.Random, visit: Visit, main: Code, serial: Serial) -> FollowUp | None:
    if visit.end is None or rnd.random() > 0.18:
        return None
    day = visit.end.date() + timedelta(days=rnd.choice((7, 14, 28, 30)))
    identifier = serial.next()
    at = datetime.combine(day, time(8, 30), VIETNAM)
    return FollowUp(identifier, f"HK{visit.end:%y}{identifier[-6:]}", at, main)


def working_days_after(day: date, count: int) -> date:
    """Return the day after so many working days (Monday to Friday; holidays are not known)."""
    while count:
        day += timedelta(days=1)
        count -= day.weekday() < 5
    return day
