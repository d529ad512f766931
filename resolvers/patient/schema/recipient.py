"""What a dispensing pharmacy gets to know of the patient: her allergies, if she consented."""

from collections.abc import Mapping

import strawberry
from strawberry import federation

from access.categories import Category
from resolvers.datatypes.directives import consent, scopes, subject
from resolvers.datatypes.documents import concept
from resolvers.datatypes.fields import resolved
from resolvers.datatypes.values import CodeableConcept
from resolvers.federation import text_key
from resolvers.patient.schema.context import PatientInfo


@federation.type(description="An allergy, as far as dispensing needs it.")
class RecipientAllergy:
    """Substance and criticality, without history or identity."""

    code: CodeableConcept | None = federation.field(
        default=None, description="The substance or class of substances."
    )
    criticality: str | None = federation.field(
        default=None, description="`low`, `high` or `unable-to-assess`."
    )


@federation.type(
    keys=["id subjectId"],
    description="For whom a prescription is, without saying who she is.",
    directives=[subject()],
)
class PrescriptionRecipient:
    """The recipient of a prescription; age and weight are the pharmacy subgraph's."""

    id: strawberry.ID = federation.field(description="Opaque id of the prescription.")
    subject_id: strawberry.ID = federation.field(
        inaccessible=True, description="The patient whom the prescription is for."
    )

    @resolved(
        description="Allergies that are not refuted; null unless she consented.",
        directives=[consent(Category.ALLERGIES)],
        requires_scopes=scopes("MedicationRequest"),
    )
    async def allergies(self, info: PatientInfo) -> list[RecipientAllergy] | None:
        """The patient's allergies as the caller may see them."""
        rows = await info.context.loaders.all_allergies.load(self.subject_id)
        return [
            RecipientAllergy(code=concept(row.get("code")), criticality=row.get("criticality"))
            for row in rows
        ]

    @classmethod
    def resolve_reference(
        cls, _info: PatientInfo, representation: Mapping[str, object]
    ) -> "PrescriptionRecipient":
        """The recipient of a representation."""
        return cls(id=text_key(representation), subject_id=text_key(representation, "subjectId"))
