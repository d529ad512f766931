"""For whom a prescription is, as far as a pharmacy may know."""

from collections.abc import Mapping
from typing import Any

import strawberry
from strawberry import federation

from access.categories import Category
from resolvers.datatypes.directives import consent, scopes, subject
from resolvers.datatypes.scalars import Decimal
from resolvers.datatypes.values import Quantity
from resolvers.federation import text_key
from resolvers.pharmacy.schema.context import PharmacyInfo

_READ = scopes("MedicationRequest")


@federation.type(
    keys=["id subjectId"],
    description="For whom a prescription is, without saying who she is.",
    directives=[subject()],
)
class PrescriptionRecipient:
    """The recipient; her allergies are the patient subgraph's."""

    id: strawberry.ID = federation.field(description="Opaque id of the prescription.")
    subject_id: strawberry.ID = federation.field(
        inaccessible=True, description="The patient whom the prescription is for."
    )
    age_months: int | None = federation.field(
        default=None,
        description="Age in completed months on the day of issue.",
        directives=[consent(Category.PRESCRIPTIONS)],
        requires_scopes=_READ,
    )
    weight: Quantity | None = federation.field(
        default=None,
        description="Weight, where the prescriber wrote it down.",
        directives=[consent(Category.PRESCRIPTIONS)],
        requires_scopes=_READ,
    )

    @classmethod
    async def resolve_reference(
        cls, info: PharmacyInfo, representation: Mapping[str, object]
    ) -> "PrescriptionRecipient | None":
        """The recipient of a representation."""
        row = await info.context.loaders.prescriptions.load(text_key(representation))
        if row is None or not info.context.loaders.may_see(row):
            return None
        return recipient_of(row)


def recipient_of(row: Mapping[str, Any]) -> PrescriptionRecipient:
    """The recipient of a stored prescription."""
    weight = row["recipient"]["weight"]
    return PrescriptionRecipient(
        id=strawberry.ID(row["_id"]),
        subject_id=strawberry.ID(row["subject_id"]),
        age_months=row["recipient"]["age_months"],
        weight=None if weight is None else Quantity(value=Decimal(weight), unit="kg"),
    )
