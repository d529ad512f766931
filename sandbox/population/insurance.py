"""Insurance cards and what visits cost."""

import random
from datetime import date, timedelta

from sandbox.population.model import Card, Claim, Person, Visit
from sandbox.population.seeds import Serial

_SPECIAL_STATUSES = ("003", "004", "010", "110", "120", "121", "122", "123", "124", "100", "101")
_PERCENT = {"1": 100, "2": 100, "3": 95, "4": 80, "5": 100}


def card_of(rnd: random.Random, person: Person, years: int, today: date) -> Card | None:
    """Return a person's card; about one adult in fourteen has none."""
    number = person.insurance_number
    if number is None or (years >= 6 and rnd.random() < 0.07):
        return None
    kind = _object_and_benefit(rnd, years)
    province = person.former_address.province_code
    status = _status(rnd, kind, person)
    valid_from, valid_until = date(today.year, 1, 1), date(today.year, 12, 31)
    if status == "010":
        valid_from, valid_until = date(today.year - 1, 1, 1), date(today.year - 1, 12, 31)
    if years < 6:
        valid_from = max(person.birth_date, date(today.year - 5, 1, 1))
        valid_until = date(person.birth_date.year + 6, 9, 30)
    replaced = status in {"003", "004"}
    return Card(
        number=f"{kind}{province}{number}",
        insurance_number=number,
        benefit_percent=_PERCENT[kind[2]],
        valid_from=valid_from,
        valid_until=valid_until,
        facility="",
        status=status,
        five_years_from=date(today.year - rnd.randint(0, 4), 1, 1) if years >= 11 else None,
        new_number=f"GD4{province}{number}" if replaced else None,
    )


def _object_and_benefit(rnd: random.Random, years: int) -> str:
    if years < 6:
        return "TE1"
    if years < 18:
        return "HS4"
    if years >= 80:
        return "BT2"
    if years >= 62:
        return rnd.choice(("HT3", "GD4"))
    return rnd.choices(
        ("DN4", "GD4", "HN2", "HC4", "SV4", "CN2", "QN5", "CA5"), (45, 32, 6, 8, 5, 2, 1, 1)
    )[0]


def _status(rnd: random.Random, kind: str, person: Person) -> str:
    if kind == "QN5":
        return "001"
    if kind == "CA5":
        return "002"
    if kind == "TE1" and person.national_id is None:
        return "130"
    return rnd.choice(_SPECIAL_STATUSES) if rnd.random() < 0.04 else "000"


def claim_of(rnd: random.Random, visit: Visit, card: Card, serial: Serial) -> Claim | None:
    """Return the claim of a visit that has ended; None while it lasts."""
    if visit.end is None:
        return None
    base = 45_000 + 38_000 * len(visit.results) + 260_000 * len(visit.imaging)
    base += sum(item.quantity * item.drug.price for item in visit.medications)
    if visit.kind == "03":
        base += 380_000 * max(1, (visit.end - visit.start).days)
    base += rnd.randint(1, 90) * 1_000 + 2_400_000 * len(visit.operations)
    outside = base // 20 if rnd.random() < 0.3 else 0
    covered = base - outside
    paid = covered * card.benefit_percent // 100
    return Claim(
        id=f"HS{serial.next()}",
        visit=visit.id,
        facility=visit.facility,
        total=f"{base}.00",
        paid_by_fund=f"{paid}.00",
        co_payment=f"{covered - paid}.00",
        self_payment=f"{outside}.00",
        other_sources="0.00",
        settled=visit.end + timedelta(hours=rnd.randint(1, 20)),
    )
