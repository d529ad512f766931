"""The synthetic population is deterministic and keeps the rules of its identifiers and papers."""

import hashlib
import re
import time
from collections import Counter
from datetime import date, datetime, timedelta

import pytest

from sandbox.population import cast
from sandbox.population.generator import Population, PopulationSettings
from sandbox.population.households import months_between, years_between
from sandbox.population.institutions import FACILITIES, HOSPITALS
from sandbox.population.model import INSURANCE_NUMBER, NATIONAL_ID, VIETNAM, Book, Person
from sandbox.population.seeds import derived_id
from sandbox.population.visits import working_days_after
from sandbox.product.welcome import jobs

TODAY = date(2026, 11, 22)
PEOPLE = 1500

pytestmark = pytest.mark.xdist_group("population")  # made once for all of them


def population(seed: int = 7, people: int = PEOPLE) -> Population:
    return Population(PopulationSettings(seed, people, TODAY))


@pytest.fixture(scope="module")
def books() -> list[Book]:
    return list(population().books())


@pytest.fixture(scope="module")
def named(books: list[Book]) -> dict[str, Book]:
    return {book.person.id: book for book in books if "-" in book.person.id}


def test_same_seed_makes_the_same_people(books: list[Book]) -> None:
    assert books[:200] == list(population(people=200).books())


def test_another_seed_makes_other_people(books: list[Book]) -> None:
    others = {book.person.id for book in population(seed=8, people=200).books()}

    shared = others & {book.person.id for book in books}
    assert all(identifier.startswith("pt-") for identifier in shared)


def test_exactly_as_many_people_as_asked_for(books: list[Book]) -> None:
    assert (PEOPLE, PEOPLE) == (len(books), len({book.person.id for book in books}))


def test_books_are_made_lazily() -> None:
    started = time.monotonic()

    next(population(people=10_000_000).books())

    assert time.monotonic() - started < 2


def test_national_id_tells_province_century_sex_and_year(books: list[Book]) -> None:
    wrong = []
    for book in books:
        number, person = book.person.national_id, book.person
        if number is None:
            continue
        century = (person.birth_date.year // 100 - 19) * 2 + (person.sex == "female")
        expected = f"0{person.former_address.province_code}{century}{person.birth_date:%y}"
        if not re.fullmatch(r"[0-9]{12}", number) or not number.startswith(expected):
            wrong.append((number, expected))

    assert [] == wrong


def test_newborns_have_no_national_id_and_nobody_shares_one(books: list[Book]) -> None:
    made = [book.person for book in books]

    without = [person for person in made if person.national_id is None]
    assert without
    assert all((TODAY - person.birth_date).days < 60 for person in without)
    numbers = [person.national_id for person in made if person.national_id]
    assert len(numbers) == len(set(numbers))


def test_numbers_have_a_history(books: list[Book]) -> None:
    ended = [
        identifier
        for book in books
        for identifier in book.person.identifiers
        if identifier.end is not None
    ]

    assert ended
    assert all(one.start is not None and one.end >= one.start for one in ended if one.end)


def test_insurance_numbers_and_cards_are_well_formed_and_unique(books: list[Book]) -> None:
    numbers = [
        identifier.value
        for book in books
        for identifier in book.person.identifiers
        if identifier.system == INSURANCE_NUMBER
    ]
    cards = [book.card for book in books if book.card is not None]

    assert len(numbers) == len(set(numbers)) == PEOPLE
    assert all(re.fullmatch(r"[0-9]{10}", number) for number in numbers)
    assert all(re.fullmatch(r"[A-Z]{2}[1-5][0-9]{12}", card.number) for card in cards)
    assert all(card.number.endswith(card.insurance_number) for card in cards)


def test_every_state_of_a_card_occurs(books: list[Book]) -> None:
    cards = [book.card for book in books if book.card is not None]

    expected = {"000", "001", "002", "003", "004", "010", "100", "101", "110", "130"}
    assert expected | {f"12{digit}" for digit in range(5)} == {card.status for card in cards}


def test_children_have_parents_of_their_household(books: list[Book]) -> None:
    people = {book.person.id: book.person for book in books}
    children = [one for one in people.values() if years_between(one.birth_date, TODAY) < 18]

    without = [child for child in children if not child.representatives]
    assert [] == without
    assert all(_is_older(people, child) for child in children)
    ages = {years_between(child.birth_date, TODAY) for child in children}
    assert {True, False} == {age < 7 for age in ages}


def _is_older(people: dict[str, Person], child: Person) -> bool:
    return all(
        people[one.person_id].birth_date < child.birth_date - timedelta(days=16 * 365)
        for one in child.representatives
    )


def test_some_of_the_old_have_a_delegate_with_either_reach(books: list[Book]) -> None:
    made = {book.person.id: book.person for book in books}

    delegates = [
        (person, one)
        for person in made.values()
        for one in person.representatives
        if one.kind == "DELEGATE"
    ]
    assert {"FULL", "SUMMARY"} == {one.representation for _, one in delegates}
    assert all(made[one.person_id].birth_date > person.birth_date for person, one in delegates)


def test_visits_lie_within_life_and_are_of_every_kind(books: list[Book]) -> None:
    visits = [(book, visit) for book in books for visit in book.visits]

    assert all(visit.start.date() >= book.person.birth_date for book, visit in visits)
    assert all(visit.end is None or visit.end > visit.start for _, visit in visits)
    assert {"01", "02", "03", "04", "05", "07", "14"} == {visit.kind for _, visit in visits}
    assert any(visit.end is None for _, visit in visits)


def test_visits_are_where_records_are(books: list[Book]) -> None:
    served = {facility.code for facility in HOSPITALS}

    for book in books:
        located = {location.facility for location in book.locations}
        assert located == {visit.facility for visit in book.visits}
        assert located <= served


def test_sensitive_diagnoses_occur(books: list[Book]) -> None:
    codes = {
        diagnosis.condition.code
        for book in books
        for visit in book.visits
        for diagnosis in visit.diagnoses
    }

    assert {code[0] for code in codes} >= {"A", "B", "F", "I", "J"}
    assert any(code.startswith(("B20", "B24", "Z21")) for code in codes)


def test_ids_of_all_records_are_unique(books: list[Book]) -> None:
    counted: Counter[str] = Counter()
    for book in books:
        counted.update(one.id for one in book.allergies + book.immunizations)
        counted.update(one.id for one in book.past_conditions + book.measurements)
        counted.update(one.id for one in book.visits + book.claims)
        counted.update(one.id for one in book.prescriptions + book.consents)
        for visit in book.visits:
            counted.update(one.id for one in visit.diagnoses + visit.results)
            counted.update(one.id for one in visit.medications + visit.imaging)

    assert [] == [identifier for identifier, count in counted.items() if count > 1]
    assert [] == [identifier for identifier in counted if identifier.isdigit()]


def test_the_doctors_job_names_her_patient_as_he_is_registered(named: dict[str, Book]) -> None:
    (asked,) = [job.variables for job in jobs("code") if job.who == "doctor"]
    person = named[cast.LONGITUDINAL_PATIENT].person

    assert {
        "value": person.national_id,
        "birthDate": person.birth_date.isoformat(),
    } == asked


def test_no_id_can_be_taken_for_a_number() -> None:
    digest_of_digits = next(
        number
        for number in range(10_000_000)
        if hashlib.blake2b(str(number).encode(), digest_size=10).hexdigest().isdigit()
    )

    assert not derived_id(digest_of_digits).isdigit()


def test_prescription_codes_are_well_formed_and_unique(books: list[Book]) -> None:
    codes = [one.code for book in books for one in book.prescriptions]

    assert len(codes) == len(set(codes))
    assert all(re.fullmatch(r"[0-9A-Z]{5}[0-9a-z]{7}-[NHCTY]", code) for code in codes)


def test_prescriptions_are_of_every_type_and_state(books: list[Book]) -> None:
    made = [one for book in books for one in book.prescriptions]

    assert {"N", "H", "C", "T", "Y"} == {one.kind for one in made}
    assert any(one.replaced_by for one in made)
    assert any((TODAY - one.issued.date()).days < 4 for one in made)
    assert any((TODAY - one.issued.date()).days > 5 for one in made)
    handed = {
        sum(line.quantity for line in one.dispenses[0].lines)
        < sum(item.quantity for item in one.items)
        for one in made
        if one.dispenses
    }
    assert {True, False} == handed


def test_never_more_is_dispensed_than_prescribed(books: list[Book]) -> None:
    for book in books:
        for prescription in book.prescriptions:
            limits = {item.id: item.quantity for item in prescription.items}
            for dispense in prescription.dispenses:
                assert all(line.quantity <= limits[line.item] for line in dispense.lines)


def test_small_children_have_weight_and_age_in_months(books: list[Book]) -> None:
    for book in books:
        for prescription in book.prescriptions:
            day = prescription.issued.date()
            months = months_between(book.person.birth_date, day)
            assert months == prescription.age_months
            if months < 72:
                assert prescription.weight is not None


def test_claims_add_up(books: list[Book]) -> None:
    for book in books:
        for claim in book.claims:
            parts = (claim.paid_by_fund, claim.co_payment, claim.self_payment, claim.other_sources)
            assert float(claim.total) == sum(float(part) for part in parts)


def test_children_lack_some_doses(books: list[Book]) -> None:
    toddlers = [
        len(book.immunizations)
        for book in books
        if 24 <= months_between(book.person.birth_date, TODAY) < 72
    ]

    assert 18 == max(toddlers)
    assert min(toddlers) < 18


def test_consents_permit_deny_and_are_withdrawn(books: list[Book]) -> None:
    made = [one for book in books for one in book.consents]

    states = {(one.decision, one.status) for one in made}
    assert {("permit", "active"), ("permit", "withdrawn"), ("deny", "active")} <= states


def test_allergies_are_recorded_none_known_or_never_asked(books: list[Book]) -> None:
    states = {(bool(book.allergies), book.no_known_allergy is not None) for book in books}

    assert {(True, False), (False, True), (False, False)} == states


def test_mother_has_a_child_under_seven_and_one_of_ten(named: dict[str, Book]) -> None:
    ages = {
        child: years_between(named[child].person.birth_date, TODAY)
        for child in (cast.YOUNG_CHILD, cast.OLDER_CHILD)
    }
    mothers = {one.person_id for one in named[cast.YOUNG_CHILD].person.representatives} & {
        one.person_id for one in named[cast.OLDER_CHILD].person.representatives
    }

    assert {cast.YOUNG_CHILD: 4, cast.OLDER_CHILD: 10} == ages
    assert cast.MOTHER in mothers


def test_one_patient_is_known_in_all_three_hospitals(named: dict[str, Book]) -> None:
    book = named[cast.LONGITUDINAL_PATIENT]

    assert {facility.code for facility in HOSPITALS} == {
        location.facility for location in book.locations if location.shares
    }
    in_care = [visit for visit in book.visits if visit.end is None]
    assert [cast.TREATING_DOCTOR] == [visit.practitioner for visit in in_care]


def test_unrelated_doctor_has_no_patient_among_the_named(named: dict[str, Book]) -> None:
    doctor = next(one for one in cast.PRACTITIONERS if one.id == cast.UNRELATED_DOCTOR)

    facilities = {visit.facility for book in named.values() for visit in book.visits}
    assert doctor.facility not in facilities


def test_pharmacists_of_the_cast_work_for_two_chains() -> None:
    made = population(people=1).institutions.pharmacists

    shops = {one.pharmacy for one in made if one.id in {cast.PHARMACIST_A, cast.PHARMACIST_B}}
    assert {cast.PHARMACY_A, cast.PHARMACY_B} == shops


def test_named_prescriptions_stand_in_the_states_that_demonstrations_need(
    named: dict[str, Book],
) -> None:
    by_code = {one.code: one for book in named.values() for one in book.prescriptions}

    assert cast.REPLACEMENT_PRESCRIPTION == by_code[cast.REPLACED_PRESCRIPTION].replaced_by
    assert by_code[cast.PARTLY_DISPENSED_PRESCRIPTION].dispenses
    assert (TODAY - by_code[cast.EXPIRED_PRESCRIPTION].issued.date()).days > 5
    assert "N" == by_code[cast.NARCOTIC_PRESCRIPTION].kind
    hiv = by_code[cast.HIV_PRESCRIPTION]
    assert any(item.drug.atc.startswith("J05AR") for item in hiv.items)


def test_each_start_gets_fresh_prescriptions_of_its_own() -> None:
    made = population(people=1)
    first = made.casting.fresh(made.casting.parts()[0].visits[0].start)
    second = made.casting.fresh(made.casting.parts()[0].visits[1].start)

    assert {one.person for one in first} == {one.person for one in second}
    assert not {one.code for one in first} & {one.code for one in second}


def test_others_get_fresh_prescriptions_too() -> None:
    now = datetime(2026, 12, 24, 9, 0, tzinfo=VIETNAM)

    fresh = list(population(people=100).fresh(now, others=10))

    assert 14 == len(fresh)
    assert {now} == {one.issued for one, _ in fresh}
    assert 14 == len({one.code for one, _ in fresh})
    assert all(one.person == person.id and not one.dispenses for one, person in fresh)


def test_named_numbers_belong_to_the_named_alone(books: list[Book]) -> None:
    holders = [
        book.person.id
        for book in books
        if any(
            one.system == NATIONAL_ID and one.value == cast.MOTHER_NATIONAL_ID
            for one in book.person.identifiers
        )
    ]

    assert [cast.MOTHER] == holders


def test_licences_follow_the_two_printed_forms() -> None:
    institutions = population(people=1).institutions
    pattern = r"[0-9]{6,7}/[A-ZĐ]{2,10}-(CCHN|GPHN)"

    licences = [one.licence for one in institutions.practitioners]
    assert all(re.fullmatch(pattern, licence) for licence in licences)
    assert len(licences) == len(set(licences))
    assert {one.facility for one in institutions.practitioners} == {
        facility.code for facility in FACILITIES
    }


def test_referrals_count_working_days_only() -> None:
    friday = date(2026, 11, 20)

    assert date(2026, 12, 4) == working_days_after(friday, 10)
