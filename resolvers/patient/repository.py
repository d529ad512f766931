"""Documents of the patient subgraph: persons with sealed identity fields, and their rows."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from resolvers.datatypes.identifiers import indexed_numbers, lookup_tokens, stored_tokens
from resolvers.patient.records import (
    DependantRecord,
    IdentifierRecord,
    PatientRecord,
    RepresentativeRecord,
)
from resolvers.rows import row_index
from storage.documents import Collection, Document, DocumentStore, IndexSpec
from storage.encryption import IdentifierKind, Keyring, Place
from storage.migrations import Migration
from storage.resealing import Opened, SealedCollection, TokenList

PATIENTS = "patients"
ALLERGIES = "allergies"
PAST_CONDITIONS = "past_conditions"
IMMUNIZATIONS = "immunizations"
VITALS = "vitals"
CONSENTS = "consents"

_ROWS = (ALLERGIES, PAST_CONDITIONS, IMMUNIZATIONS, VITALS, CONSENTS)

COLLECTIONS = (PATIENTS, *_ROWS)
"""The collections of this subgraph; each has a schema version."""

MIGRATIONS: tuple[Migration, ...] = ()
"""Every change of a stored form there has ever been, oldest first."""


def _known_numbers(document: Document, opened: Opened) -> Iterator[tuple[str, str]]:
    """System and number of each identifier that a key opens."""
    for number, known in enumerate(document.get("identifiers", ())):
        value = opened.get(f"identifiers.{number}.value")
        if value is not None:
            yield known["system"], value


def _tokens_of(keyring: Keyring, document: Document, opened: Opened) -> list[str]:
    return [
        token
        for system, value in _known_numbers(document, opened)
        for token in stored_tokens(keyring, system, value)
    ]


def _indexed_numbers_of(
    document: Document, opened: Opened
) -> Iterator[tuple[IdentifierKind, str]]:
    for system, value in _known_numbers(document, opened):
        yield from indexed_numbers(system, value)


SEALED = SealedCollection(
    PATIENTS,
    fields=(
        "full_name",
        "phone",
        "email",
        "identifiers.*.value",
        "representatives.*.full_name",
        "representatives.*.identifier",
        "representatives.*.phone",
    ),
    tokens=TokenList("identifier_tokens", "identifiers", _tokens_of),
    numbers=_indexed_numbers_of,
)
"""What is under keys here, for when these change."""


def indexes() -> list[IndexSpec]:
    """The indexes that the collections need."""
    return [
        IndexSpec(PATIENTS, (("identifier_tokens", 1),), array=True),
        IndexSpec(PATIENTS, (("representatives.patient_id", 1),), array=True),
        *(row_index(collection) for collection in _ROWS),
    ]


class PatientRepository:
    """Persons and their rows in documents."""

    def __init__(self, store: DocumentStore, keyring: Keyring) -> None:
        """Opens nothing; collections are made as they are used.

        Args:
            store: Where the documents are.
            keyring: Encrypts identity fields and makes their look-up tokens.
        """
        self._patients = store.collection(PATIENTS)
        self._rows = {name: store.collection(name) for name in _ROWS}
        self._keyring = keyring

    def rows(self, name: str) -> Collection:
        """The collection of one kind of row."""
        return self._rows[name]

    async def by_id(self, ids: Sequence[str]) -> list[PatientRecord | None]:
        """The persons of these ids, in their order; ``None`` where there is none."""
        found = await self._patients.find({"_id": {"$in": list(ids)}})
        by_id = {document["_id"]: self._opened(document) for document in found}
        return [by_id.get(patient_id) for patient_id in ids]

    async def by_identifier(self, system: str, value: str) -> PatientRecord | None:
        """The person who bears a number, now or formerly."""
        tokens = lookup_tokens(self._keyring, system, value)
        found = await self._patients.find_one(
            {"identifier_tokens": {"$elemMatch": {"$in": tokens}}}
        )
        return None if found is None else self._opened(found)

    async def dependants(self, ids: Sequence[str], now: datetime) -> list[list[DependantRecord]]:
        """Whom each of these persons represents at an instant."""
        found = await self._patients.find(
            {"representatives": {"$elemMatch": {"patient_id": {"$in": list(ids)}}}}
        )
        by_representative: dict[str, list[DependantRecord]] = {one: [] for one in ids}
        for document in found:
            record = self._opened(document)
            for representative in record.representatives:
                known = by_representative.get(representative.patient_id or "")
                if known is not None and representative.in_force(now):
                    known.append(DependantRecord(record, representative))
        return [
            sorted(by_representative[one], key=lambda dependant: dependant.patient.id)
            for one in ids
        ]

    async def import_patients(self, records: Sequence[PatientRecord]) -> int:
        """Adds persons in bulk; those whose id is taken are left as they are.

        Returns:
            How many were added.
        """
        documents = [self._sealed(record) for record in records]
        return await self._patients.insert_many(documents, ordered=False)

    async def import_rows(self, name: str, rows: Iterable[Mapping[str, Any]]) -> int:
        """Adds rows of one kind in bulk; those whose id is taken are left as they are.

        Args:
            name: One of this module's collection names.
            rows: Documents with `_id`, `subject_id`, `date` (aware) and `labels`.

        Returns:
            How many were added.
        """
        return await self._rows[name].insert_many([dict(row) for row in rows], ordered=False)

    def _opened(self, document: Document) -> PatientRecord:
        read = _Reader(self._keyring, document)
        return PatientRecord(
            id=document["_id"],
            full_name=read.text("full_name"),
            birth_date=document.get("birth_date"),
            sex=document.get("sex"),
            identifiers=tuple(
                IdentifierRecord(
                    system=known["system"],
                    value=read.member(known, "value", f"identifiers.{number}.value") or "",
                    start=known.get("start"),
                    end=known.get("end"),
                )
                for number, known in enumerate(document.get("identifiers", ()))
            ),
            ethnicity=document.get("ethnicity"),
            nationality=document.get("nationality"),
            occupation=document.get("occupation"),
            phone=read.text("phone"),
            email=read.text("email"),
            address=document.get("address"),
            representatives=tuple(
                _representative(read, known, f"representatives.{number}")
                for number, known in enumerate(document.get("representatives", ()))
            ),
            no_known_allergy=document.get("no_known_allergy"),
        )

    def _sealed(self, record: PatientRecord) -> Document:
        def seal(text: str | None, field: str) -> str | None:
            place = Place(PATIENTS, record.id, field)
            return None if text is None else self._keyring.encrypt(text, place)

        return {
            "_id": record.id,
            "full_name": seal(record.full_name, "full_name"),
            "birth_date": record.birth_date,
            "sex": record.sex,
            "identifiers": [
                {
                    "system": known.system,
                    "value": seal(known.value, f"identifiers.{number}.value"),
                    "start": known.start,
                    "end": known.end,
                }
                for number, known in enumerate(record.identifiers)
            ],
            "identifier_tokens": [
                token
                for known in record.identifiers
                for token in stored_tokens(self._keyring, known.system, known.value)
            ],
            "ethnicity": record.ethnicity,
            "nationality": record.nationality,
            "occupation": record.occupation,
            "phone": seal(record.phone, "phone"),
            "email": seal(record.email, "email"),
            "address": record.address,
            "representatives": [
                {
                    "kind": known.kind,
                    "relationship": known.relationship,
                    "patient_id": known.patient_id,
                    "full_name": seal(known.full_name, f"representatives.{number}.full_name"),
                    "identifier": seal(known.identifier, f"representatives.{number}.identifier"),
                    "phone": seal(known.phone, f"representatives.{number}.phone"),
                    "start": known.start,
                    "end": known.end,
                }
                for number, known in enumerate(record.representatives)
            ],
            "no_known_allergy": record.no_known_allergy,
        }


@dataclass(frozen=True, slots=True)
class _Reader:
    """Decrypts the members of one document."""

    keyring: Keyring
    document: Document

    def text(self, field: str) -> str | None:
        return self.member(self.document, field, field)

    def member(self, holder: Mapping[str, Any], name: str, field: str) -> str | None:
        ciphertext = holder.get(name)
        if ciphertext is None:
            return None
        return self.keyring.decrypt(ciphertext, Place(PATIENTS, self.document["_id"], field))


def _representative(read: _Reader, known: Mapping[str, Any], place: str) -> RepresentativeRecord:
    return RepresentativeRecord(
        kind=known["kind"],
        relationship=known.get("relationship"),
        patient_id=known.get("patient_id"),
        full_name=read.member(known, "full_name", f"{place}.full_name"),
        identifier=read.member(known, "identifier", f"{place}.identifier"),
        phone=read.member(known, "phone", f"{place}.phone"),
        start=known.get("start"),
        end=known.get("end"),
    )
