"""What is known beside visits: allergies, past conditions, own measurements, consents."""

import random
from datetime import date, datetime, time, timedelta

from sandbox.population.institutions import COMMUNE, FACILITIES, Institutions
from sandbox.population.model import (
    VIETNAM,
    Allergy,
    Code,
    Consent,
    Measurement,
    PastCondition,
    Person,
)
from sandbox.population.results import DIASTOLIC, HEART_RATE, SYSTOLIC, WEIGHT
from sandbox.population.seeds import Serial
from sandbox.population.terms import OPERATIONS, Terms

SNOMED = "http://snomed.info/sct"
_ALLERGENS = (
    (Code(SNOMED, "91936005", "Dị ứng penicillin", "Allergy to penicillin"), "medication", "high",
     "Mày đay, khó thở"),
    (Code(SNOMED, "293586001", "Dị ứng aspirin", "Allergy to aspirin"), "medication", "high",
     "Phù mặt"),
    (Code(SNOMED, "91937001", "Dị ứng hải sản", "Allergy to seafood"), "food", "low", "Mẩn ngứa"),
    (Code(SNOMED, "91935009", "Dị ứng đậu phộng", "Allergy to peanut"), "food", "high",
     "Phản vệ"),
    (Code(SNOMED, "232350006", "Dị ứng mạt bụi nhà", "House dust mite allergy"), "environment",
     "low", "Hắt hơi, chảy mũi"),
)  # fmt: skip
_FAMILY_DISEASES = ("I10", "E11.9", "C50.9", "I63.9")
_DEVICES = ("Máy đo huyết áp tại nhà", "Đồng hồ thông minh", "Cân sức khỏe")
_CONSENT_CATEGORIES = (
    ("ENCOUNTERS", "CONDITIONS", "OBSERVATIONS"),
    ("ALLERGIES", "IMMUNIZATIONS", "PRESCRIPTIONS"),
    ("ENCOUNTERS", "CONDITIONS", "OBSERVATIONS", "PRESCRIPTIONS", "ALLERGIES", "MEDICATIONS"),
)


def moment(day: date, hour: int = 9, minute: int = 0) -> datetime:
    """Return a time of a day in Vietnam."""
    return datetime.combine(day, time(hour, minute), VIETNAM)


def allergies_of(
    rnd: random.Random, today: date, serial: Serial
) -> tuple[tuple[Allergy, ...], datetime | None]:
    """Return allergies, and when "none known" was recorded for those who were asked."""
    draw = rnd.random()
    recorded = moment(today - timedelta(days=rnd.randint(20, 2500)))
    if draw >= 0.55:
        return (), None
    if draw >= 0.12:
        return (), recorded
    chosen = rnd.sample(_ALLERGENS, 1 if draw > 0.03 else 2)
    made = tuple(
        Allergy(
            serial.next(), substance, category, criticality, reaction, recorded,
            "resolved" if rnd.random() < 0.05 else "active")
        for substance, category, criticality, reaction in chosen
    )  # fmt: skip
    return made, None


def past_conditions_of(
    rnd: random.Random, person: Person, years: int, terms: Terms, serial: Serial
) -> tuple[PastCondition, ...]:
    """Return diseases, operations and family history of an adult.

    Args:
        rnd: Decides; the same state makes the same history.
        person: Whose.
        years: Her age.
        terms: What there is to have had.
        serial: Gives the ids.
    """
    if years < 16 or rnd.random() < 0.45:
        return ()
    found = []
    onset = person.birth_date + timedelta(days=rnd.randint(15 * 365, years * 365))
    ailment = terms.draw(rnd, "chronic", years, person.sex)
    if ailment is not None and rnd.random() < 0.7:
        status = rnd.choices(("active", "remission", "resolved"), (70, 10, 20))[0]
        found.append(
            PastCondition(serial.next(), "disease", ailment.code, onset, status, moment(onset))
        )
    if rnd.random() < 0.15:
        operation = OPERATIONS[rnd.choice(("K35", "K80", "S52"))]
        found.append(
            PastCondition(serial.next(), "surgery", operation, onset, "resolved", moment(onset))
        )
    if rnd.random() < 0.3:
        code = terms.ailments[rnd.choice(_FAMILY_DISEASES)].code
        found.append(PastCondition(serial.next(), "family", code, onset, "active", moment(onset)))
    return tuple(found)


def measurements_of(
    rnd: random.Random, years: int, today: date, serial: Serial
) -> tuple[Measurement, ...]:
    """Return vital signs that an adult measured at home, some adults only.

    Args:
        rnd: Decides.
        years: Age.
        today: The day after the last of them.
        serial: Gives the ids.
    """
    if years < 18 or rnd.random() < 0.78:
        return ()
    device = rnd.choice(_DEVICES)
    found: list[Measurement] = []
    for days in sorted(rnd.sample(range(1, 120), rnd.randint(1, 3)), reverse=True):
        taken = moment(today - timedelta(days=days), 6, rnd.randint(0, 59))
        values = (
            (SYSTOLIC, str(rnd.randint(105, 148)), "mmHg", "mm[Hg]"),
            (DIASTOLIC, str(rnd.randint(62, 92)), "mmHg", "mm[Hg]"),
            (HEART_RATE, str(rnd.randint(58, 95)), "lần/phút", "/min"),
            (WEIGHT, f"{rnd.uniform(45, 80):.1f}", "kg", "kg"),
        )
        count = 3 if device == _DEVICES[0] else 1
        start = 0 if device == _DEVICES[0] else 2 if device == _DEVICES[1] else 3
        found.extend(
            Measurement(serial.next(), what, value, unit, ucum, taken, device)
            for what, value, unit, ucum in values[start : start + count]
        )
    return tuple(found)


def consents_of(
    rnd: random.Random, person: Person, years: int, today: date, institutions: Institutions
) -> tuple[Consent, ...]:
    """Return consents: permits, refusals and withdrawn ones, of one adult in eight.

    Args:
        rnd: Decides.
        person: Who gave them.
        years: Her age.
        today: The day after the last of them.
        institutions: Among which they name their grantees.
    """
    if years < 18 or rnd.random() > 0.125:
        return ()
    given = moment(today - timedelta(days=rnd.randint(5, 300)), 20)
    draw = rnd.random()
    decision = "deny" if draw > 0.75 else "permit"
    withdrawn = given + timedelta(days=3) if 0.6 < draw < 0.75 else None
    if rnd.random() < 0.5:
        facility = rnd.choice(FACILITIES).code
        grantee = ("practitioner", rnd.choice(institutions.doctors_of[facility]).id)
    else:
        grantee = ("organization", rnd.choice((COMMUNE, FACILITIES[0].code, FACILITIES[3].code)))
    return (
        Consent(
            id=f"consent-{person.id}",
            person=person.id,
            decision=decision,
            grantee_kind=grantee[0],
            grantee=grantee[1],
            categories=rnd.choice(_CONSENT_CATEGORIES),
            labels=(),
            actions=("read",),
            purpose="TREAT",
            start=given,
            end=given + timedelta(days=365),
            status="withdrawn" if withdrawn else "active",
            withdrawn=withdrawn,
            evidence=f"vneid-auth-{person.id[:8]}",
        ),
    )
