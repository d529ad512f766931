"""A population becomes the subgraphs' documents, through their own repositories."""

import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import pytest

from resolvers.datatypes.identifiers import NATIONAL_ID
from resolvers.encounter.locations import EncounterRepository
from resolvers.insurance.repository import InsuranceRepository
from resolvers.patient.repository import ALLERGIES, IMMUNIZATIONS, PatientRepository
from resolvers.pharmacy.codes import parse_code
from resolvers.pharmacy.repository import PharmacyRepository
from sandbox.documents.loading import Destinations, DocumentLoader
from sandbox.documents.prescriptions import in_words
from sandbox.population import cast
from sandbox.population.generator import Population, PopulationSettings
from sandbox.population.model import VIETNAM, Book
from storage.access_profiles.model import CareRelationshipKind
from storage.access_profiles.repository import AccessProfiles
from storage.documents import Document, DocumentStore
from storage.encryption import IdentifierKind, Keyring, load_keyring
from storage.invalidation import LocalChanges
from storage.opening import open_documents
from tests.mongodb_server.server import mongodb_server_url
from tests.sandbox.conftest import NOW

__all__ = ["mongodb_server_url"]

TODAY = date(2026, 11, 22)
SETTINGS = PopulationSettings(5, 120, TODAY)


@dataclass(frozen=True, slots=True)
class Loaded:
    store: DocumentStore
    keyring: Keyring
    profiles: AccessProfiles
    loader: DocumentLoader
    books: dict[str, Book]


@pytest.fixture(params=["sqlite", "mongodb-server"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'documents.db'}"
    return f"{request.getfixturevalue('mongodb_server_url')}/sandbox_{uuid.uuid4().hex}"


@pytest.fixture
async def loaded(database_url: str, tmp_path: Path) -> AsyncIterator[Loaded]:
    store = await open_documents(database_url)
    keyring = load_keyring(tmp_path / "keys.json", production=False)
    profiles = AccessProfiles(store, keyring, LocalChanges(), lambda: NOW)
    population = Population(SETTINGS)
    to = Destinations(store, keyring, profiles)
    loader = DocumentLoader(to, TODAY)
    await loader.prepare(population)
    await loader.load(population.books(), lambda _: None)
    books = {book.person.id: book for book in population.books()}
    yield Loaded(store, keyring, profiles, loader, books)
    await store.close()


async def test_every_person_is_there_with_her_rows(loaded: Loaded) -> None:
    repository = PatientRepository(loaded.store, loaded.keyring)

    people = await repository.by_id(list(loaded.books))
    assert [book.person.name.full for book in loaded.books.values()] == [
        person and person.full_name for person in people
    ]
    given = sum(len(book.immunizations) for book in loaded.books.values())
    assert given == await repository.rows(IMMUNIZATIONS).count({})
    allergic = sum(len(book.allergies) for book in loaded.books.values())
    assert allergic == await repository.rows(ALLERGIES).count({})


async def test_person_is_found_by_number_and_her_children_by_her(loaded: Loaded) -> None:
    repository = PatientRepository(loaded.store, loaded.keyring)

    mother = await repository.by_identifier(NATIONAL_ID, cast.MOTHER_NATIONAL_ID)
    children = await repository.dependants([cast.MOTHER], NOW)

    assert cast.MOTHER == (mother and mother.id)
    assert {cast.YOUNG_CHILD, cast.OLDER_CHILD} == {one.patient.id for one in children[0]}


async def test_prescriptions_keep_what_is_left(loaded: Loaded) -> None:
    repository = PharmacyRepository(loaded.store, loaded.keyring)
    for book in loaded.books.values():
        for one in book.prescriptions:
            code = parse_code(one.code)
            assert code is not None
            row = await repository.by_code(code)
            assert row is not None
            handed = sum(line.quantity for made in one.dispenses for line in made.lines)
            left = sum(item.quantity for item in one.items) - handed
            assert left * 1000 == row["remaining_total"]
            assert row["remaining_total"] == sum(item["remaining"] for item in row["items"])


async def row_of(repository: PharmacyRepository, code: str) -> Document | None:
    """The stored prescription of a code."""
    parsed = parse_code(code)
    assert parsed is not None
    return await repository.by_code(parsed)


async def test_replaced_prescription_names_its_replacement(loaded: Loaded) -> None:
    repository = PharmacyRepository(loaded.store, loaded.keyring)
    old = await row_of(repository, cast.REPLACED_PRESCRIPTION)
    new = await row_of(repository, cast.REPLACEMENT_PRESCRIPTION)

    assert old is not None
    assert new is not None
    assert ("replaced", new["_id"]) == (old["status"], old["replaced_by"])
    assert ("active", old["_id"]) == (new["status"], new["replaces"])


async def test_hiv_prescription_is_labelled(loaded: Loaded) -> None:
    repository = PharmacyRepository(loaded.store, loaded.keyring)

    row = await row_of(repository, cast.HIV_PRESCRIPTION)

    assert row is not None
    assert ["HIV"] == row["labels"]


async def test_cards_and_claims_are_there(loaded: Loaded) -> None:
    repository = InsuranceRepository(loaded.store, loaded.keyring)
    book = loaded.books[cast.LONGITUDINAL_PATIENT]

    card = (await repository.cards([book.person.id]))[0]
    visit = next(visit for visit in book.visits if visit.end is not None)
    claims = await repository.claims_of_encounters([f"{visit.facility}~{visit.id}"])

    assert book.card is not None
    assert (book.card.number, book.person.name.full) == (
        (card.number, card.name) if card else None
    )
    assert claims[0] is not None


async def test_profile_says_who_may_read(loaded: Loaded) -> None:
    found = await loaded.profiles.get_many(
        [cast.YOUNG_CHILD, cast.LONGITUDINAL_PATIENT, cast.REFUSING_PATIENT, cast.STRANGER]
    )

    assert cast.MOTHER in {one.person_id for one in found[cast.YOUNG_CHILD].representatives}
    in_care = found[cast.LONGITUDINAL_PATIENT].care_relationships
    assert {(CareRelationshipKind.ENCOUNTER, cast.TREATING_DOCTOR)} == {
        (one.kind, one.practitioner_id)
        for one in in_care
        if one.kind is CareRelationshipKind.ENCOUNTER
    }
    assert 1 == len(found[cast.REFUSING_PATIENT].denies)
    assert () == found[cast.STRANGER].care_relationships


async def test_locator_knows_where_records_lie(loaded: Loaded) -> None:
    repository = EncounterRepository(loaded.store)
    book = loaded.books[cast.LONGITUDINAL_PATIENT]

    found = (await repository.locations([book.person.id]))[0]
    facilities = await repository.facilities([one.facility_id for one in found])
    doctors = await repository.practitioners([cast.TREATING_DOCTOR, cast.PHARMACIST_B])

    assert {(one.facility, one.local_id) for one in book.locations} == {
        (one.facility_id, one.local_id) for one in found
    }
    assert None not in facilities
    assert ["01901", cast.PHARMACY_B] == [one and one.facility_id for one in doctors]


async def test_withdrawn_consents_have_no_force(loaded: Loaded) -> None:
    for book in loaded.books.values():
        active = [one for one in book.consents if one.status == "active"]
        profile = (await loaded.profiles.get_many([book.person.id]))[book.person.id]
        assert len(active) == len(profile.grants) + len(profile.denies)


async def test_subject_is_found_by_every_number_and_birth_date(loaded: Loaded) -> None:
    book = loaded.books[cast.LONGITUDINAL_PATIENT]
    assert book.card is not None
    birth = book.person.birth_date.isoformat()
    numbers = [
        (IdentifierKind.NATIONAL_ID, cast.LONGITUDINAL_NATIONAL_ID),
        (IdentifierKind.CARD_NUMBER, cast.LONGITUDINAL_INSURANCE_NUMBER),
        (IdentifierKind.CARD_NUMBER, book.card.number),
    ]

    found = [await loaded.profiles.resolve_identifier(*number, birth) for number in numbers]
    assert [cast.LONGITUDINAL_PATIENT] * 3 == found
    assert None is await loaded.profiles.resolve_identifier(*numbers[0], "1958-02-21")


async def test_code_leads_to_its_prescription(loaded: Loaded) -> None:
    link = await loaded.profiles.resolve_prescription_code(cast.NARCOTIC_PRESCRIPTION)

    assert link is not None
    assert cast.LONGITUDINAL_PATIENT == link.subject_id


async def test_second_load_changes_nothing(loaded: Loaded) -> None:
    repository = PharmacyRepository(loaded.store, loaded.keyring)
    before = await repository.prescriptions.count({})

    await loaded.loader.load(Population(SETTINGS).books(), lambda _: None)

    assert before == await repository.prescriptions.count({})


async def test_fresh_prescriptions_are_added(loaded: Loaded) -> None:
    repository = PharmacyRepository(loaded.store, loaded.keyring)
    now = datetime(2026, 12, 24, 9, 0, tzinfo=VIETNAM)
    fresh = Population(SETTINGS).casting.fresh(now)
    people = {book.person.id: book.person for book in loaded.books.values()}

    await loaded.loader.issue([(one, people[one.person]) for one in fresh])

    rows = [await row_of(repository, one.code) for one in fresh]
    assert all(row is not None and row["valid_until"] > now for row in rows)
    links = [await loaded.profiles.resolve_prescription_code(one.code) for one in fresh]
    assert [one.person for one in fresh] == [link and link.subject_id for link in links]


@pytest.mark.parametrize(
    ("number", "words"),
    [(1, "Một"), (10, "Mười"), (15, "Mười lăm"), (21, "Hai mươi mốt"), (30, "Ba mươi"),
     (44, "Bốn mươi bốn"), (11, "Mười một")],
)  # fmt: skip
def test_quantity_in_words(number: int, words: str) -> None:
    assert words == in_words(number)
