"""The bulk load of a population into the subgraphs' documents."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any

from resolvers.encounter.locations import EncounterRepository, RecordLocation
from resolvers.encounter.locations import indexes as encounter_indexes
from resolvers.insurance.repository import InsuranceRepository
from resolvers.insurance.repository import indexes as insurance_indexes
from resolvers.patient.repository import PatientRepository
from resolvers.patient.repository import indexes as patient_indexes
from resolvers.pharmacy.repository import PharmacyRepository
from resolvers.pharmacy.repository import indexes as pharmacy_indexes
from sandbox.documents.encounters import (
    encounter_id,
    facility_records,
    practitioner_records,
    record_locations,
)
from sandbox.documents.ingested import birth_day, ingested_patient, ingested_rows
from sandbox.documents.insurance import card_record, claim_records, drug_price
from sandbox.documents.patients import patient_record, patient_rows
from sandbox.documents.prescriptions import PrescriptionDocuments, drug_document
from sandbox.documents.profiles import (
    access_profile,
    identifier_links,
    prescription_links,
)
from sandbox.population.generator import Population
from sandbox.population.model import Book, Person, Prescription
from storage.access_profiles.model import AccessProfile, PrescriptionLink
from storage.access_profiles.repository import PROFILE_INDEXES, AccessProfiles
from storage.documents import DocumentStore
from storage.encryption import Keyring

BATCH = 500


@dataclass(frozen=True, slots=True)
class Destinations:
    """Where documents go.

    Args:
        store: The database.
        keyring: Seals identity fields.
        profiles: Access profiles and the index to subjects.
    """

    store: DocumentStore
    keyring: Keyring
    profiles: AccessProfiles


class DocumentLoader:
    """Loads drugs once, then books in batches."""

    def __init__(self, to: Destinations, today: date) -> None:
        """Args: to: where documents go; today: care that ended before is left out."""
        self._to = to
        self._today = today
        self._patients = PatientRepository(to.store, to.keyring)
        self._pharmacy = PharmacyRepository(to.store, to.keyring)
        self._insurance = InsuranceRepository(to.store, to.keyring)
        self._encounter = EncounterRepository(to.store)
        self._prescriptions = PrescriptionDocuments(self._pharmacy, {})

    async def prepare(self, population: Population) -> None:
        """Make indexes; load the registers of drugs, prices, facilities and practitioners."""
        await self._to.store.ensure_indexes(
            [
                *patient_indexes(),
                *pharmacy_indexes(),
                *insurance_indexes(),
                *encounter_indexes(),
                *PROFILE_INDEXES,
            ]
        )
        await self._encounter.import_facilities(facility_records())
        institutions = population.institutions
        await self._encounter.import_practitioners(
            practitioner_records(institutions.practitioners, institutions.pharmacists)
        )
        known = list(population.terms.drugs.values())
        register = {drug.registration: drug_document(drug) for drug in known}
        self._prescriptions = PrescriptionDocuments(self._pharmacy, register)
        await self._pharmacy.import_drugs(register.values())
        await self._insurance.import_prices([drug_price(drug) for drug in known])

    async def load(self, books: Iterable[Book], progress: Callable[[int], None]) -> int:
        """Load every book; returns how many. What is there already stays as it is."""
        stream = iter(books)
        count = 0
        while batch := list(islice(stream, BATCH)):
            await self._load_batch(batch)
            count += len(batch)
            progress(count)
        return count

    async def _load_batch(self, books: Sequence[Book]) -> None:
        await self._patients.import_patients([patient_record(book) for book in books])
        rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for book in books:
            for name, row in patient_rows(book):
                rows[name].append(row)
        for name, found in rows.items():
            await self._patients.import_rows(name, found)
        await self._pharmacy.import_prescriptions(
            [document for book in books for document in self._documents(book)]
        )
        cards = [card for book in books if (card := card_record(book)) is not None]
        await self._insurance.import_cards(cards)
        await self._encounter.import_locations(
            [location for book in books for location in record_locations(book)]
        )
        await self._insurance.import_claims(
            [claim for book in books for claim in claim_records(book, encounter_id)]
        )
        await self._to.profiles.load(
            [access_profile(book, self._today, encounter_id) for book in books],
            [link for book in books for link in identifier_links(book)],
            [link for book in books for link in prescription_links(book)],
        )

    def _documents(self, book: Book) -> list[dict[str, Any]]:
        ids = {one.code: one.id for one in book.prescriptions}
        return [self._prescriptions.document(one, book.person, ids) for one in book.prescriptions]

    async def issue(self, prescriptions: Sequence[tuple[Prescription, Person]]) -> None:
        """Add prescriptions that were issued just now."""
        documents = [self._prescriptions.document(one, who, {}) for one, who in prescriptions]
        await self._pharmacy.import_prescriptions(documents)
        links = [(one.code, PrescriptionLink(who.id, one.id)) for one, who in prescriptions]
        await self._to.profiles.load([], [], links)

    async def add_ingested(
        self,
        patient: Mapping[str, Any],
        resources: Sequence[Mapping[str, Any]],
        facility: str,
        now: datetime,
    ) -> None:
        """Add a person of an ingested bundle with the rows that belong into documents.

        Args:
            patient: Her FHIR Patient, under the hospital's id.
            resources: Her other resources, references resolved.
            facility: The hospital that holds them and shares them.
            now: When it began to.
        """
        record = ingested_patient(patient)
        await self._patients.import_patients([record])
        rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for name, row in ingested_rows(record.id, resources):
            rows[name].append(row)
        for name, found in rows.items():
            await self._patients.import_rows(name, found)
        await self._to.profiles.load([AccessProfile(record.id, 1, birth_day(patient))])
        location = RecordLocation(record.id, facility, record.id, shares=True, since=now)
        await self._encounter.import_locations([location])
