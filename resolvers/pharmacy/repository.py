"""Documents of the pharmacy subgraph: prescriptions and drugs.

A prescription with its items, claim and dispenses is one document, so that whatever races about it
is one conditional update.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from resolvers.pharmacy.codes import PrescriptionCode
from resolvers.rows import row_index
from storage.documents import Collection, Document, DocumentStore, IndexSpec
from storage.encryption import IdentifierKind, Keyring, Place
from storage.migrations import Migration
from storage.resealing import Opened, SealedCollection

PRESCRIPTIONS = "prescriptions"
DRUGS = "drugs"

COLLECTIONS = (PRESCRIPTIONS, DRUGS)
"""The collections of this subgraph; each has a schema version."""

MIGRATIONS: tuple[Migration, ...] = ()
"""Every change of a stored form there has ever been, oldest first."""


def _code_of(document: Document, _opened: Opened) -> Iterator[tuple[IdentifierKind, str]]:
    yield IdentifierKind.PRESCRIPTION_CODE, document["code"]


SEALED = SealedCollection(PRESCRIPTIONS, fields=("accompanying_adult",), numbers=_code_of)
"""What is under keys here, for when these change."""


def indexes() -> list[IndexSpec]:
    """The indexes that the collections need."""
    return [
        row_index(PRESCRIPTIONS),
        IndexSpec(PRESCRIPTIONS, (("code", 1),), unique=True),
        IndexSpec(DRUGS, (("registration_number", 1),), unique=True),
    ]


class PharmacyRepository:
    """Prescriptions and drugs in documents."""

    def __init__(self, store: DocumentStore, keyring: Keyring) -> None:
        """Opens nothing; collections are made as they are used.

        Args:
            store: Where the documents are.
            keyring: Encrypts the name of who brings a child.
        """
        self.prescriptions: Collection = store.collection(PRESCRIPTIONS)
        self.drugs: Collection = store.collection(DRUGS)
        self._keyring = keyring

    async def by_code(self, code: PrescriptionCode) -> Document | None:
        """The prescription of a code."""
        return await self.prescriptions.find_one({"code": str(code)})

    async def by_id(self, prescription_id: str) -> Document | None:
        """The prescription of an id."""
        return await self.prescriptions.find_one({"_id": prescription_id})

    async def drugs_by_number(self, numbers: Iterable[str]) -> dict[str, Document]:
        """Drugs by their registration number."""
        wanted = sorted(set(numbers))
        found = await self.drugs.find({"registration_number": {"$in": wanted}})
        return {drug["registration_number"]: drug for drug in found}

    def seal_adult(self, prescription_id: str, name: str | None) -> str | None:
        """The stored form of the name of who brings a child."""
        if name is None:
            return None
        return self._keyring.encrypt(name, _adult(prescription_id))

    def open_adult(self, row: Mapping[str, Any]) -> str | None:
        """The name of who brings a child."""
        sealed = row.get("accompanying_adult")
        return None if sealed is None else self._keyring.decrypt(sealed, _adult(row["_id"]))

    async def import_prescriptions(self, rows: Iterable[Mapping[str, Any]]) -> int:
        """Adds prescriptions in bulk; those that are there already are left as they are.

        Args:
            rows: Documents as :func:`resolvers.pharmacy.issuing.prescription_row` makes them.

        Returns:
            How many were added.
        """
        return await self.prescriptions.insert_many([dict(row) for row in rows], ordered=False)

    async def import_drugs(self, drugs: Iterable[Mapping[str, Any]]) -> int:
        """Adds drugs in bulk; those that are there already are left as they are.

        Args:
            drugs: Documents with `_id`, `registration_number`, `name`, `ingredients`, `strength`,
                `form`, `route`, `unit`, `atc`, `prescription_only` and `control_class`.

        Returns:
            How many were added.
        """
        return await self.drugs.insert_many([dict(drug) for drug in drugs], ordered=False)


def _adult(prescription_id: str) -> Place:
    return Place(PRESCRIPTIONS, prescription_id, "accompanying_adult")
