"""The loader set of one request to the pharmacy subgraph."""

from collections.abc import Mapping
from typing import Any

from access.categories import Category
from access.context import AccessContext
from resolvers.batching import Loader
from resolvers.pharmacy.ports import PrescriptionProfiles
from resolvers.pharmacy.repository import PharmacyRepository
from resolvers.rows import RowList, documents_by_id, rows_by_subject, visible
from storage.documents import Document


class PharmacyLoaders:
    """One request's loaders; nothing of them outlives it."""

    def __init__(
        self,
        repository: PharmacyRepository,
        profiles: PrescriptionProfiles,
        access: AccessContext,
    ) -> None:
        """Makes empty loaders.

        Args:
            repository: The subgraph's documents.
            profiles: Facts of patients.
            access: The caller.
        """
        self._access = access
        self.repository = repository
        self.profiles = profiles
        self.prescriptions: Loader[str, Document | None] = documents_by_id(
            "PrescriptionsById", repository.prescriptions
        )
        self.drugs: Loader[str, Document | None] = documents_by_id("DrugsById", repository.drugs)
        rows = RowList(repository.prescriptions, Category.PRESCRIPTIONS, short=False)
        self.by_patient = rows_by_subject("PrescriptionsByPatient", rows, access)

    def may_see(self, row: Mapping[str, Any]) -> bool:
        """Whether the caller may see a prescription, its labels included."""
        return visible(row, self._access, Category.PRESCRIPTIONS)
