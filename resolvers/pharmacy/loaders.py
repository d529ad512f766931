"""The loader set of one request to the pharmacy subgraph."""

from collections.abc import Mapping
from typing import Any

from access.categories import Category
from access.context import AccessContext
from access.purposes import Role
from resolvers.batching import Loader
from resolvers.errors import ErrorCode, SubgraphError
from resolvers.pharmacy.ports import PrescriptionProfiles
from resolvers.pharmacy.repository import PharmacyRepository
from resolvers.rows import RowList, documents_by_id, rows_by_subject, visible
from storage.documents import Document

MOST_CHECKS = 3
"""Numbers that one request may compare with recipients."""


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
        self._checked: set[tuple[str, str]] = set()
        self.repository = repository
        self._profiles = profiles
        self.prescriptions: Loader[str, Document | None] = documents_by_id(
            "PrescriptionsById", repository.prescriptions
        )
        self.drugs: Loader[str, Document | None] = documents_by_id("DrugsById", repository.drugs)
        rows = RowList(repository.prescriptions, Category.PRESCRIPTIONS, short=False)
        self.by_patient = rows_by_subject("PrescriptionsByPatient", rows, access)

    async def matches(self, subject: str, identifier: str) -> bool:
        """Whether a patient bears the number on a document that was shown.

        A person shows a document or two; who asks about more is guessing.

        Raises:
            SubgraphError: ``BAD_USER_INPUT`` for too many numbers in one request.
        """
        self._checked.add((subject, identifier))
        if len(self._checked) > MOST_CHECKS:
            message = f"at most {MOST_CHECKS} documents are checked in one request"
            raise SubgraphError(ErrorCode.BAD_USER_INPUT, message)
        return await self._profiles.bears(subject, identifier)

    def may_see_presented(self, row: Mapping[str, Any]) -> bool:
        """Whether the caller may see a prescription whose code was presented.

        A pharmacy sees it whatever its labels; for others the code names no label that their
        consent does not name. Without permission nothing of it is asked for but its keys.
        """
        if self._access.role == Role.PHARMACIST.value:
            return True
        permitted = self._access.permits(row["subject_id"], Category.PRESCRIPTIONS.value)
        return not permitted or self.may_see(row)

    def may_read(self, row: Mapping[str, Any], category: Category) -> bool:
        """Whether its labels and date let the caller read what it says of another category."""
        return visible(row, self._access, category)

    def may_see(self, row: Mapping[str, Any]) -> bool:
        """Whether the caller may see a prescription, its labels included."""
        return visible(row, self._access, Category.PRESCRIPTIONS)
