"""National prescriptions: 14-character codes, types, validity, what was handed over.

TT 26/2025/TT-BYT: types N, H, C; TT 55/2025/TT-BYT adds T from 01/03/2026; before that
traditional medicine had the suffix y. Five days from the day of issue to collect.
"""

import random
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sandbox.population.history import moment
from sandbox.population.households import months_between
from sandbox.population.institutions import PHARMACIES, Institutions
from sandbox.population.model import (
    Code,
    Dispense,
    DispenseLine,
    Drug,
    Person,
    Prescription,
    PrescriptionItem,
)
from sandbox.population.seeds import Serial, code_suffix
from sandbox.population.visits import dosage

TRADITIONAL_TYPE_FROM = date(2026, 3, 1)
COLLECTION_DAYS = 5
_QUANTITIES = {"viên": (10, 14, 20, 28, 30), "gói": (5, 10), "thang": (7, 10), "ống": (5, 10)}


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be prescribed.

    Args:
        person: For whom.
        facility: Where.
        practitioner: By whom.
        day: When.
        diagnosis: What for.
        drugs: Which drugs, each once.
        collected: none, part or all: what a pharmacy already handed over.
    """

    person: Person
    facility: str
    practitioner: str
    day: date
    diagnosis: Code
    drugs: tuple[Drug, ...]
    collected: str = "none"


class Prescriber:
    """Makes prescriptions out of orders."""

    def __init__(self, seed: int, institutions: Institutions) -> None:
        self._seed = seed
        self._institutions = institutions

    def prescribe(
        self, rnd: random.Random, order: Order, serial: Serial, code: str | None = None
    ) -> Prescription:
        """Return a prescription.

        Args:
            rnd: Source of quantities and hours.
            order: What is prescribed.
            serial: Source of ids.
            code: The code, where it must be a certain one.
        """
        identifier = serial.next()
        drugs = one_class(order.drugs)
        kind = kind_of(drugs, order.day)
        suffix = code_suffix(self._seed, "prescription", identifier)
        issued = moment(order.day, rnd.randint(7, 16), rnd.randint(0, 59))
        items = tuple(
            PrescriptionItem(serial.next(), drug, _quantity(rnd, drug), dosage(rnd, drug))
            for drug in drugs
        )
        months = months_between(order.person.birth_date, order.day)
        is_small = months < 72
        companion = order.person.representatives[:1]
        prescription = Prescription(
            id=identifier,
            code=code or f"{order.facility}{suffix}-{kind}",
            kind=kind,
            person=order.person.id,
            facility=order.facility,
            practitioner=order.practitioner,
            issued=issued,
            diagnoses=(order.diagnosis,),
            items=items,
            age_months=months,
            weight=_weight(rnd, months),
            companion=companion[0].full_name if is_small and companion else None,
            advice="Uống đủ nước, tái khám khi có dấu hiệu bất thường",
            course=(1, order.day, order.day + timedelta(days=9)) if kind == "N" else None,
        )
        return self._collected(rnd, prescription, order, serial)

    def _collected(
        self, rnd: random.Random, prescription: Prescription, order: Order, serial: Serial
    ) -> Prescription:
        if order.collected == "none":
            return prescription
        share = 1.0 if order.collected == "all" else 0.5
        at = prescription.issued + timedelta(minutes=rnd.randint(15, 200))
        shop = rnd.choice(PHARMACIES)
        staff = [one for one in self._institutions.pharmacists if one.pharmacy == shop.id]
        lines = tuple(
            DispenseLine(item.id, item.drug, max(1, int(item.quantity * share)))
            for item in prescription.items
        )
        identifier = serial.next()
        handed = Dispense(
            identifier, shop.id, rnd.choice(staff).id, at, lines, f"HD{identifier[-8:]}"
        )
        return replace(prescription, dispenses=(handed,))


def one_class(drugs: tuple[Drug, ...]) -> tuple[Drug, ...]:
    """Return the drugs that fit on one form: those of the strictest class among them."""
    for control in ("N", "H", "T"):
        strict = tuple(drug for drug in drugs if drug.control == control)
        if strict:
            return strict
    return drugs


def kind_of(drugs: tuple[Drug, ...], day: date) -> str:
    """Return the type letter that the strictest drug asks for."""
    controls = {drug.control for drug in drugs}
    for letter in ("N", "H"):
        if letter in controls:
            return letter
    if "T" in controls:
        return "T" if day >= TRADITIONAL_TYPE_FROM else "Y"
    return "C"


def _quantity(rnd: random.Random, drug: Drug) -> int:
    return rnd.choice(_QUANTITIES.get(drug.unit, (1, 2)))


def _weight(rnd: random.Random, months: int) -> str:
    if months < 180:
        return f"{max(3.0, 4 + months / 12 * 2.9 + rnd.random()):.1f}"
    return f"{max(38.0, rnd.gauss(58, 8)):.1f}"
