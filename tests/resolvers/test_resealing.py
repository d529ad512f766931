"""The stored forms of every subgraph come under new keys, and nothing of them is told."""

import asyncio
import json
from base64 import b64encode
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from resolvers.__main__ import main
from resolvers.datatypes.identifiers import INSURANCE_NUMBER, NATIONAL_ID, SYSTEMS
from resolvers.insurance.records import CardRecord
from resolvers.insurance.repository import InsuranceRepository
from resolvers.patient.records import IdentifierRecord, PatientRecord, RepresentativeRecord
from resolvers.patient.repository import PatientRepository
from resolvers.pharmacy.repository import PharmacyRepository
from resolvers.resealing import SEALED
from storage.access_profiles import PrescriptionLink
from storage.access_profiles.repository import AccessProfiles
from storage.access_profiles.subject_index import IdentifierLink
from storage.documents import DocumentStore
from storage.encryption import IdentifierKind, Keyring, load_keyring
from storage.invalidation import LocalChanges
from storage.opening import open_documents
from storage.resealing import Resealed, Resealing
from tests.resolvers.fakes import SettableClock

PATIENT = PatientRecord(
    id="p1",
    full_name="Nguyễn Thị Bình",
    birth_date="1990-05-17",
    sex="FEMALE",
    identifiers=(
        IdentifierRecord(NATIONAL_ID, "079 190 000001"),
        IdentifierRecord(INSURANCE_NUMBER, "DN4797912345678"),
        IdentifierRecord(SYSTEMS + "passport", "C1234567"),
    ),
    phone="0901234567",
    email="binh@example.vn",
    representatives=(
        RepresentativeRecord(
            "DELEGATE", full_name="Trần Văn An", identifier="079188000002", phone="0912345678"
        ),
    ),
)
CARD = CardRecord("c1", "p1", "DN4797912345678", "Nguyễn Thị Bình", "17/05/1990")
ADULT = "Trần Thị Chi"
CODE = "790250a1b2c3-c"
PLAIN = ("Bình", "190", "7912345678", "C1234567", "0901234567", "binh@", "Trần", "0912", "a1b2c3")
OLD_KEYS = {
    "encryption": {"current": "e1", "keys": {"e1": b64encode(b"e" * 32).decode()}},
    "lookup": {"current": "l1", "keys": {"l1": b64encode(b"l" * 32).decode()}},
}
NEW_KEYS = {
    "encryption": {"current": "e2", "keys": {"e2": b64encode(b"E" * 32).decode()}},
    "lookup": {"current": "l2", "keys": {"l2": b64encode(b"L" * 32).decode()}},
}
BOTH_KEYS = {
    use: {
        "current": NEW_KEYS[use]["current"],
        "keys": {**OLD_KEYS[use]["keys"], **NEW_KEYS[use]["keys"]},  # type: ignore[dict-item]
    }
    for use in OLD_KEYS
}


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    return tmp_path / "keys.json"


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'book.db'}"


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, url: str, keys: Path) -> None:
    """That of the patient subgraph, which is as good as any."""
    monkeypatch.setenv("DATABASE_URL", url)
    monkeypatch.setenv("SUBGRAPH_KEYS_FILE", str(keys))
    monkeypatch.setenv("SUBGRAPH_CONTEXT_KEY", "ab" * 32)


def ring(keys: Path, content: dict[str, Any]) -> Keyring:
    keys.write_text(json.dumps(content), "utf-8")
    return load_keyring(keys, production=True)


def profiles_on(store: DocumentStore, keyring: Keyring, clock: SettableClock) -> AccessProfiles:
    return AccessProfiles(store, keyring, LocalChanges(), clock)


async def fill(store: DocumentStore, keyring: Keyring, clock: SettableClock) -> None:
    await PatientRepository(store, keyring).import_patients([PATIENT])
    await InsuranceRepository(store, keyring).import_cards([CARD])
    pharmacy = PharmacyRepository(store, keyring)
    sealed = pharmacy.seal_adult("rx1", ADULT)
    await pharmacy.import_prescriptions(
        [{"_id": "rx1", "code": CODE, "subject_id": "p1", "accompanying_adult": sealed}]
    )
    profiles = profiles_on(store, keyring, clock)
    links = [
        IdentifierLink(IdentifierKind.NATIONAL_ID, "079190000001", "p1", "1990-05-17"),
        IdentifierLink(IdentifierKind.CARD_NUMBER, "DN4797912345678", "p1", "1990-05-17"),
        IdentifierLink(IdentifierKind.CARD_NUMBER, "7912345678", "p1", "1990-05-17"),
    ]
    await profiles.create("p1", date(1990, 5, 17), links)
    await profiles.link_prescription(CODE, PrescriptionLink("p1", "rx1"))


async def stored(store: DocumentStore) -> str:
    """Everything in the database that was sealed or made from an identifier, as text."""
    names = ("patients", "insurance_cards", "prescriptions", "subject_index")
    return repr([await store.collection(name).find({}) for name in names])


def test_everything_is_found_and_read_with_the_new_keys_alone(
    url: str, keys: Path, clock: SettableClock, capsys: pytest.CaptureFixture[str]
) -> None:
    async def before() -> None:
        store = await open_documents(url)
        await fill(store, ring(keys, OLD_KEYS), clock)
        await store.close()

    async def after() -> None:
        store = await open_documents(url)
        new = ring(keys, NEW_KEYS)
        text = await stored(store)
        assert [] == [each for each in ("1.e1.", "'l1.", ":l1.") if each in text]
        patients = PatientRepository(store, new)
        assert [PATIENT] == await patients.by_id(["p1"])
        for known in (*PATIENT.identifiers, IdentifierRecord(INSURANCE_NUMBER, "7912345678")):
            assert PATIENT == await patients.by_identifier(known.system, known.value)
        assert [CARD] == await InsuranceRepository(store, new).cards(["p1"])
        pharmacy = PharmacyRepository(store, new)
        row = await pharmacy.by_id("rx1")
        assert row is not None
        assert ADULT == pharmacy.open_adult(row)
        profiles = profiles_on(store, new, clock)
        for kind, value in (
            (IdentifierKind.NATIONAL_ID, "079190000001"),
            (IdentifierKind.CARD_NUMBER, "DN4797912345678"),
            (IdentifierKind.CARD_NUMBER, "7912345678"),
        ):
            assert "p1" == await profiles.resolve_identifier(kind, value, "1990-05-17")
        assert PrescriptionLink("p1", "rx1") == await profiles.resolve_prescription_code(CODE)
        await store.close()

    asyncio.run(before())
    ring(keys, BOTH_KEYS)

    code = main(["reseal"])

    printed = capsys.readouterr()
    asyncio.run(after())
    assert (0, "") == (code, printed.err)
    assert "patients: 1 read, 1 renewed, 3 links moved" in printed.out
    assert "nothing is under an older key any more" in printed.out
    assert [] == [each for each in PLAIN if each in printed.out]


def test_what_no_key_opens_is_told_by_its_place(
    url: str, keys: Path, clock: SettableClock, capsys: pytest.CaptureFixture[str]
) -> None:
    async def before() -> None:
        store = await open_documents(url)
        await fill(store, ring(keys, OLD_KEYS), clock)
        await store.close()

    asyncio.run(before())
    ring(keys, NEW_KEYS)

    code = main(["reseal"])

    printed = capsys.readouterr().out
    assert 1 == code
    assert "no key opens phone of p1 in patients" in printed
    assert [] == [each for each in PLAIN if each in printed]


@pytest.mark.parametrize(
    ("variable", "value", "told"),
    [
        ("SUBGRAPH_KEY_FILE", "keys.json", "SUBGRAPH_KEY_FILE: is not a setting"),
        ("DATABASE_URL", "mysql://localhost/x", "a database URL begins with"),
        ("SUBGRAPH_KEYS_FILE", "nowhere.json", "the key file nowhere.json is missing"),
    ],
)
def test_why_it_cannot_begin_is_one_clear_line(
    monkeypatch: pytest.MonkeyPatch,
    keys: Path,
    capsys: pytest.CaptureFixture[str],
    variable: str,
    value: str,
    told: str,
) -> None:
    ring(keys, OLD_KEYS)
    monkeypatch.setenv(variable, value)

    code = main(["reseal"])

    printed = capsys.readouterr().err
    assert (2, 1) == (code, printed.count("\n"))
    assert printed.startswith("reseal: ")
    assert told in printed


async def test_everybody_is_found_at_every_moment(
    url: str, keys: Path, clock: SettableClock
) -> None:
    people = [
        replace(
            PATIENT,
            id=f"p{number}",
            identifiers=(IdentifierRecord(NATIONAL_ID, f"0791900{number:05}"),),
        )
        for number in range(120)
    ]
    numbers = {person.id: person.identifiers[0].value for person in people}
    kind = IdentifierKind.NATIONAL_ID
    store = await open_documents(url)
    old = ring(keys, OLD_KEYS)
    await PatientRepository(store, old).import_patients(people)
    await profiles_on(store, old, clock).load(
        [], [IdentifierLink(kind, value, person, "1990") for person, value in numbers.items()]
    )
    both = ring(keys, BOTH_KEYS)
    patients, profiles = PatientRepository(store, both), profiles_on(store, both, clock)
    lost: list[str] = []
    looks = 0

    async def look_on(resealing: asyncio.Task[Resealed]) -> None:
        nonlocal looks
        while not resealing.done():
            for person, value in numbers.items():
                found = await patients.by_identifier(NATIONAL_ID, value)
                subject = await profiles.resolve_identifier(kind, value, "1990")
                looks += 1
                if (found and found.id, subject) != (person, person):
                    lost.append(person)

    resealing = asyncio.create_task(Resealing(store, both, SEALED, lambda _: None).run())
    await look_on(resealing)
    done = await resealing
    await store.close()

    assert [] == lost
    assert looks > 0
    assert done.settled
