"""The root fields of the pharmacy subgraph that read."""

from typing import Annotated

import strawberry
from strawberry import federation

from resolvers.datatypes.directives import scopes
from resolvers.datatypes.fields import resolved
from resolvers.pharmacy.codes import parse_code
from resolvers.pharmacy.schema.context import PharmacyInfo
from resolvers.pharmacy.schema.drugs import Drug, drug_of
from resolvers.pharmacy.schema.enums import VerificationStatus
from resolvers.pharmacy.schema.prescription import (
    Patient,
    Prescription,
    prescription_of,
)
from resolvers.pharmacy.state import status

Code = Annotated[str, strawberry.argument(description="The code that was presented.")]
RegistrationNumber = Annotated[
    str, strawberry.argument(description="Registration number of the drug.")
]


@federation.type(description="What a presented code is worth.")
class PrescriptionVerification:
    """Status and, where the code leads to one, the prescription."""

    status: VerificationStatus = federation.field(
        description="Whether the prescription is genuine and may be dispensed now."
    )
    prescription: Prescription | None = federation.field(
        default=None,
        description="The prescription, also where it expired or was replaced.",
    )


@strawberry.type
class Query:
    """Reads of the pharmacy subgraph."""

    @resolved(
        description="Looks the code of a prescription up that the citizen presents.",
        requires_scopes=scopes("MedicationRequest"),
    )
    async def verify_prescription(
        self, info: PharmacyInfo, code: Code
    ) -> PrescriptionVerification | None:
        """What the code is worth. Whoever presents it may know that much.

        The gateway decides what of the prescription it asks for; labels hide it from all but
        pharmacies, and one that is hidden answers as a code of nothing.
        """
        parsed = parse_code(code)
        if parsed is None:
            return PrescriptionVerification(status=VerificationStatus.MALFORMED)
        context = info.context
        row = await context.loaders.repository.by_code(parsed)
        if row is None or not context.loaders.may_see_presented(row):
            return PrescriptionVerification(status=VerificationStatus.UNKNOWN)
        return PrescriptionVerification(
            status=VerificationStatus(status(row, context.now).value),
            prescription=prescription_of(row, context.now, context.access.organization),
        )

    @resolved(
        description="A drug of the national register.",
        requires_scopes=scopes("MedicationRequest", contexts=("patient", "user", "system")),
    )
    async def drug(
        self, info: PharmacyInfo, registration_number: RegistrationNumber
    ) -> Drug | None:
        """The drug of a registration number."""
        found = await info.context.loaders.repository.drugs_by_number([registration_number])
        row = found.get(registration_number)
        return None if row is None else drug_of({"id": row["_id"], **row})


ENTITIES = (Patient,)
"""Entities that no field of this subgraph may lead to."""
