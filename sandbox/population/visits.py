"""Visits of every kind, with what was found, done and given."""

import random
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from sandbox.population.institutions import CENTRAL, OTHER_HOSPITAL, PROVINCIAL, Institutions
from sandbox.population.model import (
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
from sandbox.population.plans import VisitPlan
from sandbox.population.results import laboratory_result, vital_signs
from sandbox.population.seeds import Serial
from sandbox.population.terms import (
    IMAGING,
    OPERATIONS,
    PANELS,
    TREATMENTS,
    Ailment,
    Terms,
    longest_prefix,
)

_DOSAGES = (
    "Ngày uống 2 lần, mỗi lần 1 {unit}, sau ăn",
    "Ngày uống 1 lần, mỗi lần 1 {unit}, buổi sáng",
    "Ngày uống 3 lần, mỗi lần 1 {unit}",
)
_UID_ROOT = "2.25"


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
            results=(*vital_signs(rnd, plan, serial), *self._tests(rnd, main, plan, serial)),
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
            laboratory_result(rnd, self._terms.tests[name], taken, serial, sick=sick)
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
