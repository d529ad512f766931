"""The outside world's files are made whole, served over HTTP, and agree with the population."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import date
from pathlib import Path

import httpx
import pytest

from sandbox.hospitals.app import HospitalSettings, create_hospital_app
from sandbox.identity_provider.directory import IdentityDirectory
from sandbox.insurance_portal.records import PortalRecords
from sandbox.population import cast
from sandbox.population.generator import Population, PopulationSettings
from sandbox.population.institutions import HOSPITALS
from sandbox.population.model import NATIONAL_ID
from sandbox.serving import bind, serving
from sandbox.world import BrokenWorldError, WorldFiles, make_world
from tests.sandbox.conftest import ADMIN, NOW, TOKEN

pytestmark = pytest.mark.xdist_group("world")  # its fixtures are dear

SETTINGS = PopulationSettings(3, 60, date(2026, 11, 22))


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> WorldFiles:
    made = WorldFiles(tmp_path_factory.mktemp("data") / "world")
    make_world(made, SETTINGS, lambda _: None)
    return made


@pytest.fixture
async def hospitals(files: WorldFiles) -> AsyncIterator[dict[str, httpx.AsyncClient]]:
    async with AsyncExitStack() as stack:
        clients = {}
        for facility in HOSPITALS:
            settings = HospitalSettings(
                facility.code, files.hospital(facility.code), TOKEN, ADMIN, lambda: NOW
            )
            base = await stack.enter_async_context(serving(create_hospital_app(settings), bind(0)))
            clients[facility.code] = await stack.enter_async_context(
                httpx.AsyncClient(
                    base_url=f"{base}/fhir", headers={"authorization": f"Bearer {TOKEN}"}
                )
            )
        yield clients


async def total(client: httpx.AsyncClient, query: str) -> int:
    answer = await client.get(f"/{query}")
    assert answer.status_code == 200, answer.text
    return int(answer.json()["total"])


async def test_every_visit_of_the_population_is_in_its_hospital(
    hospitals: dict[str, httpx.AsyncClient],
) -> None:
    expected = dict.fromkeys(hospitals, 0)
    for book in Population(SETTINGS).books():
        for visit in book.visits:
            expected[visit.facility] += 1

    found = {code: await total(client, "Encounter") for code, client in hospitals.items()}
    assert expected == found


async def test_patient_is_found_by_national_id_with_everything_of_a_visit(
    hospitals: dict[str, httpx.AsyncClient],
) -> None:
    books = {book.person.id: book for book in Population(SETTINGS).books()}
    book = books[cast.LONGITUDINAL_PATIENT]
    for location in book.locations:
        client = hospitals[location.facility]
        patients = (
            await client.get(f"/Patient?identifier={NATIONAL_ID}|{book.person.national_id}")
        ).json()["entry"]
        local_id = patients[0]["resource"]["id"]
        visits = [visit for visit in book.visits if visit.facility == location.facility]

        assert location.local_id == local_id
        assert len(visits) == await total(client, f"Encounter?patient={local_id}")
        results = sum(len(visit.results) for visit in visits)
        assert results == await total(client, f"Observation?patient={local_id}")
        drugs = sum(len(visit.medications) for visit in visits)
        assert drugs == await total(client, f"MedicationRequest?patient={local_id}")
        summaries = sum(visit.summary is not None for visit in visits)
        assert summaries == await total(client, f"DocumentReference?patient={local_id}")


async def test_referrals_and_appointments_are_searchable(
    hospitals: dict[str, httpx.AsyncClient],
) -> None:
    visits = [visit for book in Population(SETTINGS).books() for visit in book.visits]

    referrals = [await total(one, "ServiceRequest") for one in hospitals.values()]
    appointments = [
        await total(one, "Appointment?date=ge2026-11-22") for one in hospitals.values()
    ]
    assert sum(visit.referral is not None for visit in visits) == sum(referrals)
    coming = [
        visit
        for visit in visits
        if visit.follow_up is not None and visit.follow_up.at.date() >= SETTINGS.today
    ]
    assert len(coming) == sum(appointments)


def test_portal_knows_every_card_and_claim(files: WorldFiles) -> None:
    portal = PortalRecords.open(files.portal)
    found = {}
    expected = {}
    for book in Population(SETTINGS).books():
        if book.card is not None:
            card = portal.card(book.card.insurance_number)
            found[book.person.id] = card and (card.name, len(portal.history(card.number, "0")))
            expected[book.person.id] = (book.person.name.full, len(book.claims))
    portal.close()

    assert expected == found


def test_directory_knows_citizens_and_staff(files: WorldFiles) -> None:
    directory = IdentityDirectory.open(files.identities)
    people = [
        directory.find("citizen", cast.MOTHER),
        directory.find("practitioner", cast.TREATING_DOCTOR),
        directory.find("pharmacist", cast.PHARMACIST_B),
        directory.find("insurer", cast.INSURER_USER),
        directory.find("authority", cast.AUTHORITY_USER),
    ]
    directory.close()

    assert [None, "01901", cast.PHARMACY_B, cast.INSURER, cast.AUTHORITY] == [
        one and one.organization for one in people
    ]


def test_files_remember_what_they_were_made_from(files: WorldFiles) -> None:
    assert SETTINGS == files.population()


def test_nothing_is_there_before_everything_is(tmp_path: Path) -> None:
    files = WorldFiles(tmp_path / "world")

    def interrupt(_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make_world(files, PopulationSettings(3, 250, SETTINGS.today), interrupt)

    assert (None, False) == (files.population(), files.folder.exists())


def test_damaged_note_is_named(tmp_path: Path) -> None:
    (tmp_path / "population.json").write_text("[]")

    with pytest.raises(BrokenWorldError, match=r"population\.json"):
        WorldFiles(tmp_path).population()
