"""The population: a stream of books, lazily made, the same for the same seed and day."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from itertools import islice

from sandbox.population import cast
from sandbox.population.casting import Casting, CastPart
from sandbox.population.childhood import immunizations_of
from sandbox.population.history import (
    allergies_of,
    consents_of,
    measurements_of,
    moment,
    past_conditions_of,
)
from sandbox.population.households import Households, years_between
from sandbox.population.institutions import CENTRAL, COMMUNE, PROVINCIAL, Institutions
from sandbox.population.insurance import card_of, claim_of
from sandbox.population.model import (
    Book,
    Card,
    Claim,
    Person,
    Prescription,
    RecordLocation,
    Visit,
)
from sandbox.population.named import named_people
from sandbox.population.plans import VisitPlan
from sandbox.population.prescribing import Order, Prescriber
from sandbox.population.seeds import Serial, chance, derived_id
from sandbox.population.terms import Ailment, Terms
from sandbox.population.visits import VisitMaker

DEFAULT_SEED = 2026
_KINDS = ("01", "02", "03", "04", "05", "07", "14")
_KIND_WEIGHTS = (62, 6, 8, 4, 9, 6, 5)
_YEARS_OF_HISTORY = 5


@dataclass(frozen=True, slots=True)
class PopulationSettings:
    """What a population depends on.

    Args:
        seed: Any number; the same one makes the same people.
        people: How many citizens, the named ones included.
        today: The day that ages and recent events are counted from.
    """

    seed: int
    people: int
    today: date


class Population:
    """Institutions and a stream of books."""

    def __init__(self, settings: PopulationSettings) -> None:
        self.settings = settings
        self.terms = Terms()
        self.institutions = Institutions(settings.seed, cast.PRACTITIONERS, cast.PHARMACISTS)
        self._visits = VisitMaker(self.terms, self.institutions)
        self._prescriber = Prescriber(settings.seed, self.institutions)
        self._households = Households(settings.seed, settings.today, self.terms)

    @cached_property
    def casting(self) -> Casting:
        """Maker of the named people's parts."""
        return Casting(self.settings.today, self.terms, self._visits, self._prescriber)

    def books(self) -> Iterator[Book]:
        """Yield the named people's books, then the others', as many as asked for in all."""
        count = 0
        for part in self.casting.parts():
            yield self._cast_book(part)
            count += 1
        number = 0
        while count < self.settings.people:
            for person in self._households.household(number):
                if count < self.settings.people:
                    yield self._book(person)
                    count += 1
            number += 1

    def fresh(self, now: datetime, others: int = 40) -> Iterator[tuple[Prescription, Person]]:
        """Yield prescriptions issued just now, for the named people and some others.

        Args:
            now: The instant of issue; another instant makes other prescriptions.
            others: How many of the others get one.
        """
        people = named_people(self.settings.today)
        for one in self.casting.fresh(now):
            yield one, people[one.person]
        unnamed = (book.person for book in self.books() if book.person.id not in people)
        for person in islice(unnamed, others):
            serial = Serial("fresh", person.id, now.isoformat())
            rnd = chance("fresh", person.id, now.isoformat())
            made = self._prescription(rnd, person, now.date(), serial)
            yield replace(made, issued=now, dispenses=()), person

    def _book(self, person: Person) -> Book:
        rnd = chance(self.settings.seed, "book", person.id)
        serial = Serial(self.settings.seed, "book", person.id)
        book = self._background(rnd, person, serial)
        visits = self._visit_series(rnd, person, book.locations, serial)
        return replace(
            book,
            visits=visits,
            claims=_claims(rnd, visits, book.card, serial),
            prescriptions=self._prescriptions(rnd, person, serial),
            locations=_dated(book.locations, visits),
        )

    def _cast_book(self, part: CastPart) -> Book:
        rnd = chance("cast book", part.person.id)
        serial = Serial("cast book", part.person.id)
        book = self._background(rnd, part.person, serial)
        years = years_between(part.person.birth_date, self.settings.today)
        card = card_of(chance("cast card"), part.person, years, self.settings.today)
        asked = moment(self.settings.today - timedelta(days=400))
        facilities = dict.fromkeys(visit.facility for visit in part.visits)
        locations = tuple(
            RecordLocation(
                facility, derived_id("local", facility, part.person.id), True, part.visits[0].start
            )
            for facility in facilities
        )
        return replace(
            book,
            card=None if card is None else replace(card, status="000", facility=CENTRAL,
                                                   new_number=None),
            allergies=part.allergies or (),
            no_known_allergy=asked if part.allergies == () else None,
            visits=part.visits,
            claims=_claims(rnd, part.visits, card, serial),
            prescriptions=part.prescriptions,
            consents=part.consents,
            locations=_dated(locations, part.visits),
        )  # fmt: skip

    def _background(self, rnd: random.Random, person: Person, serial: Serial) -> Book:
        """Return a book without visits and prescriptions."""
        today = self.settings.today
        years = years_between(person.birth_date, today)
        locations = _locations(rnd, self.settings.seed, person, years)
        card = card_of(rnd, person, years, today)
        allergies, none_known = allergies_of(rnd, today, serial)
        station = locations[0].facility
        return Book(
            person=person,
            card=None if card is None else replace(card, facility=station),
            allergies=allergies,
            no_known_allergy=none_known,
            past_conditions=past_conditions_of(rnd, person, years, self.terms, serial),
            immunizations=immunizations_of(rnd, person.birth_date, today, serial, station),
            measurements=measurements_of(rnd, years, today, serial),
            visits=(),
            claims=(),
            prescriptions=(),
            consents=consents_of(rnd, person, years, today, self.institutions),
            locations=locations,
        )

    def _visit_series(
        self,
        rnd: random.Random,
        person: Person,
        locations: tuple[RecordLocation, ...],
        serial: Serial,
    ) -> tuple[Visit, ...]:
        today = self.settings.today
        years = years_between(person.birth_date, today)
        alive = (today - person.birth_date).days - 1
        span = min(_YEARS_OF_HISTORY * 365, alive)
        count = min(_visit_count(rnd, years), max(1, span // 20))
        days = sorted((rnd.randint(1, max(1, span)) for _ in range(count)), reverse=True)
        chronic = self._chronic(rnd, years, person.sex)
        made = []
        for at, ago in enumerate(days):
            last = at == len(days) - 1
            day = today - timedelta(days=ago)
            age = years_between(person.birth_date, day)
            kind = rnd.choices(_KINDS, _KIND_WEIGHTS)[0]
            ailments = self._ailments(rnd, kind, age, person.sex, chronic)
            if not ailments:
                continue
            plan = VisitPlan(
                person_id=person.id,
                years=age,
                sex=person.sex,
                facility=rnd.choice(locations).facility,
                start=moment(day, rnd.randint(7, 16), rnd.choice((0, 5, 10, 20, 35, 50))),
                kind=kind,
                ailments=ailments,
                ongoing=last and rnd.random() < 0.02 and ago < 60,
            )
            made.append(self._visits.make(rnd, plan, serial))
        return tuple(made)

    def _chronic(self, rnd: random.Random, years: int, sex: str) -> Ailment | None:
        likely = 0.04 if years < 30 else 0.15 if years < 45 else 0.45 if years < 62 else 0.75
        return self.terms.draw(rnd, "chronic", years, sex) if rnd.random() < likely else None

    def _ailments(
        self, rnd: random.Random, kind: str, age: int, sex: str, chronic: Ailment | None
    ) -> tuple[Ailment, ...]:
        if chronic is not None and not chronic.fits(age, sex):
            chronic = None
        if kind in {"05", "07"} and chronic is not None:
            return (chronic,)
        setting = "inpatient" if kind == "03" else "acute"
        if rnd.random() < 0.045:
            setting = "sensitive"
        main = self.terms.draw(rnd, setting, age, sex) or self.terms.draw(rnd, "acute", age, sex)
        if main is None:
            return ()
        if chronic is not None and chronic is not main:
            return (chronic, main) if rnd.random() < 0.5 else (main, chronic)
        return (main,)

    def _prescriptions(
        self, rnd: random.Random, person: Person, serial: Serial
    ) -> tuple[Prescription, ...]:
        made = []
        for _ in range(rnd.choices((0, 1, 2), (55, 35, 10))[0]):
            fresh = rnd.random() < 0.2
            ago = rnd.randint(0, 3) if fresh else rnd.randint(6, 500)
            day = self.settings.today - timedelta(days=ago)
            if day <= person.birth_date:
                continue
            made.append(self._prescription(rnd, person, day, serial))
        return tuple(_replacing(rnd, made))

    def _prescription(
        self, rnd: random.Random, person: Person, day: date, serial: Serial
    ) -> Prescription:
        age = years_between(person.birth_date, day)
        setting = rnd.choices(("acute", "chronic", "sensitive"), (55, 38, 7))[0]
        ailment = self.terms.draw(rnd, setting, age, person.sex)
        main = (ailment or self.terms.ailments["J00"]).code
        drugs = tuple(self._visits.drugs_for(rnd, main)[: rnd.choice((1, 2, 2, 3))])
        if main.code.startswith("M") and age >= 18 and rnd.random() < 0.3:
            drugs = (self.terms.drugs["Thang thuốc Độc hoạt tang ký sinh"],)
        facility = rnd.choice((CENTRAL, PROVINCIAL, PROVINCIAL, COMMUNE))
        order = Order(
            person=person,
            facility=facility,
            practitioner=rnd.choice(self.institutions.doctors_of[facility]).id,
            day=day,
            diagnosis=main,
            drugs=drugs,
            collected=rnd.choices(("none", "part", "all"), (30, 20, 50))[0],
        )
        return self._prescriber.prescribe(rnd, order, serial)


def _visit_count(rnd: random.Random, years: int) -> int:
    mean = 4.0 if years < 6 else 2.0 if years < 18 else 2.4 if years < 45 else 4.5
    return max(1, round(rnd.expovariate(1 / mean))) if rnd.random() < 0.92 else 0


def _claims(
    rnd: random.Random, visits: tuple[Visit, ...], card: Card | None, serial: Serial
) -> tuple[Claim, ...]:
    if card is None:
        return ()
    made = (claim_of(rnd, visit, card, serial) for visit in visits)
    return tuple(claim for claim in made if claim is not None)


def _locations(
    rnd: random.Random, seed: int, person: Person, years: int
) -> tuple[RecordLocation, ...]:
    order = [COMMUNE, PROVINCIAL, CENTRAL]
    rnd.shuffle(order)
    count = rnd.choices((1, 2, 3), (58, 32, 10) if years < 50 else (40, 40, 20))[0]
    since = moment(person.birth_date)
    return tuple(
        RecordLocation(facility, derived_id(seed, "local", facility, person.id),
                       rnd.random() < 0.95, since)
        for facility in order[:count]
    )  # fmt: skip


def _dated(
    locations: tuple[RecordLocation, ...], visits: tuple[Visit, ...]
) -> tuple[RecordLocation, ...]:
    """Keep the facilities that hold records, each since the first visit there."""
    first: dict[str, datetime] = {}
    for visit in visits:
        first[visit.facility] = min(first.get(visit.facility, visit.start), visit.start)
    return tuple(
        replace(location, since=first[location.facility])
        for location in locations
        if location.facility in first
    )


def _replacing(rnd: random.Random, made: list[Prescription]) -> list[Prescription]:
    """Let the second prescription of some people correct the first."""
    if len(made) != 2 or rnd.random() > 0.15 or made[0].dispenses:
        return made
    older, newer = made
    if newer.issued < older.issued:
        return made
    return [replace(older, replaced_by=newer.code), replace(newer, replaces=older.code)]
