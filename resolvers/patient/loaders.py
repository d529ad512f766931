"""The loader set of one request to the patient subgraph."""

from collections.abc import Mapping, Sequence
from typing import Any

from access.categories import Category
from access.context import AccessContext
from resolvers.batching import Loader
from resolvers.datatypes.connections import Page
from resolvers.patient.ports import AccessLog
from resolvers.patient.records import AccessEntry, DependantRecord, PatientRecord
from resolvers.patient.repository import (
    ALLERGIES,
    CONSENTS,
    IMMUNIZATIONS,
    PAST_CONDITIONS,
    VITALS,
    PatientRepository,
)
from resolvers.requests import Clock
from resolvers.rows import RowList, RowRequest, rows_by_subject, visible
from storage.documents import Document

_NO_ALLERGY = ("entered-in-error", "refuted")


class PatientLoaders:
    """One request's loaders; nothing of them outlives it."""

    def __init__(
        self,
        repository: PatientRepository,
        access_log: AccessLog,
        access: AccessContext,
        clock: Clock,
    ) -> None:
        """Makes empty loaders.

        Args:
            repository: The subgraph's documents.
            access_log: Accesses by subject.
            access: The caller.
            clock: Answers the present instant.
        """
        self._repository = repository
        self._access = access
        self._clock = clock
        self._access_log = access_log
        self.patients: Loader[str, PatientRecord | None] = Loader("PatientsById", self._patients)
        self.dependants: Loader[str, list[DependantRecord]] = Loader(
            "DependantsByPatient", self._dependants
        )
        self.allergies = self._rows("AllergiesByPatient", ALLERGIES, Category.ALLERGIES)
        self.past_conditions = self._rows(
            "PastConditionsByPatient", PAST_CONDITIONS, Category.HISTORY
        )
        self.immunizations = self._rows(
            "ImmunizationsByPatient", IMMUNIZATIONS, Category.IMMUNIZATIONS
        )
        self.vitals = self._rows("VitalsByPatient", VITALS, Category.VITALS, short=False)
        self.consents = self._rows("ConsentsByPatient", CONSENTS, Category.CONSENTS)
        self.all_immunizations: Loader[str, list[Document]] = Loader(
            "AllImmunizationsByPatient", self._all_immunizations
        )
        self.all_allergies: Loader[str, list[Document]] = Loader(
            "AllAllergiesByPatient", self._all_allergies
        )
        self.access_log: Loader[RowRequest, Page[AccessEntry]] = Loader(
            "AccessLogByPatient", self._accesses
        )

    def _rows(
        self, name: str, collection: str, category: Category, *, short: bool = True
    ) -> Loader[RowRequest, Page[Document]]:
        rows = RowList(self._repository.rows(collection), category, short)
        return rows_by_subject(name, rows, self._access)

    async def _patients(self, ids: Sequence[str]) -> Sequence[PatientRecord | None]:
        return await self._repository.by_id(ids)

    async def _dependants(self, ids: Sequence[str]) -> Sequence[list[DependantRecord]]:
        return await self._repository.dependants(ids, self._clock())

    async def _all_immunizations(self, ids: Sequence[str]) -> Sequence[list[Document]]:
        return await self._all(IMMUNIZATIONS, Category.IMMUNIZATIONS, ids)

    async def _all_allergies(self, ids: Sequence[str]) -> Sequence[list[Document]]:
        found = await self._all(ALLERGIES, Category.ALLERGIES, ids)
        return [[row for row in rows if _is_stated(row)] for rows in found]

    async def _all(
        self, name: str, category: Category, ids: Sequence[str]
    ) -> list[list[Document]]:
        """All rows of a kind that the caller may see, by patient."""
        found = await self._repository.rows(name).find({"subject_id": {"$in": list(ids)}})
        by_subject: dict[str, list[Document]] = {patient: [] for patient in ids}
        for row in found:
            if visible(row, self._access, category):
                by_subject[row["subject_id"]].append(row)
        return [by_subject[patient] for patient in ids]

    async def _accesses(self, requests: Sequence[RowRequest]) -> Sequence[Page[AccessEntry]]:
        return [await self._access_log.page(request.subject, request.page) for request in requests]


def _is_stated(allergy: Mapping[str, Any]) -> bool:
    """Whether an allergy row says that there is an allergy."""
    return allergy.get("verification_status") not in _NO_ALLERGY
