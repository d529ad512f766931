"""The books of the named people."""

import random
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sandbox.population import cast
from sandbox.population.history import SNOMED, moment
from sandbox.population.households import years_between
from sandbox.population.institutions import CENTRAL, COMMUNE, PROVINCIAL
from sandbox.population.model import (
    Allergy,
    Code,
    Consent,
    FollowUp,
    Person,
    Prescription,
    Visit,
)
from sandbox.population.named import named_people
from sandbox.population.plans import VisitPlan
from sandbox.population.prescribing import Order, Prescriber
from sandbox.population.seeds import Serial, chance
from sandbox.population.terms import Terms
from sandbox.population.visits import VisitMaker

_PENICILLIN = Code(SNOMED, "91936005", "Dị ứng penicillin", "Allergy to penicillin")


@dataclass(frozen=True, slots=True)
class CastPart:
    """What is fixed in the book of a named person; the rest is generated as for others."""

    person: Person
    visits: tuple[Visit, ...]
    prescriptions: tuple[Prescription, ...]
    allergies: tuple[Allergy, ...] | None
    consents: tuple[Consent, ...]


# Person → (facility, days ago, kind of visit, diagnoses); the first doctor is the treating one.
_VISITS: Mapping[str, tuple[tuple[str, int, str, str], ...]] = {
    cast.MOTHER: (
        (COMMUNE, 1500, "01", "J06.9"), (PROVINCIAL, 1210, "03", "O80.0"),
        (CENTRAL, 700, "01", "K29.7"), (CENTRAL, 400, "01", "F41.1"),
        (CENTRAL, 200, "01", "Z00.0"), (PROVINCIAL, 90, "01", "E78.5"),
        (CENTRAL, 20, "01", "E78.5"),
    ),
    cast.FATHER: ((CENTRAL, 300, "01", "M54.5"),),
    cast.YOUNG_CHILD: ((CENTRAL, 500, "01", "B08.4"), (CENTRAL, 45, "01", "J20.9")),
    cast.OLDER_CHILD: ((CENTRAL, 600, "01", "H66.9"), (CENTRAL, 80, "01", "J02.9")),
    cast.LONGITUDINAL_PATIENT: (
        (COMMUNE, 1800, "01", "I10"), (COMMUNE, 1400, "05", "I10"),
        (PROVINCIAL, 1100, "01", "E11.9"), (PROVINCIAL, 800, "03", "J18.9"),
        (CENTRAL, 500, "01", "E11.2"), (COMMUNE, 300, "07", "I10"),
        (PROVINCIAL, 210, "04", "H25.9"), (CENTRAL, 120, "14", "E11.9"),
        (CENTRAL, 30, "01", "E11.9"),
    ),
    cast.STRANGER: ((PROVINCIAL, 250, "01", "K29.7"),),
    cast.HIV_PATIENT: (
        (CENTRAL, 600, "01", "B20"), (CENTRAL, 60, "02", "B20"), (CENTRAL, 200, "01", "J06.9"),
    ),
    cast.REFUSING_PATIENT: ((CENTRAL, 365, "01", "F32.1"), (CENTRAL, 100, "01", "E03.9")),
}  # fmt: skip
_IN_CARE = {cast.LONGITUDINAL_PATIENT: "E11.9", cast.REFUSING_PATIENT: "E03.9"}
_ALLERGIC = frozenset({cast.MOTHER, cast.LONGITUDINAL_PATIENT})
_NONE_KNOWN = frozenset({cast.YOUNG_CHILD, cast.STRANGER, cast.HIV_PATIENT})


class Casting:
    """Makes the fixed parts of the named people's books."""

    def __init__(
        self, today: date, terms: Terms, visits: VisitMaker, prescriber: Prescriber
    ) -> None:
        self._today = today
        self._terms = terms
        self._visits = visits
        self._prescriber = prescriber

    def parts(self) -> tuple[CastPart, ...]:
        """Return the part of every named citizen."""
        return tuple(self._part(person) for person in named_people(self._today).values())

    def _part(self, person: Person) -> CastPart:
        rnd, serial = chance("cast", person.id), Serial("cast", person.id)
        visits = [self._visit(rnd, person, row, serial) for row in _VISITS[person.id]]
        visits.sort(key=lambda visit: visit.start)
        if person.id in _IN_CARE:
            visits.append(self._in_care(rnd, person, serial))
        return CastPart(
            person=person,
            visits=tuple(visits),
            prescriptions=self._prescriptions(rnd, person, serial),
            allergies=self._allergies(person, serial),
            consents=self._consents(person),
        )

    def _visit(
        self,
        rnd: random.Random,
        person: Person,
        row: tuple[str, int, str, str],
        serial: Serial,
    ) -> Visit:
        facility, days, kind, code = row
        day = self._today - timedelta(days=days)
        visit = self._visits.make(rnd, self._plan(person, day, facility, (kind, code)), serial)
        doctor = {CENTRAL: cast.TREATING_DOCTOR, PROVINCIAL: cast.PROVINCIAL_DOCTOR}.get(facility)
        visit = replace(visit, referral=None, follow_up=None)
        return replace(visit, practitioner=doctor or visit.practitioner)

    def _in_care(self, rnd: random.Random, person: Person, serial: Serial) -> Visit:
        """Return an episode that lasts, with an appointment to come."""
        day = self._today - timedelta(days=1)
        plan = replace(self._plan(person, day, CENTRAL, ("02", _IN_CARE[person.id])), ongoing=True)
        visit = self._visits.make(rnd, plan, serial)
        identifier = serial.next()
        follow_up = FollowUp(
            identifier,
            f"HK{identifier[-6:]}",
            moment(self._today + timedelta(days=28), 8, 30),
            visit.diagnoses[0].condition,
        )
        return replace(visit, practitioner=cast.TREATING_DOCTOR, follow_up=follow_up)

    def _plan(self, person: Person, day: date, facility: str, what: tuple[str, str]) -> VisitPlan:
        kind, code = what
        return VisitPlan(
            person_id=person.id,
            years=years_between(person.birth_date, day),
            sex=person.sex,
            facility=facility,
            start=moment(day, 8, 20),
            kind=kind,
            ailments=(self._terms.ailments[code],),
        )

    def _allergies(self, person: Person, serial: Serial) -> tuple[Allergy, ...] | None:
        if person.id in _ALLERGIC:
            recorded = moment(self._today - timedelta(days=700))
            return (
                Allergy(
                    serial.next(), _PENICILLIN, "medication", "high", "Mày đay, khó thở", recorded
                ),
            )
        return () if person.id in _NONE_KNOWN else None

    def _consents(self, person: Person) -> tuple[Consent, ...]:
        if person.id != cast.REFUSING_PATIENT:
            return ()
        given = moment(self._today - timedelta(days=50), 20)
        return (
            Consent(
                id=f"consent-{person.id}",
                person=person.id,
                decision="deny",
                grantee_kind="practitioner",
                grantee=cast.TREATING_DOCTOR,
                categories=("CONDITIONS",),
                labels=(),
                actions=("read",),
                purpose="TREAT",
                start=given,
                end=None,
                status="active",
                withdrawn=None,
                evidence="vneid-auth-cast",
            ),
        )

    def _prescriptions(
        self, rnd: random.Random, person: Person, serial: Serial
    ) -> tuple[Prescription, ...]:
        rows: dict[str, tuple[tuple[str, int, str, tuple[str, ...], str], ...]] = {
            cast.MOTHER: (
                (cast.EXPIRED_PRESCRIPTION, 40, "J06.9", ("Cetirizin",), "none"),
                (cast.REPLACED_PRESCRIPTION, 1, "E78.5", ("Rosuvastatin",), "none"),
                (cast.REPLACEMENT_PRESCRIPTION, 1, "E78.5", ("Atorvastatin",), "none"),
                (cast.PARTLY_DISPENSED_PRESCRIPTION, 1, "K29.7", ("Omeprazol", "Domperidon"),
                 "part"),
            ),
            cast.HIV_PATIENT: (
                (cast.HIV_PRESCRIPTION, 1, "B20", ("Tenofovir + lamivudin + dolutegravir",),
                 "none"),
            ),
            cast.LONGITUDINAL_PATIENT: (
                (cast.NARCOTIC_PRESCRIPTION, 1, "M17.9", ("Morphin sulfat",), "none"),
            ),
        }  # fmt: skip
        made = [self._prescribe(rnd, person, row, serial) for row in rows.get(person.id, ())]
        return tuple(_linked(prescription) for prescription in made)

    def _prescribe(
        self,
        rnd: random.Random,
        person: Person,
        row: tuple[str, int, str, tuple[str, ...], str],
        serial: Serial,
    ) -> Prescription:
        code, days, diagnosis, drugs, collected = row
        order = Order(
            person=person,
            facility=CENTRAL,
            practitioner=cast.TREATING_DOCTOR,
            day=self._today - timedelta(days=days),
            diagnosis=self._terms.ailments[diagnosis].code,
            drugs=tuple(self._terms.drugs[name] for name in drugs),
            collected=collected,
        )
        return self._prescriber.prescribe(rnd, order, serial, code)

    def fresh(self, now: datetime) -> tuple[Prescription, ...]:
        """Return new prescriptions of the named people, issued today; each start gets its own."""
        people = named_people(self._today)
        rows = (
            (cast.MOTHER, "E78.5", ("Atorvastatin", "Metformin")),
            (cast.YOUNG_CHILD, "J20.9", ("Paracetamol", "Oresol")),
            (cast.LONGITUDINAL_PATIENT, "E11.9", ("Metformin", "Gliclazid", "Amlodipin")),
            (cast.HIV_PATIENT, "B20", ("Tenofovir + lamivudin + dolutegravir",)),
        )
        made = []
        for person_id, diagnosis, drugs in rows:
            serial = Serial("fresh", person_id, now.isoformat())
            order = Order(
                person=people[person_id],
                facility=CENTRAL,
                practitioner=cast.TREATING_DOCTOR,
                day=now.date(),
                diagnosis=self._terms.ailments[diagnosis].code,
                drugs=tuple(self._terms.drugs[name] for name in drugs),
            )
            issued = self._prescriber.prescribe(chance("fresh", person_id), order, serial)
            made.append(replace(issued, issued=now))
        return tuple(made)


def _linked(prescription: Prescription) -> Prescription:
    """Link the corrected prescription and its correction."""
    if prescription.code == cast.REPLACED_PRESCRIPTION:
        return replace(prescription, replaced_by=cast.REPLACEMENT_PRESCRIPTION)
    if prescription.code == cast.REPLACEMENT_PRESCRIPTION:
        return replace(prescription, replaces=cast.REPLACED_PRESCRIPTION)
    return prescription
